//! The settings of a clip as a table: what each is, its range, step and default, and when it cannot
//! act. The screen draws the table; tests walk it.

mod field;

use super::Form;

pub use field::{CODECS, LEVELS, QUALITIES, TILES};

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// Requested width.
    Width,
    /// Requested height.
    Height,
    /// Seconds of continuation.
    ContinueSecs,
    /// Seed.
    Seed,
    /// The seed is kept.
    SeedLock,
    /// Clips made at once.
    Takes,
    /// Sampling steps.
    Steps,
    /// Solver.
    Solver,
    /// Schedule shift.
    Shift,
    /// Guidance of the picture.
    VideoGuidance,
    /// Guidance of the sound.
    AudioGuidance,
    /// The negative pass leaves out a block.
    SkipsLayer,
    /// Which one.
    SkipLayer,
    /// Where leaving it out begins.
    SkipStart,
    /// Where it ends.
    SkipEnd,
    /// What the picture should avoid.
    VideoNegative,
    /// What the sound should avoid.
    AudioNegative,
    /// Steps between previews.
    PreviewEvery,
    /// When the sound is decoded for a preview.
    SoundPreview,
    /// Steps between sound previews.
    SoundPreviewEvery,
    /// How the picture decoder cuts frames.
    DecodeTiles,
    /// Compression of the picture.
    Quality,
    /// Compression of the sound.
    SoundCodec,
    /// Loudness.
    SoundLevel,
    /// Keep the latents.
    KeepsLatents,
    /// Also write a WAV file.
    SavesWav,
    /// Also write every frame.
    SavesFrames,
    /// Also write the first frame.
    SavesFirstFrame,
    /// Also write the settings.
    SavesSettings,
    /// Leave the prompts out of the file.
    OmitsPrompts,
}

/// What a setting can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A whole number.
    Whole {
        /// Least.
        min: u64,
        /// Most.
        max: u64,
        /// Step.
        step: u64,
    },
    /// A number.
    Real {
        /// Least.
        min: f64,
        /// Most.
        max: f64,
        /// Step.
        step: f64,
    },
    /// A share from 0 to 1, shown as per cent.
    Share,
    /// On or off.
    Switch,
    /// One of so many.
    Choice(usize),
    /// Free text.
    Text,
}

/// A value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(u64),
    /// A number or a share.
    Real(f64),
    /// On or off.
    Switch(bool),
    /// Number of the choice.
    Choice(usize),
    /// Free text.
    Text(String),
}

/// Why a setting cannot act now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The first frame decides the shape.
    PictureDecides,
    /// Both guidances are 1, so there is no negative pass.
    NoNegativePass,
    /// The video guidance is 1.
    VideoGuidanceIsOne,
    /// The audio guidance is 1.
    AudioGuidanceIsOne,
    /// No block is left out.
    NothingSkipped,
    /// The sound is not previewed every so many steps.
    SoundNotEvery,
}

impl Control {
    /// All settings in the order of the screen.
    pub const ALL: [Self; 30] = [
        Self::Width,
        Self::Height,
        Self::ContinueSecs,
        Self::Seed,
        Self::SeedLock,
        Self::Takes,
        Self::Steps,
        Self::Solver,
        Self::Shift,
        Self::VideoGuidance,
        Self::AudioGuidance,
        Self::SkipsLayer,
        Self::SkipLayer,
        Self::SkipStart,
        Self::SkipEnd,
        Self::VideoNegative,
        Self::AudioNegative,
        Self::PreviewEvery,
        Self::SoundPreview,
        Self::SoundPreviewEvery,
        Self::DecodeTiles,
        Self::Quality,
        Self::SoundCodec,
        Self::SoundLevel,
        Self::KeepsLatents,
        Self::SavesWav,
        Self::SavesFrames,
        Self::SavesFirstFrame,
        Self::SavesSettings,
        Self::OmitsPrompts,
    ];

    /// Its default.
    pub fn default_value(self) -> Value {
        self.value(&Form::default())
    }

    /// Whether it differs from its default.
    pub fn is_changed(self, form: &Form) -> bool {
        match self {
            // Any seed is as good as another.
            Self::Seed => false,
            _ => self.value(form) != self.default_value(),
        }
    }

    /// Give it its default.
    pub fn reset(self, form: &mut Form) {
        self.set(form, self.default_value());
    }

    /// Why it cannot act; `has_picture`: the clip starts with a first frame.
    pub fn idle(self, form: &Form, has_picture: bool) -> Option<Idle> {
        let is_skip = matches!(
            self,
            Self::SkipsLayer | Self::SkipLayer | Self::SkipStart | Self::SkipEnd
        );
        if is_skip && !form.uses_negatives() {
            return Some(Idle::NoNegativePass);
        }
        match self {
            Self::Width | Self::Height if has_picture => Some(Idle::PictureDecides),
            Self::VideoNegative if form.video_guidance == 1.0 => Some(Idle::VideoGuidanceIsOne),
            Self::AudioNegative if form.audio_guidance == 1.0 => Some(Idle::AudioGuidanceIsOne),
            Self::SkipLayer | Self::SkipStart | Self::SkipEnd if !form.skips_layer => {
                Some(Idle::NothingSkipped)
            }
            Self::SoundPreviewEvery if !form.previews_sound_often() => Some(Idle::SoundNotEvery),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A value that is not the default and within the range.
    fn other(control: Control) -> Value {
        match (control.kind(), control.default_value()) {
            (Kind::Whole { min, max, step }, Value::Whole(value)) => {
                Value::Whole(if value + step <= max {
                    value + step
                } else {
                    min
                })
            }
            (Kind::Real { min, max, step }, Value::Real(value)) => {
                Value::Real(if value + step <= max {
                    value + step
                } else {
                    min
                })
            }
            (Kind::Share, Value::Real(_)) => Value::Real(0.5),
            (Kind::Switch, Value::Switch(is_on)) => Value::Switch(!is_on),
            (Kind::Choice(num), Value::Choice(idx)) => Value::Choice((idx + 1) % num),
            (Kind::Text, Value::Text(_)) => Value::Text("fog".into()),
            (kind, value) => panic!("{control:?}: {kind:?} has {value:?}"),
        }
    }

    #[test]
    fn every_control_takes_a_value_shows_it_and_goes_back() {
        for control in Control::ALL {
            let mut form = Form::default();
            assert!(!control.is_changed(&form), "{control:?}");
            if control == Control::SoundPreviewEvery {
                form.sound_preview = ovi_engine::protocol::SoundPreview::Every(2);
            }
            let value = other(control);
            control.set(&mut form, value.clone());
            assert_eq!(control.value(&form), value, "{control:?}");
            let can_change = control != Control::Seed;
            assert_eq!(control.is_changed(&form), can_change, "{control:?}");
            control.reset(&mut form);
            assert_eq!(control.value(&form), control.default_value(), "{control:?}");
        }
    }

    #[test]
    fn every_control_reaches_the_request_or_the_takes() {
        for control in Control::ALL {
            let mut form = Form::default();
            if control == Control::SoundPreviewEvery {
                form.sound_preview = ovi_engine::protocol::SoundPreview::Every(2);
            }
            let asked = |form: &Form| {
                let request = form.request(Path::new("/m"), None, "/o.mp4".into());
                (request, form.num_takes, form.is_seed_locked)
            };
            let before = asked(&form);
            control.set(&mut form, other(control));
            assert_ne!(asked(&form), before, "{control:?}");
        }
    }

    #[test]
    fn values_beyond_the_range_end_at_its_border() {
        for control in Control::ALL {
            let mut form = Form {
                sound_preview: ovi_engine::protocol::SoundPreview::Every(2),
                ..Form::default()
            };
            let (low, high, expected) = match control.kind() {
                Kind::Whole { min, max, .. } => (
                    Value::Whole(0),
                    Value::Whole(u64::MAX),
                    [Value::Whole(min), Value::Whole(max)],
                ),
                Kind::Real { min, max, .. } => (
                    Value::Real(-1e9),
                    Value::Real(1e9),
                    [Value::Real(min), Value::Real(max)],
                ),
                Kind::Share => (
                    Value::Real(-1.0),
                    Value::Real(7.0),
                    [Value::Real(0.0), Value::Real(1.0)],
                ),
                Kind::Switch | Kind::Choice(_) | Kind::Text => continue,
            };
            control.set(&mut form, low);
            assert_eq!(control.value(&form), expected[0], "{control:?}");
            control.set(&mut form, high);
            assert_eq!(control.value(&form), expected[1], "{control:?}");
            control.set(&mut form, Value::Real(f64::NAN));
            assert_eq!(control.value(&form), expected[1], "{control:?}: no number");
        }
    }

    #[test]
    fn the_window_of_the_skipped_layer_never_ends_before_it_starts() {
        let mut form = Form::default();
        Control::SkipEnd.set(&mut form, Value::Real(0.3));
        Control::SkipStart.set(&mut form, Value::Real(0.6));
        assert_eq!(form.skip_window, [0.6, 0.6]);
        Control::SkipEnd.set(&mut form, Value::Real(0.2));
        assert_eq!(form.skip_window, [0.2, 0.2]);
    }

    #[test]
    fn controls_that_cannot_act_say_why() {
        let check = |control: Control, change: fn(&mut Form), has_picture, expected| {
            let mut form = Form::default();
            change(&mut form);
            assert_eq!(control.idle(&form, has_picture), expected, "{control:?}");
        };
        let both_one = |form: &mut Form| (form.video_guidance, form.audio_guidance) = (1.0, 1.0);
        check(Control::Width, |_| (), true, Some(Idle::PictureDecides));
        check(
            Control::SkipLayer,
            both_one,
            false,
            Some(Idle::NoNegativePass),
        );
        check(
            Control::SkipEnd,
            |form| form.skips_layer = false,
            false,
            Some(Idle::NothingSkipped),
        );
        check(
            Control::VideoNegative,
            |form| form.video_guidance = 1.0,
            false,
            Some(Idle::VideoGuidanceIsOne),
        );
        check(
            Control::AudioNegative,
            both_one,
            false,
            Some(Idle::AudioGuidanceIsOne),
        );
        check(
            Control::SoundPreviewEvery,
            |_| (),
            false,
            Some(Idle::SoundNotEvery),
        );
        check(Control::SkipLayer, |_| (), true, None);
    }
}
