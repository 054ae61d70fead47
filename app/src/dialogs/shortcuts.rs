//! The list of keys.

use egui::{Grid, RichText, TextStyle, Ui};

use crate::command::UiCommand;
use crate::screens::View;
use crate::text;
use crate::theme::{self, space};

/// The list and a button that closes it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(RichText::new(text::shortcuts()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let spacing = egui::vec2(space::XL, space::XS);
    Grid::new("shortcuts")
        .num_columns(2)
        .spacing(spacing)
        .show(ui, |ui| {
            for (keys, action) in text::SHORTCUT_LIST {
                ui.label(RichText::new(keys).color(theme::palette(ui).focus));
                ui.label(action);
                ui.end_row();
            }
        });
    ui.add_space(space::S);
    if ui.button(text::close()).clicked() {
        view.push(UiCommand::CloseDialog);
    }
}
