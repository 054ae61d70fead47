//! What a user asks for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::checkpoint::ModelVariant;

/// Number of a job, unique within one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// How noise is removed (spec: samplers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SolverKind {
    /// UniPC; needs the fewest steps.
    #[default]
    UniPc,
    /// DPM++ 2M.
    DpmPlusPlus,
    /// Euler.
    Euler,
}

impl SolverKind {
    /// All solvers, default first.
    pub const ALL: [Self; 3] = [Self::UniPc, Self::DpmPlusPlus, Self::Euler];

    /// Name in settings, on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::UniPc => "unipc",
            Self::DpmPlusPlus => "dpm++",
            Self::Euler => "euler",
        }
    }

    /// The solver called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|solver| solver.name() == name)
    }
}

/// Which random numbers start the clip (spec: pipeline 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseStream {
    /// Philox, the same on every machine.
    #[default]
    Philox,
    /// Philox as a GPU of this thread capacity draws it.
    PhiloxMatching {
        /// Multiprocessors times resident threads, rounded as in the spec.
        max_threads: u64,
    },
    /// The host generator.
    Host,
}

/// How the picture is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipQuality {
    /// Small file.
    Draft,
    /// Visually good.
    #[default]
    Good,
    /// Large file.
    High,
}

/// How loud the sound of the clip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundLevel {
    /// As the model made it; samples beyond full scale are limited.
    #[default]
    Leave,
    /// Turned down, if needed, until no sample is above -1 dB of full scale.
    Limit,
    /// Brought to -16 LUFS, then limited to -1 dB.
    Normalise,
}

/// How the sound is compressed in the MP4 file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundCodec {
    /// AAC-LC; plays everywhere.
    #[default]
    Aac,
    /// FLAC; lossless.
    Flac,
}

/// When the sound of the latents is decoded for a preview during sampling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundPreview {
    /// Never.
    #[default]
    Off,
    /// Once, after half of the steps.
    Half,
    /// After every so many steps.
    Every(u32),
}

/// How the picture decoder cuts frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecodeTiles {
    /// Whole frames.
    #[default]
    Off,
    /// Tiles of this many output pixels a side, a multiple of 32 from 32 to 4096: less memory, more
    /// time, the same picture without seams.
    Pixels(u32),
}

/// Which track is decoded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecodeParts {
    /// Picture and sound.
    #[default]
    Both,
    /// Picture; the sound is taken from the clip.
    Picture,
    /// Sound; the picture is taken from the clip.
    Sound,
}

/// Decode kept latents instead of sampling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redecode {
    /// File of kept latents.
    pub latents: PathBuf,
    /// Clip they were decoded to before; needed unless both tracks are decoded.
    pub clip: Option<PathBuf>,
    /// What is decoded.
    #[serde(default)]
    pub parts: DecodeParts,
}

/// One generation. Sizes are pixels; a field that is `None` takes the model's own value.
///
/// Stored as JSON; a field that an older version did not write takes its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerateRequest {
    /// Root of the checkpoint folder.
    pub checkpoint: PathBuf,
    /// Which published model the weights are, where the files cannot tell.
    pub variant: Option<ModelVariant>,
    /// Text as typed.
    pub prompt: String,
    /// What the picture should avoid; used only when `video_guidance` is not 1.
    pub video_negative: String,
    /// What the sound should avoid; used only when `audio_guidance` is not 1.
    pub audio_negative: String,
    /// First frame; decides the aspect ratio when given.
    pub first_frame: Option<PathBuf>,
    /// Requested height; with `width` only the ratio matters.
    pub height: u32,
    /// Requested width.
    pub width: u32,
    /// Pixel area the clip is scaled to.
    pub video_area: Option<u32>,
    /// Latent frames; the clip has `4 (n - 1) + 1` frames.
    pub latent_frames: Option<u32>,
    /// Audio latent steps of 512 samples.
    pub audio_steps: Option<u32>,
    /// Seed of both noises.
    pub seed: u64,
    /// Random stream.
    pub noise: NoiseStream,
    /// Solver.
    pub solver: SolverKind,
    /// Sampling steps, 1 to 160.
    pub steps: u32,
    /// Schedule shift, above 0 up to 20.
    pub shift: f64,
    /// Guidance of the picture, 0 to 10.
    pub video_guidance: f64,
    /// Guidance of the sound, 0 to 10.
    pub audio_guidance: f64,
    /// Block the negative pass leaves out; `None` is off.
    pub skip_layer: Option<u32>,
    /// File to write; an existing file is never replaced, the name gets `_2`, `_3`, …
    pub output: PathBuf,
    /// Compression.
    pub quality: ClipQuality,
    /// Also write the sound as a WAV file beside the clip.
    pub save_wav: bool,
    /// Also write every frame as a PNG file into a folder beside the clip.
    pub save_frames: bool,
    /// Leave the prompts out of the clip's embedded settings.
    pub omit_prompts: bool,
    /// Number of the job, embedded in the clip: after a crash it tells which job made the file.
    pub job: Option<JobId>,
    /// Part of the run in which `skip_layer` is left out, as shares of the steps from 0 to 1: a step
    /// whose middle lies inside is meant.
    pub skip_window: [f64; 2],
    /// Steps between previews, from the second step on; 0 is never.
    pub preview_every: u32,
    /// When the sound is decoded for a preview.
    pub sound_preview: SoundPreview,
    /// How the picture decoder cuts frames.
    pub decode_tiles: DecodeTiles,
    /// Keep the latents beside the clip, so that it can be decoded again.
    pub keep_latents: bool,
    /// Loudness.
    pub sound_level: SoundLevel,
    /// Compression of the sound.
    pub sound_codec: SoundCodec,
    /// Also write the first frame as a PNG file beside the clip.
    pub save_first_frame: bool,
    /// Also write the settings as a JSON file beside the clip.
    pub save_settings: bool,
    /// Clip to go on from: its last frame is the first one of this clip, and the result holds both.
    /// `first_frame` has no effect then.
    pub continue_from: Option<PathBuf>,
    /// Seconds of continuation that are still wanted after this clip; the queue makes them.
    pub continue_secs: f64,
    /// Decode these latents instead of sampling.
    pub redecode: Option<Redecode>,
}

impl Default for GenerateRequest {
    fn default() -> Self {
        Self::new("", "", "")
    }
}

impl GenerateRequest {
    /// The defaults of the model's authors (spec: product 4).
    pub fn new(
        checkpoint: impl Into<PathBuf>,
        prompt: impl Into<String>,
        output: impl Into<PathBuf>,
    ) -> Self {
        Self {
            checkpoint: checkpoint.into(),
            variant: None,
            prompt: prompt.into(),
            video_negative: "jitter, bad hands, blur, distortion".into(),
            audio_negative: "robotic, muffled, echo, distorted".into(),
            first_frame: None,
            height: 704,
            width: 1280,
            video_area: None,
            latent_frames: None,
            audio_steps: None,
            seed: 103,
            noise: NoiseStream::default(),
            solver: SolverKind::default(),
            steps: 50,
            shift: 5.0,
            video_guidance: 4.0,
            audio_guidance: 3.0,
            skip_layer: Some(11),
            output: output.into(),
            quality: ClipQuality::default(),
            save_wav: false,
            save_frames: false,
            omit_prompts: false,
            job: None,
            skip_window: [0.0, 1.0],
            preview_every: 2,
            sound_preview: SoundPreview::default(),
            decode_tiles: DecodeTiles::default(),
            keep_latents: false,
            sound_level: SoundLevel::default(),
            sound_codec: SoundCodec::default(),
            save_first_frame: false,
            save_settings: false,
            continue_from: None,
            continue_secs: 0.0,
            redecode: None,
        }
    }
}
