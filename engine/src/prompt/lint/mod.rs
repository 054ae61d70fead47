//! Advice on a prompt before it is queued (spec: product 8.4).
//!
//! Plain data for the editor and the command line: what, where, and how to mend it in one step.

mod speakers;

use std::ops::Range;

use super::Dialect;
use crate::prompt::tags::{
    AUDIO, CAPTION_END, CAPTION_START, SPEECH_END, SPEECH_START, Span, spans, written_tags,
};
use crate::protocol::ModelVariant;

const MAX_TOKENS: usize = 512;

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

/// Replacement of a byte range of the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Bytes to replace.
    pub range: Range<usize>,
    /// What takes their place.
    pub replacement: String,
}

impl Fix {
    /// `prompt` with the replacement; `None` if the range is not of this prompt.
    pub fn apply(&self, prompt: &str) -> Option<String> {
        let (before, after) = (
            prompt.get(..self.range.start)?,
            prompt.get(self.range.end..)?,
        );
        Some(format!("{before}{}{after}", self.replacement))
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
    /// One sentence.
    pub message: String,
    /// The one-step remedy, if there is one.
    pub fix: Option<Fix>,
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

/// All findings on `prompt`, errors first, then in the order of the text.
pub fn lint(prompt: &str, context: &LintContext<'_>) -> Vec<Lint> {
    let mut text = Text::new(prompt, Dialect::of(context.variant));
    text.check_pairs();
    text.check_spelling();
    text.check_dialect();
    text.check_order();
    text.check_speech(context.variant);
    text.check_speakers();
    text.check_sound();
    text.check_settings(context);
    let mut found = text.found;
    found.sort_by_key(|lint| (std::cmp::Reverse(lint.severity), lint.span.start));
    found
}

struct Text<'a> {
    prompt: &'a str,
    dialect: Dialect,
    speech: Vec<Span>,
    /// Where the sound description starts.
    sound_start: Option<usize>,
    found: Vec<Lint>,
}

impl<'a> Text<'a> {
    fn new(prompt: &'a str, dialect: Dialect) -> Self {
        let label = prompt.find(AUDIO);
        let caption = spans(prompt, CAPTION_START, CAPTION_END)
            .next()
            .map(|span| span.whole.start);
        Self {
            prompt,
            dialect,
            speech: spans(prompt, SPEECH_START, SPEECH_END).collect(),
            sound_start: label.into_iter().chain(caption).min(),
            found: Vec::new(),
        }
    }

    fn report(
        &mut self,
        code: LintCode,
        span: Range<usize>,
        message: impl Into<String>,
        fix: Option<Fix>,
    ) {
        let lint = Lint {
            code,
            severity: code.severity(),
            span,
            message: message.into(),
            fix,
        };
        self.found.push(lint);
    }

    fn check_pairs(&mut self) {
        let mut open: Option<Range<usize>> = None;
        for tag in written_tags(self.prompt) {
            let written = &self.prompt[tag.range.clone()];
            if written == SPEECH_START {
                if let Some(unclosed) = open.replace(tag.range.clone()) {
                    let before = insertion(self.prompt, tag.range.start, SPEECH_END);
                    self.report(
                        LintCode::UnpairedSpeech,
                        unclosed,
                        "Speech starts inside speech.",
                        Some(before),
                    );
                }
            } else if written == SPEECH_END && open.take().is_none() {
                let fix = Fix {
                    range: tag.range.clone(),
                    replacement: String::new(),
                };
                self.report(
                    LintCode::UnpairedSpeech,
                    tag.range,
                    "Speech ends that never started.",
                    Some(fix),
                );
            }
        }
        if let Some(unclosed) = open {
            let wrong_end = written_tags(&self.prompt[unclosed.end..])
                .find(|tag| tag.canonical == SPEECH_END)
                .map(|tag| tag.range.start + unclosed.end..tag.range.end + unclosed.end);
            let sound = self.sound_start.filter(|&start| start >= unclosed.end);
            let end = sound.unwrap_or(self.prompt.len());
            let fix = match wrong_end {
                Some(range) => Fix {
                    range,
                    replacement: SPEECH_END.into(),
                },
                None => insertion(self.prompt, end, SPEECH_END),
            };
            let message = "Speech starts with <S> but never ends.";
            self.report(LintCode::UnpairedSpeech, unclosed, message, Some(fix));
        }
    }

    fn check_spelling(&mut self) {
        for tag in written_tags(self.prompt) {
            let written = &self.prompt[tag.range.clone()];
            if written != tag.canonical {
                let message = format!("{written} is written {}.", tag.canonical);
                let fix = Fix {
                    range: tag.range.clone(),
                    replacement: tag.canonical.into(),
                };
                self.report(LintCode::MisspeltTag, tag.range, message, Some(fix));
            }
        }
        if self.sound_start.is_some() {
            return;
        }
        let lower = self.prompt.to_ascii_lowercase();
        for (start, label) in lower.match_indices("audio:") {
            let range = start..start + label.len();
            let starts_word = !self.prompt[..start].ends_with(char::is_alphanumeric);
            if starts_word {
                let message = format!("{} is written {AUDIO}", &self.prompt[range.clone()]);
                let fix = Fix {
                    range: range.clone(),
                    replacement: AUDIO.into(),
                };
                self.report(LintCode::MisspeltTag, range, message, Some(fix));
            }
        }
    }

    fn check_dialect(&mut self) {
        let formatted = self.dialect.format(self.prompt);
        if formatted == self.prompt {
            return;
        }
        let (tag, form) = match self.dialect {
            Dialect::Tagged => (AUDIO, "<AUDCAP>…<ENDAUDCAP>"),
            Dialect::Labelled => (CAPTION_START, "Audio: …"),
        };
        let start = self.prompt.find(tag).unwrap_or_default();
        let message = format!("This model wants its sound description as {form}");
        // What follows the description would become part of it, so it is moved first.
        let moved = self
            .sound_moved_last()
            .and_then(|fix| fix.apply(self.prompt));
        let replacement = moved.map_or(formatted, |moved| self.dialect.format(&moved));
        let fix = Fix {
            range: 0..self.prompt.len(),
            replacement,
        };
        self.report(
            LintCode::Dialect,
            start..start + tag.len(),
            message,
            Some(fix),
        );
    }

    fn check_order(&mut self) {
        let message = "The sound description should come last.";
        if let Some(fix) = self.sound_moved_last() {
            let span = fix.range.clone();
            self.report(LintCode::Order, span, message, Some(fix));
        } else if let Some(start) = self.sound_start
            && let Some(speech) = self.speech.iter().find(|span| span.whole.start > start)
        {
            let span = speech.whole.clone();
            self.report(LintCode::Order, span, message, None);
        }
    }

    /// The closed sound description exchanged with the text that follows it.
    fn sound_moved_last(&self) -> Option<Fix> {
        let last = spans(self.prompt, CAPTION_START, CAPTION_END).last()?;
        let tail = self.prompt.get(last.whole.end..)?.trim();
        if tail.is_empty() || tail.contains(AUDIO) {
            return None;
        }
        let caption = self.prompt.get(last.whole.clone())?;
        Some(Fix {
            range: last.whole.start..self.prompt.len(),
            replacement: format!("{tail} {caption}"),
        })
    }

    fn check_speech(&mut self, variant: ModelVariant) {
        if self.speech.is_empty() {
            const SILENCE: &str = "no one speaks";
            let says_so = self.prompt.to_ascii_lowercase().contains(SILENCE);
            let is_meant = written_tags(self.prompt).any(|tag| tag.canonical == SPEECH_START);
            if !says_so && !is_meant && !self.prompt.trim().is_empty() {
                let at = self.sound_start.unwrap_or(self.prompt.len());
                let fix = insertion(self.prompt, at, "No one speaks.");
                let message = "Nobody speaks: the model may read the prompt aloud. Say that no one speaks, and put voices into the audio negative prompt.";
                self.report(LintCode::NoSpeech, 0..0, message, Some(fix));
            }
            return;
        }
        let (max_words, secs) = match variant {
            ModelVariant::Square960Secs10 => (55, 10),
            ModelVariant::Square720Secs5 | ModelVariant::Square960Secs5 => (20, 5),
        };
        let spoken = self
            .speech
            .iter()
            .map(|span| &self.prompt[span.inner.clone()]);
        let num_words: usize = spoken.map(|words| words.split_whitespace().count()).sum();
        if num_words > max_words
            && let (Some(first), Some(last)) = (self.speech.first(), self.speech.last())
        {
            let span = first.whole.start..last.whole.end;
            let message = format!(
                "{num_words} spoken words are many for {secs} s; up to about {max_words} fit."
            );
            self.report(LintCode::LongSpeech, span, message, None);
        }
    }

    fn check_speakers(&mut self) {
        let end = self.sound_start.unwrap_or(self.prompt.len());
        for span in speakers::without_speaker(self.prompt, &self.speech, end) {
            let message = "Say who speaks: there are several people.";
            self.report(LintCode::NoSpeaker, span, message, None);
        }
    }

    fn check_sound(&mut self) {
        if self.sound_start.is_none() && !self.prompt.trim().is_empty() {
            let form = match self.dialect {
                Dialect::Tagged => "<AUDCAP>…<ENDAUDCAP>",
                Dialect::Labelled => "Audio: …",
            };
            let message = format!("No sound description; end the prompt with {form}");
            self.report(LintCode::NoSound, 0..0, message, None);
        }
    }

    fn check_settings(&mut self, context: &LintContext<'_>) {
        if let Some(num_tokens) = context.num_tokens.filter(|&num| num > MAX_TOKENS) {
            let message =
                format!("{num_tokens} tokens; everything after the first {MAX_TOKENS} is ignored.");
            self.report(LintCode::TooManyTokens, 0..0, message, None);
        }
        let negatives = [
            ("video", context.video_negative, context.video_guidance),
            ("audio", context.audio_negative, context.audio_guidance),
        ];
        for (which, negative, guidance) in negatives {
            if guidance == 1.0 && !negative.trim().is_empty() {
                let message = format!(
                    "The {which} negative prompt has no effect while {which} guidance is 1."
                );
                self.report(LintCode::UnusedNegative, 0..0, message, None);
            }
        }
    }
}

/// Put `text` at `position`, after the blanks' neighbour, one space apart where it needs one.
fn insertion(prompt: &str, position: usize, text: &str) -> Fix {
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
    Fix {
        range: before.len()..position,
        replacement: format!("{lead}{text}{trail}"),
    }
}

#[cfg(test)]
mod tests;
