//! The main screen: inputs at the left, the result at the right.

mod action_bar;
mod advanced;
mod first_frame;
mod history;
mod invitation;
mod memory;
mod model;
mod outcome;
mod output;
mod player;
mod progress;
mod prompt;
mod result;
mod sampling;
mod shape;

use egui::{CentralPanel, Frame, Panel, ScrollArea, Ui};

use super::View;
use crate::theme::{self, size, space};

/// The main screen, in what the bars leave.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    let has_two_columns = ui.available_width() >= size::TWO_COLUMNS;
    let num_columns = if has_two_columns { 2.0 } else { 1.0 };
    let width = num_columns * size::COLUMN + (num_columns + 1.0) * space::M;
    Panel::left("inputs")
        .exact_size(width)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(palette.window))
        .show(ui, |ui| {
            Panel::bottom("actions")
                .show_separator_line(false)
                .frame(
                    Frame::new()
                        .fill(palette.window)
                        .inner_margin(theme::margin(space::M)),
                )
                .show(ui, |ui| action_bar::ui(ui, view));
            CentralPanel::no_frame().show(ui, |ui| {
                if has_two_columns {
                    two_columns(ui, view);
                } else {
                    column(ui, "inputs_column", size::COLUMN + 2.0 * space::M, |ui| {
                        inputs(ui, view);
                        settings(ui, view);
                    });
                }
            });
        });
    CentralPanel::default()
        .frame(Frame::new().fill(palette.window))
        .show(ui, |ui| {
            result::ui(ui, view);
        });
}

fn two_columns(ui: &mut Ui, view: &mut View<'_>) {
    Panel::right("settings_column")
        .exact_size(size::COLUMN + space::M)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new())
        .show(ui, |ui| {
            let frame = Frame::new().inner_margin(egui::Margin {
                right: space::M as i8,
                top: space::M as i8,
                ..egui::Margin::ZERO
            });
            scrolled(ui, "settings_scroll", frame, |ui| settings(ui, view));
        });
    CentralPanel::no_frame().show(ui, |ui| {
        let frame = Frame::new().inner_margin(egui::Margin {
            left: space::M as i8,
            right: space::M as i8,
            top: space::M as i8,
            bottom: 0,
        });
        scrolled(ui, "inputs_scroll", frame, |ui| inputs(ui, view));
    });
}

fn column(ui: &mut Ui, id: &str, width: f32, add_contents: impl FnOnce(&mut Ui)) {
    ui.set_max_width(width);
    let frame = Frame::new().inner_margin(egui::Margin {
        bottom: 0,
        ..theme::margin(space::M)
    });
    scrolled(ui, id, frame, add_contents);
}

fn scrolled(ui: &mut Ui, id: &str, frame: Frame, add_contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            frame.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                add_contents(ui);
            });
        });
}

fn inputs(ui: &mut Ui, view: &mut View<'_>) {
    prompt::ui(ui, view);
    first_frame::ui(ui, view);
    model::ui(ui, view);
}

fn settings(ui: &mut Ui, view: &mut View<'_>) {
    shape::ui(ui, view);
    sampling::ui(ui, view);
    advanced::ui(ui, view);
    output::ui(ui, view);
}
