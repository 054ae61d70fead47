//! The library: all clips.

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
        card(ui, text::library(), |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                if view.state.library.clips().is_empty() {
                    note(ui, text::library_empty());
                }
                for record in view.state.library.clips() {
                    ui.label(record.clip.path.display().to_string());
                }
            });
        });
    });
}
