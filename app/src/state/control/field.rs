//! Which field of the form each setting is.

use ovi_engine::protocol::{
    ClipQuality, DecodeTiles, SolverKind, SoundCodec, SoundLevel, SoundPreview,
};

use super::{Control, Kind, Value};
use crate::state::{
    Aspect, CONTINUE_SECS, Form, GUIDANCE, SEED, SHIFT, SIDE, SKIP_LAYER, STEPS, TAKES,
};

/// Requested sides are multiples of this (spec: product 4.2).
const SIDE_STEP: u64 = 32;
/// Steps between sound previews when they are switched on.
const SOUND_EVERY: u32 = 10;

/// Qualities, in the order of the choice.
pub const QUALITIES: [ClipQuality; 3] = [ClipQuality::Draft, ClipQuality::Good, ClipQuality::High];
/// Tiles, in the order of the choice.
pub const TILES: [DecodeTiles; 4] = [
    DecodeTiles::Off,
    DecodeTiles::Pixels(512),
    DecodeTiles::Pixels(256),
    DecodeTiles::Pixels(128),
];
/// Sound levels, in the order of the choice.
pub const LEVELS: [SoundLevel; 3] = [SoundLevel::Leave, SoundLevel::Limit, SoundLevel::Normalise];
/// Sound codecs, in the order of the choice.
pub const CODECS: [SoundCodec; 2] = [SoundCodec::Aac, SoundCodec::Flac];

impl Control {
    /// What it can be.
    pub fn kind(self) -> Kind {
        let whole = |range: std::ops::RangeInclusive<u32>, step| Kind::Whole {
            min: u64::from(*range.start()),
            max: u64::from(*range.end()),
            step,
        };
        let real = |range: std::ops::RangeInclusive<f64>, step| Kind::Real {
            min: *range.start(),
            max: *range.end(),
            step,
        };
        match self {
            Self::Width | Self::Height => whole(SIDE, SIDE_STEP),
            Self::ContinueSecs => real(CONTINUE_SECS, 1.0),
            Self::Seed => Kind::Whole {
                min: *SEED.start(),
                max: *SEED.end(),
                step: 1,
            },
            Self::Takes => whole(TAKES, 1),
            Self::Steps => whole(STEPS, 1),
            Self::Shift => real(SHIFT, 0.1),
            Self::VideoGuidance | Self::AudioGuidance => real(GUIDANCE, 0.1),
            Self::SkipLayer => whole(SKIP_LAYER, 1),
            Self::SkipStart | Self::SkipEnd => Kind::Share,
            Self::VideoNegative | Self::AudioNegative => Kind::Text,
            Self::PreviewEvery => whole(0..=*STEPS.end(), 1),
            Self::SoundPreviewEvery => whole(STEPS, 1),
            Self::Solver => Kind::Choice(SolverKind::ALL.len()),
            Self::SoundPreview => Kind::Choice(3),
            Self::DecodeTiles => Kind::Choice(TILES.len()),
            Self::Quality => Kind::Choice(QUALITIES.len()),
            Self::SoundCodec => Kind::Choice(CODECS.len()),
            Self::SoundLevel => Kind::Choice(LEVELS.len()),
            Self::SeedLock
            | Self::SkipsLayer
            | Self::KeepsLatents
            | Self::SavesWav
            | Self::SavesFrames
            | Self::SavesFirstFrame
            | Self::SavesSettings
            | Self::OmitsPrompts => Kind::Switch,
        }
    }

    /// Its value in `form`. A choice that the list does not hold counts as the first one.
    pub fn value(self, form: &Form) -> Value {
        let whole = |number: u32| Value::Whole(u64::from(number));
        match self {
            Self::Width => whole(form.width),
            Self::Height => whole(form.height),
            Self::ContinueSecs => Value::Real(form.continue_secs),
            Self::Seed => Value::Whole(form.seed),
            Self::SeedLock => Value::Switch(form.is_seed_locked),
            Self::Takes => whole(form.num_takes),
            Self::Steps => whole(form.steps),
            Self::Solver => Value::Choice(place(&SolverKind::ALL, &form.solver)),
            Self::Shift => Value::Real(form.shift),
            Self::VideoGuidance => Value::Real(form.video_guidance),
            Self::AudioGuidance => Value::Real(form.audio_guidance),
            Self::SkipsLayer => Value::Switch(form.skips_layer),
            Self::SkipLayer => whole(form.skip_layer),
            Self::SkipStart => Value::Real(form.skip_window[0]),
            Self::SkipEnd => Value::Real(form.skip_window[1]),
            Self::VideoNegative => Value::Text(form.video_negative.clone()),
            Self::AudioNegative => Value::Text(form.audio_negative.clone()),
            Self::PreviewEvery => whole(form.preview_every),
            Self::SoundPreview => Value::Choice(match form.sound_preview {
                SoundPreview::Off => 0,
                SoundPreview::Half => 1,
                SoundPreview::Every(_) => 2,
            }),
            Self::SoundPreviewEvery => whole(match form.sound_preview {
                SoundPreview::Every(every) => every,
                SoundPreview::Off | SoundPreview::Half => SOUND_EVERY,
            }),
            Self::DecodeTiles => Value::Choice(place(&TILES, &form.decode_tiles)),
            Self::Quality => Value::Choice(place(&QUALITIES, &form.quality)),
            Self::SoundCodec => Value::Choice(place(&CODECS, &form.sound_codec)),
            Self::SoundLevel => Value::Choice(place(&LEVELS, &form.sound_level)),
            Self::KeepsLatents => Value::Switch(form.keeps_latents),
            Self::SavesWav => Value::Switch(form.saves_wav),
            Self::SavesFrames => Value::Switch(form.saves_frames),
            Self::SavesFirstFrame => Value::Switch(form.saves_first_frame),
            Self::SavesSettings => Value::Switch(form.saves_settings),
            Self::OmitsPrompts => Value::Switch(form.omits_prompts),
        }
    }

    /// Set it to `value`, or to the border of its range. A value of another kind changes nothing.
    pub fn set(self, form: &mut Form, value: Value) {
        match (self.kind(), value) {
            (Kind::Whole { min, max, .. }, Value::Whole(number)) => {
                self.set_whole(form, number.clamp(min, max));
            }
            (Kind::Real { min, max, .. }, Value::Real(number)) if !number.is_nan() => {
                self.set_real(form, number.clamp(min, max));
            }
            (Kind::Share, Value::Real(share)) if !share.is_nan() => {
                self.set_real(form, share.clamp(0.0, 1.0));
            }
            (Kind::Switch, Value::Switch(is_on)) => {
                if let Some(switch) = self.switch(form) {
                    *switch = is_on;
                }
            }
            (Kind::Choice(_), Value::Choice(idx)) => self.set_choice(form, idx),
            (Kind::Text, Value::Text(text)) => match self {
                Self::AudioNegative => form.audio_negative = text,
                _ => form.video_negative = text,
            },
            _ => {}
        }
    }

    fn set_whole(self, form: &mut Form, number: u64) {
        if self == Self::Seed {
            // A seed that was typed is meant to be used.
            form.is_seed_locked |= form.seed != number;
            form.seed = number;
            return;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        match self {
            Self::Width | Self::Height => {
                let side = match self {
                    Self::Width => &mut form.width,
                    _ => &mut form.height,
                };
                *side = number;
                form.aspect = Aspect::of(form.width, form.height);
            }
            Self::Takes => form.num_takes = number,
            Self::Steps => form.steps = number,
            Self::SkipLayer => form.skip_layer = number,
            Self::PreviewEvery => form.preview_every = number,
            Self::SoundPreviewEvery if form.previews_sound_often() => {
                form.sound_preview = SoundPreview::Every(number);
            }
            _ => {}
        }
    }

    fn set_real(self, form: &mut Form, number: f64) {
        let [start, end] = &mut form.skip_window;
        match self {
            Self::ContinueSecs => form.continue_secs = number,
            Self::Shift => form.shift = number,
            Self::VideoGuidance => form.video_guidance = number,
            Self::AudioGuidance => form.audio_guidance = number,
            Self::SkipStart => (*start, *end) = (number, end.max(number)),
            Self::SkipEnd => (*start, *end) = (start.min(number), number),
            _ => {}
        }
    }

    fn set_choice(self, form: &mut Form, idx: usize) {
        let every = match form.sound_preview {
            SoundPreview::Every(every) => every,
            SoundPreview::Off | SoundPreview::Half => SOUND_EVERY,
        };
        let sounds = [
            SoundPreview::Off,
            SoundPreview::Half,
            SoundPreview::Every(every),
        ];
        match self {
            Self::Solver => pick(&SolverKind::ALL, idx, &mut form.solver),
            Self::SoundPreview => pick(&sounds, idx, &mut form.sound_preview),
            Self::DecodeTiles => pick(&TILES, idx, &mut form.decode_tiles),
            Self::Quality => pick(&QUALITIES, idx, &mut form.quality),
            Self::SoundCodec => pick(&CODECS, idx, &mut form.sound_codec),
            Self::SoundLevel => pick(&LEVELS, idx, &mut form.sound_level),
            _ => {}
        }
    }

    fn switch(self, form: &mut Form) -> Option<&mut bool> {
        let switch = match self {
            Self::SeedLock => &mut form.is_seed_locked,
            Self::SkipsLayer => &mut form.skips_layer,
            Self::KeepsLatents => &mut form.keeps_latents,
            Self::SavesWav => &mut form.saves_wav,
            Self::SavesFrames => &mut form.saves_frames,
            Self::SavesFirstFrame => &mut form.saves_first_frame,
            Self::SavesSettings => &mut form.saves_settings,
            Self::OmitsPrompts => &mut form.omits_prompts,
            _ => return None,
        };
        Some(switch)
    }
}

fn place<T: PartialEq>(list: &[T], value: &T) -> usize {
    list.iter().position(|known| known == value).unwrap_or(0)
}

fn pick<T: Copy>(list: &[T], idx: usize, field: &mut T) {
    if let Some(value) = list.get(idx) {
        *field = *value;
    }
}
