//! Clips side by side on one clock: a grid, a wipe or a difference, one sound at a time, and a table
//! of the settings in which they differ.

mod clip_bar;
mod layout_bar;
mod pictures;
mod table;

use egui::{CentralPanel, Frame, Panel, ScrollArea, Ui};
use ovi_engine::protocol::ClipRecord;

use super::{View, player};
use crate::state::Comparison;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{above_below, card};

pub use pictures::ui as pictures_ui;

/// The comparison, in what the bars leave.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    let ground = Frame::new().fill(theme::palette(ui).window);
    let inner = ground.inner_margin(theme::margin(space::M));
    Panel::top("compare_bar")
        .frame(inner)
        .resizable(false)
        .show_separator_line(false)
        .show(ui, |ui| layout_bar::ui(ui, view, comparison));
    let is_wide = ui.available_width() >= size::COMPARE_WITH_TABLE;
    let clips = records(view, comparison);
    if is_wide {
        Panel::right("compare_table")
            .exact_size(size::COMPARE_TABLE)
            .resizable(false)
            .show_separator_line(false)
            .frame(inner)
            .show(ui, |ui| {
                ScrollArea::vertical()
                    .auto_shrink(false)
                    .show(ui, |ui| table_card(ui, &clips));
            });
    }
    CentralPanel::default().frame(inner).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let least = size::STAGE * 1.5;
            above_below(
                ui,
                least,
                view,
                |ui, view| pictures::ui(ui, view, comparison),
                |ui, view| {
                    card(ui, text::player(), |ui| player::controls_ui(ui, view));
                    if !is_wide {
                        table_card(ui, &clips);
                    }
                },
            );
        });
    });
}

fn table_card(ui: &mut Ui, clips: &[&ClipRecord]) {
    card(ui, text::compare_settings(), |ui| table::ui(ui, clips));
}

/// The compared clips that the library still has, in their order.
fn records<'a>(view: &View<'a>, comparison: &Comparison) -> Vec<&'a ClipRecord> {
    let library = &view.state.library;
    let clips = comparison.clips.iter();
    clips.filter_map(|id| library.clip(*id)).collect()
}
