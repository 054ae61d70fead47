//! What the editor knows of a prompt: coloured spans, counts, and tags that do not close.
//!
//! Speech is `<S>…<E>`; the sound description is `<AUDCAP>…<ENDAUDCAP>` or everything after `Audio:`
//! (spec: product 8.1). The engine decides what the model reads; this only shows it.

use std::ops::Range;

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

/// Tags that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagError {
    /// `<S>` without `<E>`.
    SpeechOpen,
    /// `<E>` without `<S>`.
    SpeechClosedTwice,
    /// `<S>` within speech.
    SpeechNested,
    /// `<AUDCAP>` without `<ENDAUDCAP>`.
    SoundOpen,
}

/// Spans, counts and the first bad tag of one prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptView {
    /// Spans in order, covering the whole text.
    pub spans: Vec<Span>,
    /// Words outside tags.
    pub num_words: usize,
    /// Words within speech.
    pub num_spoken_words: usize,
    /// First tag that cannot be read.
    pub tag_error: Option<TagError>,
}

const TAGS: [(&str, Tag); 5] = [
    ("<S>", Tag::SpeechStart),
    ("<E>", Tag::SpeechEnd),
    ("<AUDCAP>", Tag::SoundStart),
    ("<ENDAUDCAP>", Tag::SoundEnd),
    ("Audio:", Tag::SoundToEnd),
];

#[derive(Clone, Copy, PartialEq)]
enum Tag {
    SpeechStart,
    SpeechEnd,
    SoundStart,
    SoundEnd,
    SoundToEnd,
}

impl PromptView {
    /// Read `prompt`; every text gives a view.
    pub fn new(prompt: &str) -> Self {
        let mut view = Self::default();
        let mut kind = SpanKind::Scene;
        let mut position = 0;
        while let Some((start, text, tag)) = next_tag(prompt, position) {
            view.push(prompt, position..start, kind);
            view.push(prompt, start..start + text.len(), SpanKind::Tag);
            kind = view.after_tag(tag, kind);
            position = start + text.len();
            if tag == Tag::SoundToEnd {
                view.push(prompt, position..prompt.len(), SpanKind::Sound);
                return view;
            }
        }
        view.push(prompt, position..prompt.len(), kind);
        match kind {
            SpanKind::Speech => view.note(TagError::SpeechOpen),
            SpanKind::Sound => view.note(TagError::SoundOpen),
            SpanKind::Scene | SpanKind::Tag => {}
        }
        view
    }

    fn after_tag(&mut self, tag: Tag, before: SpanKind) -> SpanKind {
        match tag {
            Tag::SpeechStart => {
                if before == SpanKind::Speech {
                    self.note(TagError::SpeechNested);
                }
                SpanKind::Speech
            }
            Tag::SpeechEnd => {
                if before != SpanKind::Speech {
                    self.note(TagError::SpeechClosedTwice);
                }
                SpanKind::Scene
            }
            Tag::SoundStart => SpanKind::Sound,
            Tag::SoundEnd => SpanKind::Scene,
            Tag::SoundToEnd => {
                if before == SpanKind::Speech {
                    self.note(TagError::SpeechOpen);
                }
                SpanKind::Sound
            }
        }
    }

    fn note(&mut self, error: TagError) {
        self.tag_error.get_or_insert(error);
    }

    fn push(&mut self, prompt: &str, range: Range<usize>, kind: SpanKind) {
        if range.is_empty() {
            return;
        }
        if kind != SpanKind::Tag {
            let num_words = prompt
                .get(range.clone())
                .map_or(0, |t| t.split_whitespace().count());
            self.num_words += num_words;
            if kind == SpanKind::Speech {
                self.num_spoken_words += num_words;
            }
        }
        self.spans.push(Span { range, kind });
    }
}

fn next_tag(prompt: &str, from: usize) -> Option<(usize, &'static str, Tag)> {
    let rest = prompt.get(from..)?;
    TAGS.into_iter()
        .filter_map(|(text, tag)| rest.find(text).map(|at| (from + at, text, tag)))
        .min_by_key(|(at, _, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompt: &str, expected: &[(&str, SpanKind)], error: Option<TagError>) {
        let view = PromptView::new(prompt);
        let spans: Vec<_> = view
            .spans
            .iter()
            .map(|s| (&prompt[s.range.clone()], s.kind))
            .collect();
        assert_eq!(spans, expected, "{prompt:?}");
        assert_eq!(view.tag_error, error, "{prompt:?}");
        let joined: String = spans.iter().map(|(text, _)| *text).collect();
        assert_eq!(joined, prompt, "spans cover the text");
    }

    #[test]
    fn spans_follow_the_tags() {
        use SpanKind::*;
        check("", &[], None);
        check("a dog", &[("a dog", Scene)], None);
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
            None,
        );
        check(
            "ü Audio: wind <S>",
            &[("ü ", Scene), ("Audio:", Tag), (" wind <S>", Sound)],
            None,
        );
    }

    #[test]
    fn tags_that_do_not_close_are_named() {
        use SpanKind::*;
        check(
            "<S>hi",
            &[("<S>", Tag), ("hi", Speech)],
            Some(TagError::SpeechOpen),
        );
        check(
            "hi<E>",
            &[("hi", Scene), ("<E>", Tag)],
            Some(TagError::SpeechClosedTwice),
        );
        check(
            "<S>a<S>b<E>",
            &[
                ("<S>", Tag),
                ("a", Speech),
                ("<S>", Tag),
                ("b", Speech),
                ("<E>", Tag),
            ],
            Some(TagError::SpeechNested),
        );
        check(
            "<AUDCAP>x",
            &[("<AUDCAP>", Tag), ("x", Sound)],
            Some(TagError::SoundOpen),
        );
        check(
            "<S>a Audio: b",
            &[("<S>", Tag), ("a ", Speech), ("Audio:", Tag), (" b", Sound)],
            Some(TagError::SpeechOpen),
        );
    }

    #[test]
    fn words_are_counted_without_tags() {
        let view = PromptView::new("a man says <S>good morning all<E> Audio: birds sing");
        assert_eq!((view.num_words, view.num_spoken_words), (8, 3));
    }
}
