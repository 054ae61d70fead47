//! Clips that are looked at side by side, and the settings in which they differ.

use ovi_engine::protocol::{ClipId, ClipRecord, GenerateRequest};

/// How many clips can be compared.
pub const NUM_COMPARED: std::ops::RangeInclusive<usize> = 2..=4;
/// How much a difference can be amplified.
pub const DIFFERENCE_GAIN: std::ops::RangeInclusive<u8> = 1..=8;

/// How compared clips are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompareLayout {
    /// All beside each other.
    #[default]
    SideBySide,
    /// The first at the left of a line that can be moved, the second at its right.
    Wipe,
    /// The absolute difference of two.
    Difference,
}

impl CompareLayout {
    /// All layouts.
    pub const ALL: [Self; 3] = [Self::SideBySide, Self::Wipe, Self::Difference];
}

/// Clips that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Two to four clips.
    pub clips: Vec<ClipId>,
    /// Layout.
    pub layout: CompareLayout,
    /// Where the line of the wipe is, 0 to 1.
    pub wipe_share: f32,
    /// How much the difference is amplified.
    pub gain: u8,
}

impl Comparison {
    /// Compare these clips; `None` if there are too few. Repetitions and clips beyond the fourth are
    /// left out.
    pub fn new(clips: &[ClipId]) -> Option<Self> {
        let mut compared: Vec<ClipId> = Vec::new();
        for clip in clips {
            if !compared.contains(clip) && compared.len() < *NUM_COMPARED.end() {
                compared.push(*clip);
            }
        }
        NUM_COMPARED.contains(&compared.len()).then_some(Self {
            clips: compared,
            layout: CompareLayout::default(),
            wipe_share: 0.5,
            gain: 4,
        })
    }

    /// Whether two clips are compared, for which there are more layouts.
    pub fn is_pair(&self) -> bool {
        self.clips.len() == 2
    }

    /// Take another layout, if these clips can be laid out so.
    pub fn set_layout(&mut self, layout: CompareLayout) {
        if self.is_pair() || layout == CompareLayout::SideBySide {
            self.layout = layout;
        }
    }

    /// Move the line of the wipe.
    pub fn set_wipe(&mut self, share: f32) {
        self.wipe_share = share.clamp(0.0, 1.0);
    }

    /// Amplify the difference.
    pub fn set_gain(&mut self, gain: u8) {
        self.gain = gain.clamp(*DIFFERENCE_GAIN.start(), *DIFFERENCE_GAIN.end());
    }

    /// How much the shown difference is amplified; `None` if none is shown.
    pub fn difference_gain(&self) -> Option<u8> {
        (self.layout == CompareLayout::Difference).then_some(self.gain)
    }
}

/// A setting that can differ between clips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Text as typed.
    Prompt,
    /// What the picture should avoid.
    VideoNegative,
    /// What the sound should avoid.
    AudioNegative,
    /// Picture to start from.
    FirstFrame,
    /// Published model or folder.
    Model,
    /// Width and height.
    Size,
    /// Frames.
    Length,
    /// Seed.
    Seed,
    /// Solver.
    Solver,
    /// Sampling steps.
    Steps,
    /// Schedule shift.
    Shift,
    /// Guidance of the picture.
    VideoGuidance,
    /// Guidance of the sound.
    AudioGuidance,
    /// Block the negative pass leaves out.
    SkipLayer,
    /// Part of the run in which it does.
    SkipWindow,
    /// Tiles of the picture decoder.
    Tiles,
    /// Compression of the picture.
    Quality,
    /// Loudness.
    SoundLevel,
    /// Compression of the sound.
    SoundCodec,
    /// Device that computed it.
    Device,
}

impl Setting {
    /// All settings in the order they are listed.
    pub const ALL: [Self; 20] = [
        Self::Prompt,
        Self::VideoNegative,
        Self::AudioNegative,
        Self::FirstFrame,
        Self::Model,
        Self::Size,
        Self::Length,
        Self::Seed,
        Self::Solver,
        Self::Steps,
        Self::Shift,
        Self::VideoGuidance,
        Self::AudioGuidance,
        Self::SkipLayer,
        Self::SkipWindow,
        Self::Tiles,
        Self::Quality,
        Self::SoundLevel,
        Self::SoundCodec,
        Self::Device,
    ];
}

/// A value of a setting, for the window to put into words.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// The clip does not tell.
    Unknown,
    /// Switched off or not used.
    Unset,
    /// Words.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// Width and height in pixels.
    Size(u32, u32),
    /// Two shares, 0 to 1.
    Shares([f64; 2]),
    /// A choice that has a name of its own in the window.
    Quality(ovi_engine::protocol::ClipQuality),
    /// Loudness.
    Level(ovi_engine::protocol::SoundLevel),
    /// Compression of the sound.
    Codec(ovi_engine::protocol::SoundCodec),
}

/// A setting in which clips differ.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferingSetting {
    /// Which.
    pub setting: Setting,
    /// Its value in each clip, in their order.
    pub values: Vec<SettingValue>,
}

/// The settings in which clips differ. What a clip does not tell is no difference by itself.
pub fn differing_settings(records: &[&ClipRecord]) -> Vec<DifferingSetting> {
    let rows = Setting::ALL.into_iter().map(|setting| DifferingSetting {
        setting,
        values: records
            .iter()
            .map(|record| value(setting, record))
            .collect(),
    });
    rows.filter(|row| {
        let mut known = row.values.iter().filter(|v| **v != SettingValue::Unknown);
        let first = known.next();
        known.any(|value| Some(value) != first)
    })
    .collect()
}

fn value(setting: Setting, record: &ClipRecord) -> SettingValue {
    let clip = &record.clip;
    match setting {
        Setting::Size => SettingValue::Size(clip.width, clip.height),
        Setting::Length => SettingValue::Whole(clip.num_frames.into()),
        Setting::Seed => SettingValue::Whole(clip.seed),
        Setting::Device if clip.device.is_empty() => SettingValue::Unknown,
        Setting::Device => SettingValue::Text(clip.device.clone()),
        Setting::Model => match (clip.variant, &record.request) {
            (Some(variant), _) => SettingValue::Text(variant.name().into()),
            (None, Some(request)) => SettingValue::Text(last_part(&request.checkpoint)),
            (None, None) => SettingValue::Unknown,
        },
        _ => match &record.request {
            Some(request) => requested(setting, request),
            None => SettingValue::Unknown,
        },
    }
}

fn requested(setting: Setting, request: &GenerateRequest) -> SettingValue {
    let text = |text: &str| match text.is_empty() {
        true => SettingValue::Unset,
        false => SettingValue::Text(text.to_owned()),
    };
    match setting {
        Setting::Prompt => text(&request.prompt),
        // With guidance 1 the negative prompt changes nothing.
        Setting::VideoNegative if request.video_guidance == 1.0 => SettingValue::Unset,
        Setting::VideoNegative => text(&request.video_negative),
        Setting::AudioNegative if request.audio_guidance == 1.0 => SettingValue::Unset,
        Setting::AudioNegative => text(&request.audio_negative),
        Setting::FirstFrame => match &request.first_frame {
            Some(path) => SettingValue::Text(last_part(path)),
            None => SettingValue::Unset,
        },
        Setting::Solver => text(request.solver.name()),
        Setting::Steps => SettingValue::Whole(request.steps.into()),
        Setting::Shift => SettingValue::Number(request.shift),
        Setting::VideoGuidance => SettingValue::Number(request.video_guidance),
        Setting::AudioGuidance => SettingValue::Number(request.audio_guidance),
        Setting::SkipLayer => request.skip_layer.map_or(SettingValue::Unset, |layer| {
            SettingValue::Whole(layer.into())
        }),
        Setting::SkipWindow if request.skip_layer.is_none() => SettingValue::Unset,
        Setting::SkipWindow => SettingValue::Shares(request.skip_window),
        Setting::Tiles => match request.decode_tiles {
            ovi_engine::protocol::DecodeTiles::Off => SettingValue::Unset,
            ovi_engine::protocol::DecodeTiles::Pixels(side) => SettingValue::Whole(side.into()),
        },
        Setting::Quality => SettingValue::Quality(request.quality),
        Setting::SoundLevel => SettingValue::Level(request.sound_level),
        Setting::SoundCodec => SettingValue::Codec(request.sound_codec),
        Setting::Model | Setting::Size | Setting::Length | Setting::Seed | Setting::Device => {
            SettingValue::Unknown
        }
    }
}

fn last_part(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::{Clip, SolverKind};

    use super::*;

    fn record(seed: u64, request: Option<GenerateRequest>) -> ClipRecord {
        let clip = Clip {
            path: format!("/clips/{seed}.mp4").into(),
            extra_files: Vec::new(),
            width: 960,
            height: 544,
            num_frames: 121,
            fps: 24,
            sample_rate_hz: 16_000,
            duration_secs: 5.04,
            num_bytes: 1,
            seed,
            is_test_pattern: false,
            stages: Vec::new(),
            total_secs: 1.0,
            peak_bytes: 1,
            peak_resident_bytes: None,
            latents: None,
            device: "cpu".into(),
            variant: None,
            warnings: Vec::new(),
        };
        ClipRecord {
            id: ClipId(seed),
            created_unix: 0,
            clip,
            request,
            rating: 0,
            is_favourite: false,
            tags: Vec::new(),
            trashed_unix: None,
            parent: None,
            is_present: true,
        }
    }

    fn request() -> GenerateRequest {
        GenerateRequest::new("/models/ovi", "a dog", "/out.mp4")
    }

    #[test]
    fn equal_takes_differ_in_nothing_and_takes_in_their_seed() {
        let (a, b) = (record(1, Some(request())), record(1, Some(request())));
        assert_eq!(differing_settings(&[&a, &b]), []);
        let b = record(2, Some(request()));
        let expected = DifferingSetting {
            setting: Setting::Seed,
            values: vec![SettingValue::Whole(1), SettingValue::Whole(2)],
        };
        assert_eq!(differing_settings(&[&a, &b]), [expected]);
    }

    #[test]
    fn every_setting_that_differs_is_listed_in_order() {
        let mut other = request();
        other.prompt = "a cat".into();
        other.solver = SolverKind::Euler;
        other.steps = 30;
        other.skip_layer = None;
        other.audio_guidance = 1.0;
        let (a, b) = (record(1, Some(request())), record(1, Some(other)));
        let settings: Vec<Setting> = differing_settings(&[&a, &b, &a])
            .into_iter()
            .map(|row| row.setting)
            .collect();
        let expected = [
            Setting::Prompt,
            Setting::AudioNegative,
            Setting::Solver,
            Setting::Steps,
            Setting::AudioGuidance,
            Setting::SkipLayer,
            Setting::SkipWindow,
        ];
        assert_eq!(settings, expected);
    }

    #[test]
    fn what_a_clip_does_not_tell_is_no_difference() {
        let (a, b) = (record(1, Some(request())), record(1, None));
        assert_eq!(differing_settings(&[&a, &b]), []);
        let mut other = request();
        other.steps = 7;
        let c = record(1, Some(other));
        let rows = differing_settings(&[&a, &b, &c]);
        assert_eq!(
            rows[0].values,
            [
                SettingValue::Whole(50),
                SettingValue::Unknown,
                SettingValue::Whole(7)
            ]
        );
    }

    #[test]
    fn two_to_four_clips_are_compared_and_only_pairs_are_wiped() {
        let ids = |ids: &[u64]| ids.iter().copied().map(ClipId).collect::<Vec<_>>();
        assert_eq!(Comparison::new(&ids(&[1])), None);
        assert_eq!(Comparison::new(&ids(&[1, 1])), None);
        let mut three = Comparison::new(&ids(&[1, 2, 3])).unwrap();
        three.set_layout(CompareLayout::Wipe);
        assert_eq!(three.layout, CompareLayout::SideBySide);
        let five = Comparison::new(&ids(&[1, 2, 3, 4, 5])).unwrap();
        assert_eq!(five.clips, ids(&[1, 2, 3, 4]));
        let mut pair = Comparison::new(&ids(&[1, 2])).unwrap();
        pair.set_layout(CompareLayout::Difference);
        pair.set_gain(99);
        assert_eq!(pair.difference_gain(), Some(8));
        pair.set_wipe(7.0);
        assert_eq!(pair.wipe_share, 1.0);
    }
}
