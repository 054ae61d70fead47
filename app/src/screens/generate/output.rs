//! Where clips go and what is written beside them.

use egui::{ComboBox, Ui};
use ovi_engine::protocol::ClipQuality;

use super::View;
use crate::command::UiCommand;
use crate::tasks::Pick;
use crate::text;
use crate::widgets::{PathAction, PathField, card, field_row, path_field};

const QUALITIES: [ClipQuality; 3] = [ClipQuality::Draft, ClipQuality::Good, ClipQuality::High];

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
        field_row(ui, text::quality_label(), |ui| {
            ComboBox::from_id_salt("quality")
                .width(ui.available_width())
                .selected_text(text::quality(view.form.quality))
                .show_ui(ui, |ui| {
                    for quality in QUALITIES {
                        let label = text::quality(quality);
                        ui.selectable_value(&mut view.form.quality, quality, label);
                    }
                });
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.checkbox(&mut view.form.saves_wav, text::save_wav());
        ui.checkbox(&mut view.form.saves_frames, text::save_frames());
        ui.checkbox(&mut view.form.omits_prompts, text::omit_prompts());
    });
}
