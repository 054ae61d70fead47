//! The prompt editor: coloured speech and sound, counts, and buttons that insert tags.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{
    Align, FontId, Galley, Id, Key, KeyboardShortcut, Layout, Modifiers, Stroke, TextBuffer,
    TextEdit, TextStyle, Ui,
};

use super::View;
use crate::state::{PromptView, SpanKind};
use crate::text;
use crate::theme::{self, Palette, READING, space};
use crate::widgets::{Icon, card, live_note, problem, quiet_button};

/// Rows of the empty editor on the lowest and on high windows.
const NUM_ROWS: (f32, f32) = (6.0, 15.0);
/// Points of window height per further row.
const POINTS_PER_ROW: f32 = 40.0;
/// Window height that leaves room for the fewest rows.
const LEAST_HEIGHT: f32 = 720.0;
const SPEECH_TAGS: (&str, &str) = ("<S>", "<E>");
const SOUND_TAGS: (&str, &str) = ("<AUDCAP>", "<ENDAUDCAP>");

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::prompt(), |ui| {
        let id = Id::unique("prompt");
        let tags = wanted_tags(ui);
        editor(ui, view, id);
        ui.horizontal(|ui| {
            let speech = quiet_button(ui, text::insert_speech());
            let sound = quiet_button(ui, text::insert_sound());
            let clicked = match (speech.clicked(), sound.clicked()) {
                (true, _) => Some(SPEECH_TAGS),
                (_, true) => Some(SOUND_TAGS),
                _ => None,
            };
            speech.on_hover_text(text::insert_speech_hint());
            sound.on_hover_text(text::insert_sound_hint());
            if let Some(tags) = clicked.or(tags) {
                insert_tags(ui, view, id, tags);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let counts = view.form.prompt_view();
                live_note(
                    ui,
                    text::word_count(counts.num_words, counts.num_spoken_words),
                );
            });
        });
        if let Some(error) = view.form.prompt_view().tag_error {
            problem(
                ui,
                Icon::Warning,
                theme::palette(ui).danger,
                text::tag_error(error),
            );
        }
    });
}

/// Tags asked for by keys; taken before the editor would type the letter.
fn wanted_tags(ui: &Ui) -> Option<(&'static str, &'static str)> {
    let pressed = |key| {
        let shortcut = KeyboardShortcut::new(Modifiers::ALT, key);
        ui.input_mut(|input| input.consume_shortcut(&shortcut))
    };
    match (pressed(Key::S), pressed(Key::A)) {
        (true, _) => Some(SPEECH_TAGS),
        (_, true) => Some(SOUND_TAGS),
        _ => None,
    }
}

fn editor(ui: &mut Ui, view: &mut View<'_>, id: Id) {
    let palette = theme::palette(ui);
    let font = TextStyle::Name(READING.into()).resolve(ui.style());
    let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, width: f32| {
        layout(ui, buffer.as_str(), width, &font, palette)
    };
    let edit = TextEdit::multiline(&mut view.form.prompt)
        .id(id)
        .hint_text(text::prompt_hint())
        .font(font.clone())
        .desired_rows(num_rows(ui))
        .desired_width(f32::INFINITY)
        .margin(theme::margin(space::S))
        .layouter(&mut layouter);
    let response = ui.add(edit).accessible_name(text::prompt());
    if response.changed() {
        view.form.prompt_changed();
    }
}

fn num_rows(ui: &Ui) -> usize {
    let room = ui.ctx().content_rect().height() - LEAST_HEIGHT;
    let (fewest, most) = NUM_ROWS;
    (fewest + room / POINTS_PER_ROW).clamp(fewest, most) as usize
}

fn layout(ui: &Ui, prompt: &str, width: f32, font: &FontId, palette: &Palette) -> Arc<Galley> {
    let mut job = LayoutJob {
        text: prompt.to_owned(),
        ..LayoutJob::default()
    };
    job.wrap.max_width = width;
    // The stored view may be one key press behind the text that is laid out.
    for span in PromptView::new(prompt).spans {
        let color = match span.kind {
            SpanKind::Scene => palette.text,
            SpanKind::Speech => palette.speech,
            SpanKind::Sound => palette.sound,
            SpanKind::Tag => palette.muted,
        };
        let underline = match span.kind {
            SpanKind::Speech => Stroke::new(theme::stroke::THIN, palette.speech),
            SpanKind::Scene | SpanKind::Sound | SpanKind::Tag => Stroke::NONE,
        };
        let format = TextFormat {
            italics: span.kind == SpanKind::Sound,
            underline,
            ..TextFormat::simple(font.clone(), color)
        };
        let range = span.range.start.into()..span.range.end.into();
        let section = egui::text::LayoutSection {
            leading_space: 0.0,
            byte_range: range,
            format,
        };
        job.sections.push(section);
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

fn insert_tags(ui: &Ui, view: &mut View<'_>, id: Id, tags: (&str, &str)) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let end = view.form.prompt.chars().count();
    let selection = match state.cursor.char_range() {
        Some(range) => {
            let sorted = range.as_sorted_char_range();
            usize::from(sorted.start)..usize::from(sorted.end)
        }
        None => end..end,
    };
    let inner = wrap(&mut view.form.prompt, selection, tags);
    view.form.prompt_changed();
    let cursor = CCursorRange::two(CCursor::new(inner.start), CCursor::new(inner.end));
    state.cursor.set_char_range(Some(cursor));
    state.store(ui.ctx(), id);
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// Put tags around characters `selection` of `prompt`; returns where the selected text is now.
fn wrap(prompt: &mut String, selection: Range<usize>, tags: (&str, &str)) -> Range<usize> {
    let (open, close) = tags;
    let byte_at = |prompt: &str, char_idx: usize| {
        prompt
            .char_indices()
            .nth(char_idx)
            .map_or(prompt.len(), |(byte, _)| byte)
    };
    let (start, end) = (
        byte_at(prompt, selection.start),
        byte_at(prompt, selection.end),
    );
    prompt.insert_str(end, close);
    prompt.insert_str(start, open);
    let shift = open.chars().count();
    selection.start + shift..selection.end + shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_around_characters_not_bytes() {
        let mut prompt = "Él dice hola".to_owned();
        let inner = wrap(&mut prompt, 8..12, SPEECH_TAGS);
        assert_eq!(prompt, "Él dice <S>hola<E>");
        assert_eq!(inner, 11..15);
        let mut empty = String::new();
        assert_eq!(wrap(&mut empty, 0..0, SOUND_TAGS), 8..8);
        assert_eq!(empty, "<AUDCAP><ENDAUDCAP>");
        let mut short = "a".to_owned();
        wrap(&mut short, 5..9, SPEECH_TAGS);
        assert_eq!(short, "a<S><E>", "a cursor from a longer text does no harm");
    }
}
