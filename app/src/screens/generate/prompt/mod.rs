//! The prompt: as text or taken apart, its counts, advice on it, and what can be done with it.

mod editor;
mod findings;
mod structured;

use egui::{Button, Id, Ui, Vec2};
use ovi_engine::prompt::{Dialect, MAX_TOKENS};

use super::View;
use crate::command::{FormWish, UiCommand};
use crate::keys::Action;
use crate::state::{Dialog, Tokens};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, at_right, icon_button, live_note, titled_card};

const SPEECH_TAGS: (&str, &str) = ("<S>", "<E>");

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let id = Id::unique("prompt");
    let is_structured = view.state.is_prompt_structured;
    titled_card(
        ui,
        text::prompt(),
        view,
        |ui, view| {
            at_right(ui, "prompt_view", |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                view_button(ui, view, text::view_text(), false);
                view_button(ui, view, text::view_structure(), true);
            });
        },
        |ui, view| {
            let asked = asked_tags(ui, view);
            if is_structured {
                structured::ui(ui, view);
            } else {
                editor::ui(ui, view, id);
            }
            tools(ui, view, id, asked);
            counts(ui, view);
            findings::ui(ui, view, id);
        },
    );
}

fn view_button(ui: &mut Ui, view: &mut View<'_>, label: &str, is_structured: bool) {
    let is_chosen = view.state.is_prompt_structured == is_structured;
    let label = theme::note(ui, label);
    let button = Button::selectable(is_chosen, label).min_size(Vec2::new(0.0, size::TARGET));
    if ui.add(button).clicked() {
        view.push(UiCommand::ShowPromptParts(is_structured));
    }
}

/// The tags of a sound description as the model wants it.
fn sound_tags(view: &View<'_>) -> (&'static str, &'static str) {
    match view.state.dialect() {
        Some(Dialect::Labelled) => ("Audio: ", ""),
        Some(Dialect::Tagged) | None => ("<AUDCAP>", "<ENDAUDCAP>"),
    }
}

/// Tags asked for by keys; taken before the editor would type the letter.
fn asked_tags(ui: &Ui, view: &View<'_>) -> Option<(&'static str, &'static str)> {
    let keymap = &view.settings.keymap;
    let is_asked = |action| view.state.dialog.is_none() && keymap.pressed(ui.ctx(), action);
    match (is_asked(Action::MarkSpeech), is_asked(Action::MarkSound)) {
        (true, _) => Some(SPEECH_TAGS),
        (_, true) => Some(sound_tags(view)),
        _ => None,
    }
}

fn tools(ui: &mut Ui, view: &mut View<'_>, id: Id, asked: Option<(&str, &str)>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let keymap = &view.settings.keymap;
        let speech_help = text::insert_speech_hint(keymap.label(Action::MarkSpeech));
        let sound_help = text::insert_sound_hint(
            text::sound_form(view.state.dialect().unwrap_or(Dialect::Tagged)),
            keymap.label(Action::MarkSound),
        );
        let [undo_key, redo_key] = [Action::Undo, Action::Redo].map(|action| keymap.label(action));
        let mut tags = asked;
        if !view.state.is_prompt_structured {
            let speech =
                icon_button(ui, Icon::Speech, text::insert_speech()).on_hover_text(speech_help);
            let sound =
                icon_button(ui, Icon::Sound, text::insert_sound()).on_hover_text(sound_help);
            if speech.clicked() {
                tags = Some(SPEECH_TAGS);
            }
            if sound.clicked() {
                tags = Some(sound_tags(view));
            }
        }
        if let Some(tags) = tags {
            editor::insert_tags(ui, view, id, tags);
        }
        let dialogs = [
            (Icon::Examples, text::examples(), Dialog::Examples),
            (
                Icon::History,
                text::history_prompts(),
                Dialog::PromptHistory(String::new()),
            ),
            (Icon::Retry, text::convert(), Dialog::Convert),
        ];
        for (icon, label, dialog) in dialogs {
            if icon_button(ui, icon, label).clicked() {
                view.push(UiCommand::OpenDialog(dialog));
            }
        }
        let history = &view.state.history;
        let steps = [
            (
                Icon::Undo,
                text::undo(),
                undo_key,
                history.can_undo(),
                FormWish::Undo,
            ),
            (
                Icon::Redo,
                text::redo(),
                redo_key,
                history.can_redo(),
                FormWish::Redo,
            ),
        ];
        for (icon, label, key, is_enabled, wish) in steps {
            let label = format!("{label} ({key})");
            let button = ui.add_enabled_ui(is_enabled, |ui| icon_button(ui, icon, &label));
            if button.inner.clicked() {
                view.push(UiCommand::Form(wish));
            }
        }
    });
}

fn counts(ui: &mut Ui, view: &View<'_>) {
    let counts = view.form.prompt_view();
    let words = text::word_count(counts.num_words, counts.num_spoken_words);
    let tokens = view.state.tokens();
    let palette = theme::palette(ui);
    let says = match tokens {
        Tokens::Unknown => text::tokens_unknown().to_owned(),
        Tokens::Counting => text::tokens_counting().to_owned(),
        Tokens::Known(num) if tokens.is_over() => text::tokens_over(num, MAX_TOKENS),
        Tokens::Known(num) => text::tokens_known(num, MAX_TOKENS),
    };
    ui.horizontal_wrapped(|ui| {
        live_note(ui, words);
        let color = if tokens.is_over() {
            palette.danger
        } else {
            palette.muted
        };
        if tokens.is_over() {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), egui::Sense::hover());
            Icon::Error.paint(ui.painter(), rect, color);
        }
        ui.label(theme::note(ui, says).color(color));
    });
}
