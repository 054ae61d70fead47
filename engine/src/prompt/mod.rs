//! Prompts before the text encoder: their two dialects, the picture prompt, names of files, advice,
//! and batches (spec: pipeline 3 and 10, product 8 and 9).
//!
//! Tags are plain text to the network, but the models were trained with different ones, so a
//! prompt is put into its model's form before use.

mod batch;
mod lint;
mod outline;
mod tags;

pub use batch::{
    Batch, BatchError, BatchJob, BatchMode, BatchRow, RowProblem, RowSettings, read_batch,
};
pub use lint::{
    Fix, FixTarget, Lint, LintCode, LintContext, LintDetail, MAX_TOKENS, PairFault, Severity, lint,
    max_spoken_words,
};
pub use outline::{Part, PartKind, num_spoken_words, num_words, outline};

use crate::protocol::ModelVariant;
use tags::{AUDIO, CAPTION_END, CAPTION_START, SPEECH_END, SPEECH_START, replace_spans};

/// Longest file-name stem, in characters.
const MAX_STEM_CHARS: usize = 50;

/// How a model wants its sound description written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `<AUDCAP>text<ENDAUDCAP>`, the 720 model.
    Tagged,
    /// `Audio: text` to the end of the prompt, the 960 models.
    Labelled,
}

impl Dialect {
    /// The dialect `variant` was trained with.
    pub fn of(variant: ModelVariant) -> Self {
        match variant {
            ModelVariant::Square720Secs5 => Self::Tagged,
            ModelVariant::Square960Secs5 | ModelVariant::Square960Secs10 => Self::Labelled,
        }
    }

    /// `prompt` with the other dialect's sound descriptions rewritten; everything else stays as it
    /// is, also tags that are not closed.
    pub fn format(self, prompt: &str) -> String {
        match self {
            Self::Labelled => replace_spans(prompt, CAPTION_START, CAPTION_END, |text| {
                format!("{AUDIO} {text}")
            }),
            Self::Tagged => match prompt.split_once(AUDIO) {
                Some((before, text)) => {
                    format!("{before}{CAPTION_START}{}{CAPTION_END}", text.trim_start())
                }
                None => prompt.to_owned(),
            },
        }
    }
}

/// A prompt put into a model's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The stretch that changes, as it was.
    pub before: String,
    /// What it becomes.
    pub after: String,
    /// The whole prompt in its new form.
    pub text: String,
}

impl Dialect {
    /// What [`Dialect::format`] changes in `prompt`; `None` if nothing.
    pub fn convert(self, prompt: &str) -> Option<Conversion> {
        let text = self.format(prompt);
        if text == prompt {
            return None;
        }
        let same = |(a, b): &(char, char)| a == b;
        let start: usize = prompt
            .chars()
            .zip(text.chars())
            .take_while(same)
            .map(|(c, _)| c.len_utf8())
            .sum();
        let (old, new) = (prompt.get(start..)?, text.get(start..)?);
        let end: usize = old
            .chars()
            .rev()
            .zip(new.chars().rev())
            .take_while(same)
            .map(|(c, _)| c.len_utf8())
            .sum();
        Some(Conversion {
            before: old.get(..old.len() - end)?.to_owned(),
            after: new.get(..new.len() - end)?.to_owned(),
            text,
        })
    }
}

/// The prompt for a picture model: without speech and sound.
pub fn picture_prompt(prompt: &str) -> String {
    let silent = replace_spans(prompt, SPEECH_START, SPEECH_END, |_| String::new());
    let silent = replace_spans(&silent, CAPTION_START, CAPTION_END, |_| String::new());
    let seen = silent.split(AUDIO).next().unwrap_or_default();
    seen.trim().to_owned()
}

/// The reference's stem of an output file: no tags, underscores for spaces and slashes, at most 50
/// characters. May hold characters that file systems refuse; see [`safe_file_stem`].
pub fn file_stem(prompt: &str) -> String {
    let text = without_tags(prompt);
    let underscored = text
        .chars()
        .map(|c| if matches!(c, ' ' | '/') { '_' } else { c });
    underscored.take(MAX_STEM_CHARS).collect()
}

/// [`file_stem`] as every file system takes it; `clip` if nothing is left.
pub fn safe_file_stem(prompt: &str) -> String {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];
    let is_refused =
        |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let stem = file_stem(prompt);
    let stem: String = stem
        .chars()
        .map(|c| if is_refused(c) { '_' } else { c })
        .collect();
    let stem = stem.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '_'));
    let base = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.is_empty()
        || DEVICES
            .iter()
            .any(|device| device.eq_ignore_ascii_case(base))
    {
        return format!("clip{stem}");
    }
    stem.to_owned()
}

/// Without every `<…>` on one line.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        rest = match tag.find(['>', '\n']) {
            Some(end) if tag[end..].starts_with('>') => &tag[end + 1..],
            _ => {
                out.push('<');
                &tag[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_rewrite_only_the_sound_description() {
        let both = "A <AUDCAP>a\nb<ENDAUDCAP> <AUDCAP>$1<ENDAUDCAP> <AUDCAP>open";
        assert_eq!(
            Dialect::Labelled.format(both),
            "A Audio: a\nb Audio: $1 <AUDCAP>open"
        );
        assert_eq!(Dialect::Tagged.format(both), both);
        let label = "<S>Hi<E> Audio:\u{3000}\n rain Audio: x\n";
        assert_eq!(
            Dialect::Tagged.format(label),
            "<S>Hi<E> <AUDCAP>rain Audio: x\n<ENDAUDCAP>"
        );
        assert_eq!(Dialect::Labelled.format(label), label);
    }

    #[test]
    fn a_conversion_shows_what_changes() {
        let told = Dialect::Labelled
            .convert("Rain é. <AUDCAP>drops é<ENDAUDCAP> End.")
            .unwrap();
        assert_eq!(told.before, "<AUDCAP>drops é<ENDAUDCAP>");
        assert_eq!(told.after, "Audio: drops é");
        assert_eq!(told.text, "Rain é. Audio: drops é End.");
        let told = Dialect::Tagged.convert("A. Audio: x").unwrap();
        assert_eq!(
            (told.before.as_str(), told.after.as_str()),
            ("Audio: x", "<AUDCAP>x<ENDAUDCAP>")
        );
        assert_eq!(Dialect::Tagged.convert("No sound."), None);
    }

    #[test]
    fn a_picture_prompt_is_silent() {
        let prompt = " A <S>x\ny<E>b <AUDCAP>c<ENDAUDCAP>d Audio: e\nf";
        assert_eq!(picture_prompt(prompt), "A b d");
        assert_eq!(picture_prompt("<S>never closed"), "<S>never closed");
    }

    #[test]
    fn stems_lose_tags_on_one_line_only() {
        assert_eq!(file_stem("a<b\n>c <d <e>f/g"), "a<b\n>c_f_g");
        assert_eq!(file_stem(&"é".repeat(60)).chars().count(), 50);
    }

    #[test]
    fn safe_stems_suit_every_file_system() {
        assert_eq!(
            safe_file_stem("He says: \"no\"\nmore..."),
            "He_says___no__more"
        );
        assert_eq!(safe_file_stem("<S><E> ../"), "clip");
        assert_eq!(safe_file_stem("com1.txt"), "clipcom1.txt");
    }
}
