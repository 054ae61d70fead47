//! The empty stage: the shape the clip will have, and what is still to do.

use egui::{Rect, RichText, Shape, Stroke, TextStyle, Ui, Vec2};

use super::View;
use crate::state::ModelState;
use crate::text;
use crate::theme::{self, HERO, size, space, stroke};
use crate::widgets::{Icon, ground, in_the_middle};

pub fn ui(ui: &mut Ui, view: &View<'_>) {
    let palette = theme::palette(ui);
    let rect = ground(ui, palette.panel);
    let shape = view.state.resolved_shape();
    let ratio = match shape {
        Some(shape) => shape.width as f32 / shape.height.max(1) as f32,
        None => view.form.width as f32 / view.form.height.max(1) as f32,
    };
    outline(ui, rect.shrink(space::XL), ratio);
    in_the_middle(ui, rect, |ui| {
        let title = RichText::new(text::stage_empty()).text_style(TextStyle::Name(HERO.into()));
        ui.label(title);
        if let Some(shape) = shape {
            let mut facts = text::size_px(shape.width, shape.height);
            if let (Some(num_frames), Some(secs)) = (shape.num_frames, shape.duration_secs()) {
                facts = format!("{facts} · {}", text::frames_and_length(num_frames, secs));
            }
            ui.label(theme::note(ui, facts));
        }
        ui.add_space(space::M);
        let has_model = matches!(view.state.model, ModelState::Found(_));
        let has_prompt = !view.form.prompt.trim().is_empty();
        step(ui, text::step_model(), has_model);
        step(ui, text::step_prompt(), has_prompt);
        step(ui, text::step_generate(), false);
    });
}

/// A dashed frame with the ratio of the next clip.
fn outline(ui: &Ui, area: Rect, ratio: f32) {
    let size = match area.width() / area.height() > ratio {
        true => Vec2::new(area.height() * ratio, area.height()),
        false => Vec2::new(area.width(), area.width() / ratio),
    };
    let frame = Rect::from_center_size(area.center(), size);
    let color = theme::palette(ui).outline.gamma_multiply(0.6);
    let corners = [
        frame.left_top(),
        frame.right_top(),
        frame.right_bottom(),
        frame.left_bottom(),
        frame.left_top(),
    ];
    let line = Stroke::new(stroke::THICK, color);
    ui.painter()
        .extend(Shape::dashed_line(&corners, line, space::S, space::S));
}

fn step(ui: &mut Ui, words: &str, is_done: bool) {
    let palette = theme::palette(ui);
    let color = if is_done { palette.good } else { palette.muted };
    let galley_width = size::LINE * 0.42;
    ui.allocate_ui_with_layout(
        Vec2::new(galley_width, size::TARGET),
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.set_min_width(galley_width);
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), egui::Sense::hover());
            let icon = if is_done { Icon::Check } else { Icon::Ring };
            icon.paint(ui.painter(), rect, color);
            let response = ui.label(RichText::new(words).color(color));
            if is_done {
                let spoken = format!("{words}: {}", text::done());
                response
                    .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
            }
        },
    );
}
