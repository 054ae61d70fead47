//! Remedies: one replacement in one of the three texts.

use std::ops::Range;

use crate::prompt::tags::{AUDIO, SPEECH_END, Span};

/// Which text a remedy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixTarget {
    /// The prompt.
    Prompt,
    /// What the picture should avoid.
    VideoNegative,
    /// What the sound should avoid.
    AudioNegative,
}

/// Replacement of a byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Text it changes.
    pub target: FixTarget,
    /// Bytes to replace.
    pub range: Range<usize>,
    /// What takes their place.
    pub replacement: String,
}

impl Fix {
    /// A change of the prompt.
    pub(super) fn prompt(range: Range<usize>, replacement: impl Into<String>) -> Self {
        Self {
            target: FixTarget::Prompt,
            range,
            replacement: replacement.into(),
        }
    }

    /// `text`, which is the one of [`Fix::target`], with the replacement; `None` if the range is not
    /// of this text.
    pub fn apply(&self, text: &str) -> Option<String> {
        let (before, after) = (text.get(..self.range.start)?, text.get(self.range.end..)?);
        Some(format!("{before}{}{after}", self.replacement))
    }
}

/// Put `text` at `position`, after the blanks' neighbour, one space apart where it needs one.
pub(super) fn insertion(prompt: &str, position: usize, text: &str) -> Fix {
    let before = prompt[..position].trim_end();
    let is_closing = text == SPEECH_END;
    let lead = if before.is_empty() || is_closing {
        ""
    } else {
        " "
    };
    let trail = if prompt[position..].is_empty() {
        ""
    } else {
        " "
    };
    Fix::prompt(before.len()..position, format!("{lead}{text}{trail}"))
}

/// `words` at the end of a comma-separated negative prompt.
pub(super) fn listed(target: FixTarget, text: &str, words: &str) -> Fix {
    let end = text.trim_end().trim_end_matches(',').len();
    let lead = if text[..end].trim().is_empty() {
        ""
    } else {
        ", "
    };
    Fix {
        target,
        range: end..text.len(),
        replacement: format!("{lead}{words}"),
    }
}

/// The whole of a text taken away.
pub(super) fn cleared(target: FixTarget, text: &str) -> Fix {
    Fix {
        target,
        range: 0..text.len(),
        replacement: String::new(),
    }
}

/// A labelled description exchanged with the speech that follows it: the description ends with its
/// last sentence before the speech, or with the word before it.
pub(super) fn label_moved_last(prompt: &str, label: usize, speech: Range<usize>) -> Option<Fix> {
    let described = prompt.get(label + AUDIO.len()..speech.start)?;
    let ends = described.rmatch_indices(['.', '!', '?', '\n']);
    // The sentence that introduces the speech belongs to it.
    let end = ends
        .map(|(at, stop)| at + stop.len())
        .find(|&end| !described[..end].trim().is_empty());
    let end = label + AUDIO.len() + end.unwrap_or(described.len());
    let (sound, tail) = (
        prompt.get(label..end)?.trim_end(),
        prompt.get(end..)?.trim(),
    );
    Some(Fix::prompt(label..prompt.len(), format!("{tail} {sound}")))
}

/// Speech cut after `max_words` words; spans that have none left go with their tags.
pub(super) fn shortened(prompt: &str, speech: &[Span], max_words: usize) -> Option<Fix> {
    let (first, last) = (speech.first()?, speech.last()?);
    let range = first.whole.start..last.whole.end;
    let mut out = String::new();
    let (mut position, mut left) = (range.start, max_words);
    for span in speech {
        let between = prompt.get(position..span.whole.start)?;
        let words = prompt.get(span.inner.clone())?;
        let count = words.split_whitespace().count();
        position = span.whole.end;
        if left == 0 {
            out.push_str(between.trim_end());
            continue;
        }
        out.push_str(between);
        if count <= left {
            out.push_str(prompt.get(span.whole.clone())?);
        } else {
            let kept: Vec<&str> = words.split_whitespace().take(left).collect();
            let open = prompt.get(span.whole.start..span.inner.start)?;
            let close = prompt.get(span.inner.end..span.whole.end)?;
            out.push_str(&format!("{open}{}{close}", kept.join(" ")));
        }
        left = left.saturating_sub(count);
    }
    Some(Fix::prompt(range, out))
}
