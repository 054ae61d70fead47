//! What a checkpoint folder holds.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A published model: its length, area and prompt dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelVariant {
    /// 5 s at about 720x720 pixels, `<AUDCAP>` prompts.
    Square720Secs5,
    /// 5 s at about 960x960 pixels, `Audio:` prompts.
    Square960Secs5,
    /// 10 s at about 960x960 pixels, `Audio:` prompts.
    Square960Secs10,
}

impl ModelVariant {
    /// All published models.
    pub const ALL: [Self; 3] = [
        Self::Square720Secs5,
        Self::Square960Secs5,
        Self::Square960Secs10,
    ];

    /// Name in settings, on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Square720Secs5 => "720x720_5s",
            Self::Square960Secs5 => "960x960_5s",
            Self::Square960Secs10 => "960x960_10s",
        }
    }

    /// The variant called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    /// Pixels the clip is scaled to.
    pub fn video_area(self) -> u32 {
        match self {
            Self::Square720Secs5 => 720 * 720,
            Self::Square960Secs5 | Self::Square960Secs10 => 960 * 960,
        }
    }

    /// Latent frames; the clip has `4 (n - 1) + 1` frames.
    pub fn latent_frames(self) -> u32 {
        if self == Self::Square960Secs10 {
            61
        } else {
            31
        }
    }

    /// Audio latent steps of 512 samples.
    pub fn audio_steps(self) -> u32 {
        if self == Self::Square960Secs10 {
            314
        } else {
            157
        }
    }
}

/// Part of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Twin transformer.
    Transformer,
    /// UMT5 encoder.
    TextEncoder,
    /// Tokenizer folder.
    Tokenizer,
    /// Video VAE.
    VideoVae,
    /// Audio VAE.
    AudioVae,
    /// Vocoder.
    Vocoder,
}

impl Role {
    /// All parts.
    pub const ALL: [Self; 6] = [
        Self::Transformer,
        Self::TextEncoder,
        Self::Tokenizer,
        Self::VideoVae,
        Self::AudioVae,
        Self::Vocoder,
    ];

    /// Name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Transformer => "video and sound model",
            Self::TextEncoder => "text encoder",
            Self::Tokenizer => "tokenizer",
            Self::VideoVae => "picture decoder",
            Self::AudioVae => "sound decoder",
            Self::Vocoder => "vocoder",
        }
    }
}

/// One part as found on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct FileStatus {
    /// Part.
    pub role: Role,
    /// File or folder.
    pub path: PathBuf,
    /// Size in bytes; 0 for a folder.
    pub num_bytes: u64,
    /// What the contents are, in words.
    pub description: String,
}

/// A checkpoint folder with every part in place.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckpointInfo {
    /// Root folder.
    pub root: PathBuf,
    /// Parts, in the order of [`Role::ALL`].
    pub files: Vec<FileStatus>,
    /// Published model, if the files tell; otherwise the user must.
    pub variant: Option<ModelVariant>,
    /// Pixels the clip is scaled to, if known.
    pub video_area: Option<u32>,
    /// Latent frames, if known.
    pub latent_frames: Option<u32>,
    /// Audio latent steps, if known.
    pub audio_steps: Option<u32>,
    /// Random weights: clips made with them are test patterns, not pictures.
    pub is_test_pattern: bool,
    /// Parameters of the transformer.
    pub num_parameters: u64,
}
