//! Small windows on top of the screen.

mod assign_key;
mod batch;
mod batch_rows;
mod close_with_job;
mod confirm_cancel;
mod convert;
mod edit_job;
mod examples;
mod job_error;
mod messages;
mod name_preset;
mod prompt_history;
mod save_clip;
mod shortcuts;
mod variations;

pub use messages::take_action;

use egui::{Frame, Id, Modal, RichText, ScrollArea, TextStyle, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::state::Dialog;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::quiet_button;

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
                Dialog::Examples => examples::ui(ui, view),
                Dialog::PromptHistory(search) => prompt_history::ui(ui, view, search),
                Dialog::Convert => convert::ui(ui, view),
                Dialog::Variations(sweep) => variations::ui(ui, view, sweep),
                Dialog::NamePreset { renames, name } => {
                    name_preset::ui(ui, view, renames, name);
                }
            });
        });
    if response.should_close() {
        view.push(UiCommand::CloseDialog);
    }
}

/// What the dialog is about.
fn title(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).text_style(TextStyle::Heading));
    ui.add_space(space::S);
}

fn close_button(ui: &mut Ui, view: &mut View<'_>) {
    if quiet_button(ui, text::close()).clicked() {
        view.push(UiCommand::CloseDialog);
    }
}

/// Most height of a list in a dialog.
fn list_height(ui: &Ui) -> f32 {
    ui.ctx().content_rect().height() * size::DIALOG_SHARE
}
