//! Prompts to start from.

use egui::{Label, RichText, ScrollArea, TextStyle, Ui};
use ovi_engine::prompt::Dialect;

use super::{close_button, list_height, title};
use crate::command::{FormWish, UiCommand};
use crate::screens::View;
use crate::state::examples;
use crate::text::{self, language};
use crate::theme::{self, space};
use crate::widgets::note;

/// Every example with a button that takes it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    title(ui, text::examples_title());
    note(ui, text::examples_note());
    let dialect = view.state.dialect().unwrap_or(Dialect::Labelled);
    let language = language::current().map_or(language::ENGLISH, |language| &language.code);
    ScrollArea::vertical()
        .max_height(list_height(ui))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for example in examples() {
                ui.add_space(space::S);
                let name = example.title(language);
                ui.horizontal(|ui| {
                    ui.label(RichText::new(name).strong());
                    ui.label(theme::note(ui, text::example_secs(example.secs)));
                    crate::widgets::at_right(ui, name, |ui| {
                        let take = ui
                            .button(text::use_it())
                            .accessible_name(text::example_use(name));
                        if take.clicked() {
                            let prompt = dialect.format(&example.prompt);
                            view.push(UiCommand::Form(FormWish::SetPrompt(prompt)));
                        }
                    });
                });
                let prompt = RichText::new(dialect.format(&example.prompt))
                    .text_style(TextStyle::Small)
                    .color(theme::palette(ui).muted);
                ui.add(Label::new(prompt).wrap());
            }
        });
    close_button(ui, view);
}
