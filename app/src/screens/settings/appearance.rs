//! Colours, sizes, movement.

use egui::{Button, Ui, Vec2};

use super::row::{Row, choice, setting, switch};
use crate::screens::View;
use crate::settings::{Settings, TEXT_SCALE, ThemeChoice};
use crate::text;
use crate::theme::size;
use crate::widgets::card;

/// Change of the text size per click.
const TEXT_STEP: f32 = 0.1;

/// The section.
pub fn ui(ui: &mut Ui, _view: &mut View<'_>, settings: &mut Settings) {
    let default = Settings::default();
    card(ui, text::view(), |ui| {
        theme_row(ui, settings);
        text_size_row(ui, settings);
        let row = Row {
            name: text::reduced_motion(),
            hint: text::reduced_motion_hint(),
        };
        let value = &mut settings.has_reduced_motion;
        switch(ui, row, value, default.has_reduced_motion);
        let row = Row {
            name: text::large_targets(),
            hint: text::large_targets_hint(),
        };
        let value = &mut settings.has_large_targets;
        switch(ui, row, value, default.has_large_targets);
    });
}

/// Light, dark, as the system.
pub fn theme_row(ui: &mut Ui, settings: &mut Settings) {
    let row = Row {
        name: text::theme_label(),
        hint: "",
    };
    let default = Settings::default().theme;
    setting(ui, row, &mut settings.theme, &default, |ui, value| {
        choice(ui, value, &ThemeChoice::ALL, text::theme);
    });
}

/// Steps instead of a slider: what is being set would move away from under the pointer.
pub fn text_size_row(ui: &mut Ui, settings: &mut Settings) {
    let row = Row {
        name: text::text_size(),
        hint: text::text_size_hint(),
    };
    let default = Settings::default().text_scale;
    setting(ui, row, &mut settings.text_scale, &default, |ui, scale| {
        ui.horizontal(|ui| {
            step(ui, scale, -TEXT_STEP);
            step(ui, scale, TEXT_STEP);
            ui.label(text::percent(*scale));
        });
    });
}

fn step(ui: &mut Ui, scale: &mut f32, change: f32) {
    let (sign, label) = match change < 0.0 {
        true => ("−", text::text_smaller()),
        false => ("+", text::text_larger()),
    };
    let next = ((*scale + change) * 10.0).round() / 10.0;
    let button = Button::new(sign).min_size(Vec2::splat(size::TARGET));
    let response = ui.add_enabled(TEXT_SCALE.contains(&next), button);
    if response.accessible_name(label).clicked() {
        *scale = next;
    }
}
