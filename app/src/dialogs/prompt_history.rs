//! Prompts that were used: search, take one, forget one or all.

use egui::{Label, RichText, ScrollArea, TextEdit, TextStyle, Ui};

use super::{close_button, list_height, title};
use crate::command::{FormWish, UiCommand};
use crate::screens::View;
use crate::state::{Dialog, prompt_matches};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{Icon, at_right, icon_button, note, quiet_button};

/// Most prompts that are listed; the search finds the others.
const MAX_LISTED: usize = 100;
/// Characters of a prompt that name its buttons.
const NAME_CHARS: usize = 40;

/// Search field and list.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, search: String) {
    title(ui, text::history_title());
    let mut typed = search.clone();
    let edit = TextEdit::singleline(&mut typed)
        .hint_text(text::history_search())
        .desired_width(f32::INFINITY);
    ui.add(edit).accessible_name(text::history_search());
    if typed != search {
        view.push(UiCommand::OpenDialog(Dialog::PromptHistory(typed)));
    }
    list(ui, view, &search);
    ui.horizontal(|ui| {
        let has_prompts = !view.state.library.prompts.is_empty();
        if has_prompts && quiet_button(ui, text::history_forget_all()).clicked() {
            view.push(UiCommand::Form(FormWish::ForgetPrompts));
        }
        close_button(ui, view);
    });
}

fn list(ui: &mut Ui, view: &mut View<'_>, search: &str) {
    let prompts = view.state.library.prompts.iter();
    let found: Vec<&str> = prompts
        .map(|used| used.prompt.as_str())
        .filter(|prompt| prompt_matches(prompt, search))
        .take(MAX_LISTED)
        .collect();
    if found.is_empty() {
        let empty = match view.state.library.prompts.is_empty() {
            true => text::history_empty(),
            false => text::history_nothing(),
        };
        note(ui, empty);
        return;
    }
    ScrollArea::vertical()
        .max_height(list_height(ui))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for (idx, prompt) in found.into_iter().enumerate() {
                ui.push_id(idx, |ui| entry(ui, view, prompt));
            }
        });
}

fn entry(ui: &mut Ui, view: &mut View<'_>, prompt: &str) {
    let start: String = prompt.chars().take(NAME_CHARS).collect();
    ui.add_space(space::XS);
    let shown = RichText::new(prompt)
        .text_style(TextStyle::Small)
        .color(theme::palette(ui).text);
    ui.add(Label::new(shown).wrap());
    ui.horizontal(|ui| {
        at_right(ui, "buttons", |ui| {
            let take = ui
                .button(text::use_it())
                .accessible_name(text::history_use(&start));
            if take.clicked() {
                let wish = FormWish::SetPrompt(prompt.to_owned());
                view.push(UiCommand::Form(wish));
            }
            if icon_button(ui, Icon::Trash, &text::history_forget(&start)).clicked() {
                let wish = FormWish::ForgetPrompt(prompt.to_owned());
                view.push(UiCommand::Form(wish));
            }
        });
    });
    ui.separator();
}
