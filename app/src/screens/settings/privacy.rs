//! What can be left out and forgotten.

use egui::Ui;

use super::row::{Row, setting, switch};
use crate::command::{SettingsWish, UiCommand};
use crate::screens::View;
use crate::settings::{OutputDefaults, Settings};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{card, note};

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, settings: &mut Settings) {
    card(ui, text::privacy_files(), |ui| {
        let row = Row {
            name: text::set_omit_prompts(),
            hint: text::set_omit_prompts_hint(),
        };
        let default = OutputDefaults::default().omits_prompts;
        switch(ui, row, &mut settings.output.omits_prompts, default);
    });
    card(ui, text::privacy_forget(), |ui| {
        let num_prompts = view.state.library.prompts.len();
        let prompts = Forget {
            name: text::set_prompt_history(),
            hint: text::set_prompt_history_hint(),
            count: text::set_num_prompts(num_prompts as u64),
            button: text::set_clear_prompts(),
            is_empty: num_prompts == 0,
        };
        if forget(ui, &prompts) {
            view.push(UiCommand::Settings(SettingsWish::ClearPrompts));
        }
        let num_clips = view.state.session.len();
        let session = Forget {
            name: text::set_session(),
            hint: text::set_session_hint(),
            count: text::set_num_clips(num_clips as u64),
            button: text::set_clear_session(),
            is_empty: num_clips == 0,
        };
        if forget(ui, &session) {
            view.push(UiCommand::Settings(SettingsWish::ClearSession));
        }
    });
    card(ui, text::privacy_network(), |ui| {
        note(ui, text::privacy_network_note());
    });
}

/// Words about something that can be forgotten.
struct Forget<'a> {
    name: &'a str,
    hint: &'a str,
    count: String,
    button: &'a str,
    is_empty: bool,
}

fn forget(ui: &mut Ui, words: &Forget<'_>) -> bool {
    let row = Row {
        name: words.name,
        hint: words.hint,
    };
    let mut is_clicked = false;
    setting(ui, row, &mut (), &(), |ui, ()| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            let button = egui::Button::new(words.button);
            is_clicked = ui.add_enabled(!words.is_empty, button).clicked();
            ui.label(theme::note(ui, words.count.as_str()));
        });
    });
    is_clicked
}
