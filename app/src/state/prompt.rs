//! What a prompt consists of: coloured spans, word counts, and the first tag that cannot be read.

use std::ops::Range;

use ovi_engine::prompt::{LintCode, LintContext, LintDetail, PairFault, PartKind, lint, outline};
use ovi_engine::protocol::ModelVariant;

/// What a stretch of the prompt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// What is seen.
    Scene,
    /// Spoken words.
    Speech,
    /// What is heard.
    Sound,
    /// A tag.
    Tag,
}

/// A stretch of the prompt, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the prompt; lies on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SpanKind,
}

/// Counts and the first bad tag of one prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptView {
    /// Words outside tags.
    pub num_words: usize,
    /// Words within speech.
    pub num_spoken_words: usize,
    /// How its speech tags fail to pair up.
    pub fault: Option<PairFault>,
}

impl PromptView {
    /// Read `prompt`; every text gives a view.
    pub fn new(prompt: &str) -> Self {
        let mut view = Self {
            fault: pair_fault(prompt),
            ..Self::default()
        };
        for span in spans(prompt) {
            let words = prompt.get(span.range).unwrap_or_default();
            let num_words = words.split_whitespace().count();
            match span.kind {
                SpanKind::Tag => {}
                SpanKind::Scene | SpanKind::Sound => view.num_words += num_words,
                SpanKind::Speech => {
                    view.num_words += num_words;
                    view.num_spoken_words += num_words;
                }
            }
        }
        view
    }
}

/// Spans of `prompt` in order, covering the whole text.
pub fn spans(prompt: &str) -> Vec<Span> {
    let mut kinds = vec![SpanKind::Scene; prompt.len()];
    let mut paint = |range: Range<usize>, kind| {
        if let Some(stretch) = kinds.get_mut(range) {
            stretch.fill(kind);
        }
    };
    for part in outline(prompt) {
        paint(part.whole, SpanKind::Tag);
        let kind = match part.kind {
            PartKind::Speech => SpanKind::Speech,
            PartKind::Sound => SpanKind::Sound,
        };
        paint(part.inner, kind);
    }
    let mut spans = Vec::new();
    let mut start = 0;
    for run in kinds.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        spans.extend(run.first().map(|kind| Span {
            range: start..end,
            kind: *kind,
        }));
        start = end;
    }
    spans
}

/// Tags do not depend on the model, the other advice does.
fn pair_fault(prompt: &str) -> Option<PairFault> {
    let context = LintContext {
        variant: ModelVariant::Square960Secs10,
        num_tokens: None,
        video_negative: "",
        audio_negative: "",
        video_guidance: 0.0,
        audio_guidance: 0.0,
    };
    let first = lint(prompt, &context).into_iter().next()?;
    match (first.code, first.detail) {
        (LintCode::UnpairedSpeech, LintDetail::Pair(fault)) => Some(fault),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompt: &str, expected: &[(&str, SpanKind)]) {
        let spans: Vec<_> = spans(prompt)
            .into_iter()
            .map(|span| (&prompt[span.range], span.kind))
            .collect();
        assert_eq!(spans, expected, "{prompt:?}");
        let joined: String = spans.iter().map(|(text, _)| *text).collect();
        assert_eq!(joined, prompt, "spans cover the text");
    }

    #[test]
    fn spans_follow_the_tags() {
        use SpanKind::*;
        check("", &[]);
        check("a dog", &[("a dog", Scene)]);
        check(
            "he says <S>hi<E> ok <AUDCAP>wind<ENDAUDCAP>",
            &[
                ("he says ", Scene),
                ("<S>", Tag),
                ("hi", Speech),
                ("<E>", Tag),
                (" ok ", Scene),
                ("<AUDCAP>", Tag),
                ("wind", Sound),
                ("<ENDAUDCAP>", Tag),
            ],
        );
        check(
            "ü Audio: é <S>",
            &[("ü ", Scene), ("Audio:", Tag), (" é <S>", Sound)],
        );
        check("<S>open", &[("<S>open", Scene)]);
    }

    #[test]
    fn tags_that_do_not_close_are_named() {
        let check = |prompt, expected| assert_eq!(PromptView::new(prompt).fault, expected);
        check("<S>hi", Some(PairFault::NeverEnds));
        check("hi<E>", Some(PairFault::NeverStarts));
        check("<S>a<S>b<E>", Some(PairFault::Nested));
        check("<S>a<E> <AUDCAP>x", None);
    }

    #[test]
    fn words_are_counted_without_tags() {
        let view = PromptView::new("a man says <S>good morning all<E> Audio: birds sing");
        assert_eq!((view.num_words, view.num_spoken_words), (8, 3));
    }
}
