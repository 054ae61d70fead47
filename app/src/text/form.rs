//! Words for the settings of a clip and for advice on its prompt.

use ovi_engine::prompt::{Dialect, FixTarget, LintCode, LintDetail, PairFault};

use super::*;
use crate::state::{Control, Idle, Kind, PresetRef, SweepKind, Value};

/// Name of a setting.
pub fn control_name(control: Control) -> &'static str {
    match control {
        Control::Width => width(),
        Control::Height => height(),
        Control::ContinueSecs => continue_for(),
        Control::Seed => seed(),
        Control::SeedLock => seed_fixed(),
        Control::Takes => takes(),
        Control::Steps => steps(),
        Control::Solver => solver_label(),
        Control::Shift => shift(),
        Control::VideoGuidance => video_guidance(),
        Control::AudioGuidance => audio_guidance(),
        Control::SkipsLayer => skips_layer(),
        Control::SkipLayer => skip_layer(),
        Control::SkipStart => skip_start(),
        Control::SkipEnd => skip_end(),
        Control::VideoNegative => video_negative(),
        Control::AudioNegative => audio_negative(),
        Control::PreviewEvery => preview_every(),
        Control::SoundPreview => sound_preview(),
        Control::SoundPreviewEvery => sound_preview_every(),
        Control::DecodeTiles => decode_tiles(),
        Control::Quality => quality_label(),
        Control::SoundCodec => sound_codec(),
        Control::SoundLevel => sound_level(),
        Control::KeepsLatents => keep_latents(),
        Control::SavesWav => save_wav(),
        Control::SavesFrames => save_frames(),
        Control::SavesFirstFrame => save_first_frame(),
        Control::SavesSettings => save_settings(),
        Control::OmitsPrompts => omit_prompts(),
    }
}

/// What a setting does, in one or two sentences.
pub fn control_help(control: Control) -> &'static str {
    match control {
        Control::Width | Control::Height => size_ratio_only(),
        Control::ContinueSecs => continue_for_help(),
        Control::Seed => seed_help(),
        Control::SeedLock => seed_fixed_help(),
        Control::Takes => takes_help(),
        Control::Steps => steps_help(),
        Control::Solver => solver_help(),
        Control::Shift => shift_help(),
        Control::VideoGuidance => video_guidance_help(),
        Control::AudioGuidance => audio_guidance_help(),
        Control::SkipsLayer | Control::SkipLayer => skip_layer_help(),
        Control::SkipStart | Control::SkipEnd => skip_window_help(),
        Control::VideoNegative => video_negative_help(),
        Control::AudioNegative => audio_negative_help(),
        Control::PreviewEvery => preview_every_help(),
        Control::SoundPreview | Control::SoundPreviewEvery => sound_preview_help(),
        Control::DecodeTiles => decode_tiles_help(),
        Control::Quality => quality_help(),
        Control::SoundCodec => sound_codec_help(),
        Control::SoundLevel => sound_level_help(),
        Control::KeepsLatents => keep_latents_help(),
        Control::SavesWav => save_wav_help(),
        Control::SavesFrames => save_frames_help(),
        Control::SavesFirstFrame => save_first_frame_help(),
        Control::SavesSettings => save_settings_help(),
        Control::OmitsPrompts => omit_prompts_help(),
    }
}

/// Range and default of a setting, for its help; `None` where both are seen.
pub fn control_range(control: Control) -> Option<String> {
    let default = control_value(control, &control.default_value());
    match control.kind() {
        Kind::Whole { min, max, .. } if control == Control::Seed => Some(range_only(min, max)),
        Kind::Whole { min, max, .. } => {
            let value = |number| control_value(control, &Value::Whole(number));
            Some(range_and_default(value(min), value(max), default))
        }
        Kind::Real { min, max, .. } => {
            let value = |number| control_value(control, &Value::Real(number));
            Some(range_and_default(value(min), value(max), default))
        }
        Kind::Share => {
            let value = |share| control_value(control, &Value::Real(share));
            Some(range_and_default(value(0.0), value(1.0), default))
        }
        Kind::Choice(_) | Kind::Switch | Kind::Text => Some(default_is(default)),
    }
}

/// A value of a setting with its unit.
pub fn control_value(control: Control, value: &Value) -> String {
    match value {
        Value::Whole(0) if control == Control::PreviewEvery => never().into(),
        Value::Whole(number) => format!("{number}{}", control_unit(control)),
        Value::Real(share) if control.kind() == Kind::Share => percent(*share as f32),
        Value::Real(number) if control == Control::ContinueSecs => {
            format!("{number}{}", control_unit(control))
        }
        Value::Real(number) => format!("{number:.1}"),
        Value::Switch(true) => on().into(),
        Value::Switch(false) => off().into(),
        Value::Choice(idx) => choice(control, *idx).into(),
        Value::Text(text) => format!("“{text}”"),
    }
}

/// What follows the number of a setting.
pub fn control_unit(control: Control) -> &'static str {
    match control {
        Control::Width | Control::Height => " px",
        Control::ContinueSecs => " s",
        _ => "",
    }
}

/// Name of one choice of a setting.
pub fn choice(control: Control, idx: usize) -> &'static str {
    use ovi_engine::protocol::{DecodeTiles, SolverKind, SoundCodec, SoundLevel};

    use crate::state::{CODECS, LEVELS, QUALITIES, TILES};
    let name = match control {
        Control::Solver => SolverKind::ALL.get(idx).map(|kind| kind.name()),
        Control::SoundPreview => [off(), at_half(), every_steps()].get(idx).copied(),
        Control::DecodeTiles => TILES.get(idx).map(|tiles| match tiles {
            DecodeTiles::Off => tiles_off(),
            DecodeTiles::Pixels(512) => "512 px",
            DecodeTiles::Pixels(256) => "256 px",
            DecodeTiles::Pixels(_) => "128 px",
        }),
        Control::Quality => QUALITIES.get(idx).map(|known| quality(*known)),
        Control::SoundCodec => CODECS.get(idx).map(|codec| match codec {
            SoundCodec::Aac => "AAC",
            SoundCodec::Flac => codec_flac(),
        }),
        Control::SoundLevel => LEVELS.get(idx).map(|level| match level {
            SoundLevel::Leave => level_leave(),
            SoundLevel::Limit => level_limit(),
            SoundLevel::Normalise => level_normalise(),
        }),
        _ => None,
    };
    name.unwrap_or_default()
}

/// Why a setting cannot act.
pub fn idle(idle: Idle) -> &'static str {
    match idle {
        Idle::PictureDecides => shape_from_picture(),
        Idle::NoNegativePass => no_negatives(),
        Idle::VideoGuidanceIsOne => video_negative_unused(),
        Idle::AudioGuidanceIsOne => audio_negative_unused(),
        Idle::NothingSkipped => nothing_skipped(),
        Idle::SoundNotEvery => sound_not_every(),
    }
}

/// Name of a preset.
pub fn preset_name(preset: &PresetRef) -> String {
    match preset {
        PresetRef::Standard => preset_standard().into(),
        PresetRef::Draft => preset_draft().into(),
        PresetRef::Own(name) => name.clone(),
    }
}

/// What varies.
pub fn sweep_kind(kind: SweepKind) -> &'static str {
    match kind {
        SweepKind::Seed => seed(),
        SweepKind::VideoGuidance => video_guidance(),
        SweepKind::AudioGuidance => audio_guidance(),
        SweepKind::Steps => steps(),
    }
}

/// How a model wants its sound described, as an example.
pub fn sound_form(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Tagged => "<AUDCAP>…<ENDAUDCAP>",
        Dialect::Labelled => "Audio: …",
    }
}

/// What a finding says.
pub fn finding(detail: &LintDetail) -> String {
    match detail {
        LintDetail::Pair(fault) => pair_fault(*fault).into(),
        LintDetail::Tag { written, meant } => finding_tag(written, meant),
        LintDetail::Dialect(dialect) => finding_dialect(sound_form(*dialect)),
        LintDetail::Order => finding_order().into(),
        LintDetail::NoSpeech => finding_no_speech().into(),
        LintDetail::Words {
            num_words,
            max_words,
            secs,
        } => finding_words(num_words, secs, max_words),
        LintDetail::Tokens {
            num_tokens,
            max_tokens,
        } => finding_tokens(num_tokens, max_tokens),
        LintDetail::NoSound(dialect) => finding_no_sound(sound_form(*dialect)),
        LintDetail::NoSpeaker => finding_no_speaker().into(),
        LintDetail::UnusedNegative(FixTarget::AudioNegative) => audio_negative_unused().into(),
        LintDetail::UnusedNegative(_) => video_negative_unused().into(),
    }
}

/// What the one-step remedy of a finding does.
pub fn remedy(code: LintCode, detail: &LintDetail) -> &'static str {
    match (code, detail) {
        (_, LintDetail::Pair(PairFault::NeverStarts)) => fix_remove_tag(),
        (LintCode::UnpairedSpeech, _) => fix_close_speech(),
        (LintCode::MisspeltTag, _) => fix_spelling(),
        (LintCode::Dialect, _) => fix_convert(),
        (LintCode::Order, _) => fix_move_last(),
        (LintCode::NoSpeech, _) => fix_say_silence(),
        (LintCode::LongSpeech, _) => fix_shorten(),
        (LintCode::NoSound, _) => fix_add_sound(),
        (LintCode::NoSpeaker, _) => fix_add_speaker(),
        (LintCode::UnusedNegative, _) => fix_clear(),
        (LintCode::TooManyTokens, _) => fix_shorten(),
    }
}
