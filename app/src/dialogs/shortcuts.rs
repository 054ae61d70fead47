//! The list of keys, by where they work.

use egui::{Grid, RichText, ScrollArea, TextStyle, Ui};

use crate::command::{SettingsWish, UiCommand};
use crate::keys::{Action, Scope};
use crate::screens::View;
use crate::state::{Screen, SettingsSection};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::quiet_button;

/// A word in the language of the window.
type Word = fn() -> &'static str;

/// Keys that the toolkit sees to.
const FIXED: [(&str, Word); 3] = [
    ("Ctrl++, Ctrl+−, Ctrl+0", text::text_size),
    ("Tab, Shift+Tab", text::keys_next_control),
    ("Esc", text::keys_escape),
];

/// The list, a way to change it, and a button that closes it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(RichText::new(text::shortcuts()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let height = ui.ctx().content_rect().height() * size::DIALOG_SHARE;
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for scope in Scope::ALL {
            group(ui, view, scope);
        }
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        if ui.button(text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
        if quiet_button(ui, text::keys_change()).clicked() {
            let section = SettingsSection::Keyboard;
            view.push(UiCommand::CloseDialog);
            view.push(UiCommand::Show(Screen::Settings));
            view.push(UiCommand::Settings(SettingsWish::ShowSection(section)));
        }
    });
}

fn group(ui: &mut Ui, view: &View<'_>, scope: Scope) {
    ui.label(theme::caption(ui, text::scope(scope)));
    let spacing = egui::vec2(space::XL, space::XS);
    let grid = Grid::new(("shortcuts", scope)).num_columns(2);
    grid.spacing(spacing)
        .min_col_width(size::LABEL)
        .show(ui, |ui| {
            let mut row = |keys: String, action: &str| {
                ui.label(RichText::new(keys).color(theme::palette(ui).focus));
                ui.label(action);
                ui.end_row();
            };
            let listed = Action::ALL.iter().filter(|action| action.scope() == scope);
            for action in listed {
                let chords = view.settings.keymap.chords(*action).iter();
                let keys: Vec<String> = chords.map(|chord| chord.label()).collect();
                if !keys.is_empty() {
                    row(keys.join(", "), text::action(*action));
                }
            }
            if scope == Scope::Global {
                for (keys, action) in FIXED {
                    row(keys.to_owned(), action());
                }
            }
        });
    ui.add_space(space::S);
}
