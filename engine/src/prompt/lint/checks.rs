//! The checks, each on one aspect of a prompt.

use std::ops::Range;

use super::detail::{LintDetail, PairFault};
use super::fix::{Fix, FixTarget, cleared, insertion, label_moved_last, listed, shortened};
use super::{Lint, LintCode, LintContext, MAX_TOKENS, max_spoken_words, speakers};
use crate::prompt::Dialect;
use crate::prompt::outline::num_words;
use crate::prompt::tags::{
    AUDIO, CAPTION_END, CAPTION_START, SPEECH_END, SPEECH_START, Span, spans, written_tags,
};
use crate::protocol::ModelVariant;

/// What the sound is where the user has not said it.
const AMBIENT: &str = "natural ambient sound.";
/// What keeps a prompt without speech from being read aloud.
const SILENCE: &str = "No one speaks.";
const VOICES: &str = "voices, speech";

/// A prompt taken apart, and what was found so far.
pub(super) struct Text<'a> {
    prompt: &'a str,
    dialect: Dialect,
    speech: Vec<Span>,
    /// Where the sound description starts.
    sound_start: Option<usize>,
    pub(super) found: Vec<Lint>,
}

impl<'a> Text<'a> {
    pub(super) fn new(prompt: &'a str, dialect: Dialect) -> Self {
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

    fn report(&mut self, code: LintCode, span: Range<usize>, detail: LintDetail, fix: Option<Fix>) {
        let lint = Lint {
            code,
            severity: code.severity(),
            span,
            message: detail.to_string(),
            detail,
            fix,
            suggestion: None,
        };
        self.found.push(lint);
    }

    pub(super) fn check_pairs(&mut self) {
        let mut open: Option<Range<usize>> = None;
        for tag in written_tags(self.prompt) {
            let written = &self.prompt[tag.range.clone()];
            if written == SPEECH_START {
                if let Some(unclosed) = open.replace(tag.range.clone()) {
                    let before = insertion(self.prompt, tag.range.start, SPEECH_END);
                    self.report(
                        LintCode::UnpairedSpeech,
                        unclosed,
                        LintDetail::Pair(PairFault::Nested),
                        Some(before),
                    );
                }
            } else if written == SPEECH_END && open.take().is_none() {
                let fix = Fix::prompt(tag.range.clone(), "");
                self.report(
                    LintCode::UnpairedSpeech,
                    tag.range,
                    LintDetail::Pair(PairFault::NeverStarts),
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
                Some(range) => Fix::prompt(range, SPEECH_END),
                None => insertion(self.prompt, end, SPEECH_END),
            };
            let detail = LintDetail::Pair(PairFault::NeverEnds);
            self.report(LintCode::UnpairedSpeech, unclosed, detail, Some(fix));
        }
    }

    pub(super) fn check_spelling(&mut self) {
        for tag in written_tags(self.prompt) {
            let written = &self.prompt[tag.range.clone()];
            if written != tag.canonical {
                self.misspelt(tag.range, tag.canonical);
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
                self.misspelt(range, AUDIO);
            }
        }
    }

    fn misspelt(&mut self, range: Range<usize>, meant: &'static str) {
        let detail = LintDetail::Tag {
            written: self.prompt[range.clone()].to_owned(),
            meant,
        };
        let fix = Fix::prompt(range.clone(), meant);
        self.report(LintCode::MisspeltTag, range, detail, Some(fix));
    }

    pub(super) fn check_dialect(&mut self) {
        let formatted = self.dialect.format(self.prompt);
        if formatted == self.prompt {
            return;
        }
        let tag = match self.dialect {
            Dialect::Tagged => AUDIO,
            Dialect::Labelled => CAPTION_START,
        };
        let start = self.prompt.find(tag).unwrap_or_default();
        // What follows the description would become part of it, so it is moved first.
        let moved = self
            .sound_moved_last()
            .and_then(|fix| fix.apply(self.prompt));
        let replacement = moved.map_or(formatted, |moved| self.dialect.format(&moved));
        let fix = Fix::prompt(0..self.prompt.len(), replacement);
        let detail = LintDetail::Dialect(self.dialect);
        self.report(
            LintCode::Dialect,
            start..start + tag.len(),
            detail,
            Some(fix),
        );
    }

    pub(super) fn check_order(&mut self) {
        if let Some(fix) = self.sound_moved_last() {
            let span = fix.range.clone();
            self.report(LintCode::Order, span, LintDetail::Order, Some(fix));
        } else if let Some(start) = self.sound_start
            && let Some(speech) = self.speech.iter().find(|span| span.whole.start > start)
        {
            let span = speech.whole.clone();
            let is_label = self.prompt[start..].starts_with(AUDIO);
            let fix = is_label.then(|| label_moved_last(self.prompt, start, span.clone()));
            self.report(LintCode::Order, span, LintDetail::Order, fix.flatten());
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
        Some(Fix::prompt(
            last.whole.start..self.prompt.len(),
            format!("{tail} {caption}"),
        ))
    }

    pub(super) fn check_speech(&mut self, context: &LintContext<'_>) {
        if self.speech.is_empty() {
            self.check_silence(context.audio_negative);
            return;
        }
        let secs = match context.variant {
            ModelVariant::Square960Secs10 => 10,
            ModelVariant::Square720Secs5 | ModelVariant::Square960Secs5 => 5,
        };
        let max_words = max_spoken_words(context.variant);
        let spoken = self
            .speech
            .iter()
            .map(|span| &self.prompt[span.inner.clone()]);
        let num_words: usize = spoken.map(num_words).sum();
        if num_words > max_words
            && let (Some(first), Some(last)) = (self.speech.first(), self.speech.last())
        {
            let span = first.whole.start..last.whole.end;
            let detail = LintDetail::Words {
                num_words,
                max_words,
                secs,
            };
            let fix = shortened(self.prompt, &self.speech, max_words);
            self.report(LintCode::LongSpeech, span, detail, fix);
        }
    }

    fn check_silence(&mut self, audio_negative: &str) {
        let says_so = self
            .prompt
            .to_ascii_lowercase()
            .contains(SILENCE.trim_end_matches('.').to_ascii_lowercase().as_str());
        let is_meant = written_tags(self.prompt).any(|tag| tag.canonical == SPEECH_START);
        if says_so || is_meant || self.prompt.trim().is_empty() {
            return;
        }
        let at = self.sound_start.unwrap_or(self.prompt.len());
        let fix = insertion(self.prompt, at, SILENCE);
        self.report(LintCode::NoSpeech, 0..0, LintDetail::NoSpeech, Some(fix));
        let names_voices = audio_negative.to_ascii_lowercase().contains("voice");
        if let Some(lint) = self.found.last_mut().filter(|_| !names_voices) {
            lint.suggestion = Some(listed(FixTarget::AudioNegative, audio_negative, VOICES));
        }
    }

    pub(super) fn check_speakers(&mut self) {
        let end = self.sound_start.unwrap_or(self.prompt.len());
        for span in speakers::without_speaker(self.prompt, &self.speech, end) {
            let fix = insertion(self.prompt, span.start, "One of them says,");
            self.report(LintCode::NoSpeaker, span, LintDetail::NoSpeaker, Some(fix));
        }
    }

    pub(super) fn check_sound(&mut self) {
        // A misspelt description is one all the same.
        let is_meant = self.found.iter().any(|lint| match lint.detail {
            LintDetail::Tag { meant, .. } => [AUDIO, CAPTION_START, CAPTION_END].contains(&meant),
            _ => false,
        });
        if self.sound_start.is_none() && !is_meant && !self.prompt.trim().is_empty() {
            let description = match self.dialect {
                Dialect::Tagged => format!("{CAPTION_START}{AMBIENT}{CAPTION_END}"),
                Dialect::Labelled => format!("{AUDIO} {AMBIENT}"),
            };
            let fix = insertion(self.prompt, self.prompt.len(), &description);
            let detail = LintDetail::NoSound(self.dialect);
            self.report(LintCode::NoSound, 0..0, detail, Some(fix));
        }
    }

    pub(super) fn check_settings(&mut self, context: &LintContext<'_>) {
        if let Some(num_tokens) = context.num_tokens.filter(|&num| num > MAX_TOKENS) {
            let detail = LintDetail::Tokens {
                num_tokens,
                max_tokens: MAX_TOKENS,
            };
            // Which words are beyond the limit only the tokenizer knows.
            self.report(LintCode::TooManyTokens, 0..0, detail, None);
        }
        let (video, audio) = (FixTarget::VideoNegative, FixTarget::AudioNegative);
        let negatives = [
            (video, context.video_negative, context.video_guidance),
            (audio, context.audio_negative, context.audio_guidance),
        ];
        for (target, negative, guidance) in negatives {
            if guidance == 1.0 && !negative.trim().is_empty() {
                let detail = LintDetail::UnusedNegative(target);
                let fix = cleared(target, negative);
                self.report(LintCode::UnusedNegative, 0..0, detail, Some(fix));
            }
        }
    }
}
