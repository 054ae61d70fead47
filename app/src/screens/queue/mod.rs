//! The queue: jobs that wait, run and have ended.

use egui::{CentralPanel, Frame, ScrollArea, Ui};

use super::View;
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{card, note};

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::M));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        card(ui, text::queue(), |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                if view.state.queue.entries().is_empty() {
                    note(ui, text::queue_empty());
                }
                for entry in view.state.queue.entries() {
                    ui.label(&entry.request.prompt);
                }
            });
        });
    });
}
