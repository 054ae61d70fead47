//! Aspect ratio, requested size, the size the model will make of it, and how long the clip goes on.

use egui::{Button, RichText, Ui, Vec2};
use ovi_engine::picture::is_far_from_area;

use super::View;
use super::control::{note_button, pair, row};
use crate::command::{FormWish, UiCommand};
use crate::state::{Aspect, Control, Extras, FirstFrame, ResolvedShape};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, card, note, problem};

/// Shapes beside each other: landscape above, portrait below.
const NUM_COLUMNS: usize = 7;

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::shape(), |ui| {
        let has_picture = matches!(view.state.first_frame, FirstFrame::Ready(_));
        ui.add_enabled_ui(!has_picture, |ui| aspects(ui, view));
        pair(ui, view, text::size(), [Control::Width, Control::Height]);
        resolved(ui, view);
        row(ui, view, Control::ContinueSecs);
        further_clips(ui, view);
        if view.form.extras != Extras::default() {
            note(ui, text::extras_loaded());
            if note_button(ui, text::extras_drop()).clicked() {
                view.push(UiCommand::Form(FormWish::DropExtras));
            }
        }
    });
}

fn aspects(ui: &mut Ui, view: &mut View<'_>) {
    let num = NUM_COLUMNS as f32;
    ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
    let width = (ui.available_width() - (num - 1.0) * space::XS) / num;
    for row in Aspect::ALL.chunks(NUM_COLUMNS) {
        ui.horizontal(|ui| {
            for aspect in row {
                aspect_button(ui, view, *aspect, width);
            }
        });
    }
}

fn aspect_button(ui: &mut Ui, view: &mut View<'_>, aspect: Aspect, width: f32) {
    let is_chosen = view.form.aspect == aspect;
    let label = aspect.ratio().unwrap_or(text::aspect_custom());
    let label = RichText::new(label).text_style(egui::TextStyle::Small);
    let button = Button::selectable(is_chosen, label)
        .frame_when_inactive(true)
        .min_size(Vec2::new(width, size::TARGET));
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 0.0;
        if ui.add(button).clicked() {
            view.form.set_aspect(aspect);
        }
    });
}

fn resolved(ui: &mut Ui, view: &View<'_>) {
    let Some(shape) = view.state.resolved_shape() else {
        note(ui, text::shape_unknown());
        return;
    };
    ui.label(text::size_px(shape.width, shape.height));
    if let (Some(num_frames), Some(secs)) = (shape.num_frames, shape.duration_secs()) {
        note(ui, text::frames_and_length(num_frames, secs));
    }
    let why = match shape.is_from_picture {
        true => text::shape_from_picture(),
        false => text::size_ratio_only(),
    };
    note(ui, why);
    far_from_area(ui, view, shape);
}

/// A size that was typed is a wish for that size; a shape of the list only for its ratio.
fn far_from_area(ui: &mut Ui, view: &View<'_>, shape: ResolvedShape) {
    let form = &view.form;
    let Some(area) = view.state.model.video_area(form.variant) else {
        return;
    };
    let is_typed = form.aspect == Aspect::Custom && !shape.is_from_picture;
    let (height, width) = (form.height as usize, form.width as usize);
    if is_typed && is_far_from_area(height, width, area as usize) {
        let asked = text::size_px(form.width, form.height);
        let made = text::size_px(shape.width, shape.height);
        let warning = theme::palette(ui).warning;
        problem(
            ui,
            Icon::Warning,
            warning,
            &text::size_far(asked, made, area),
        );
    }
}

fn further_clips(ui: &mut Ui, view: &View<'_>) {
    if view.form.continue_secs <= 0.0 {
        return;
    }
    let shape = view.state.resolved_shape();
    if let Some(num) = shape.and_then(|shape| shape.num_further_clips(view.form.continue_secs)) {
        note(ui, text::further_clips(num));
    } else {
        note(ui, text::length_unknown());
    }
}
