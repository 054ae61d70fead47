//! Language, what is shown at start, and what the desktop is asked for.

use egui::{ComboBox, Ui};

use super::row::{Row, setting, switch};
use crate::places::Places;
use crate::screens::View;
use crate::settings::Settings;
use crate::state::Screen;
use crate::text::{self, language};
use crate::widgets::card;

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, settings: &mut Settings) {
    let default = Settings::default();
    card(ui, text::language_and_start(), |ui| {
        language_row(ui, view.places, settings);
        let row = Row {
            name: text::start_screen(),
            hint: text::start_screen_hint(),
        };
        let start = &mut settings.start_screen;
        setting(ui, row, start, &default.start_screen, start_screen);
    });
    card(ui, text::set_desktop(), |ui| {
        let row = Row {
            name: text::set_notify(),
            hint: text::set_notify_hint(),
        };
        switch(ui, row, &mut settings.notifies, default.notifies);
        let row = Row {
            name: text::set_keep_awake(),
            hint: text::set_keep_awake_hint(),
        };
        switch(ui, row, &mut settings.keeps_awake, default.keeps_awake);
    });
}

/// The language's own name is shown: it must be found by who cannot read the others.
pub fn language_row(ui: &mut Ui, places: &Places, settings: &mut Settings) {
    let folder = places
        .languages()
        .map(|folder| folder.display().to_string());
    let hint = folder.map(text::language_hint).unwrap_or_default();
    let row = Row {
        name: text::language_label(),
        hint: &hint,
    };
    let offered = language::offered();
    let name = |code: &str| {
        let known = offered.iter().find(|language| language.code == code);
        known.map_or(text::language_system().to_owned(), |known| {
            text::language_name(known)
        })
    };
    let default = String::new();
    setting(ui, row, &mut settings.language, &default, |ui, chosen| {
        ComboBox::from_id_salt("language")
            .selected_text(name(chosen))
            .show_ui(ui, |ui| {
                ui.selectable_value(chosen, String::new(), text::language_system());
                for language in &offered {
                    let name = text::language_name(language);
                    ui.selectable_value(chosen, language.code.clone(), name);
                }
            });
    });
}

fn start_screen(ui: &mut Ui, chosen: &mut Option<Screen>) {
    ComboBox::from_id_salt("start_screen")
        .selected_text(chosen.map_or(text::start_screen_last(), text::screen))
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, text::start_screen_last());
            for screen in Screen::ALL {
                ui.selectable_value(chosen, Some(screen), text::screen(screen));
            }
        });
}
