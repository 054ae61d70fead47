//! How the state changes when the engine, a task or the user has something to say.

use std::path::PathBuf;
use std::sync::Arc;

use ovi_engine::protocol::{
    ClipId, ClipRecord, Event, HeardPreview, JobId, LibraryEvent, LibrarySnapshot, MemorySnapshot,
    Preview, Progress, QueueState,
};

use super::{
    AppState, EngineState, FirstFrame, FirstFramePicture, Job, JobPhase, LibraryState, ModelState,
    Outcome, Queue, ResultView,
};

impl AppState {
    /// Take one report of the engine. Reports about jobs that are not ours change nothing.
    pub fn apply(&mut self, event: Event, now_unix: i64) {
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
                if let Some(job) = self.job.as_mut().filter(|known| known.id == job) {
                    self.messages.warn(&warning);
                    job.warnings.push(warning);
                }
            }
            Event::Finished { job, clip } => self.job_finished(job, *clip, now_unix),
            Event::Failed { job, report } => {
                let kept = Some((*report).clone());
                if self.job_ended(job, QueueState::Failed, kept, now_unix) {
                    self.messages.report(&report);
                    self.outcome = Outcome::Failed(report);
                    self.view = ResultView::Live;
                }
            }
            Event::Cancelled { job } => {
                if self.job_ended(job, QueueState::Cancelled, None, now_unix) {
                    self.outcome = Outcome::Cancelled;
                }
            }
            Event::Checkpoint { root, result } => {
                // An answer about a folder that is no longer chosen comes too late.
                if self.model.root() == Some(root.as_path()) {
                    self.model = match result {
                        Ok(info) => ModelState::Found(info),
                        Err(report) => {
                            self.messages.report(&report);
                            ModelState::Unusable { root, report }
                        }
                    };
                }
            }
            Event::Tokens { serial, result } => self.tokens_counted(serial, result),
            // Nothing in this window asks for it yet.
            Event::DemoCheckpoint { .. } => {}
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

    /// Take the newest sound preview; one of another job is not ours.
    pub fn take_heard(&mut self, heard: Option<Arc<HeardPreview>>) {
        if let (Some(job), Some(heard)) = (&mut self.job, heard)
            && heard.job == job.id
        {
            job.heard = Some(heard);
        }
    }

    /// Take one report of the library.
    pub fn apply_library(&mut self, event: LibraryEvent, now_unix: i64) {
        match event {
            LibraryEvent::Opened(snapshot) => self.library_opened(*snapshot),
            LibraryEvent::Unavailable(report) => {
                self.complain_of(&report);
                self.library.state = LibraryState::Unavailable(report);
            }
            LibraryEvent::Started { job, result } => self.job_started(job, result, now_unix),
            LibraryEvent::Failed(report) => self.complain_of(&report),
            LibraryEvent::Imported(Ok(jobs)) => self.queue.add(jobs, false),
            LibraryEvent::Imported(Err(report)) | LibraryEvent::Exported(Err(report)) => {
                self.complain_of(&report);
            }
            LibraryEvent::Deleted(ids) => self.library.remove(&ids),
            LibraryEvent::Pruned(ids) => self.change_clips(&ids, |record| {
                record.clip.latents = None;
            }),
            LibraryEvent::Absent(ids) => self.change_clips(&ids, |record| {
                record.is_present = false;
            }),
            // The window takes these itself.
            LibraryEvent::Thumbnail(..) | LibraryEvent::Exported(Ok(_)) | LibraryEvent::Closed => {}
        }
    }

    fn library_opened(&mut self, snapshot: LibrarySnapshot) {
        let LibrarySnapshot {
            jobs,
            clips,
            presets,
            prompts,
            notes,
        } = snapshot;
        // Whatever was queued while the library was being opened comes behind what was kept.
        let early = std::mem::take(&mut self.queue);
        self.queue = Queue::new(jobs);
        self.queue.is_paused = early.is_paused;
        self.queue.pauses_after_current = early.pauses_after_current;
        self.queue.add(early.entries().to_vec(), false);
        self.library.set_clips(clips);
        self.library.presets = presets;
        self.library.prompts = prompts;
        self.library.notes = notes;
        self.library.state = LibraryState::Open;
    }

    fn change_clips(&mut self, ids: &[ClipId], change: impl Fn(&mut ClipRecord)) {
        for id in ids {
            if let Some(mut record) = self.library.clip(*id).cloned() {
                change(&mut record);
                self.library.put(record);
            }
        }
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
}

#[cfg(test)]
#[path = "reduce_tests.rs"]
mod tests;
