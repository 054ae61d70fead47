//! Small windows on top of the screen.

mod assign_key;
mod close_with_job;
mod messages;
mod open;
mod save_clip;
mod shortcuts;

pub use messages::take_action;

use egui::{Frame, Id, Modal, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::state::Dialog;
use crate::theme::{self, size, space};

/// The open dialog, if there is one. Escape and a click beside it close it.
pub fn ui(ui: &Ui, view: &mut View<'_>) {
    let Some(dialog) = view.state.dialog.clone() else {
        return;
    };
    let frame = Frame::popup(ui.style()).inner_margin(theme::margin(space::L));
    let response = Modal::new(Id::unique("dialog"))
        .frame(frame)
        .show(ui.ctx(), |ui| {
            ui.set_width(size::DIALOG);
            match dialog {
                Dialog::AssignKey { action, pressed } => {
                    assign_key::ui(ui, view, action, pressed);
                }
                Dialog::CloseWithJob => close_with_job::ui(ui, view),
                Dialog::Messages => messages::ui(ui, view),
                Dialog::Shortcuts => shortcuts::ui(ui, view),
                Dialog::Open(path) => open::ui(ui, view, path),
                Dialog::SaveClip(path) => save_clip::ui(ui, view, path),
            }
        });
    if response.should_close() {
        view.push(UiCommand::CloseDialog);
    }
}
