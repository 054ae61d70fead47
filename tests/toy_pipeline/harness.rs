//! A tiny checkpoint, a tiny request, and an engine to send it to.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use ovi_engine::EngineHandle;
use ovi_engine::demo::{DemoSizes, write_checkpoint};
use ovi_engine::protocol::{Command, Event, GenerateRequest, JobId};
use ovi_engine::worker::{self, JobRunner};

/// No tiny job takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The test-pattern checkpoint, written once per test process.
pub fn checkpoint() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        write_checkpoint(folder.path(), &DemoSizes::default()).unwrap();
        folder
    });
    folder.path()
}

/// A copy of the checkpoint that may be damaged.
pub fn checkpoint_copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_checkpoint(folder.path(), &DemoSizes::default()).unwrap();
    folder
}

/// Five frames of 64x64 in two steps.
pub fn request(output: &Path) -> GenerateRequest {
    GenerateRequest {
        height: 64,
        width: 64,
        video_area: Some(64 * 64),
        latent_frames: Some(2),
        audio_steps: Some(7),
        steps: 2,
        seed: 11,
        save_wav: true,
        ..GenerateRequest::new(
            checkpoint(),
            "A bell rings. Audio: one bell.",
            output.join("clip.mp4"),
        )
    }
}

/// A running engine that is shut down and joined at the end.
pub struct Engine {
    pub handle: Option<EngineHandle>,
    next: u64,
}

impl Engine {
    pub fn start() -> Self {
        Self::with_runner(Box::new(ovi_engine::pipeline::run))
    }

    pub fn with_runner(runner: JobRunner) -> Self {
        Self::around(worker::spawn_with(Box::new(|| {}), runner).unwrap())
    }

    /// Take over a running engine.
    pub fn around(handle: EngineHandle) -> Self {
        let engine = Self {
            handle: Some(handle),
            next: 1,
        };
        assert!(matches!(engine.event(), Event::Ready));
        engine
    }

    pub fn handle(&self) -> &EngineHandle {
        self.handle.as_ref().unwrap()
    }

    pub fn event(&self) -> Event {
        self.handle()
            .events
            .recv_timeout(PATIENCE)
            .expect("the engine fell silent")
    }

    pub fn send(&mut self, request: GenerateRequest) -> JobId {
        let job = JobId(self.next);
        self.next += 1;
        self.handle()
            .commands
            .send(Command::Generate {
                job,
                request: Box::new(request),
            })
            .unwrap();
        job
    }

    /// Events up to and including the terminal one.
    pub fn run(&mut self, request: GenerateRequest) -> Vec<Event> {
        self.send(request);
        self.until_terminal()
    }

    pub fn until_terminal(&self) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            events.push(self.event());
            if events.last().is_some_and(is_terminal) {
                return events;
            }
        }
    }

    /// Counted bytes that are still held, by the last snapshot.
    pub fn counted_bytes(&self) -> u64 {
        let memory = self.handle().memory.get().expect("a job leaves a snapshot");
        memory
            .holders
            .iter()
            .map(|holder| holder.current_bytes)
            .sum()
    }

    /// Shut down; returns the events after the request.
    pub fn stop(mut self) -> Vec<Event> {
        let handle = self.handle.take().unwrap();
        handle.commands.send(Command::Shutdown).unwrap();
        let events: Vec<Event> = handle.events.iter().collect();
        handle.join();
        events
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            drop(handle.commands.send(Command::Shutdown));
        }
    }
}

pub fn is_terminal(event: &Event) -> bool {
    matches!(
        event,
        Event::Finished { .. } | Event::Failed { .. } | Event::Cancelled { .. }
    )
}

/// Names of everything in a folder.
pub fn listing(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub fn path_of(events: &[Event]) -> PathBuf {
    match events.last() {
        Some(Event::Finished { clip, .. }) => clip.path.clone(),
        other => panic!("expected a finished clip, got {other:?}"),
    }
}

/// The same clip as another program encodes it; `None` where FFmpeg or its encoder is missing.
pub fn encoded_elsewhere(clip: &Path) -> Option<PathBuf> {
    let path = clip.with_file_name("foreign.mp4");
    let output = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(clip)
        .args(["-c:v", "libx264", "-crf", "12", "-bf", "2"])
        .args(["-c:a", "aac", "-ac", "1"])
        .arg(&path)
        .output();
    match output {
        Ok(output) if output.status.success() => Some(path),
        _ => {
            println!("skipped: no ffmpeg with libx264");
            None
        }
    }
}
