//! The one job of this window, from the click to its terminal event.

use std::sync::Arc;

use ovi_engine::protocol::{
    ErrorReport, GenerateRequest, HeardPreview, JobId, MemorySnapshot, Preview, Progress, Stage,
    Warning,
};

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPhase {
    /// The output folder is being made.
    Sending,
    /// The engine was asked and has not answered yet.
    Sent,
    /// The engine has it, `position` jobs are before it.
    Queued {
        /// Jobs before it.
        position: usize,
    },
    /// A stage runs.
    Running(Stage),
    /// The user cancelled, the engine has not answered yet.
    Cancelling,
}

/// Time of one stage, as far as known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageRun {
    /// Stage.
    pub stage: Stage,
    /// Seconds so far, or altogether once the next stage began.
    pub secs: f64,
}

/// A job that has not ended.
#[derive(Clone, Debug)]
pub struct Job {
    /// Number.
    pub id: JobId,
    /// What was asked for.
    pub request: Box<GenerateRequest>,
    /// Where it is.
    pub phase: JobPhase,
    /// Stages that began, in order; the last one runs.
    pub stages: Vec<StageRun>,
    /// Warnings so far.
    pub warnings: Vec<Warning>,
    /// Newest progress.
    pub progress: Option<Arc<Progress>>,
    /// Newest preview.
    pub preview: Option<Arc<Preview>>,
    /// Newest sound preview.
    pub heard: Option<Arc<HeardPreview>>,
}

impl Job {
    /// A job that is about to be sent.
    pub fn new(id: JobId, request: Box<GenerateRequest>) -> Self {
        Self {
            id,
            request,
            phase: JobPhase::Sending,
            stages: Vec::new(),
            warnings: Vec::new(),
            progress: None,
            preview: None,
            heard: None,
        }
    }

    /// Stages this job runs through.
    pub fn planned_stages(&self) -> impl Iterator<Item = Stage> + '_ {
        Stage::ALL
            .into_iter()
            .filter(|stage| *stage != Stage::FirstFrame || self.request.first_frame.is_some())
    }

    /// A stage begins.
    pub fn begin(&mut self, stage: Stage) {
        if self.phase != JobPhase::Cancelling {
            self.phase = JobPhase::Running(stage);
        }
        if self.stages.last().is_none_or(|run| run.stage != stage) {
            self.stages.push(StageRun { stage, secs: 0.0 });
        }
    }

    /// Take the newest progress; progress of other jobs is not ours.
    pub fn set_progress(&mut self, progress: Arc<Progress>) {
        if progress.job != self.id {
            return;
        }
        if let Some(run) = self
            .stages
            .iter_mut()
            .find(|run| run.stage == progress.stage)
        {
            run.secs = progress.stage_secs;
        }
        self.progress = Some(progress);
    }

    /// Take the newest preview; previews of other jobs are not ours.
    pub fn set_preview(&mut self, preview: Arc<Preview>) {
        if preview.job == self.id {
            self.preview = Some(preview);
        }
    }

    /// The stage that runs.
    pub fn stage(&self) -> Option<Stage> {
        self.stages.last().map(|run| run.stage)
    }

    /// Progress of the stage that runs.
    pub fn stage_progress(&self) -> Option<&Progress> {
        self.progress
            .as_deref()
            .filter(|progress| Some(progress.stage) == self.stage())
    }

    /// Share of the running stage that is done; `None` while its length is unknown.
    pub fn stage_fraction(&self) -> Option<f32> {
        let progress = self.stage_progress()?;
        (progress.total > 0).then(|| (progress.done as f32 / progress.total as f32).min(1.0))
    }

    /// Seconds left in the running stage, from the time of its last unit.
    pub fn stage_secs_left(&self) -> Option<f64> {
        let progress = self.stage_progress()?;
        let num_left = progress.total.checked_sub(progress.done)?;
        (num_left > 0).then_some(progress.last_unit_secs? * f64::from(num_left))
    }
}

/// How the last job ended, if not with a clip.
#[derive(Clone, Debug, Default)]
pub enum Outcome {
    /// Nothing to say.
    #[default]
    None,
    /// It failed.
    Failed(Box<ErrorReport>),
    /// The user stopped it.
    Cancelled,
}

/// Newest memory figures.
pub type Memory = Option<Arc<MemorySnapshot>>;
