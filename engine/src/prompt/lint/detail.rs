//! What a finding says: its numbers, and one English sentence made of them.

use std::fmt;

use super::fix::FixTarget;
use crate::prompt::Dialect;
use crate::prompt::tags::AUDIO;

/// How speech tags fail to pair up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairFault {
    /// Speech starts inside speech.
    Nested,
    /// Speech ends that never started.
    NeverStarts,
    /// Speech starts and never ends.
    NeverEnds,
}

/// The particulars of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LintDetail {
    /// Speech tags do not pair up.
    Pair(PairFault),
    /// A tag is misspelt.
    Tag {
        /// As it stands in the prompt.
        written: String,
        /// As the models know it.
        meant: &'static str,
    },
    /// The sound description is in the other model's form.
    Dialect(Dialect),
    /// Text follows the sound description.
    Order,
    /// Nobody speaks.
    NoSpeech,
    /// Too many spoken words.
    Words {
        /// Spoken words.
        num_words: usize,
        /// Words that fit, about.
        max_words: usize,
        /// Length of the clip.
        secs: u32,
    },
    /// Too many tokens.
    Tokens {
        /// Tokens of the prompt.
        num_tokens: usize,
        /// Tokens that are read.
        max_tokens: usize,
    },
    /// There is no sound description; the model wants this form.
    NoSound(Dialect),
    /// Nobody is said to speak although there are several people.
    NoSpeaker,
    /// This negative prompt has no effect, because its guidance is 1.
    UnusedNegative(FixTarget),
}

/// The form of a sound description, as an example.
fn form(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Tagged => "<AUDCAP>…<ENDAUDCAP>",
        Dialect::Labelled => "Audio: …",
    }
}

impl fmt::Display for LintDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(PairFault::Nested) => f.write_str("Speech starts inside speech."),
            Self::Pair(PairFault::NeverStarts) => f.write_str("Speech ends that never started."),
            Self::Pair(PairFault::NeverEnds) => {
                f.write_str("Speech starts with <S> but never ends.")
            }
            Self::Tag { written, meant } => {
                let stop = if *meant == AUDIO { "" } else { "." };
                write!(f, "{written} is written {meant}{stop}")
            }
            Self::Dialect(dialect) => write!(
                f,
                "This model wants its sound description as {}",
                form(*dialect)
            ),
            Self::Order => f.write_str("The sound description should come last."),
            Self::NoSpeech => f.write_str(
                "Nobody speaks: the model may read the prompt aloud. Say that no one speaks, and put voices into the audio negative prompt.",
            ),
            Self::Words {
                num_words,
                max_words,
                secs,
            } => write!(
                f,
                "{num_words} spoken words are many for {secs} s; up to about {max_words} fit."
            ),
            Self::Tokens {
                num_tokens,
                max_tokens,
            } => write!(
                f,
                "{num_tokens} tokens; everything after the first {max_tokens} is ignored."
            ),
            Self::NoSound(dialect) => write!(
                f,
                "No sound description; end the prompt with {}",
                form(*dialect)
            ),
            Self::NoSpeaker => f.write_str("Say who speaks: there are several people."),
            Self::UnusedNegative(target) => {
                let which = match target {
                    FixTarget::AudioNegative => "audio",
                    FixTarget::Prompt | FixTarget::VideoNegative => "video",
                };
                write!(
                    f,
                    "The {which} negative prompt has no effect while {which} guidance is 1."
                )
            }
        }
    }
}
