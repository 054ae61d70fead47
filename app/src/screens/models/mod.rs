//! The models: the folder that is used and what it holds.

use egui::{CentralPanel, Frame, ScrollArea, Ui};

use super::View;
use super::generate::model_ui;
use crate::theme::{self, space};

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::M));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ScrollArea::vertical()
            .auto_shrink(false)
            .show(ui, |ui| model_ui(ui, view));
    });
}
