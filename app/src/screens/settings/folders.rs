//! Where files are, how much space is left there, and a way to see them.

use std::path::{Path, PathBuf};

use egui::Ui;

use super::row::{Row, setting};
use crate::command::{SettingsWish, UiCommand};
use crate::screens::View;
use crate::settings::Settings;
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{PathAction, PathField, card, note, path_field};

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, _settings: &mut Settings) {
    card(ui, text::folders_chosen(), |ui| {
        model_folder(ui, view);
        output_folder(ui, view);
    });
    card(ui, text::folders_fixed(), |ui| {
        fixed_folders(ui, view);
    });
}

/// Field of the model folder; the folder becomes effective when it is committed.
pub fn model_folder(ui: &mut Ui, view: &mut View<'_>) {
    let row = Row {
        name: text::model_folder(),
        hint: text::model_hint(),
    };
    let mut folder = view.form.checkpoint.clone();
    let default = folder.clone();
    setting(ui, row, &mut folder, &default, |ui, folder| {
        let field = PathField {
            label: text::model_folder(),
            hint: "",
            browse_label: text::browse_model(),
        };
        let action = path_field(ui, &field, folder);
        view.form.checkpoint = folder.clone();
        match action {
            PathAction::None => {}
            PathAction::Browse => view.push(UiCommand::Browse(Pick::Checkpoint)),
            PathAction::Commit => {
                let typed = PathBuf::from(folder.trim());
                if view.state.model.root() != Some(&typed) {
                    view.push(UiCommand::UseCheckpoint(typed));
                }
            }
        }
        let shown = PathBuf::from(folder.trim());
        below(ui, view, text::model_folder(), &shown);
    });
}

/// Field of the folder of finished clips.
pub fn output_folder(ui: &mut Ui, view: &mut View<'_>) {
    let row = Row {
        name: text::output_folder(),
        hint: text::set_output_hint(),
    };
    let mut folder = view.form.output_folder.clone();
    let default = folder.clone();
    setting(ui, row, &mut folder, &default, |ui, folder| {
        let field = PathField {
            label: text::output_folder(),
            hint: "",
            browse_label: text::browse_output(),
        };
        if path_field(ui, &field, folder) == PathAction::Browse {
            view.push(UiCommand::Browse(Pick::OutputFolder));
        }
        view.form.output_folder = folder.clone();
        let shown = PathBuf::from(folder.trim());
        below(ui, view, text::output_folder(), &shown);
    });
}

/// Folders that the program has chosen itself.
pub fn fixed_folders(ui: &mut Ui, view: &mut View<'_>) {
    let places = view.places;
    let fixed = [
        (text::folder_settings(), places.settings_file()),
        (text::folder_library(), places.library_file()),
        (text::folder_cache(), places.cache.clone()),
    ];
    for (name, path) in fixed {
        fixed_folder(ui, view, name, path);
    }
}

fn fixed_folder(ui: &mut Ui, view: &mut View<'_>, name: &str, path: Option<PathBuf>) {
    let row = Row { name, hint: "" };
    setting(ui, row, &mut (), &(), |ui, ()| {
        let Some(path) = path else {
            note(ui, text::folder_none());
            return;
        };
        ui.add(egui::Label::new(path.display().to_string()).wrap());
        let folder = match path.extension() {
            Some(_) => path.parent().unwrap_or(&path),
            None => &path,
        };
        below(ui, view, name, folder);
    });
}

/// Free space, and a button that shows the folder.
fn below(ui: &mut Ui, view: &mut View<'_>, name: &str, folder: &Path) {
    if folder.as_os_str().is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let show = ui.button(text::set_show());
        if show.accessible_name(text::set_show_named(name)).clicked() {
            let wish = SettingsWish::ShowFolder(folder.to_owned());
            view.push(UiCommand::Settings(wish));
        }
        let free = match view.state.free_space.of(folder) {
            Some(num_bytes) => text::free_space(text::bytes(num_bytes)),
            None => text::free_space_unknown().to_owned(),
        };
        ui.label(theme::note(ui, free));
    });
}
