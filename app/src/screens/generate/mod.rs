//! The main screen: inputs at the left, the result at the right.

mod action_bar;
mod advanced;
mod control;
mod first_frame;
mod history;
mod invitation;
mod memory;
mod model;
mod next_steps;
mod outcome;
mod output;
mod presets;
mod progress;
mod prompt;
mod result;
mod sampling;
mod shape;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, ScrollArea, Ui, vec2};

use super::View;
use crate::theme::{self, size, space};
pub use model::ui as model_ui;
pub use presets::name_dialog;

/// The main screen, in what the bars leave. Drawn in reading order: keys move in it too.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    if ui.available_width() < size::ONE_COLUMN {
        stacked(ui, view);
        return;
    }
    let ground = Frame::new().fill(theme::palette(ui).window);
    let has_two_columns = ui.available_width() >= size::TWO_COLUMNS;
    let num_columns = if has_two_columns { 2.0 } else { 1.0 };
    Panel::left("inputs")
        .exact_size(num_columns * (size::COLUMN + space::M) + space::M)
        .resizable(false)
        .show_separator_line(false)
        .frame(ground)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let height = ui.available_height() - size::ACTION_BAR;
            ui.allocate_ui_with_layout(
                vec2(ui.available_width(), height),
                Layout::left_to_right(Align::Min),
                |ui| match has_two_columns {
                    true => {
                        column(ui, "inputs_column", 0.0, |ui| inputs(ui, view));
                        column(ui, "settings_column", space::M, |ui| settings(ui, view));
                    }
                    false => column(ui, "column", space::M, |ui| {
                        inputs(ui, view);
                        settings(ui, view);
                    }),
                },
            );
            Frame::new()
                .inner_margin(theme::margin(space::M))
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing = vec2(space::S, space::S);
                    action_bar::ui(ui, view);
                });
        });
    CentralPanel::default()
        .frame(ground)
        .show(ui, |ui| result::ui(ui, view));
}

/// Everything below each other, for narrow windows and large text.
fn stacked(ui: &mut Ui, view: &mut View<'_>) {
    let ground = Frame::new().fill(theme::palette(ui).window);
    CentralPanel::default().frame(ground).show(ui, |ui| {
        scrolled(ui, "stacked", theme::margin(space::M), |ui| {
            inputs(ui, view);
            settings(ui, view);
            action_bar::ui(ui, view);
            let size = vec2(ui.available_width(), size::STACKED_RESULT);
            let layout = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(size, layout, |ui| result::ui(ui, view));
        });
    });
}

/// A column that scrolls by itself, with room for its scroll bar at the right.
fn column(ui: &mut Ui, id: &str, right: f32, add_contents: impl FnOnce(&mut Ui)) {
    let width = space::M + size::COLUMN + right;
    let size = vec2(width, ui.available_height());
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        let margin = Margin {
            left: space::M as i8,
            right: right as i8,
            top: space::M as i8,
            bottom: 0,
        };
        scrolled(ui, id, margin, add_contents);
    });
}

fn scrolled(ui: &mut Ui, id: &str, margin: Margin, add_contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(space::S, space::S);
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
    presets::ui(ui, view);
    shape::ui(ui, view);
    sampling::ui(ui, view);
    advanced::ui(ui, view);
    output::ui(ui, view);
}
