//! Advice on the prompt, and how many tokens it has.

use std::path::PathBuf;

use ovi_engine::prompt::{Dialect, Lint, LintCode, LintContext, MAX_TOKENS, lint};
use ovi_engine::protocol::{Command, ErrorReport, ModelVariant};

use super::{AppState, Form, ModelState};

/// How long the prompt must stand still before its tokens are counted.
const PAUSE_SECS: f64 = 0.35;

/// Tokens of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// Nothing can count them.
    Unknown,
    /// They are being counted.
    Counting,
    /// So many.
    Known(usize),
}

impl Tokens {
    /// Whether the model will not read the whole prompt.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Known(num) if num > MAX_TOKENS)
    }
}

/// Findings on the prompt, and what they were made from.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    lints: Vec<Lint>,
    basis: Option<Basis>,
    count: TokenCount,
}

#[derive(Clone, Debug, PartialEq)]
struct Basis {
    prompt: String,
    negatives: [String; 2],
    guidances: [f64; 2],
    variant: Option<ModelVariant>,
    num_tokens: Option<usize>,
}

/// A text and the model folder whose tokenizer counts it.
#[derive(Clone, Debug, PartialEq)]
struct Question {
    checkpoint: PathBuf,
    dialect: Option<Dialect>,
    prompt: String,
}

#[derive(Clone, Debug, Default)]
struct TokenCount {
    serial: u64,
    due: Option<(Question, f64)>,
    asked: Option<Question>,
    answer: Option<(Question, Option<usize>)>,
}

impl Basis {
    fn fits(&self, form: &Form, variant: Option<ModelVariant>, num_tokens: Option<usize>) -> bool {
        self.prompt == form.prompt
            && self.negatives[0] == form.video_negative
            && self.negatives[1] == form.audio_negative
            && self.guidances == [form.video_guidance, form.audio_guidance]
            && self.variant == variant
            && self.num_tokens == num_tokens
    }
}

impl Advice {
    /// Findings on `prompt`; empty if they are about an older text.
    pub fn on(&self, prompt: &str) -> &[Lint] {
        match &self.basis {
            Some(basis) if basis.prompt == prompt => &self.lints,
            _ => &[],
        }
    }
}

impl AppState {
    /// The published model that will read the prompt, if that is known.
    pub fn model_variant(&self) -> Option<ModelVariant> {
        let told = self.model.info().and_then(|info| info.variant);
        told.or(self.form.variant)
    }

    /// How that model wants its sound description written.
    pub fn dialect(&self) -> Option<Dialect> {
        self.model_variant().map(Dialect::of)
    }

    /// Bring the advice up to date.
    pub fn refresh_advice(&mut self) {
        let (form, variant) = (&self.form, self.model_variant());
        let num_tokens = match self.tokens() {
            Tokens::Known(num) => Some(num),
            Tokens::Unknown | Tokens::Counting => None,
        };
        let is_new = |basis: &Basis| !basis.fits(form, variant, num_tokens);
        if !self.advice.basis.as_ref().is_none_or(is_new) {
            return;
        }
        let context = LintContext {
            variant: variant.unwrap_or(ModelVariant::Square960Secs10),
            num_tokens,
            video_negative: &form.video_negative,
            audio_negative: &form.audio_negative,
            video_guidance: form.video_guidance,
            audio_guidance: form.audio_guidance,
        };
        let mut lints = lint(&form.prompt, &context);
        if variant.is_none() {
            // Which form is right and how many words fit only the model can tell.
            lints.retain(|lint| {
                !matches!(
                    lint.code,
                    LintCode::Dialect | LintCode::LongSpeech | LintCode::NoSound
                )
            });
        }
        self.advice.basis = Some(Basis {
            prompt: form.prompt.clone(),
            negatives: [form.video_negative.clone(), form.audio_negative.clone()],
            guidances: [form.video_guidance, form.audio_guidance],
            variant,
            num_tokens,
        });
        self.advice.lints = lints;
    }

    /// Tokens of the prompt.
    pub fn tokens(&self) -> Tokens {
        let count = &self.advice.count;
        let Some(question) = self.token_question() else {
            return Tokens::Unknown;
        };
        match &count.answer {
            Some((answered, num)) if *answered == question => {
                num.map_or(Tokens::Unknown, Tokens::Known)
            }
            _ => Tokens::Counting,
        }
    }

    /// Ask for the prompt's tokens once it stands still. Returns the seconds after which to call
    /// again, if there is something to wait for.
    pub fn count_tokens(&mut self, now_secs: f64) -> Option<f64> {
        let question = self.token_question()?;
        let count = &mut self.advice.count;
        if count.asked.as_ref() == Some(&question) {
            return None;
        }
        match &count.due {
            Some((due, secs)) if *due == question => {
                if now_secs < *secs {
                    return Some(secs - now_secs);
                }
            }
            _ => {
                count.due = Some((question, now_secs + PAUSE_SECS));
                return Some(PAUSE_SECS);
            }
        }
        count.due = None;
        count.serial += 1;
        let read = match question.dialect {
            Some(dialect) => dialect.format(&question.prompt),
            None => question.prompt.clone(),
        };
        let command = Command::CountTokens {
            checkpoint: question.checkpoint.clone(),
            texts: vec![read],
            serial: count.serial,
        };
        count.asked = Some(question);
        self.ask_engine(command);
        None
    }

    /// The engine's answer; one to an older question changes nothing.
    pub(super) fn tokens_counted(
        &mut self,
        serial: u64,
        result: Result<Vec<usize>, Box<ErrorReport>>,
    ) {
        let count = &mut self.advice.count;
        if serial == count.serial
            && let Some(question) = count.asked.clone()
        {
            let num = result.ok().and_then(|nums| nums.first().copied());
            count.answer = Some((question, num));
        }
    }

    fn token_question(&self) -> Option<Question> {
        let ModelState::Found(info) = &self.model else {
            return None;
        };
        (!self.form.prompt.trim().is_empty()).then(|| Question {
            checkpoint: info.root.clone(),
            dialect: self.dialect(),
            prompt: self.form.prompt.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::{CheckpointInfo, Event};

    use super::*;
    use crate::state::Outgoing;

    fn state(prompt: &str) -> AppState {
        let info = Box::new(CheckpointInfo {
            root: "/m".into(),
            files: Vec::new(),
            variant: Some(ModelVariant::Square720Secs5),
            video_area: None,
            latent_frames: None,
            audio_steps: None,
            is_test_pattern: false,
            num_parameters: 0,
        });
        let mut state = AppState {
            model: ModelState::Found(info),
            ..AppState::default()
        };
        state.form.set_prompt(prompt);
        state
    }

    fn take_question(state: &mut AppState) -> Option<(Vec<String>, u64)> {
        match state.outbox.pop()? {
            Outgoing::Engine(Command::CountTokens { texts, serial, .. }) => Some((texts, serial)),
            other => panic!("{other:?}"),
        }
    }

    fn codes(state: &AppState) -> Vec<&'static str> {
        let lints = state.advice.on(&state.form.prompt);
        lints.iter().map(|lint| lint.code.code()).collect()
    }

    #[test]
    fn tokens_are_asked_for_once_the_prompt_stands_still() {
        let mut state = state("A dog. Audio: wind");
        assert_eq!(state.count_tokens(1.0), Some(PAUSE_SECS));
        state.form.set_prompt("A dogs. Audio: wind");
        assert_eq!(state.count_tokens(1.3), Some(PAUSE_SECS), "it was changed");
        assert!(state.outbox.is_empty());
        assert_eq!(state.tokens(), Tokens::Counting);
        assert_eq!(state.count_tokens(2.0), None);
        let (texts, serial) = take_question(&mut state).unwrap();
        assert_eq!(texts, ["A dogs. <AUDCAP>wind<ENDAUDCAP>"], "as it is read");
        assert_eq!(state.count_tokens(3.0), None);
        assert!(state.outbox.is_empty(), "asked once");
        let late = Event::Tokens {
            serial: serial - 1,
            result: Ok(vec![3]),
        };
        state.apply(late, 0);
        assert_eq!(state.tokens(), Tokens::Counting);
        let result = Ok(vec![513]);
        state.apply(Event::Tokens { serial, result }, 0);
        assert_eq!(state.tokens(), Tokens::Known(513));
        assert!(state.tokens().is_over());
        state.refresh_advice();
        assert!(codes(&state).contains(&"W-TOK"));
    }

    #[test]
    fn tokens_stay_unknown_without_a_model_or_a_tokenizer() {
        let mut state = state("A dog");
        state.model = ModelState::Unset;
        assert_eq!(state.count_tokens(0.0), None);
        assert_eq!(state.tokens(), Tokens::Unknown);
        assert!(!state.tokens().is_over());
    }

    #[test]
    fn advice_follows_the_prompt_and_the_model() {
        let mut state = state("A man says <S>hi<E> Audio: wind");
        state.refresh_advice();
        assert_eq!(codes(&state), ["W-DIA"]);
        state.form.set_prompt("A man says <S>hi<E> x");
        assert!(codes(&state).is_empty(), "not about this text");
        state.refresh_advice();
        assert_eq!(codes(&state), ["W-AUD"]);
        state.model = ModelState::Unset;
        state.refresh_advice();
        assert!(codes(&state).is_empty(), "no model, no form");
    }
}
