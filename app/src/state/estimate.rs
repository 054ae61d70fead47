//! How long a job will take, from what jobs like it took on this machine; never invented
//! (spec: product 5.3).

use std::collections::HashMap;
use std::path::PathBuf;

use ovi_engine::protocol::{ClipRecord, GenerateRequest, ModelVariant, Stage};

use super::Job;

/// Newest runs whose times are averaged.
const NUM_RUNS: usize = 3;

/// What must be equal for the time of one job to tell that of another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Workload {
    /// Root of the checkpoint folder.
    pub checkpoint: PathBuf,
    /// Pixels of the clip.
    pub width: u32,
    /// Pixels of the clip.
    pub height: u32,
    /// Frames of the clip.
    pub num_frames: u32,
    /// Each step runs the negative pass, too.
    pub has_negative_pass: bool,
}

/// Stages of one job and their expected seconds, in running order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    stages: Vec<(Stage, f64)>,
}

impl Estimate {
    /// Seconds of the whole job.
    pub fn secs(&self) -> f64 {
        self.stages.iter().map(|(_, secs)| secs).sum()
    }

    fn stage_secs(&self, stage: Stage) -> Option<f64> {
        let found = self.stages.iter().find(|(known, _)| *known == stage);
        found.map(|(_, secs)| *secs)
    }
}

/// Seconds that are still to come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeLeft {
    /// Seconds of everything that is known.
    pub secs: f64,
    /// Jobs of which some or all is not known.
    pub num_unknown: usize,
    /// Jobs altogether.
    pub num_jobs: usize,
}

impl TimeLeft {
    /// Whether there is any figure.
    pub fn is_known(&self) -> bool {
        self.secs > 0.0
    }

    /// Add a job.
    pub fn add(&mut self, secs: Option<f64>) {
        self.num_jobs += 1;
        match secs {
            Some(secs) => self.secs += secs,
            None => self.num_unknown += 1,
        }
    }
}

/// What finished clips tell about time.
#[derive(Clone, Debug, Default)]
pub struct Measurements {
    /// Newest first.
    runs: HashMap<Workload, Vec<Run>>,
}

#[derive(Clone, Debug)]
struct Run {
    device: String,
    variant: Option<ModelVariant>,
    step_secs: f64,
    /// All stages but sampling.
    others: Vec<(Stage, f64)>,
}

/// Whether the negative pass of a request does anything.
pub fn has_negative_pass(request: &GenerateRequest) -> bool {
    request.video_guidance != 1.0 || request.audio_guidance != 1.0
}

impl Measurements {
    /// Measurements of these clips, newest first.
    pub fn new(clips: &[ClipRecord]) -> Self {
        let mut measurements = Self::default();
        for (workload, run) in clips.iter().filter_map(run_of) {
            measurements.runs.entry(workload).or_default().push(run);
        }
        measurements
    }

    /// Expected time of `request` with this workload; `variant` is its model, if known. `None` if
    /// nothing like it was measured.
    pub fn estimate(
        &self,
        workload: &Workload,
        variant: Option<ModelVariant>,
        request: &GenerateRequest,
    ) -> Option<Estimate> {
        let runs = self.runs.get(workload)?;
        let is_same_model =
            |run: &&Run| run.variant.is_none() || variant.is_none() || run.variant == variant;
        let device = &runs.iter().find(is_same_model)?.device;
        let runs: Vec<&Run> = runs
            .iter()
            .filter(is_same_model)
            .filter(|run| run.device == *device)
            .collect();
        let has_first_frame = request.first_frame.is_some() || request.continue_from.is_some();
        let mut stages = Vec::new();
        for stage in Stage::ALL {
            let times = runs.iter().filter_map(|run| run.secs(stage));
            let secs = mean(times.take(NUM_RUNS));
            match (stage, secs) {
                (Stage::Sampling, Some(step_secs)) => {
                    stages.push((stage, step_secs * f64::from(request.steps)));
                }
                (Stage::FirstFrame, _) if !has_first_frame => {}
                // Never measured, and the job has it.
                (Stage::Sampling | Stage::FirstFrame, None) => return None,
                (_, Some(secs)) => stages.push((stage, secs)),
                (_, None) => {}
            }
        }
        Some(Estimate { stages })
    }
}

impl Run {
    /// Seconds of a stage, of one step in sampling.
    fn secs(&self, stage: Stage) -> Option<f64> {
        if stage == Stage::Sampling {
            return Some(self.step_secs);
        }
        let found = self.others.iter().find(|(known, _)| *known == stage);
        found.map(|(_, secs)| *secs)
    }
}

/// `None` for clips that were not made by sampling from noise in one go, or whose times are missing.
fn run_of(record: &ClipRecord) -> Option<(Workload, Run)> {
    let (clip, request) = (&record.clip, record.request.as_ref()?);
    if request.redecode.is_some() || request.continue_from.is_some() || request.steps == 0 {
        return None;
    }
    let is_time = |secs: f64| secs.is_finite() && secs >= 0.0;
    let sampling = clip
        .stages
        .iter()
        .find(|time| time.stage == Stage::Sampling && is_time(time.secs) && time.secs > 0.0)?;
    let others = clip
        .stages
        .iter()
        .filter(|time| time.stage != Stage::Sampling && is_time(time.secs));
    let workload = Workload {
        checkpoint: request.checkpoint.clone(),
        width: clip.width,
        height: clip.height,
        num_frames: clip.num_frames,
        has_negative_pass: has_negative_pass(request),
    };
    let run = Run {
        device: clip.device.clone(),
        variant: clip.variant.or(request.variant),
        step_secs: sampling.secs / f64::from(request.steps),
        others: others.map(|time| (time.stage, time.secs)).collect(),
    };
    Some((workload, run))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Seconds the running job still needs: its own pace in the running stage, measured ones for the
/// stages to come. `None` in place of what is not known.
pub fn running_time_left(job: &Job, estimate: Option<&Estimate>) -> TimeLeft {
    let expected = |stage| estimate.and_then(|estimate| estimate.stage_secs(stage));
    let current = job.stages.last();
    let mut left = TimeLeft {
        num_jobs: 1,
        ..TimeLeft::default()
    };
    let mut is_complete = true;
    let mut take = |secs: Option<f64>| match secs {
        Some(secs) => left.secs += secs,
        None => is_complete = false,
    };
    if let Some(run) = current {
        let by_plan = expected(run.stage).map(|secs| (secs - run.secs).max(0.0));
        take(job.stage_secs_left().or(by_plan));
    }
    let is_later = |stage: &Stage| current.is_none_or(|run| *stage > run.stage);
    match estimate {
        Some(_) => job
            .planned_stages()
            .filter(is_later)
            // A measured job without this stage says that it takes no time.
            .for_each(|stage| take(Some(expected(stage).unwrap_or(0.0)))),
        None if job.planned_stages().any(|stage| is_later(&stage)) => take(None),
        None => {}
    }
    left.num_unknown = usize::from(!is_complete);
    left
}

#[cfg(test)]
#[path = "estimate_tests.rs"]
mod tests;
