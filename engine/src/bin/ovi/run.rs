//! Jobs through the same engine thread the window uses, and what it tells as lines.

use std::path::PathBuf;
use std::time::Duration;

use ovi_engine::protocol::{Clip, Command, Event, GenerateRequest, JobId, Progress};
use ovi_engine::{EngineHandle, worker};
use serde_json::{Value, json};

use crate::{Exit, fail, megabytes};

/// One clip to make.
pub struct Job {
    pub id: JobId,
    /// Which one of several, for people; `None` for the only one.
    pub label: Option<String>,
    pub request: GenerateRequest,
}

impl Job {
    /// The only job of a run.
    pub fn only(request: GenerateRequest) -> Self {
        Self {
            id: JobId(1),
            label: None,
            request,
        }
    }
}

/// Run `jobs` one after another. `previews` is a folder for looks and listens on the way.
///
/// The exit code is that of the first job that did not succeed; the others are made all the same,
/// unless the run is interrupted.
pub fn run_jobs(jobs: &[Job], json: bool, previews: Option<PathBuf>) -> Exit {
    let engine = match worker::spawn(Box::new(|| {})) {
        Ok(engine) => engine,
        Err(error) => {
            eprintln!("The engine thread could not be started: {error}.");
            return Exit::Failed;
        }
    };
    let commands = engine.commands.clone();
    let interrupt = engine.commands.clone();
    let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    let cancel_all = move || {
        for id in &ids {
            drop(interrupt.send(Command::Cancel(*id)));
        }
    };
    if let Err(error) = ctrlc::set_handler(cancel_all) {
        eprintln!("Ctrl+C will end the program at once: {error}.");
    }
    for job in jobs {
        let request = Box::new(job.request.clone());
        drop(commands.send(Command::Generate {
            job: job.id,
            request,
        }));
    }
    let report = Report { json, jobs };
    let mut previews = previews.map(PreviewFiles::new);
    let mut exit = Exit::Done;
    let mut num_running = Some(jobs.len());
    let mut shown = None;
    loop {
        match engine.events.recv_timeout(Duration::from_millis(100)) {
            Ok(Event::Stopped) | Err(crossbeam_channel::RecvTimeoutError::Disconnected) => break,
            Ok(event) => {
                if let Some(ended) = report.event(&event) {
                    exit = if exit == Exit::Done { ended } else { exit };
                    num_running = num_running.map(|num| num - 1);
                }
            }
            Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
        }
        let progress = engine.progress.get();
        if let Some(progress) = progress.filter(|progress| shown.as_ref() != Some(progress)) {
            report.progress(&progress);
            shown = Some(progress);
        }
        if let Some(previews) = &mut previews {
            previews.write_new(&engine);
        }
        if num_running == Some(0) {
            drop(commands.send(Command::Shutdown));
            num_running = None;
        }
    }
    engine.join();
    exit
}

/// The newest previews as files: `step_0004.png` (all latent frames, one below the other) and
/// `step_0004.wav`.
struct PreviewFiles {
    folder: PathBuf,
    shown: Option<(JobId, u32)>,
    heard: Option<(JobId, u32)>,
}

impl PreviewFiles {
    fn new(folder: PathBuf) -> Self {
        if let Err(error) = std::fs::create_dir_all(&folder) {
            eprintln!(
                "The folder for previews cannot be made: {error}: {}.",
                folder.display()
            );
        }
        Self {
            folder,
            shown: None,
            heard: None,
        }
    }

    fn write_new(&mut self, engine: &EngineHandle) {
        let told = |result: Result<PathBuf, ovi_media::MediaError>| {
            if let Err(error) = result {
                eprintln!("A preview was not written: {error}.");
            }
        };
        if let Some(preview) = engine.preview.get()
            && self.shown.replace((preview.job, preview.step)) != Some((preview.job, preview.step))
        {
            let column = preview.frames.concat();
            let height = preview.height * preview.frames.len() as u32;
            let path = self.path(preview.step, "png");
            told(ovi_media::write_png(&path, &column, preview.width, height));
        }
        if let Some(heard) = engine.heard.get()
            && self.heard.replace((heard.job, heard.step)) != Some((heard.job, heard.step))
        {
            let path = self.path(heard.step, "wav");
            let written = ovi_media::write_wav(&path, &heard.samples, heard.sample_rate_hz);
            told(written);
        }
    }

    fn path(&self, step: u32, extension: &str) -> PathBuf {
        self.folder.join(format!("step_{step:04}.{extension}"))
    }
}

/// Prints what the engine tells.
struct Report<'a> {
    json: bool,
    jobs: &'a [Job],
}

impl Report<'_> {
    /// Returns the exit code for a terminal event.
    fn event(&self, event: &Event) -> Option<Exit> {
        match event {
            Event::Stage { job, stage } => {
                let object = json!({ "event": "stage", "stage": stage.name() });
                self.line(*job, object, || stage.name().into());
            }
            Event::Warning { job, warning } => {
                let (code, message) = (warning.code.code(), &warning.message);
                let object = json!({ "event": "warning", "code": code, "message": message });
                self.line(*job, object, || format!("{code}: {message}"));
            }
            Event::Finished { job, clip } => {
                self.finished(*job, clip);
                return Some(Exit::Done);
            }
            Event::Failed { job, report } => {
                if self.json {
                    let object = json!({ "event": "failed", "code": report.code.code(), "message": report.message,
                        "action": report.action, "details": report.details });
                    self.line(*job, object, String::new);
                } else if let Some(label) = self.label(*job) {
                    eprintln!("{label}:");
                }
                return Some(fail(report));
            }
            Event::Cancelled { job } => {
                let object = json!({ "event": "cancelled" });
                self.line(*job, object, || "cancelled".into());
                return Some(Exit::Interrupted);
            }
            _ => {}
        }
        None
    }

    fn progress(&self, progress: &Progress) {
        if progress.total == 0 {
            return;
        }
        let object = json!({
            "event": "progress",
            "stage": progress.stage.name(),
            "done": progress.done,
            "total": progress.total,
            "stage_secs": progress.stage_secs,
            "unit_secs": progress.last_unit_secs,
        });
        self.line(progress.job, object, || {
            let unit = progress
                .last_unit_secs
                .map(|secs| format!(", {secs:.2} s each"))
                .unwrap_or_default();
            format!(
                "  {} {} of {}{unit}",
                progress.stage.name(),
                progress.done,
                progress.total
            )
        });
    }

    fn finished(&self, job: JobId, clip: &Clip) {
        let stages: Vec<_> = clip
            .stages
            .iter()
            .map(|time| json!({ "stage": time.stage.name(), "secs": time.secs, "peak_bytes": time.peak_bytes }))
            .collect();
        let object = json!({
            "event": "finished",
            "path": clip.path,
            "extra_files": clip.extra_files,
            "latents": clip.latents,
            "width": clip.width,
            "height": clip.height,
            "frames": clip.num_frames,
            "duration_secs": clip.duration_secs,
            "bytes": clip.num_bytes,
            "seed": clip.seed,
            "test_pattern": clip.is_test_pattern,
            "total_secs": clip.total_secs,
            "peak_bytes": clip.peak_bytes,
            "peak_resident_bytes": clip.peak_resident_bytes,
            "stages": stages,
        });
        self.line(job, object, || {
            let resident = clip.peak_resident_bytes.map_or("unknown".into(), megabytes);
            format!(
                "{} ({}x{}, {} frames, {:.3} s, {}) in {:.1} s; most memory counted {}, resident {resident}",
                clip.path.display(),
                clip.width,
                clip.height,
                clip.num_frames,
                clip.duration_secs,
                megabytes(clip.num_bytes),
                clip.total_secs,
                megabytes(clip.peak_bytes),
            )
        });
    }

    fn label(&self, job: JobId) -> Option<&str> {
        let found = self.jobs.iter().find(|known| known.id == job);
        found.and_then(|job| job.label.as_deref())
    }

    /// One line; in a batch it says which job it is about.
    fn line(&self, job: JobId, mut object: Value, text: impl FnOnce() -> String) {
        let label = self.label(job);
        match (self.json, label) {
            (false, None) => println!("{}", text()),
            (false, Some(label)) => println!("{label}: {}", text()),
            (true, label) => {
                if let (Some(label), Some(map)) = (label, object.as_object_mut()) {
                    map.insert("job".into(), label.into());
                }
                println!("{object}");
            }
        }
    }
}
