//! A name for a preset.

use egui::{Button, Key, TextEdit, Ui};

use super::{close_button, title};
use crate::command::{FormWish, UiCommand};
use crate::screens::View;
use crate::state::Dialog;
use crate::text;
use crate::theme;
use crate::widgets::{Icon, note, problem};

/// Name, what is kept, and whether something is replaced.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, renames: Option<String>, name: String) {
    title(
        ui,
        match renames {
            Some(_) => text::preset_rename_title(),
            None => text::preset_title(),
        },
    );
    let mut typed = name.clone();
    let edit = TextEdit::singleline(&mut typed).desired_width(f32::INFINITY);
    let edit = ui.add(edit).accessible_name(text::preset_name_label());
    if ui.memory(|memory| memory.focused().is_none()) {
        edit.request_focus();
    }
    let has_entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let wanted = typed.trim();
    let presets = &view.state.library.presets;
    let is_taken = presets.iter().any(|preset| preset.name == wanted);
    match (&renames, is_taken) {
        (Some(from), true) if from != wanted => {
            let line = text::preset_name_taken(wanted);
            problem(ui, Icon::Warning, theme::palette(ui).warning, &line);
        }
        (None, true) => {
            let color = theme::palette(ui).warning;
            problem(ui, Icon::Warning, color, text::preset_replaces());
        }
        (Some(_), _) => {}
        (None, false) => {
            note(ui, text::preset_note());
        }
    }
    let can_use = !wanted.is_empty();
    ui.horizontal(|ui| {
        let label = match renames {
            Some(_) => text::rename(),
            None => text::save(),
        };
        let button = ui.add_enabled(can_use, Button::new(label));
        if button.clicked() || (has_entered && can_use) {
            let to = wanted.to_owned();
            let wish = match renames.clone() {
                Some(from) => FormWish::RenamePreset { from, to },
                None => FormWish::SavePreset(to),
            };
            view.push(UiCommand::Form(wish));
        }
        close_button(ui, view);
    });
    if typed != name {
        let dialog = Dialog::NamePreset {
            renames,
            name: typed,
        };
        // Before the wish that closes it.
        view.commands.insert(0, UiCommand::OpenDialog(dialog));
    }
}
