//! Where to copy the shown clip. The path can be typed: not every desktop has file dialogs.

use std::path::PathBuf;

use egui::{Key, RichText, TextEdit, TextStyle, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::state::Dialog;
use crate::tasks::Pick;
use crate::text;
use crate::theme::space;
use crate::widgets::{note, quiet_button};

/// Path, browse, save and close.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, path: String) {
    let mut typed = path.clone();
    ui.label(RichText::new(text::save_clip()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let edit = TextEdit::singleline(&mut typed).desired_width(f32::INFINITY);
    let edit = ui.add(edit).accessible_name(text::save_clip_path());
    note(ui, text::save_clip_note());
    let has_entered = edit.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    ui.horizontal(|ui| {
        let can_save = !typed.trim().is_empty();
        let save = ui.add_enabled(can_save, egui::Button::new(text::save()));
        if save.clicked() || (has_entered && can_save) {
            view.push(UiCommand::SaveClip(PathBuf::from(typed.trim())));
        }
        if ui
            .button(text::browse())
            .accessible_name(text::browse_clip_target())
            .clicked()
        {
            view.push(UiCommand::Browse(Pick::ClipTarget));
        }
        if quiet_button(ui, text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
    });
    if typed != path {
        view.push(UiCommand::OpenDialog(Dialog::SaveClip(typed)));
    }
}
