//! What the engine tells.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::checkpoint::CheckpointInfo;
use super::clip::Clip;
use super::job::JobId;
use super::report::{ErrorReport, Warning};

/// Stage of a job, in running order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Files are checked and mapped.
    Prepare,
    /// Prompts become embeddings.
    Text,
    /// The given picture becomes a latent frame.
    FirstFrame,
    /// Noise is removed step by step.
    Sampling,
    /// Audio latents become samples.
    Sound,
    /// Video latents become frames, encoded as they appear.
    Picture,
    /// The file is completed and moved into place.
    Writing,
}

impl Stage {
    /// All stages in running order.
    pub const ALL: [Self; 7] = [
        Self::Prepare,
        Self::Text,
        Self::FirstFrame,
        Self::Sampling,
        Self::Sound,
        Self::Picture,
        Self::Writing,
    ];

    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Text => "text",
            Self::FirstFrame => "first frame",
            Self::Sampling => "sampling",
            Self::Sound => "sound",
            Self::Picture => "picture",
            Self::Writing => "writing",
        }
    }
}

/// A report of the engine thread.
#[derive(Clone, Debug)]
pub enum Event {
    /// The thread runs and takes commands.
    Ready,
    /// The job waits, `position` jobs are before it.
    Queued {
        /// Job.
        job: JobId,
        /// Jobs before it, the running one included.
        position: usize,
    },
    /// A stage of the job begins.
    Stage {
        /// Job.
        job: JobId,
        /// Stage.
        stage: Stage,
    },
    /// Something was changed or looks wrong; the job goes on.
    Warning {
        /// Job.
        job: JobId,
        /// What.
        warning: Warning,
    },
    /// The clip is in place. Terminal.
    Finished {
        /// Job.
        job: JobId,
        /// What was made.
        clip: Box<Clip>,
    },
    /// The job failed; its memory is released. Terminal.
    Failed {
        /// Job.
        job: JobId,
        /// Why, and what to do.
        report: Box<ErrorReport>,
    },
    /// The job was stopped on request; its memory is released. Terminal.
    Cancelled {
        /// Job.
        job: JobId,
    },
    /// Answer to `InspectCheckpoint`.
    Checkpoint {
        /// Folder that was asked about.
        root: PathBuf,
        /// What it holds, or what is missing.
        result: Result<Box<CheckpointInfo>, Box<ErrorReport>>,
    },
    /// Answer to `CountTokens`.
    Tokens {
        /// Serial of the question.
        serial: u64,
        /// Tokens of each text before truncation, or why they cannot be counted.
        result: Result<Vec<usize>, Box<ErrorReport>>,
    },
    /// Answer to `MakeDemoCheckpoint`.
    DemoCheckpoint {
        /// Folder.
        root: PathBuf,
        /// Whether it is there now.
        result: Result<(), Box<ErrorReport>>,
    },
    /// The thread has ended. Last event.
    Stopped,
}

/// How far the running job is. Latest-wins.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Job.
    pub job: JobId,
    /// Stage.
    pub stage: Stage,
    /// Units of the stage that are done.
    pub done: u32,
    /// Units of the stage: texts, steps, frames; 0 while unknown.
    pub total: u32,
    /// Seconds since the stage began.
    pub stage_secs: f64,
    /// Seconds the last unit took.
    pub last_unit_secs: Option<f64>,
    /// Seconds since the job began.
    pub job_secs: f64,
}

/// Low-resolution estimate of the clip during sampling, straight from the latents. Latest-wins.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Job.
    pub job: JobId,
    /// Steps done.
    pub step: u32,
    /// Pixels; one per latent pixel.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// RGB bytes, one picture per latent frame.
    pub frames: Vec<Vec<u8>>,
}

/// Sound of the latents during sampling. Latest-wins.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardPreview {
    /// Job.
    pub job: JobId,
    /// Steps done.
    pub step: u32,
    /// Samples per second.
    pub sample_rate_hz: u32,
    /// Mono samples, -1 to 1.
    pub samples: Vec<f32>,
}
