//! Open a picture, clip, batch file or model folder. The path can be typed: not every desktop has
//! file dialogs.

use std::path::PathBuf;

use egui::{Key, RichText, TextEdit, TextStyle, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::state::Dialog;
use crate::tasks::Pick;
use crate::text;
use crate::theme::space;
use crate::widgets::{note, quiet_button};

/// Path, browse, open and close.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, path: String) {
    let mut typed = path.clone();
    ui.label(RichText::new(text::open_title()).text_style(TextStyle::Heading));
    note(ui, text::open_hint());
    ui.add_space(space::S);
    let edit = TextEdit::singleline(&mut typed).desired_width(f32::INFINITY);
    let edit = ui.add(edit).accessible_name(text::open_path());
    let has_entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    ui.horizontal_wrapped(|ui| {
        let can_open = !typed.trim().is_empty();
        let open = ui.add_enabled(can_open, egui::Button::new(text::open()));
        if open.clicked() || (has_entered && can_open) {
            let path = PathBuf::from(typed.trim());
            view.push(UiCommand::CloseDialog);
            view.push(UiCommand::UseDropped(path));
        }
        if ui.button(text::open_browse_file()).clicked() {
            view.push(UiCommand::Browse(Pick::Open));
        }
        if ui.button(text::open_browse_folder()).clicked() {
            view.push(UiCommand::CloseDialog);
            view.push(UiCommand::Browse(Pick::Checkpoint));
        }
        if quiet_button(ui, text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
    });
    if typed != path {
        view.push(UiCommand::OpenDialog(Dialog::Open(typed)));
    }
}
