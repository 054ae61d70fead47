//! The engine thread: queue, panic barrier, shutdown.
//!
//! One job runs at a time. A listener thread takes commands meanwhile, so that cancelling reaches a
//! running job through its token. Every job ends in exactly one terminal event, after its memory is
//! released.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, unbounded};
use ovi_models::tokenizer::Tokenizer;
use ovi_tensor::{CancelToken, Device, DeviceKind, Ledger};

use crate::catalogue::Checkpoint;
use crate::demo;
use crate::error::{EngineError, catch};
use crate::handle::{EngineHandle, Wake};
use crate::pipeline::{self, Observer};
use crate::protocol::{
    Clip, Command, ErrorReport, Event, GenerateRequest, HeardPreview, JobId, Latest,
    MemorySnapshot, Preview, Progress, Role, Stage, Warning,
};
use crate::telemetry::{ProcessMemory, Sampler, snapshot};

/// Runs one job; replaced in tests to inject failures.
pub type JobRunner =
    Box<dyn Fn(&GenerateRequest, &Device, &mut dyn Observer) -> Result<Clip, EngineError> + Send>;

/// Start the engine thread; it touches no file until a command asks for one.
///
/// # Errors
/// If the system refuses a thread.
pub fn spawn(wake: Wake) -> std::io::Result<EngineHandle> {
    spawn_with(wake, Box::new(pipeline::run))
}

/// As [`spawn`], but a job fails with `E-BUSY` while another process holds `lock` for a job of its own.
///
/// # Errors
/// If the system refuses a thread.
pub fn spawn_exclusive(wake: Wake, lock: PathBuf) -> std::io::Result<EngineHandle> {
    spawn_with(
        wake,
        Box::new(move |request, device, observer| {
            let _held = hold(&lock)?;
            pipeline::run(request, device, observer)
        }),
    )
}

/// Hold the lock file until the result is dropped; the system lets go of it if the process dies.
/// Where there is no such file or no locking, jobs simply run.
fn hold(lock: &std::path::Path) -> Result<Option<std::fs::File>, EngineError> {
    let open = || {
        lock.parent().map(std::fs::create_dir_all).transpose()?;
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(lock)
    };
    let file = match open() {
        Ok(file) => file,
        Err(error) => {
            log::warn!(
                "other instances are not noticed ({error}): {}",
                lock.display()
            );
            return Ok(None);
        }
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(EngineError::Busy),
        Err(std::fs::TryLockError::Error(error)) => {
            log::warn!(
                "other instances are not noticed ({error}): {}",
                lock.display()
            );
            Ok(None)
        }
    }
}

/// As [`spawn`] with another way to run a job.
///
/// # Errors
/// If the system refuses a thread.
pub fn spawn_with(wake: Wake, runner: JobRunner) -> std::io::Result<EngineHandle> {
    let (commands, command_receiver) = unbounded();
    let (event_sender, events) = unbounded();
    let outlets = Outlets {
        events: event_sender,
        progress: Latest::new(),
        memory: Latest::new(),
        preview: Latest::new(),
        heard: Latest::new(),
        wake: Arc::new(wake),
    };
    let (progress, memory, preview, heard) = (
        outlets.progress.clone(),
        outlets.memory.clone(),
        outlets.preview.clone(),
        outlets.heard.clone(),
    );
    let (inquiries, questions) = unbounded();
    let inspector_outlets = outlets.clone();
    std::thread::Builder::new()
        .name("ovi-inspect".into())
        .spawn(move || answer(&questions, &inspector_outlets))?;
    let queue = Arc::new(Queue::default());
    let listener_queue = Arc::clone(&queue);
    let listener_outlets = outlets.clone();
    // The first look at memory, so that a window need not wait for a job to show it.
    outlets.memory.set(snapshot(&Ledger::new(), None));
    // Before any thread runs, so that nothing can precede it.
    outlets.send(Event::Ready);
    std::thread::Builder::new()
        .name("ovi-commands".into())
        .spawn(move || {
            listen(
                &command_receiver,
                &listener_queue,
                &listener_outlets,
                &inquiries,
            )
        })?;
    let thread = std::thread::Builder::new()
        .name("ovi-engine".into())
        .spawn(move || work(&queue, &outlets, &runner))?;
    Ok(EngineHandle {
        commands,
        events,
        progress,
        memory,
        preview,
        heard,
        thread: Some(thread),
    })
}

/// The engine's ends of the channels and cells.
#[derive(Clone)]
struct Outlets {
    events: Sender<Event>,
    progress: Latest<Progress>,
    memory: Latest<MemorySnapshot>,
    preview: Latest<Preview>,
    heard: Latest<HeardPreview>,
    wake: Arc<Wake>,
}

impl Outlets {
    fn send(&self, event: Event) {
        // Nobody listening is not the engine's problem.
        drop(self.events.send(event));
        (self.wake)();
    }
}

/// Work that waits, and the tokens of all jobs that have not ended.
#[derive(Default)]
struct Queue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Default)]
struct QueueState {
    waiting: VecDeque<Task>,
    tokens: HashMap<JobId, CancelToken>,
    stopping: bool,
}

struct Task {
    job: JobId,
    request: Box<GenerateRequest>,
    token: CancelToken,
}

impl Queue {
    fn with<R>(&self, change: impl FnOnce(&mut QueueState) -> R) -> R {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        result
    }

    /// Next task, or `None` when the engine stops.
    fn next(&self) -> Option<Task> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(task) = state.waiting.pop_front() {
                return Some(task);
            }
            if state.stopping {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Take commands while jobs run.
fn listen(
    commands: &Receiver<Command>,
    queue: &Queue,
    outlets: &Outlets,
    inquiries: &Sender<Inquiry>,
) {
    // Nobody is there to answer only if the thread could not be started; that was logged.
    let ask = |inquiry| drop(inquiries.send(inquiry));
    for command in commands {
        match command {
            Command::Generate { job, request } => {
                // Queued is sent under the lock, so that it precedes everything the job sends.
                queue.with(|state| {
                    let position = state.tokens.len();
                    drop(outlets.events.send(Event::Queued { job, position }));
                    let token = CancelToken::new();
                    state.tokens.insert(job, token.clone());
                    state.waiting.push_back(Task {
                        job,
                        request,
                        token,
                    });
                });
                (outlets.wake)();
            }
            Command::Cancel(job) => queue.with(|state| {
                if let Some(token) = state.tokens.get(&job) {
                    token.cancel();
                }
            }),
            Command::InspectCheckpoint(root) => ask(Inquiry::Checkpoint(root)),
            Command::MakeDemoCheckpoint(root) => ask(Inquiry::Demo(root)),
            Command::CountTokens {
                checkpoint,
                texts,
                serial,
            } => ask(Inquiry::Tokens {
                checkpoint,
                texts,
                serial,
            }),
            Command::Shutdown => break,
        }
    }
    // Also reached when every sender is gone.
    queue.with(|state| {
        state.stopping = true;
        state.tokens.values().for_each(CancelToken::cancel);
    });
}

/// A question that is answered beside the jobs.
enum Inquiry {
    Checkpoint(PathBuf),
    Demo(PathBuf),
    Tokens {
        checkpoint: PathBuf,
        texts: Vec<String>,
        serial: u64,
    },
}

/// Answer questions in the order they are asked, also while a job runs.
fn answer(questions: &Receiver<Inquiry>, outlets: &Outlets) {
    let mut tokenizer: Option<(PathBuf, Tokenizer)> = None;
    for question in questions {
        match question {
            Inquiry::Checkpoint(root) => {
                let result = catch(|| Checkpoint::open(&root, None));
                let result = result
                    .map(|found| Box::new(found.info))
                    .map_err(|error| Box::new(error.report()));
                outlets.send(Event::Checkpoint { root, result });
            }
            Inquiry::Demo(root) => {
                let result = catch(|| demo::ensure_checkpoint(&root));
                let result = result.map_err(|error| Box::new(error.report()));
                outlets.send(Event::DemoCheckpoint { root, result });
            }
            Inquiry::Tokens {
                checkpoint,
                texts,
                serial,
            } => {
                let result = count_tokens(&mut tokenizer, checkpoint, &texts);
                outlets.send(Event::Tokens { serial, result });
            }
        }
    }
}

fn count_tokens(
    kept: &mut Option<(PathBuf, Tokenizer)>,
    root: PathBuf,
    texts: &[String],
) -> Result<Vec<usize>, Box<ErrorReport>> {
    let count = || {
        let failed = EngineError::part(Role::Tokenizer);
        if kept.as_ref().is_none_or(|(known, _)| *known != root) {
            let checkpoint = Checkpoint::open(&root, None)?;
            let opened = Tokenizer::open(checkpoint.tokenizer()).map_err(&failed)?;
            *kept = Some((root, opened));
        }
        let tokenizer = kept.as_ref().map(|(_, tokenizer)| tokenizer);
        texts
            .iter()
            .zip(tokenizer.into_iter().cycle())
            .map(|(text, tokenizer)| {
                let encoding = tokenizer.encode(text).map_err(&failed)?;
                Ok(encoding.num_tokens_untruncated)
            })
            .collect()
    };
    catch(count).map_err(|error: EngineError| Box::new(error.report()))
}

fn work(queue: &Queue, outlets: &Outlets, runner: &JobRunner) {
    let ledger = Ledger::new();
    while let Some(Task {
        job,
        request,
        token,
    }) = queue.next()
    {
        let event = run_job(job, &request, &token, &ledger, outlets, runner);
        outlets.progress.clear();
        outlets.preview.clear();
        outlets.heard.clear();
        queue.with(|state| state.tokens.remove(&job));
        outlets.send(event);
    }
    outlets.send(Event::Stopped);
}

/// Run a job to its terminal event. Nothing of it is alive when this returns.
fn run_job(
    job: JobId,
    request: &GenerateRequest,
    token: &CancelToken,
    ledger: &Arc<Ledger>,
    outlets: &Outlets,
    runner: &JobRunner,
) -> Event {
    let floor = ProcessMemory::read().map(|memory| memory.anonymous_bytes());
    let held_before = ledger.current_bytes(DeviceKind::Cpu);
    ledger.reset_peaks();
    let sampler = Sampler::start(
        Arc::clone(ledger),
        floor,
        outlets.memory.clone(),
        Arc::clone(&outlets.wake),
    );
    let result = catch(|| {
        token.check().map_err(|_| EngineError::Cancelled)?;
        let device = Device::open(DeviceKind::Cpu, ledger)
            .map_err(|error| EngineError::part(Role::Transformer)(error.into()))?;
        let _watch = device.watch(token);
        let mut observer = JobObserver::new(job, outlets);
        runner(request, &device, &mut observer)
    });
    let peak_resident_bytes = sampler.stop();
    let held_after = ledger.current_bytes(DeviceKind::Cpu);
    if held_after != held_before {
        log::error!(
            "job {} left {held_after} counted bytes, {held_before} were held before it",
            job.0
        );
    }
    match result {
        Ok(clip) => Event::Finished {
            job,
            clip: Box::new(Clip {
                peak_resident_bytes,
                ..clip
            }),
        },
        Err(error) if error.is_cancelled() => Event::Cancelled { job },
        Err(error) => Event::Failed {
            job,
            report: Box::new(error.report()),
        },
    }
}

/// Turns a job's reports into events and cells.
struct JobObserver<'a> {
    job: JobId,
    outlets: &'a Outlets,
    stage: Stage,
    job_start: Instant,
    stage_start: Instant,
    unit_start: Instant,
    done: u32,
}

impl<'a> JobObserver<'a> {
    fn new(job: JobId, outlets: &'a Outlets) -> Self {
        let now = Instant::now();
        Self {
            job,
            outlets,
            stage: Stage::Prepare,
            job_start: now,
            stage_start: now,
            unit_start: now,
            done: 0,
        }
    }

    fn publish(&self, done: u32, total: u32, last_unit_secs: Option<f64>) {
        self.outlets.progress.set(Progress {
            job: self.job,
            stage: self.stage,
            done,
            total,
            stage_secs: self.stage_start.elapsed().as_secs_f64(),
            last_unit_secs,
            job_secs: self.job_start.elapsed().as_secs_f64(),
        });
        (self.outlets.wake)();
    }
}

impl Observer for JobObserver<'_> {
    fn stage(&mut self, stage: Stage) {
        (self.stage, self.done) = (stage, 0);
        self.stage_start = Instant::now();
        self.unit_start = self.stage_start;
        self.outlets.send(Event::Stage {
            job: self.job,
            stage,
        });
        self.publish(0, 0, None);
    }

    fn progress(&mut self, done: u32, total: u32) {
        let units = done.saturating_sub(self.done);
        let secs = (units > 0).then(|| self.unit_start.elapsed().as_secs_f64() / f64::from(units));
        (self.done, self.unit_start) = (done, Instant::now());
        self.publish(done, total, secs);
    }

    fn warning(&mut self, warning: Warning) {
        self.outlets.send(Event::Warning {
            job: self.job,
            warning,
        });
    }

    fn preview(&mut self, step: u32, [width, height]: [u32; 2], frames: Vec<Vec<u8>>) {
        self.outlets.preview.set(Preview {
            job: self.job,
            step,
            width,
            height,
            frames,
        });
        (self.outlets.wake)();
    }

    fn heard(&mut self, step: u32, samples: Vec<f32>) {
        self.outlets.heard.set(HeardPreview {
            job: self.job,
            step,
            sample_rate_hz: pipeline::SAMPLE_RATE_HZ,
            samples,
        });
        (self.outlets.wake)();
    }
}
