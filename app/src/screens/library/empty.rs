//! What is said where no clip is listed, and what to do about it.

use egui::{RichText, TextStyle, Ui};

use super::{View, wish};
use crate::command::{LibraryWish, UiCommand};
use crate::state::{LibraryState, Screen};
use crate::text;
use crate::theme::{self, HERO, space};
use crate::widgets::{in_the_middle, note};

/// A sentence and one or two actions in the middle.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let rect = ui.available_rect_before_wrap();
    let query = &view.state.library_screen.query;
    let (title, hint) = match (&view.state.library.state, query.has_filters()) {
        (LibraryState::Opening, _) => (text::library_opening(), ""),
        (_, true) => (text::library_no_match(), ""),
        (_, false) if query.is_trash => (text::trash_is_empty(), text::trash_hint()),
        (_, false) => (text::library_empty(), text::library_empty_hint()),
    };
    in_the_middle(ui, rect, |ui| {
        let muted = theme::palette(ui).muted;
        let style = TextStyle::Name(HERO.into());
        ui.label(RichText::new(title).text_style(style).color(muted));
        ui.add_space(space::S);
        if !hint.is_empty() {
            note(ui, hint);
            ui.add_space(space::S);
        }
        if let LibraryState::Unavailable(report) = &view.state.library.state {
            note(ui, format!("{} {}", report.code.code(), report.message));
            ui.add_space(space::S);
        }
        if view.state.library.state == LibraryState::Opening {
            return;
        }
        if query.has_filters() {
            if ui.button(text::clear_filters()).clicked() {
                let all = Box::new(query.without_filters());
                wish(view, LibraryWish::SetQuery(all));
            }
        } else if !query.is_trash && ui.button(text::make_a_clip()).clicked() {
            view.push(UiCommand::Show(Screen::Generate));
        }
    });
}
