//! How the clips are laid out, what belongs to the layout, and the way back.

use egui::{RichText, Slider, TextStyle, Ui};

use crate::command::{CompareWish, UiCommand};
use crate::player::{Difference, Lane};
use crate::screens::View;
use crate::state::{CompareLayout, Comparison, DIFFERENCE_GAIN};
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{at_right, quiet_button};

/// The bar above the clips.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::compare()).text_style(TextStyle::Heading));
        for layout in CompareLayout::ALL {
            choice(ui, view, comparison, layout);
        }
        match comparison.layout {
            CompareLayout::SideBySide => {}
            CompareLayout::Wipe => wipe(ui, view, comparison),
            CompareLayout::Difference => gain(ui, view, comparison),
        }
        at_right(ui, "back", |ui| {
            let label = text::with_keys(text::compare_back(), text::escape_key());
            if quiet_button(ui, &label).clicked() {
                view.push(UiCommand::CompareWish(CompareWish::Close));
            }
        });
    });
}

fn choice(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison, layout: CompareLayout) {
    let name = match layout {
        CompareLayout::SideBySide => text::compare_side_by_side(),
        CompareLayout::Wipe => text::compare_wipe(),
        CompareLayout::Difference => text::compare_difference(),
    };
    let blocked = blocked(view, comparison, layout);
    let is_chosen = comparison.layout == layout;
    let button = egui::Button::selectable(is_chosen, name);
    let mut response = ui.add_enabled(blocked.is_none(), button);
    if let Some(reason) = blocked {
        response = response.on_disabled_hover_text(reason);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_description(reason);
        });
    }
    if response.clicked() {
        view.push(UiCommand::CompareWish(CompareWish::SetLayout(layout)));
    }
}

/// Why these clips cannot be laid out so.
fn blocked(
    view: &View<'_>,
    comparison: &Comparison,
    layout: CompareLayout,
) -> Option<&'static str> {
    if layout == CompareLayout::SideBySide {
        return None;
    }
    if !comparison.is_pair() {
        return Some(text::compare_needs_pair());
    }
    let lanes = view.player.current()?.lanes();
    match layout {
        CompareLayout::Wipe if !have_like_shapes(lanes) => Some(text::compare_needs_shape()),
        CompareLayout::Difference if !Difference::fits(lanes) => Some(text::compare_needs_size()),
        _ => None,
    }
}

/// Whether the pictures lie over each other without being stretched.
pub fn have_like_shapes(lanes: &[Lane]) -> bool {
    let ratio = |lane: &Lane| f64::from(lane.info().width) / f64::from(lane.info().height.max(1));
    match lanes {
        [a, b] => (ratio(a) / ratio(b) - 1.0).abs() < 0.02,
        _ => false,
    }
}

fn wipe(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    ui.spacing_mut().slider_width = size::VOLUME;
    let mut share = comparison.wipe_share;
    let slider = Slider::new(&mut share, 0.0..=1.0)
        .step_by(0.01)
        .custom_formatter(|share, _| text::percent(share as f32))
        .custom_parser(|typed| {
            let typed = typed.trim().trim_end_matches('%').trim();
            typed.parse::<f64>().ok().map(|percent| percent / 100.0)
        });
    let response = ui
        .add(slider)
        .accessible_name(text::compare_wipe_position());
    if response.changed() {
        view.push(UiCommand::CompareWish(CompareWish::SetWipe(share)));
    }
}

fn gain(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    ui.spacing_mut().slider_width = size::VOLUME;
    ui.label(theme::note(ui, text::compare_gain()));
    let mut gain = comparison.gain;
    let slider = Slider::new(&mut gain, DIFFERENCE_GAIN)
        .custom_formatter(|gain, _| text::speed_factor(text::decimal(gain)));
    if ui
        .add(slider)
        .accessible_name(text::compare_gain())
        .changed()
    {
        view.push(UiCommand::CompareWish(CompareWish::SetGain(gain)));
    }
}
