//! The queue: jobs that run, wait and have ended.

mod banners;
mod cells;
mod columns;
mod drag;
mod keys;
mod menu;
mod row;
mod table;
mod toolbar;

use egui::{CentralPanel, Frame, RichText, TextStyle, Ui};

use super::View;
use crate::command::{QueueWish, UiCommand};
use crate::state::Screen;
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, radius, space};
use crate::widgets::note;

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    let frame = Frame::new()
        .fill(palette.window)
        .inner_margin(theme::margin(space::M));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let moved_to = keys::take(ui, view);
        Frame::new()
            .fill(palette.card)
            .corner_radius(radius::L)
            .inner_margin(theme::margin(space::M))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                toolbar::ui(ui, view);
                banners::ui(ui, view);
                ui.add_space(space::XS);
                match view.state.queue.entries().is_empty() {
                    true => empty(ui, view),
                    false => table::ui(ui, view, moved_to),
                }
            });
    });
}

/// A way in, where there is nothing to list.
fn empty(ui: &mut Ui, view: &mut View<'_>) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.3);
        ui.label(RichText::new(text::queue_empty()).text_style(TextStyle::Heading));
        note(ui, text::queue_empty_hint());
        ui.add_space(space::S);
        if ui.button(text::queue_new_job()).clicked() {
            view.push(UiCommand::Show(Screen::Generate));
        }
        if ui.button(text::queue_import_batch()).clicked() {
            view.push(UiCommand::Browse(Pick::Batch));
        }
    });
}

/// Cause something in the queue.
fn wish(view: &mut View<'_>, wish: QueueWish) {
    view.push(UiCommand::Queue(wish));
}
