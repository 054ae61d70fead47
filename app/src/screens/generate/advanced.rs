//! Solver, shift, guidance, skipped layer and negatives, folded.

use egui::{CollapsingHeader, ComboBox, Frame, Slider, TextEdit, Ui};
use ovi_engine::protocol::SolverKind;

use super::View;
use super::sampling::slider_width;
use crate::state::{Form, GUIDANCE, SHIFT, SKIP_LAYER};
use crate::text;
use crate::theme::{self, radius, space};
use crate::widgets::{field_row, note};

/// Rows of a negative prompt.
const NUM_ROWS: usize = 2;

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    Frame::new()
        .fill(theme::palette(ui).card)
        .corner_radius(radius::L)
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            let title = theme::caption(ui, text::advanced());
            CollapsingHeader::new(title)
                .id_salt("advanced")
                .show_unindented(ui, |ui| controls(ui, view.form));
        });
}

fn controls(ui: &mut Ui, form: &mut Form) {
    field_row(ui, text::solver_label(), |ui| {
        ComboBox::from_id_salt("solver")
            .width(ui.available_width())
            .selected_text(text::solver(form.solver))
            .show_ui(ui, |ui| {
                for solver in SolverKind::ALL {
                    ui.selectable_value(&mut form.solver, solver, text::solver(solver));
                }
            })
            .response
            .on_hover_text(text::solver_hint());
    });
    slider(
        ui,
        text::shift(),
        text::shift_hint(),
        Slider::new(&mut form.shift, SHIFT),
    );
    let video = Slider::new(&mut form.video_guidance, GUIDANCE);
    slider(
        ui,
        text::video_guidance(),
        text::video_guidance_hint(),
        video,
    );
    let audio = Slider::new(&mut form.audio_guidance, GUIDANCE);
    slider(
        ui,
        text::audio_guidance(),
        text::audio_guidance_hint(),
        audio,
    );
    let uses_negatives = form.uses_negatives();
    ui.add_enabled_ui(uses_negatives, |ui| skip_layer(ui, form));
    if !uses_negatives {
        note(ui, text::no_negatives());
    }
    let is_used = form.video_guidance != 1.0;
    negative(
        ui,
        text::video_negative(),
        &mut form.video_negative,
        is_used,
    );
    if uses_negatives && !is_used {
        note(ui, text::video_negative_unused());
    }
    let is_used = form.audio_guidance != 1.0;
    negative(
        ui,
        text::audio_negative(),
        &mut form.audio_negative,
        is_used,
    );
    if uses_negatives && !is_used {
        note(ui, text::audio_negative_unused());
    }
}

fn slider(ui: &mut Ui, name: &str, hint: &str, slider: Slider<'_>) {
    field_row(ui, name, |ui| {
        slider_width(ui);
        ui.add(slider.step_by(0.1).fixed_decimals(1))
            .on_hover_text(hint);
    });
}

fn skip_layer(ui: &mut Ui, form: &mut Form) {
    field_row(ui, text::skip_layer(), |ui| {
        let toggle = ui.checkbox(&mut form.skips_layer, "");
        toggle.on_hover_text(text::skip_layer_hint());
        ui.add_enabled_ui(form.skips_layer, |ui| {
            slider_width(ui);
            let slider = Slider::new(&mut form.skip_layer, SKIP_LAYER);
            ui.add(slider).on_hover_text(text::skip_layer_hint());
        });
    });
}

fn negative(ui: &mut Ui, name: &str, negative: &mut String, is_used: bool) {
    ui.add_enabled_ui(is_used, |ui| {
        let label = ui.label(theme::note(ui, name));
        let edit = TextEdit::multiline(negative)
            .desired_rows(NUM_ROWS)
            .desired_width(f32::INFINITY)
            .margin(theme::margin(space::S));
        ui.add(edit).labelled_by(label.id);
    });
}
