//! Small windows on top of the screen.

mod assign_key;
mod batch;
mod batch_rows;
mod close_with_job;
mod confirm_cancel;
mod edit_job;
mod job_error;
mod messages;
mod save_clip;
mod shortcuts;

pub use messages::take_action;

use egui::{Frame, Id, Modal, ScrollArea, Ui};

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
            let room = ui.ctx().content_rect().width() - 2.0 * space::XL;
            let width = match dialog {
                Dialog::Batch => size::WIDE_DIALOG,
                _ => size::DIALOG,
            };
            ui.set_width(width.min(room));
            // At large text sizes a dialog may be higher than the window.
            let height = ui.ctx().content_rect().height() - 2.0 * space::XL;
            let area = ScrollArea::vertical()
                .id_salt("dialog")
                .max_height(height)
                .min_scrolled_height(height);
            area.show(ui, |ui| match dialog {
                Dialog::AssignKey { action, pressed } => {
                    assign_key::ui(ui, view, action, pressed);
                }
                Dialog::CloseWithJob => close_with_job::ui(ui, view),
                Dialog::Messages => messages::ui(ui, view),
                Dialog::Shortcuts => shortcuts::ui(ui, view),
                Dialog::EditJob => edit_job::ui(ui, view),
                Dialog::JobError(job) => job_error::ui(ui, view, job),
                Dialog::ConfirmCancel => confirm_cancel::ui(ui, view),
                Dialog::Batch => batch::ui(ui, view),
                Dialog::SaveClip(path) => save_clip::ui(ui, view, path),
            });
        });
    if response.should_close() {
        view.push(UiCommand::CloseDialog);
    }
}
