//! How the state changes when the engine, a task or the user has something to say.

use std::path::PathBuf;
use std::sync::Arc;

use ovi_engine::protocol::{Command, ErrorReport, Event, JobId, MemorySnapshot, Preview, Progress};

use super::{
    AppState, ClipEntry, EngineState, FirstFrame, FirstFramePicture, Job, JobPhase, ModelState,
    Outcome, ResultView,
};

impl AppState {
    /// Take one report. Reports about jobs that are not ours change nothing.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Ready => self.engine = EngineState::Ready,
            Event::Queued { job, position } => {
                if let Some(job) = self.job_mut(job)
                    && matches!(job.phase, JobPhase::Sending | JobPhase::Sent)
                {
                    job.phase = JobPhase::Queued { position };
                }
            }
            Event::Stage { job, stage } => {
                if let Some(job) = self.job_mut(job) {
                    job.begin(stage);
                }
            }
            Event::Warning { job, warning } => {
                if let Some(job) = self.job_mut(job) {
                    job.warnings.push(warning);
                }
            }
            Event::Finished { job, clip } => {
                let request = self.end_job(job).map(|job| job.request);
                self.outcome = Outcome::None;
                self.clips.push(ClipEntry { clip, request });
                self.view = ResultView::Clip(self.clips.len() - 1);
            }
            Event::Failed { job, report } => {
                if self.end_job(job).is_some() {
                    self.outcome = Outcome::Failed(report);
                    self.view = ResultView::Live;
                }
            }
            Event::Cancelled { job } => {
                if self.end_job(job).is_some() {
                    self.outcome = Outcome::Cancelled;
                }
            }
            Event::Checkpoint { root, result } => {
                // An answer about a folder that is no longer chosen comes too late.
                if self.model.root() == Some(root.as_path()) {
                    self.model = match result {
                        Ok(info) => ModelState::Found(info),
                        Err(report) => ModelState::Unusable { root, report },
                    };
                }
            }
            // Nothing in this window asks for them yet.
            Event::Tokens { .. } | Event::DemoCheckpoint { .. } => {}
            Event::Stopped => self.engine = EngineState::Stopped,
        }
    }

    /// Take the latest-wins values of the engine.
    pub fn take_telemetry(
        &mut self,
        progress: Option<Arc<Progress>>,
        memory: Option<Arc<MemorySnapshot>>,
        preview: Option<Arc<Preview>>,
    ) {
        if memory.is_some() {
            self.memory = memory;
        }
        let Some(job) = &mut self.job else {
            return;
        };
        if let Some(progress) = progress {
            job.set_progress(progress);
        }
        if let Some(preview) = preview {
            job.set_preview(preview);
        }
    }

    /// Begin a job that writes `output`, from the form as it is; `None` without a model.
    pub fn start_job(&mut self, output: PathBuf) -> Option<JobId> {
        let root = self.model.root()?.to_owned();
        let first_frame = self
            .first_frame
            .picture()
            .map(|picture| picture.path.clone());
        let request = self.form.request(&root, first_frame, output);
        let id = self.next_job_id();
        self.job = Some(Job::new(id, Box::new(request)));
        self.outcome = Outcome::None;
        self.notice = None;
        self.view = ResultView::Live;
        Some(id)
    }

    /// The output folder of a job is there, or not. Returns what to send.
    pub fn output_ready(
        &mut self,
        id: JobId,
        result: Result<(), Box<ErrorReport>>,
    ) -> Option<Command> {
        let job = self.job_mut(id)?;
        if let Err(report) = result {
            self.apply(Event::Failed { job: id, report });
            return None;
        }
        if job.phase == JobPhase::Cancelling {
            // The engine has never heard of it.
            self.apply(Event::Cancelled { job: id });
            return None;
        }
        job.phase = JobPhase::Sent;
        Some(Command::Generate {
            job: id,
            request: job.request.clone(),
        })
    }

    /// The user stops the job. Returns what to send.
    pub fn cancel(&mut self) -> Option<Command> {
        let job = self
            .job
            .as_mut()
            .filter(|job| job.phase != JobPhase::Cancelling)?;
        let is_sent = job.phase != JobPhase::Sending;
        job.phase = JobPhase::Cancelling;
        is_sent.then_some(Command::Cancel(job.id))
    }

    /// A picture was read, or not. Late answers about another picture change nothing.
    pub fn set_first_frame(&mut self, path: PathBuf, result: Result<FirstFramePicture, String>) {
        if self.first_frame.path() == Some(path.as_path()) {
            self.first_frame = match result {
                Ok(picture) => FirstFrame::Ready(picture),
                Err(reason) => FirstFrame::Unusable { path, reason },
            };
        }
    }

    fn job_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.job.as_mut().filter(|job| job.id == id)
    }

    fn end_job(&mut self, id: JobId) -> Option<Job> {
        self.job.take_if(|job| job.id == id)
    }
}

#[cfg(test)]
#[path = "reduce_tests.rs"]
mod tests;
