//! Where clips go and what is written beside them.

use egui::Ui;

use super::View;
use super::control::row;
use crate::command::UiCommand;
use crate::state::Control;
use crate::tasks::Pick;
use crate::text;
use crate::widgets::{PathAction, PathField, card, fold_card, path_field};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::output(), |ui| {
        let field = PathField {
            label: text::output_folder(),
            hint: text::output_hint(),
            browse_label: text::browse_output(),
        };
        if path_field(ui, &field, &mut view.form.output_folder) == PathAction::Browse {
            view.push(UiCommand::Browse(Pick::OutputFolder));
        }
        row(ui, view, Control::Quality);
    });
    fold_card(ui, text::more_files(), |ui| {
        row(ui, view, Control::SoundCodec);
        row(ui, view, Control::SoundLevel);
        ui.spacing_mut().item_spacing.y = 0.0;
        for control in [
            Control::KeepsLatents,
            Control::SavesWav,
            Control::SavesFrames,
            Control::SavesFirstFrame,
            Control::SavesSettings,
            Control::OmitsPrompts,
        ] {
            row(ui, view, control);
        }
    });
}
