//! The prompt as one text with coloured speech and sound.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{FontId, Galley, Id, Stroke, TextBuffer, TextEdit, TextStyle, Ui};
use ovi_engine::prompt::{Lint, Severity};

use super::View;
use crate::state::{SpanKind, spans};
use crate::text;
use crate::theme::{self, Palette, READING, space};

/// Rows of the empty editor on the lowest and on high windows.
const NUM_ROWS: (f32, f32) = (6.0, 15.0);
/// Points of window height per further row.
const POINTS_PER_ROW: f32 = 40.0;
/// Window height that leaves room for the fewest rows.
const LEAST_HEIGHT: f32 = 720.0;

pub fn ui(ui: &mut Ui, view: &mut View<'_>, id: Id) {
    let palette = theme::palette(ui);
    let font = TextStyle::Name(READING.into()).resolve(ui.style());
    let advice = &view.state.advice;
    let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, width: f32| {
        let prompt = buffer.as_str();
        let look = Look {
            font: &font,
            palette,
            lints: advice.on(prompt),
        };
        layout(ui, prompt, width, &look)
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

struct Look<'a> {
    font: &'a FontId,
    palette: &'a Palette,
    lints: &'a [Lint],
}

impl Look<'_> {
    fn format(&self, kind: SpanKind, range: &Range<usize>) -> TextFormat {
        let palette = self.palette;
        let color = match kind {
            SpanKind::Scene => palette.text,
            SpanKind::Speech => palette.speech,
            SpanKind::Sound => palette.sound,
            SpanKind::Tag => palette.muted,
        };
        let worst = self
            .lints
            .iter()
            .filter(|lint| lint.span.start <= range.start && range.end <= lint.span.end)
            .map(|lint| lint.severity)
            .max();
        let underline = match (worst, kind) {
            (Some(Severity::Error), _) => Stroke::new(theme::stroke::THICK, palette.danger),
            (_, SpanKind::Speech) => Stroke::new(theme::stroke::THIN, palette.speech),
            _ => Stroke::NONE,
        };
        TextFormat {
            italics: kind == SpanKind::Sound,
            underline,
            ..TextFormat::simple(self.font.clone(), color)
        }
    }
}

fn layout(ui: &Ui, prompt: &str, width: f32, look: &Look<'_>) -> Arc<Galley> {
    let mut job = LayoutJob {
        text: prompt.to_owned(),
        ..LayoutJob::default()
    };
    job.wrap.max_width = width;
    for span in spans(prompt) {
        for range in pieces(prompt, span.range, look.lints) {
            let section = egui::text::LayoutSection {
                leading_space: 0.0,
                format: look.format(span.kind, &range),
                byte_range: range.start.into()..range.end.into(),
            };
            job.sections.push(section);
        }
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// `span` cut at the ends of the errors in it.
fn pieces(prompt: &str, span: Range<usize>, lints: &[Lint]) -> Vec<Range<usize>> {
    let errors = lints.iter().filter(|lint| lint.severity == Severity::Error);
    let mut cuts: Vec<usize> = errors
        .flat_map(|lint| [lint.span.start, lint.span.end])
        .filter(|&cut| span.contains(&cut) && prompt.is_char_boundary(cut))
        .chain([span.start, span.end])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let pairs = cuts.iter().zip(cuts.iter().skip(1));
    pairs.map(|(start, end)| *start..*end).collect()
}

/// Put tags around the selection, or at the cursor.
pub fn insert_tags(ui: &Ui, view: &mut View<'_>, id: Id, tags: (&str, &str)) {
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

/// Select a stretch of bytes.
pub fn select(ui: &Ui, prompt: &str, id: Id, bytes: &Range<usize>) {
    let char_at = |byte: usize| {
        prompt
            .get(..byte)
            .map_or(0, |before| before.chars().count())
    };
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let (start, end) = (char_at(bytes.start), char_at(bytes.end));
    let cursor = CCursorRange::two(CCursor::new(start), CCursor::new(end));
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
        let tags = ("<AUDCAP>", "<ENDAUDCAP>");
        let mut prompt = "Él dice hola".to_owned();
        let inner = wrap(&mut prompt, 8..12, ("<S>", "<E>"));
        assert_eq!(prompt, "Él dice <S>hola<E>");
        assert_eq!(inner, 11..15);
        let mut empty = String::new();
        assert_eq!(wrap(&mut empty, 0..0, tags), 8..8);
        assert_eq!(empty, "<AUDCAP><ENDAUDCAP>");
        let mut short = "a".to_owned();
        wrap(&mut short, 5..9, ("<S>", "<E>"));
        assert_eq!(short, "a<S><E>", "a cursor from a longer text does no harm");
    }

    #[test]
    fn errors_cut_a_span_into_pieces_that_cover_it() {
        use ovi_engine::prompt::{LintContext, lint};
        use ovi_engine::protocol::ModelVariant;
        let prompt = "é <S>a <S>b<E> <E>";
        let context = LintContext {
            variant: ModelVariant::Square960Secs5,
            num_tokens: None,
            video_negative: "",
            audio_negative: "",
            video_guidance: 4.0,
            audio_guidance: 3.0,
        };
        let lints = lint(prompt, &context);
        assert!(lints.iter().any(|lint| lint.severity == Severity::Error));
        let mut covered = String::new();
        for span in spans(prompt) {
            for piece in pieces(prompt, span.range, &lints) {
                covered.push_str(&prompt[piece]);
            }
        }
        assert_eq!(covered, prompt);
    }
}
