//! `ovi generate`: one job through the same engine thread the window uses.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use ovi_engine::protocol::{
    Clip, ClipQuality, Command, Event, GenerateRequest, JobId, ModelVariant, NoiseStream, Progress,
    SolverKind,
};
use ovi_engine::worker;
use serde_json::json;

use crate::{Exit, fail, megabytes};

#[derive(clap::Args)]
pub struct Arguments {
    /// Checkpoint folder in the official layout.
    #[arg(long)]
    checkpoint: PathBuf,
    /// What is seen, who speaks, what is heard.
    #[arg(long)]
    prompt: String,
    /// First frame (PNG, JPEG, WebP or BMP).
    #[arg(long)]
    image: Option<PathBuf>,
    /// File to write; an existing one is kept and the name gets _2, _3, …
    #[arg(long)]
    output: PathBuf,
    /// Which published model the weights are: 720x720_5s, 960x960_5s or 960x960_10s.
    #[arg(long, value_parser = parse_variant)]
    model: Option<ModelVariant>,
    /// What the picture should avoid.
    #[arg(long, default_value = "jitter, bad hands, blur, distortion")]
    video_negative: String,
    /// What the sound should avoid.
    #[arg(long, default_value = "robotic, muffled, echo, distorted")]
    audio_negative: String,
    /// Requested size, e.g. 1280x704; only the ratio matters.
    #[arg(long, value_parser = parse_size, default_value = "1280x704")]
    size: [u32; 2],
    /// Pixel area the clip is scaled to, instead of the model's.
    #[arg(long)]
    area: Option<u32>,
    /// Latent frames instead of the model's; the clip has 4 (n - 1) + 1 frames.
    #[arg(long)]
    latent_frames: Option<u32>,
    /// Audio latent steps instead of the model's; 512 samples each.
    #[arg(long)]
    audio_steps: Option<u32>,
    /// Seed of picture and sound.
    #[arg(long, default_value_t = 103)]
    seed: u64,
    /// Random numbers: `philox`, `host`, or a GPU's thread capacity to match.
    #[arg(long, value_parser = parse_noise, default_value = "philox")]
    noise: NoiseStream,
    /// How noise is removed: unipc, dpm++ or euler.
    #[arg(long, value_parser = parse_solver, default_value = "unipc")]
    solver: SolverKind,
    /// Sampling steps, 1 to 160.
    #[arg(long, default_value_t = 50)]
    steps: u32,
    /// Schedule shift, above 0 up to 20.
    #[arg(long, default_value_t = 5.0)]
    shift: f64,
    /// Guidance of the picture, 0 to 10.
    #[arg(long, default_value_t = 4.0)]
    video_guidance: f64,
    /// Guidance of the sound, 0 to 10.
    #[arg(long, default_value_t = 3.0)]
    audio_guidance: f64,
    /// Block the negative pass leaves out; 0 is off.
    #[arg(long, default_value_t = 11)]
    skip_layer: u32,
    /// Compression of the picture.
    #[arg(long, value_enum, default_value_t = QualityChoice::Good)]
    quality: QualityChoice,
    /// Also write the sound as a WAV file.
    #[arg(long)]
    save_wav: bool,
    /// Also write every frame as a PNG file.
    #[arg(long)]
    save_frames: bool,
    /// Leave the prompts out of the settings embedded in the clip.
    #[arg(long)]
    omit_prompts: bool,
    /// Print progress as one JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum QualityChoice {
    Draft,
    Good,
    High,
}

fn parse_variant(text: &str) -> Result<ModelVariant, String> {
    ModelVariant::from_name(text)
        .ok_or_else(|| "expected 720x720_5s, 960x960_5s or 960x960_10s".into())
}

fn parse_solver(text: &str) -> Result<SolverKind, String> {
    SolverKind::from_name(text).ok_or_else(|| "expected unipc, dpm++ or euler".into())
}

/// `WIDTHxHEIGHT` to `[height, width]`.
fn parse_size(text: &str) -> Result<[u32; 2], String> {
    let parts = text
        .split_once(['x', 'X'])
        .and_then(|(w, h)| Some([h.parse().ok()?, w.parse().ok()?]));
    parts.ok_or_else(|| "expected WIDTHxHEIGHT, e.g. 1280x704".into())
}

fn parse_noise(text: &str) -> Result<NoiseStream, String> {
    match text {
        "philox" => Ok(NoiseStream::Philox),
        "host" => Ok(NoiseStream::Host),
        number => number
            .parse()
            .map(|max_threads| NoiseStream::PhiloxMatching { max_threads })
            .map_err(|_| "expected philox, host or a number of GPU threads".into()),
    }
}

fn request(arguments: &Arguments) -> GenerateRequest {
    GenerateRequest {
        variant: arguments.model,
        video_negative: arguments.video_negative.clone(),
        audio_negative: arguments.audio_negative.clone(),
        first_frame: arguments.image.clone(),
        height: arguments.size[0],
        width: arguments.size[1],
        video_area: arguments.area,
        latent_frames: arguments.latent_frames,
        audio_steps: arguments.audio_steps,
        seed: arguments.seed,
        noise: arguments.noise,
        solver: arguments.solver,
        steps: arguments.steps,
        shift: arguments.shift,
        video_guidance: arguments.video_guidance,
        audio_guidance: arguments.audio_guidance,
        skip_layer: (arguments.skip_layer > 0).then_some(arguments.skip_layer),
        quality: match arguments.quality {
            QualityChoice::Draft => ClipQuality::Draft,
            QualityChoice::Good => ClipQuality::Good,
            QualityChoice::High => ClipQuality::High,
        },
        save_wav: arguments.save_wav,
        save_frames: arguments.save_frames,
        omit_prompts: arguments.omit_prompts,
        ..GenerateRequest::new(&arguments.checkpoint, &arguments.prompt, &arguments.output)
    }
}

pub fn run(arguments: &Arguments) -> Exit {
    let engine = match worker::spawn(Box::new(|| {})) {
        Ok(engine) => engine,
        Err(error) => {
            eprintln!("The engine thread could not be started: {error}.");
            return Exit::Failed;
        }
    };
    let job = JobId(1);
    let commands = engine.commands.clone();
    let interrupt = engine.commands.clone();
    if let Err(error) = ctrlc::set_handler(move || drop(interrupt.send(Command::Cancel(job)))) {
        eprintln!("Ctrl+C will end the program at once: {error}.");
    }
    let request = Box::new(request(arguments));
    drop(commands.send(Command::Generate { job, request }));
    let report = Report {
        json: arguments.json,
    };
    let mut exit = Exit::Failed;
    let mut shown = None;
    loop {
        match engine.events.recv_timeout(Duration::from_millis(100)) {
            Ok(Event::Stopped) | Err(crossbeam_channel::RecvTimeoutError::Disconnected) => break,
            Ok(event) => {
                if let Some(ended) = report.event(&event) {
                    exit = ended;
                    drop(commands.send(Command::Shutdown));
                }
            }
            Err(crossbeam_channel::RecvTimeoutError::Timeout) => {}
        }
        if let Some(progress) = engine
            .progress
            .get()
            .filter(|progress| shown.as_ref() != Some(progress))
        {
            report.progress(&progress);
            shown = Some(progress);
        }
    }
    engine.join();
    exit
}

/// Prints what the engine tells.
struct Report {
    json: bool,
}

impl Report {
    /// Returns the exit code for a terminal event.
    fn event(&self, event: &Event) -> Option<Exit> {
        match event {
            Event::Stage { stage, .. } => self
                .line(json!({ "event": "stage", "stage": stage.name() }), || {
                    stage.name().into()
                }),
            Event::Warning { warning, .. } => {
                let (code, message) = (warning.code.code(), &warning.message);
                let object = json!({ "event": "warning", "code": code, "message": message });
                self.line(object, || format!("{code}: {message}"));
            }
            Event::Finished { clip, .. } => {
                self.finished(clip);
                return Some(Exit::Done);
            }
            Event::Failed { report, .. } => {
                if self.json {
                    println!(
                        "{}",
                        json!({ "event": "failed", "code": report.code.code(), "message": report.message,
                            "action": report.action, "details": report.details })
                    );
                }
                return Some(fail(report));
            }
            Event::Cancelled { .. } => {
                self.line(json!({ "event": "cancelled" }), || "cancelled".into());
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
        self.line(object, || {
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

    fn finished(&self, clip: &Clip) {
        let stages: Vec<_> = clip
            .stages
            .iter()
            .map(|time| json!({ "stage": time.stage.name(), "secs": time.secs, "peak_bytes": time.peak_bytes }))
            .collect();
        let object = json!({
            "event": "finished",
            "path": clip.path,
            "extra_files": clip.extra_files,
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
        self.line(object, || {
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

    fn line(&self, object: serde_json::Value, text: impl FnOnce() -> String) {
        if self.json {
            println!("{object}");
        } else {
            println!("{}", text());
        }
    }
}
