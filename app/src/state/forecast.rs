//! Sizes and times of the queue's jobs, computed anew only when something they depend on changes.

use std::collections::HashMap;
use std::path::PathBuf;

use ovi_engine::picture::{first_frame_size, resolve_size};
use ovi_engine::protocol::{ClipId, GenerateRequest, JobId, ModelVariant, QueueEntry, QueueState};

use super::estimate::{
    Estimate, Measurements, TimeLeft, Workload, has_negative_pass, running_time_left,
};
use super::{AppState, ResolvedShape};

/// What is known ahead about the jobs of the queue.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    basis: Option<Basis>,
    measurements: Measurements,
    shapes: HashMap<JobId, ResolvedShape>,
    estimates: HashMap<JobId, Estimate>,
    waiting: TimeLeft,
    /// Places in [`super::Queue::entries`] in the order they are listed.
    rows: Vec<usize>,
}

/// Everything a forecast depends on.
#[derive(Clone, Debug, PartialEq)]
struct Basis {
    queue_revision: u64,
    library_revision: u64,
    num_pictures: usize,
    model: Option<(PathBuf, Option<ModelVariant>)>,
}

impl Forecast {
    /// Expected time of a job that waits or runs.
    pub fn estimate(&self, id: JobId) -> Option<&Estimate> {
        self.estimates.get(&id)
    }

    /// Size and length of a job's clip, if known.
    pub fn shape(&self, id: JobId) -> Option<ResolvedShape> {
        self.shapes.get(&id).copied()
    }

    /// Places in the list of jobs, in the order they are shown: the running job, those that wait,
    /// then those that have ended, last ended first.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }
}

impl AppState {
    /// Compute the forecast anew if anything it depends on has changed.
    pub fn refresh_forecast(&mut self) {
        let model = self.model.info();
        let basis = Basis {
            queue_revision: self.queue.revision(),
            library_revision: self.library.revision(),
            num_pictures: self.job_list.picture_sizes.len(),
            model: model.map(|info| (info.root.clone(), info.variant)),
        };
        let known = self.forecast.basis.as_ref();
        if known == Some(&basis) {
            return;
        }
        let measurements = match known {
            Some(known) if known.library_revision == basis.library_revision => {
                std::mem::take(&mut self.forecast.measurements)
            }
            _ => Measurements::new(self.library.clips()),
        };
        let mut forecast = Forecast {
            basis: Some(basis),
            measurements,
            rows: rows(self.queue.entries()),
            ..Forecast::default()
        };
        for entry in self.queue.entries() {
            if let Some(shape) = self.shape_of(&entry.request) {
                forecast.shapes.insert(entry.id, shape);
            }
            if !entry.state.has_ended() {
                let estimate = self.estimate_of(&entry.request, &forecast.measurements);
                if entry.state == QueueState::Waiting {
                    forecast.waiting.add(estimate.as_ref().map(Estimate::secs));
                }
                forecast
                    .estimates
                    .extend(estimate.map(|known| (entry.id, known)));
            }
        }
        self.forecast = forecast;
    }

    /// Time until the last job is done, as far as known.
    pub fn time_left(&self) -> TimeLeft {
        let mut left = self.forecast.waiting;
        if let Some(job) = &self.job {
            let running = running_time_left(job, self.forecast.estimate(job.id));
            left.secs += running.secs;
            left.num_unknown += running.num_unknown;
            left.num_jobs += 1;
        }
        left
    }

    /// Size and length of the clip a request makes, as far as known without opening files.
    pub fn shape_of(&self, request: &GenerateRequest) -> Option<ResolvedShape> {
        if let Some(parent) = &request.continue_from {
            let clips = self.library.clips().iter();
            let clip = &clips
                .clone()
                .find(|record| record.clip.path == *parent)?
                .clip;
            return Some(ResolvedShape {
                width: clip.width,
                height: clip.height,
                num_frames: self.num_frames_of(request),
                is_from_picture: true,
            });
        }
        if request.redecode.is_some() {
            return None;
        }
        let area = self.area_of(request)? as usize;
        let (height, width) = match &request.first_frame {
            Some(picture) => {
                let [width, height] = self.job_list.picture_sizes.get(picture)?;
                first_frame_size(*height as usize, *width as usize, area)
            }
            None => resolve_size(request.height as usize, request.width as usize, area),
        };
        Some(ResolvedShape {
            width: width as u32,
            height: height as u32,
            num_frames: self.num_frames_of(request),
            is_from_picture: request.first_frame.is_some(),
        })
    }

    /// Published model of a request, if known.
    pub fn variant_of(&self, request: &GenerateRequest) -> Option<ModelVariant> {
        let info = self.model.info();
        let info = info.filter(|info| info.root == request.checkpoint);
        info.and_then(|info| info.variant).or(request.variant)
    }

    fn area_of(&self, request: &GenerateRequest) -> Option<u32> {
        let is_chosen = self.model.root() == Some(request.checkpoint.as_path());
        let by_model = || self.model.video_area(request.variant).filter(|_| is_chosen);
        let by_variant = || request.variant.map(ModelVariant::video_area);
        request.video_area.or_else(by_model).or_else(by_variant)
    }

    fn num_frames_of(&self, request: &GenerateRequest) -> Option<u32> {
        let frames = |latent_frames: u32| Some(latent_frames.checked_sub(1)? * 4 + 1);
        if let Some(latent_frames) = request.latent_frames {
            return frames(latent_frames);
        }
        let is_chosen = self.model.root() == Some(request.checkpoint.as_path());
        let by_model = self.model.num_frames(request.variant).filter(|_| is_chosen);
        by_model.or_else(|| frames(request.variant?.latent_frames()))
    }

    fn estimate_of(&self, request: &GenerateRequest, known: &Measurements) -> Option<Estimate> {
        let shape = self.shape_of(request)?;
        let workload = Workload {
            checkpoint: request.checkpoint.clone(),
            width: shape.width,
            height: shape.height,
            num_frames: shape.num_frames?,
            has_negative_pass: has_negative_pass(request),
        };
        known.estimate(&workload, self.variant_of(request), request)
    }

    /// The clip that a job of the queue made, if it is in the library.
    pub fn clip_of(&self, job: JobId) -> Option<&ovi_engine::protocol::ClipRecord> {
        self.library.clip(ClipId::from(job))
    }
}

fn rows(entries: &[QueueEntry]) -> Vec<usize> {
    let places = |wanted: fn(QueueState) -> bool| {
        let all = entries.iter().enumerate();
        all.filter(move |(_, entry)| wanted(entry.state))
            .map(|(place, _)| place)
    };
    let mut ended: Vec<usize> = places(QueueState::has_ended).collect();
    ended.sort_by_key(|place| {
        let ended_unix = entries.get(*place).and_then(|entry| entry.ended_unix);
        std::cmp::Reverse((ended_unix, *place))
    });
    places(|state| state == QueueState::Running)
        .chain(places(|state| state == QueueState::Waiting))
        .chain(ended)
        .collect()
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::QueueState::{Done, Failed, Running, Waiting};

    use super::*;
    use crate::state::Queue;

    fn entry(id: u64, state: QueueState, ended_unix: Option<i64>) -> QueueEntry {
        let request = GenerateRequest {
            variant: Some(ModelVariant::Square960Secs10),
            ..GenerateRequest::default()
        };
        QueueEntry {
            state,
            ended_unix,
            ..QueueEntry::new(JobId(id), request, 0)
        }
    }

    #[test]
    fn what_runs_comes_first_and_what_ended_last() {
        let jobs = [
            entry(1, Done, Some(10)),
            entry(2, Failed, Some(30)),
            entry(3, Waiting, None),
            entry(4, Running, None),
            entry(5, Done, Some(20)),
            entry(6, Waiting, None),
        ];
        assert_eq!(rows(&jobs), [3, 2, 5, 1, 4, 0]);
    }

    #[test]
    fn sizes_are_known_from_the_variant_and_pictures_must_be_measured() {
        let mut state = AppState {
            queue: Queue::new(vec![entry(1, Waiting, None)]),
            ..AppState::default()
        };
        state.refresh_forecast();
        let shape = state.forecast.shape(JobId(1)).unwrap();
        assert_eq!((shape.width, shape.height), (1280, 704));
        assert_eq!(shape.num_frames, Some(241));
        assert_eq!(state.time_left().num_unknown, 1);
        if let Some(entry) = state.queue.get_mut(JobId(1)) {
            entry.request.first_frame = Some("/p.png".into());
        }
        state.refresh_forecast();
        assert_eq!(state.forecast.shape(JobId(1)), None);
        let sizes = &mut state.job_list.picture_sizes;
        sizes.insert("/p.png".into(), [500, 500]);
        state.refresh_forecast();
        let shape = state.forecast.shape(JobId(1)).unwrap();
        assert_eq!((shape.width, shape.height), (960, 960));
    }
}
