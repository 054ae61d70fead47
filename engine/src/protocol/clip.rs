//! What a finished job leaves.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::checkpoint::ModelVariant;
use super::event::Stage;
use super::report::Warning;

/// Measured time of one stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    /// Stage.
    pub stage: Stage,
    /// Wall-clock seconds.
    pub secs: f64,
    /// Most device memory counted during it, mapped files not included.
    pub peak_bytes: u64,
}

/// A finished clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Final path of the MP4 file.
    pub path: PathBuf,
    /// Further files: WAV, frames folder, first frame, settings; the latents have a field of their own.
    pub extra_files: Vec<PathBuf>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames.
    pub num_frames: u32,
    /// Frames per second.
    pub fps: u32,
    /// Samples per second, mono.
    pub sample_rate_hz: u32,
    /// Length of picture and sound.
    pub duration_secs: f64,
    /// Size of the MP4 file.
    pub num_bytes: u64,
    /// Seed that was used.
    pub seed: u64,
    /// Made with random weights.
    pub is_test_pattern: bool,
    /// Times of the stages that ran.
    pub stages: Vec<StageTime>,
    /// Whole job, in seconds.
    pub total_secs: f64,
    /// Most device memory counted.
    pub peak_bytes: u64,
    /// Most resident memory of the process that the system reported.
    pub peak_resident_bytes: Option<u64>,
    /// Kept latents of the clip, which can be decoded again.
    #[serde(default)]
    pub latents: Option<PathBuf>,
    /// Device that computed it.
    #[serde(default)]
    pub device: String,
    /// Published model that made it, if known.
    #[serde(default)]
    pub variant: Option<ModelVariant>,
    /// What was changed or looks wrong.
    pub warnings: Vec<Warning>,
}
