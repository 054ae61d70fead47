//! A prompt as a list of parts to fill in: scene, who speaks and how, spoken words, sound. The text is
//! what counts: writing the parts down again gives every character back, tags that do not close
//! included.

use ovi_engine::prompt::{Dialect, PartKind, outline};

/// What a part is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartUse {
    /// What is seen and what happens.
    Scene,
    /// Who speaks next, and how.
    Speaker,
    /// Spoken words.
    Speech,
    /// What is heard.
    Sound,
}

/// A part with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is for.
    pub usage: PartUse,
    /// Tag or blanks before the text.
    before: String,
    /// The text to fill in.
    pub text: String,
    /// Tag or blanks after the text.
    after: String,
}

/// All parts in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    parts: Vec<Part>,
}

impl Structure {
    /// Take `prompt` apart. There is always a scene to fill in, and before every speech a speaker.
    pub fn read(prompt: &str) -> Self {
        let mut structure = Self::default();
        let mut position = 0;
        for part in outline(prompt) {
            // A part within a part belongs to its text.
            let Some(between) = prompt.get(position..part.whole.start) else {
                continue;
            };
            let is_speech = part.kind == PartKind::Speech;
            structure.push_scene(between, is_speech);
            let piece = |range: std::ops::Range<usize>| prompt.get(range).unwrap_or_default();
            let inner = piece(part.inner.clone());
            let blanks = match is_speech {
                true => 0,
                false => inner.len() - inner.trim_start().len(),
            };
            let start = part.inner.start + blanks;
            structure.parts.push(Part {
                usage: match is_speech {
                    true => PartUse::Speech,
                    false => PartUse::Sound,
                },
                before: piece(part.whole.start..start).to_owned(),
                text: piece(start..part.inner.end).to_owned(),
                after: piece(part.inner.end..part.whole.end).to_owned(),
            });
            position = part.whole.end;
        }
        structure.push_scene(prompt.get(position..).unwrap_or_default(), false);
        structure
    }

    /// The prompt.
    pub fn write(&self) -> String {
        let pieces = self.parts.iter();
        pieces
            .flat_map(|part| [&part.before, &part.text, &part.after])
            .map(String::as_str)
            .collect()
    }

    /// The parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Fill in a part. One that was empty is set apart from what follows by a blank.
    pub fn set_text(&mut self, idx: usize, text: String) {
        let is_last = idx + 1 >= self.parts.len();
        let Some(part) = self.parts.get_mut(idx) else {
            return;
        };
        let is_prose = matches!(part.usage, PartUse::Scene | PartUse::Speaker);
        let needs_blank = is_prose
            && part.text.is_empty()
            && part.after.is_empty()
            && !is_last
            && !text.ends_with(char::is_whitespace);
        part.text = text;
        if needs_blank {
            part.after.push(' ');
        }
    }

    /// Whether there is a description of the sound.
    pub fn has_sound(&self) -> bool {
        self.parts.iter().any(|part| part.usage == PartUse::Sound)
    }

    /// Describe the sound at the end, in the form of `dialect`.
    pub fn add_sound(&mut self, dialect: Dialect, text: &str) {
        let (open, close) = match dialect {
            Dialect::Tagged => ("<AUDCAP>", "<ENDAUDCAP>"),
            Dialect::Labelled => ("Audio: ", ""),
        };
        let blank = self.blank_at(self.parts.len());
        self.parts.push(Part {
            usage: PartUse::Sound,
            before: format!("{blank}{open}"),
            text: text.to_owned(),
            after: close.to_owned(),
        });
    }

    /// Add a speech to fill in, before the sound.
    pub fn add_line(&mut self) {
        let sound = self
            .parts
            .iter()
            .position(|part| part.usage == PartUse::Sound);
        let idx = sound.unwrap_or(self.parts.len());
        let blank = self.blank_at(idx).to_owned();
        let starts_blank = |part: &Part| part.before.starts_with(char::is_whitespace);
        let after = match self.parts.get(idx) {
            Some(next) if !starts_blank(next) => " ",
            _ => "",
        };
        let speech = Part {
            usage: PartUse::Speech,
            before: format!("{blank}<S>"),
            text: String::new(),
            after: format!("<E>{after}"),
        };
        self.parts.insert(idx, speech);
    }

    /// Remove the speech at `idx` with its speaker.
    pub fn remove_line(&mut self, idx: usize) {
        if self.usage(idx) != Some(PartUse::Speech) {
            return;
        }
        self.parts.remove(idx);
        if let Some(before) = idx.checked_sub(1)
            && self.usage(before) == Some(PartUse::Speaker)
        {
            self.parts.remove(before);
        }
    }

    /// Exchange the speech at `idx` and its speaker with the next speech, or the one before.
    pub fn move_line(&mut self, idx: usize, is_up: bool) {
        let is_speech = |place: &usize| self.usage(*place) == Some(PartUse::Speech);
        let mut later = idx + 1..self.parts.len();
        let other = match is_up {
            true => (0..idx.min(self.parts.len())).rev().find(is_speech),
            false => later.find(is_speech),
        };
        let Some(other) = other.filter(|_| is_speech(&idx)) else {
            return;
        };
        self.swap_texts(idx, other);
        let (speaker, other) = (idx.wrapping_sub(1), other.wrapping_sub(1));
        let are_speakers = [speaker, other]
            .into_iter()
            .all(|place| self.usage(place) == Some(PartUse::Speaker));
        if are_speakers {
            self.swap_texts(speaker, other);
        }
    }

    fn usage(&self, idx: usize) -> Option<PartUse> {
        self.parts.get(idx).map(|part| part.usage)
    }

    fn swap_texts(&mut self, a: usize, b: usize) {
        let (low, high) = (a.min(b), a.max(b));
        let (left, right) = self.parts.split_at_mut(high);
        if let (Some(left), Some(right)) = (left.get_mut(low), right.first_mut()) {
            std::mem::swap(&mut left.text, &mut right.text);
        }
    }

    /// A blank if the text before part `idx` does not end with one.
    fn blank_at(&self, idx: usize) -> &'static str {
        let before = self.parts.iter().take(idx);
        let last = before
            .flat_map(|part| [&part.before, &part.text, &part.after])
            .rfind(|piece| !piece.is_empty());
        match last {
            Some(piece) if !piece.ends_with(char::is_whitespace) => " ",
            _ => "",
        }
    }

    fn push_scene(&mut self, text: &str, is_before_speech: bool) {
        let scene_len = match is_before_speech {
            true => sentence_end(text),
            false => text.len(),
        };
        let (scene, speaker) = text.split_at(scene_len);
        let is_first = self.parts.is_empty();
        let has_words = !scene.trim().is_empty();
        if has_words || is_first {
            self.push_prose(PartUse::Scene, scene);
        } else if let Some(part) = self.parts.last_mut() {
            part.after.push_str(scene);
        }
        if is_before_speech {
            self.push_prose(PartUse::Speaker, speaker);
        }
    }

    fn push_prose(&mut self, usage: PartUse, text: &str) {
        let (before, text) = text.split_at(text.len() - text.trim_start().len());
        self.parts.push(Part {
            usage,
            before: before.to_owned(),
            text: text.to_owned(),
            after: String::new(),
        });
    }
}

/// Where the last whole sentence of `text` ends; what follows introduces the speech.
fn sentence_end(text: &str) -> usize {
    let stops = text.char_indices().rev();
    let ends = stops.filter(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | '。' | '\n'));
    ends.map(|(at, c)| at + c.len_utf8())
        .find(|&end| end == text.len() || text[end..].starts_with(char::is_whitespace))
        .unwrap_or(0)
}

#[cfg(test)]
#[path = "structure_tests.rs"]
mod tests;
