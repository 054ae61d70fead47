//! Jobs from the form to the queue, from the queue to the engine, and from the engine to the library.

use ovi_engine::protocol::{
    Clip, ClipId, ClipRecord, Command, ErrorReport, Event, GenerateRequest, JobId, LibraryCommand,
    PromptUse, QueueEntry, QueueState,
};

use super::{
    AppState, Continuation, EngineState, Job, JobPhase, LibraryState, News, Outcome, ResultView,
};

impl AppState {
    /// Queue jobs of one prompt, in order, and remember it.
    pub fn enqueue(&mut self, entries: Vec<QueueEntry>, at_front: bool) {
        let Some(first) = entries.first() else {
            return;
        };
        let used = PromptUse {
            prompt: first.request.prompt.clone(),
            used_unix: first.created_unix,
        };
        self.enqueue_all(entries, at_front);
        self.library
            .prompts
            .retain(|known| known.prompt != used.prompt);
        self.library.prompts.insert(0, used.clone());
        self.keep(LibraryCommand::UsePrompt(used));
    }

    /// Queue jobs in order.
    pub fn enqueue_all(&mut self, jobs: Vec<QueueEntry>, at_front: bool) {
        self.queue.add(jobs.clone(), at_front);
        self.keep(LibraryCommand::AddJobs { jobs, at_front });
        self.notice = None;
    }

    /// Begin the next job if nothing runs and nothing holds it up. Returns whether one begins.
    pub fn start_next(&mut self, now_unix: i64) -> bool {
        let is_free = self.job.is_none()
            && self.engine == EngineState::Ready
            && self.library.state != LibraryState::Opening
            && !self.queue.is_paused;
        if !is_free {
            return false;
        }
        let Some(id) = self.queue.next().map(|entry| entry.id) else {
            return false;
        };
        let Some(entry) = self.change_job(id, |entry| {
            entry.state = QueueState::Running;
            entry.started_unix = Some(now_unix);
        }) else {
            return false;
        };
        self.job = Some(Job::new(id, Box::new(entry.request.clone())));
        self.outcome = Outcome::None;
        self.view = ResultView::Live;
        self.keep(LibraryCommand::StartJob(Box::new(entry)));
        true
    }

    /// The library has written down that a job begins, or could not.
    pub fn job_started(&mut self, id: JobId, result: Result<(), Box<ErrorReport>>, now_unix: i64) {
        let Some(job) = self.job.as_mut().filter(|job| job.id == id) else {
            return;
        };
        if job.phase == JobPhase::Cancelling {
            // The engine has never heard of it.
            self.apply(Event::Cancelled { job: id }, now_unix);
            return;
        }
        match result {
            Ok(()) => {
                job.phase = JobPhase::Sent;
                let request = GenerateRequest {
                    job: Some(id),
                    ..(*job.request).clone()
                };
                self.ask_engine(Command::Generate {
                    job: id,
                    request: Box::new(request),
                });
            }
            Err(report) => self.apply(Event::Failed { job: id, report }, now_unix),
        }
    }

    /// The user stops the running job.
    pub fn cancel(&mut self) {
        let Some(job) = &mut self.job else {
            return;
        };
        if job.phase == JobPhase::Cancelling {
            return;
        }
        let was_sent = job.phase != JobPhase::Sending;
        let id = job.id;
        job.phase = JobPhase::Cancelling;
        if was_sent {
            self.ask_engine(Command::Cancel(id));
        }
    }

    /// A clip of the running job is in place.
    pub(super) fn job_finished(&mut self, id: JobId, clip: Clip, now_unix: i64) {
        if self.end_job(id).is_none() {
            return;
        }
        self.outcome = Outcome::None;
        let ended = self.queue.get_mut(id).map(|entry| {
            entry.state = QueueState::Done;
            entry.ended_unix = Some(now_unix);
            entry.clone()
        });
        let request = ended.as_ref().map(|entry| entry.request.clone());
        let parent = request
            .as_ref()
            .and_then(|request| request.continue_from.as_ref())
            .and_then(|path| {
                let clips = self.library.clips().iter();
                clips.clone().find(|record| record.clip.path == *path)
            });
        let next = ended
            .as_ref()
            .and_then(|job| Continuation::of(job, &clip, parent.map(|record| &record.clip)));
        self.continuations.extend(next);
        let parent = parent.map(|record| record.id);
        let record = ClipRecord {
            id: ClipId::from(id),
            created_unix: now_unix,
            clip,
            request,
            rating: 0,
            is_favourite: false,
            tags: Vec::new(),
            trashed_unix: None,
            parent,
            is_present: true,
        };
        self.session.push(record.id);
        self.news.push(News::Finished(record.id));
        self.view = ResultView::Clip(record.id);
        self.library.put(record.clone());
        match ended {
            Some(job) => self.keep(LibraryCommand::FinishJob {
                job: Box::new(job),
                clip: Box::new(record),
            }),
            None => self.keep(LibraryCommand::PutClip(Box::new(record))),
        }
        self.after_job();
    }

    /// The running job ended without a clip.
    pub(super) fn job_ended(
        &mut self,
        id: JobId,
        state: QueueState,
        report: Option<ErrorReport>,
        now_unix: i64,
    ) -> bool {
        if self.end_job(id).is_none() {
            return false;
        }
        let entry = self.change_job(id, |entry| {
            entry.state = state;
            entry.ended_unix = Some(now_unix);
            entry.report = report;
        });
        if let Some(entry) = entry {
            self.keep(LibraryCommand::UpdateJob(Box::new(entry)));
        }
        if state == QueueState::Failed {
            self.news.push(News::Failed(id));
        }
        self.after_job();
        true
    }

    fn after_job(&mut self) {
        if self.queue.next().is_none() && self.continuations.is_empty() {
            self.news.push(News::QueueEmpty);
        }
        if std::mem::take(&mut self.queue.pauses_after_current) {
            self.queue.is_paused = true;
        }
    }

    fn change_job(
        &mut self,
        id: JobId,
        change: impl FnOnce(&mut QueueEntry),
    ) -> Option<QueueEntry> {
        let entry = self.queue.get_mut(id)?;
        change(entry);
        Some(entry.clone())
    }

    fn end_job(&mut self, id: JobId) -> Option<Job> {
        self.job.take_if(|job| job.id == id)
    }
}
