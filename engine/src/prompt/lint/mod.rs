//! Advice on a prompt before it is queued (spec: product 8.4).
//!
//! Plain data for the editor and the command line: what, where, with which numbers, and how to mend
//! it in one step. Pure functions, fast enough for every keystroke.

mod checks;
mod detail;
mod fix;
mod speakers;

use std::ops::Range;

use super::Dialect;
use crate::protocol::ModelVariant;
use checks::Text;

pub use detail::{LintDetail, PairFault};
pub use fix::{Fix, FixTarget};

/// Tokens the text encoder reads.
pub const MAX_TOKENS: usize = 512;

/// Whether a finding keeps the job from being queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Shown, nothing more.
    Warning,
    /// Blocks queueing.
    Error,
}

/// Kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LintCode {
    /// Speech tags that do not pair up.
    UnpairedSpeech,
    /// Misspelt tags.
    MisspeltTag,
    /// Sound description in the other model's form.
    Dialect,
    /// Text after the sound description.
    Order,
    /// Nobody speaks, which the model is not told.
    NoSpeech,
    /// More spoken words than the clip has time for.
    LongSpeech,
    /// More tokens than the model reads.
    TooManyTokens,
    /// No sound description.
    NoSound,
    /// Speech without a speaker although there are several people.
    NoSpeaker,
    /// A negative prompt that has no effect.
    UnusedNegative,
}

impl LintCode {
    /// Code as shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnpairedSpeech => "E-TAG1",
            Self::MisspeltTag => "W-TAG2",
            Self::Dialect => "W-DIA",
            Self::Order => "W-ORD",
            Self::NoSpeech => "W-NOS",
            Self::LongSpeech => "W-LONG",
            Self::TooManyTokens => "W-TOK",
            Self::NoSound => "W-AUD",
            Self::NoSpeaker => "W-WHO",
            Self::UnusedNegative => "W-NEG",
        }
    }

    /// Whether it blocks queueing.
    pub fn severity(self) -> Severity {
        match self {
            Self::UnpairedSpeech => Severity::Error,
            _ => Severity::Warning,
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Kind.
    pub code: LintCode,
    /// Whether it blocks queueing.
    pub severity: Severity,
    /// Bytes of the prompt it is about; empty if it is about the whole.
    pub span: Range<usize>,
    /// What exactly, with its numbers, for a text in another language.
    pub detail: LintDetail,
    /// One English sentence.
    pub message: String,
    /// The one-step remedy, if there is one.
    pub fix: Option<Fix>,
    /// A second remedy that helps beside the first: voices for the audio negative prompt.
    pub suggestion: Option<Fix>,
}

/// What a prompt is judged against.
#[derive(Clone, Copy, Debug)]
pub struct LintContext<'a> {
    /// Model that will read the prompt.
    pub variant: ModelVariant,
    /// Tokens of the cleaned prompt, if a tokenizer is at hand.
    pub num_tokens: Option<usize>,
    /// What the picture should avoid.
    pub video_negative: &'a str,
    /// What the sound should avoid.
    pub audio_negative: &'a str,
    /// Guidance of the picture.
    pub video_guidance: f64,
    /// Guidance of the sound.
    pub audio_guidance: f64,
}

/// Spoken words that fit a clip of `variant`, about.
pub fn max_spoken_words(variant: ModelVariant) -> usize {
    match variant {
        ModelVariant::Square960Secs10 => 55,
        ModelVariant::Square720Secs5 | ModelVariant::Square960Secs5 => 20,
    }
}

/// All findings on `prompt`, errors first, then in the order of the text.
pub fn lint(prompt: &str, context: &LintContext<'_>) -> Vec<Lint> {
    let mut text = Text::new(prompt, Dialect::of(context.variant));
    text.check_pairs();
    text.check_spelling();
    text.check_dialect();
    text.check_order();
    text.check_speech(context);
    text.check_speakers();
    text.check_sound();
    text.check_settings(context);
    let mut found = text.found;
    found.sort_by_key(|lint| (std::cmp::Reverse(lint.severity), lint.span.start));
    found
}

#[cfg(test)]
mod tests;
