//! Solver, shift, guidance, skipped layer and negatives, folded.

use egui::Ui;

use super::View;
use super::control::{pair, row};
use crate::state::Control;
use crate::text;
use crate::widgets::{fold_card, note};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    fold_card(ui, text::advanced(), |ui| {
        for control in [
            Control::Solver,
            Control::Shift,
            Control::VideoGuidance,
            Control::AudioGuidance,
        ] {
            row(ui, view, control);
        }
        row(ui, view, Control::SkipsLayer);
        row(ui, view, Control::SkipLayer);
        let window = [Control::SkipStart, Control::SkipEnd];
        pair(ui, view, text::skip_window(), window);
        if !view.form.uses_negatives() {
            note(ui, text::no_negatives());
        }
        row(ui, view, Control::VideoNegative);
        row(ui, view, Control::AudioNegative);
    });
    fold_card(ui, text::preview_card(), |ui| {
        for control in [
            Control::PreviewEvery,
            Control::SoundPreview,
            Control::SoundPreviewEvery,
            Control::DecodeTiles,
        ] {
            row(ui, view, control);
        }
    });
}
