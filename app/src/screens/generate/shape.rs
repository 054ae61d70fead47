//! Aspect ratio, requested size, and the size the model will make of it.

use egui::{DragValue, Ui, Vec2};

use super::View;
use crate::state::{Aspect, FirstFrame, SIDE};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{card, field_row, note};

/// Requested sides are multiples of this (spec: product 4.2).
const SIDE_STEP: f64 = 32.0;
/// Shapes beside each other: landscape above, portrait below.
const NUM_COLUMNS: usize = 7;

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::shape(), |ui| {
        let is_from_text = !matches!(view.state.first_frame, FirstFrame::Ready(_));
        ui.add_enabled_ui(is_from_text, |ui| {
            aspects(ui, view);
            field_row(ui, text::size(), |ui| size_fields(ui, view));
        });
        resolved(ui, view);
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
    let button = egui::Button::selectable(is_chosen, label)
        .frame_when_inactive(true)
        .min_size(Vec2::new(width, theme::size::TARGET));
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 0.0;
        if ui.add(button).clicked() {
            view.form.set_aspect(aspect);
        }
    });
}

fn size_fields(ui: &mut Ui, view: &mut View<'_>) {
    let mut has_changed = false;
    let sides = [
        (&mut view.form.width, text::width()),
        (&mut view.form.height, text::height()),
    ];
    for (side, name) in sides {
        let field = DragValue::new(side)
            .range(SIDE)
            .speed(SIDE_STEP / 4.0)
            .suffix(" px");
        has_changed |= ui.add(field).accessible_name(name).changed();
    }
    if has_changed {
        view.form.aspect = Aspect::Custom;
    }
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
}
