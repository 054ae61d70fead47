//! What shall become of the running job when the window is closed.

use egui::{RichText, TextStyle, Ui};

use crate::command::{CloseChoice, UiCommand};
use crate::screens::View;
use crate::text;
use crate::theme::space;
use crate::widgets::note;

/// The choices.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(RichText::new(text::close_title()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let num_waiting = view.state.queue.waiting().count() as u64;
    note(ui, text::close_hint(num_waiting));
    if view.state.can_hide {
        note(ui, text::close_background_hint());
    }
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        if ui.button(text::close_stay()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
        if view.state.can_hide && ui.button(text::close_background()).clicked() {
            view.push(UiCommand::CloseWindow(CloseChoice::KeepRunning));
        }
        if ui.button(text::close_cancel()).clicked() {
            view.push(UiCommand::CloseWindow(CloseChoice::CancelAndClose));
        }
    });
}
