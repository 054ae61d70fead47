//! The model folder: what was found, what is missing, and which published model it is.

use std::path::PathBuf;

use egui::{CollapsingHeader, ComboBox, Grid, Ui};
use ovi_engine::protocol::{CheckpointInfo, ModelVariant};

use super::View;
use crate::command::UiCommand;
use crate::state::ModelState;
use crate::tasks::Pick;
use crate::text;
use crate::theme;
use crate::widgets::{
    Icon, PathAction, PathField, badge, card, field_row, note, path_field, problem, quiet_button,
};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::model(), |ui| {
        let field = PathField {
            label: text::model_folder(),
            hint: text::model_hint(),
            browse_label: text::browse_model(),
        };
        match path_field(ui, &field, &mut view.form.checkpoint) {
            PathAction::None => {}
            PathAction::Browse => view.push(UiCommand::Browse(Pick::Checkpoint)),
            PathAction::Commit => {
                let typed = PathBuf::from(view.form.checkpoint.trim());
                if view.state.model.root() != Some(&typed) {
                    view.push(UiCommand::UseCheckpoint(typed));
                }
            }
        }
        match &view.state.model {
            ModelState::Unset => {
                note(ui, text::model_empty());
            }
            ModelState::Checking(_) => {
                note(ui, text::model_checking());
            }
            ModelState::Unusable { root, report } => {
                let danger = theme::palette(ui).danger;
                problem(ui, Icon::Warning, danger, &report.to_string());
                if quiet_button(ui, text::model_check_again()).clicked() {
                    view.commands.push(UiCommand::UseCheckpoint(root.clone()));
                }
            }
            ModelState::Found(info) => found(ui, view, info),
        }
    });
}

fn found(ui: &mut Ui, view: &mut View<'_>, info: &CheckpointInfo) {
    let palette = theme::palette(ui);
    if info.is_test_pattern {
        badge(ui, text::test_pattern_model(), palette.warning);
    }
    let total_bytes = info.files.iter().map(|file| file.num_bytes).sum();
    let summary = [
        info.variant.map(|variant| variant.name().to_owned()),
        Some(text::parameters(info.num_parameters)),
        Some(text::bytes(total_bytes)),
    ];
    note(
        ui,
        summary
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
    );
    CollapsingHeader::new(theme::note(ui, text::model_complete()))
        .id_salt("model_parts")
        .show(ui, |ui| {
            Grid::new("parts").num_columns(3).show(ui, |ui| {
                for file in &info.files {
                    ui.label(theme::note(ui, file.role.label()));
                    let size = match file.num_bytes {
                        0 => text::done().to_owned(),
                        num_bytes => text::bytes(num_bytes),
                    };
                    ui.label(theme::note(ui, size));
                    let description = theme::note(ui, file.description.as_str());
                    ui.add(egui::Label::new(description).truncate())
                        .on_hover_text(format!("{}\n{}", file.description, file.path.display()));
                    ui.end_row();
                }
            });
        });
    if view.state.model.needs_variant() {
        note(ui, text::variant_why());
        field_row(ui, text::variant(), |ui| variant_choice(ui, view));
    }
}

fn variant_choice(ui: &mut Ui, view: &mut View<'_>) {
    let chosen = view.form.variant;
    ComboBox::from_id_salt("variant")
        .width(ui.available_width())
        .selected_text(chosen.map_or(text::variant_unset(), ModelVariant::name))
        .show_ui(ui, |ui| {
            for variant in ModelVariant::ALL {
                if ui
                    .selectable_label(chosen == Some(variant), variant.name())
                    .clicked()
                {
                    view.push(UiCommand::ChooseVariant(variant));
                }
            }
        });
}
