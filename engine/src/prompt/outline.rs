//! What a prompt consists of, for an editor that colours and counts (spec: product 8.1).

use std::ops::Range;

use super::tags::{AUDIO, CAPTION_END, CAPTION_START, SPEECH_END, SPEECH_START, spans};

/// What a stretch of a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// Spoken words.
    Speech,
    /// Description of the sound.
    Sound,
}

/// A stretch of a prompt that is not description of the scene. Ranges are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is for.
    pub kind: PartKind,
    /// The stretch with its tags.
    pub whole: Range<usize>,
    /// The text between the tags, or after `Audio:`.
    pub inner: Range<usize>,
}

/// Speech and sound of a prompt from left to right. Speech inside a labelled sound description,
/// which reaches to the end of the prompt, ends that description for the eye.
///
/// Only complete spans count; what is open or misspelt is for [`super::lint`].
pub fn outline(prompt: &str) -> Vec<Part> {
    let part = |kind| {
        move |span: super::tags::Span| Part {
            kind,
            whole: span.whole,
            inner: span.inner,
        }
    };
    let mut parts: Vec<Part> = spans(prompt, SPEECH_START, SPEECH_END)
        .map(part(PartKind::Speech))
        .chain(spans(prompt, CAPTION_START, CAPTION_END).map(part(PartKind::Sound)))
        .collect();
    if let Some(start) = prompt.find(AUDIO) {
        let is_outside = |part: &Part| !part.whole.contains(&start);
        let next = parts.iter().map(|part| part.whole.start);
        let end = next.filter(|&at| at > start).min().unwrap_or(prompt.len());
        if parts.iter().all(is_outside) {
            parts.push(Part {
                kind: PartKind::Sound,
                whole: start..end,
                inner: start + AUDIO.len()..end,
            });
        }
    }
    parts.sort_by_key(|part| part.whole.start);
    parts
}

/// Words of the spoken stretches, together.
pub fn num_spoken_words(prompt: &str) -> usize {
    let speech = spans(prompt, SPEECH_START, SPEECH_END);
    speech
        .filter_map(|span| prompt.get(span.inner))
        .map(num_words)
        .sum()
}

/// Words between blanks.
pub fn num_words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(prompt: &str) -> Vec<(PartKind, &str, &str)> {
        let parts = outline(prompt).into_iter();
        parts
            .map(|part| (part.kind, &prompt[part.whole], &prompt[part.inner]))
            .collect()
    }

    #[test]
    fn speech_and_sound_are_found_in_both_dialects() {
        let labelled = "He says, <S>Hé, you.<E> Rain. Audio: rain.";
        let want = [
            (PartKind::Speech, "<S>Hé, you.<E>", "Hé, you."),
            (PartKind::Sound, "Audio: rain.", " rain."),
        ];
        assert_eq!(told(labelled), want);
        assert_eq!(num_spoken_words(labelled), 2);
        let tagged = "A <AUDCAP>x<ENDAUDCAP> <S>a b<E><S>c<E>";
        let kinds: Vec<_> = outline(tagged).iter().map(|part| part.kind).collect();
        assert_eq!(kinds, [PartKind::Sound, PartKind::Speech, PartKind::Speech]);
        assert_eq!(num_spoken_words(tagged), 3);
    }

    #[test]
    fn a_label_inside_another_part_starts_nothing() {
        assert_eq!(told("<S>Audio: on<E>").len(), 1);
        assert_eq!(told("Audio: a <S>b<E> c")[0].1, "Audio: a ");
        assert!(told("<S>open and Audio").is_empty());
    }
}
