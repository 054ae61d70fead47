//! What new clips take over unless the form says otherwise, and what their files are called.

use ovi_engine::protocol::{ClipQuality, GenerateRequest, SoundCodec};
use ovi_media::DEFAULT_NAME_TEMPLATE;

/// Bytes of one GB as disks count them.
const GB: u64 = 1_000_000_000;
/// Caps on kept latents that can be chosen, in GB.
pub const LATENTS_CAP_GB: std::ops::RangeInclusive<u32> = 1..=1000;

/// Defaults of new clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputDefaults {
    /// File name with fields in braces, without ending.
    pub name_template: String,
    /// Compression of the picture.
    pub quality: ClipQuality,
    /// Compression of the sound.
    pub sound_codec: SoundCodec,
    /// Keep the latents beside clips.
    pub keeps_latents: bool,
    /// Kept latents altogether take at most this many GB; the oldest go first.
    pub latents_cap_gb: u32,
    /// Leave the prompts out of the files.
    pub omits_prompts: bool,
    /// Also write the sound as a WAV file.
    pub saves_wav: bool,
    /// Also write every frame as a PNG file.
    pub saves_frames: bool,
    /// Also write the first frame as a PNG file.
    pub saves_first_frame: bool,
    /// Also write the settings as a JSON file.
    pub saves_settings: bool,
}

impl Default for OutputDefaults {
    fn default() -> Self {
        let request = GenerateRequest::default();
        Self {
            name_template: DEFAULT_NAME_TEMPLATE.to_owned(),
            quality: request.quality,
            sound_codec: request.sound_codec,
            keeps_latents: true,
            latents_cap_gb: 20,
            omits_prompts: request.omit_prompts,
            saves_wav: request.save_wav,
            saves_frames: request.save_frames,
            saves_first_frame: request.save_first_frame,
            saves_settings: request.save_settings,
        }
    }
}

impl OutputDefaults {
    /// Template for the next clip; an empty one would give nameless files.
    pub fn template(&self) -> &str {
        match self.name_template.trim() {
            "" => DEFAULT_NAME_TEMPLATE,
            template => template,
        }
    }

    /// Most bytes of kept latents; everything goes where none are kept.
    pub fn latents_cap_bytes(&self) -> u64 {
        match self.keeps_latents {
            true => u64::from(self.latents_cap_gb) * GB,
            false => 0,
        }
    }
}

/// Name of a compression in the file.
pub fn quality_name(quality: ClipQuality) -> &'static str {
    match quality {
        ClipQuality::Draft => "draft",
        ClipQuality::Good => "good",
        ClipQuality::High => "high",
    }
}

/// The compression called `name`.
pub fn quality_from_name(name: &str) -> Option<ClipQuality> {
    let all = [ClipQuality::Draft, ClipQuality::Good, ClipQuality::High];
    all.into_iter()
        .find(|quality| quality_name(*quality) == name)
}

/// Name of a sound compression in the file.
pub fn codec_name(codec: SoundCodec) -> &'static str {
    match codec {
        SoundCodec::Aac => "aac",
        SoundCodec::Flac => "flac",
    }
}

/// The sound compression called `name`.
pub fn codec_from_name(name: &str) -> Option<SoundCodec> {
    let all = [SoundCodec::Aac, SoundCodec::Flac];
    all.into_iter().find(|codec| codec_name(*codec) == name)
}
