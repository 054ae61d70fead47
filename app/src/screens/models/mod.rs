//! The models: the folder that is used, what it holds, and the folders that were used before.

mod parts;

use std::path::{Path, PathBuf};

use egui::{CentralPanel, Frame, ScrollArea, Ui, vec2};

use super::View;
use crate::command::{ModelWish, SettingsWish, UiCommand};
use crate::state::ModelState;
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{
    Icon, PathAction, PathField, at_right, card, icon_button, live_note, note, path_field, problem,
};

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::M));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(size::SETTINGS.min(ui.available_width()));
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            card(ui, text::model_folder(), |ui| {
                note(ui, text::models_hint());
                model_field(ui, view);
                model_status(ui, view);
            });
            if let ModelState::Found(info) = &view.state.model {
                let info = info.clone();
                card(ui, text::models_parts(), |ui| parts::ui(ui, view, &info));
            }
            if !view.settings.model_folders.is_empty() {
                card(ui, text::models_known(), |ui| known(ui, view));
            }
            card(ui, text::first_run_pattern(), |ui| test_pattern(ui, view));
        });
    });
}

/// Field of the folder. It becomes effective when it is committed.
pub fn model_field(ui: &mut Ui, view: &mut View<'_>) {
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
}

/// What the engine found in it.
pub fn model_status(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    let root = view.state.model.root().map(Path::to_owned);
    match &view.state.model {
        ModelState::Unset => {
            note(ui, text::model_empty());
        }
        ModelState::Checking(_) => {
            live_note(ui, text::model_checking());
        }
        ModelState::Unusable { report, .. } => {
            problem(ui, Icon::Warning, palette.danger, &report.to_string());
        }
        ModelState::Found(info) => {
            let num_bytes = info.files.iter().map(|file| file.num_bytes).sum();
            let words = text::models_complete(text::bytes(num_bytes));
            problem(ui, Icon::Check, palette.good, &words);
        }
    }
    let Some(root) = root else {
        return;
    };
    let details = match &view.state.model {
        ModelState::Unusable { report, .. } => Some(format!("{report}\n{}", report.details)),
        _ => None,
    };
    ui.horizontal_wrapped(|ui| {
        if ui.button(text::model_check_again()).clicked() {
            view.push(UiCommand::UseCheckpoint(root.clone()));
        }
        show_folder(ui, view, &root);
        if let Some(details) = details
            && ui.button(text::copy_details()).clicked()
        {
            view.push(UiCommand::Copy(details));
        }
    });
}

fn show_folder(ui: &mut Ui, view: &mut View<'_>, folder: &Path) {
    let name = text::set_show_named(folder.display());
    let button = ui.button(text::set_show());
    if button.accessible_name(&name).on_hover_text(&name).clicked() {
        let wish = SettingsWish::ShowFolder(folder.to_owned());
        view.push(UiCommand::Settings(wish));
    }
}

/// Folders that were complete before.
fn known(ui: &mut Ui, view: &mut View<'_>) {
    for folder in view.settings.model_folders.clone() {
        let path = PathBuf::from(&folder);
        let is_used = view.state.model.root() == Some(&path);
        ui.horizontal(|ui| {
            let side = egui::Vec2::splat(size::ICON);
            let (rect, _) = ui.allocate_exact_size(side, egui::Sense::hover());
            if is_used {
                let color = theme::palette(ui).good;
                Icon::Check.paint(ui.painter(), rect, color);
            }
            let width = (ui.available_width() - size::MODEL_BUTTONS).max(size::LABEL);
            ui.scope(|ui| {
                ui.set_max_width(width);
                let shown = ui.add(egui::Label::new(&folder).truncate());
                shown.on_hover_text(&folder);
            });
            at_right(ui, &folder, |ui| {
                if is_used {
                    ui.label(theme::note(ui, text::models_in_use()));
                } else {
                    let button = ui.button(text::models_use());
                    let name = text::models_use_named(&folder);
                    if button.accessible_name(name).clicked() {
                        view.push(UiCommand::UseCheckpoint(path.clone()));
                    }
                }
                show_folder(ui, view, &path);
                let name = text::models_forget(&folder);
                if icon_button(ui, Icon::Cross, &name).clicked() {
                    view.push(UiCommand::Model(ModelWish::Forget(folder.clone())));
                }
            });
        });
    }
}

/// The model that is made on this machine.
pub fn test_pattern(ui: &mut Ui, view: &mut View<'_>) {
    note(ui, text::models_pattern_hint());
    let root = view.places.test_pattern_model();
    let is_used = root.is_some() && view.state.model.root() == root.as_deref();
    if view.state.is_making_demo {
        live_note(ui, text::self_test_model());
    } else if is_used {
        note(ui, text::models_in_use());
    } else if ui.button(text::models_pattern_use()).clicked() {
        view.push(UiCommand::Model(ModelWish::MakeTestPattern));
    }
}
