//! Whether the running job shall be stopped.

use egui::{RichText, TextStyle, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::text;
use crate::theme::space;
use crate::widgets::note;

/// The question; the answer that loses nothing has the focus.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let Some(job) = &view.state.job else {
        // It ended while the question was open.
        view.push(UiCommand::CloseDialog);
        return;
    };
    ui.label(RichText::new(text::confirm_cancel()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    note(ui, text::confirm_cancel_progress(text::job_progress(job)));
    note(ui, text::confirm_cancel_note());
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let keep = ui.button(text::confirm_cancel_no());
        if ui.memory(|memory| memory.focused().is_none()) {
            keep.request_focus();
        }
        if keep.clicked() {
            view.push(UiCommand::CloseDialog);
        }
        if ui.button(text::confirm_cancel_yes()).clicked() {
            view.push(UiCommand::CloseDialog);
            view.push(UiCommand::Cancel);
        }
    });
}
