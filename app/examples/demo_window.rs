//! The window with a scripted engine, to look at states that take hours to reach with a real one.
//!
//! `cargo run -p ovi-app --example demo_window -- [idle|ready|running|finished|failed] [light|dark]`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ovi_app::app::{OviApp, Services, Start};
use ovi_app::desktop::NativeDesktop;
use ovi_app::engine_link::{EnginePort, FakeEngine, FakeEngineControl};
use ovi_app::library_link::InlineLibrary;
use ovi_app::player::SoundOutput;
use ovi_app::settings::{Settings, ThemeChoice};
use ovi_app::state::Stamp;
use ovi_app::tasks::Tasks;
use ovi_engine::protocol::{
    CheckpointInfo, Clip, Command, ErrorCode, ErrorReport, Event, FileStatus, HeardPreview,
    HolderMemory, JobId, LibrarySnapshot, MemorySnapshot, ModelVariant, Preview, Progress, Role,
    Stage, StageTime, Warning, WarningCode,
};
use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec};

const PROMPT: &str = "Medium close-up of an old lighthouse keeper in a navy wool sweater beside a \
    rain-streaked window at dusk. He turns from the glass towards the camera, raises one eyebrow \
    and says dryly, <S>The storm promised drama since lunch.<E> He sips from a tin mug. \
    <AUDCAP>Low gravelly male voice, steady rain on glass, distant wind.<ENDAUDCAP>";
const SIZE: (u32, u32) = (960, 544);

/// Answers every command as far as the chosen state goes.
struct Script {
    engine: FakeEngine,
    control: FakeEngineControl,
    state: String,
    clip: PathBuf,
}

impl EnginePort for Script {
    fn send(&self, command: Command) -> bool {
        match command {
            Command::InspectCheckpoint(root) => {
                let result = Ok(Box::new(info(&root)));
                self.control.report(Event::Checkpoint { root, result });
            }
            Command::Generate { job, .. } => self.generate(job),
            Command::Cancel(job) => self.control.report(Event::Cancelled { job }),
            Command::CountTokens { texts, serial, .. } => {
                let counts = texts.iter().map(|text| text.split_whitespace().count());
                let result = Ok(counts.collect());
                self.control.report(Event::Tokens { serial, result });
            }
            Command::MakeDemoCheckpoint(_) | Command::Shutdown => {}
        }
        true
    }

    fn next_event(&mut self) -> Option<Event> {
        self.engine.next_event()
    }

    fn progress(&self) -> Option<Arc<Progress>> {
        self.engine.progress()
    }

    fn memory(&self) -> Option<Arc<MemorySnapshot>> {
        self.engine.memory()
    }

    fn preview(&self) -> Option<Arc<Preview>> {
        self.engine.preview()
    }

    fn heard(&self) -> Option<Arc<HeardPreview>> {
        self.engine.heard()
    }
}

impl Script {
    fn generate(&self, job: JobId) {
        let report = |event| self.control.report(event);
        report(Event::Queued { job, position: 0 });
        report(Event::Stage {
            job,
            stage: Stage::Prepare,
        });
        report(Event::Stage {
            job,
            stage: Stage::Text,
        });
        self.control.memory.set(memory());
        if self.state == "failed" {
            let report = Box::new(ErrorReport {
                code: ErrorCode::Memory,
                message: "Memory ran out while decoding the picture (asked 2.1 GB, 0.4 GB free)."
                    .into(),
                action: "Close other programs or choose a smaller size.".into(),
                details: "allocate 2100000000 bytes: refused".into(),
            });
            self.control.report(Event::Failed { job, report });
            return;
        }
        report(Event::Stage {
            job,
            stage: Stage::Sampling,
        });
        let warning = size_warning();
        if self.state == "finished" {
            let clip = Box::new(clip(self.clip.clone(), vec![warning]));
            report(Event::Finished { job, clip });
            return;
        }
        report(Event::Warning { job, warning });
        self.control.progress.set(Progress {
            job,
            stage: Stage::Sampling,
            done: 12,
            total: 50,
            stage_secs: 38.4,
            last_unit_secs: Some(3.2),
            job_secs: 61.0,
        });
        let (width, height) = (60, 34);
        let frames = (0..31)
            .map(|frame| picture(width, height, frame, 31))
            .collect();
        self.control.preview.set(Preview {
            job,
            step: 12,
            width,
            height,
            frames,
        });
    }
}

fn main() -> eframe::Result {
    let mut args = std::env::args().skip(1);
    let state = args.next().unwrap_or_else(|| "running".into());
    let theme = args
        .next()
        .and_then(|name| ThemeChoice::from_name(&name))
        .unwrap_or_default();
    let folder = std::env::temp_dir().join("ovi-desktop-demo");
    // Written before the window opens: the script answers on the window thread.
    let clip = if state == "finished" {
        write_clip(&folder)
    } else {
        PathBuf::new()
    };
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1600.0, 960.0]),
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let creator = move |creation: &eframe::CreationContext<'_>| {
        let ctx = &creation.egui_ctx;
        let (engine, control) = FakeEngine::new();
        control.report(Event::Ready);
        let waker = ctx.clone();
        let tasks = Tasks::on_threads(Arc::new(move || waker.request_repaint()));
        let sound = SoundOutput::default_device(tasks.wake());
        let has_model = state != "idle";
        let autostart = !matches!(state.as_str(), "idle" | "ready");
        let mut num_ids = 0;
        let services = Services {
            engine: Box::new(Script {
                engine,
                control,
                state,
                clip,
            }),
            library: Box::new(InlineLibrary::open(LibrarySnapshot::default()).0),
            desktop: Arc::new(NativeDesktop),
            tasks,
            saver: None,
            drafts: None,
            stamp: Box::new(|| Stamp {
                date: "2031-05-06".into(),
                time: "070809".into(),
                unix: 1_935_817_689,
            }),
            random_seed: Box::new(|| 1_234_567_890),
            random_id: Box::new(move || {
                num_ids += 2;
                num_ids
            }),
            utc_offset_secs: 0,
            hardware: ovi_app::hardware::Hardware::detect(),
            later_starts: None,
            session: None,
            system_language: None,
            places: ovi_app::places::Places::within(&folder.join("data")),
        };
        let start = Start {
            sound,
            settings: Settings {
                theme,
                ..Settings::default()
            },
            warnings: Vec::new(),
            checkpoint: has_model.then(|| "/models/ovi".into()),
            output_folder: Some(folder),
            prompt: has_model.then(|| PROMPT.into()),
            files: Vec::new(),
            can_hide: false,
            draft: None,
            started_at: Some(Instant::now()),
        };
        let app = OviApp::new(ctx, services, start);
        let app = Demo {
            app,
            num_frames: 0,
            autostart,
        };
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native("ovi-desktop-demo", options, Box::new(creator))
}

/// Presses Ctrl+Enter once the model was found.
struct Demo {
    app: OviApp,
    num_frames: u32,
    autostart: bool,
}

impl eframe::App for Demo {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.num_frames += 1;
        if self.autostart && self.num_frames == 4 {
            let (key, modifiers) = (egui::Key::Enter, egui::Modifiers::COMMAND);
            ui.input_mut(|input| {
                input.events.push(egui::Event::Key {
                    key,
                    physical_key: None,
                    pressed: true,
                    repeat: false,
                    modifiers,
                });
            });
        }
        if self.num_frames < 5 {
            ui.request_repaint();
        }
        self.app.ui(ui, frame);
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn info(root: &Path) -> CheckpointInfo {
    let sizes = [
        23_320_000_000,
        11_360_000_000,
        0,
        2_820_000_000,
        686_652_758,
        449_217_313,
    ];
    let files = Role::ALL
        .into_iter()
        .zip(sizes)
        .map(|(role, num_bytes)| FileStatus {
            role,
            path: root.join(role.label()),
            num_bytes,
            description: "bf16, 2,073 tensors".into(),
        })
        .collect();
    CheckpointInfo {
        root: root.to_owned(),
        files,
        variant: Some(ModelVariant::Square720Secs5),
        video_area: Some(720 * 720),
        latent_frames: Some(31),
        audio_steps: Some(157),
        is_test_pattern: true,
        num_parameters: 11_660_753_108,
    }
}

fn size_warning() -> Warning {
    Warning {
        code: WarningCode::Size,
        message: "This model works on about 518,400 pixels: 1280x704 becomes 960x544.".into(),
    }
}

fn memory() -> MemorySnapshot {
    let holder = |holder: &str, kind: &str, current_bytes: u64| HolderMemory {
        device: "cpu".into(),
        holder: holder.into(),
        kind: kind.into(),
        current_bytes,
        peak_bytes: current_bytes,
    };
    MemorySnapshot {
        holders: vec![
            holder("transformer", "weights", 5_200_000_000),
            holder("transformer", "activations", 1_800_000_000),
            holder("transformer", "mapped", 23_320_000_000),
            holder("latents", "output", 210_000_000),
            holder("text embeddings", "cache", 95_000_000),
        ],
        counted_bytes: 7_305_000_000,
        counted_peak_bytes: 11_900_000_000,
        resident_bytes: Some(12_400_000_000),
        resident_file_bytes: Some(4_700_000_000),
        resident_floor_bytes: Some(160_000_000),
        system_total_bytes: Some(24_000_000_000),
        system_available_bytes: Some(9_100_000_000),
    }
}

/// A moving disc on a gradient.
fn picture(width: u32, height: u32, frame: u32, num_frames: u32) -> Vec<u8> {
    let share = frame as f32 / num_frames as f32;
    let (cx, cy) = (width as f32 * (0.2 + 0.6 * share), height as f32 * 0.5);
    let radius = height as f32 * 0.22;
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = (x as f32 / width as f32, y as f32 / height as f32);
            let distance = ((x as f32 - cx).powi(2) + (y as f32 - cy).powi(2)).sqrt();
            let pixel = match distance < radius {
                true => [250, 205, 130],
                false => [(30.0 + 50.0 * fx) as u8, (40.0 + 60.0 * fy) as u8, 110],
            };
            rgb.extend(pixel);
        }
    }
    rgb
}

fn write_clip(folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).expect("temporary folder");
    let (width, height) = SIZE;
    let spec = VideoSpec {
        width,
        height,
        fps: 24,
        quality: Quality::Good,
    };
    let target = folder.join("demo.mp4");
    let mut writer = ClipWriter::create(&target, spec).expect("clip");
    for frame in 0..121 {
        writer
            .push_rgb(&picture(width, height, frame, 121))
            .expect("frame");
    }
    let samples: Vec<f32> = (0..80_667)
        .map(|idx| {
            let secs = idx as f32 / 16_000.0;
            (secs * 440.0 * std::f32::consts::TAU).sin() * 0.4 * (secs * 3.0).sin().abs()
        })
        .collect();
    writer
        .finish(
            &samples,
            AudioSpec {
                sample_rate_hz: 16_000,
            },
            "",
        )
        .expect("clip")
        .path
}

fn clip(path: PathBuf, warnings: Vec<Warning>) -> Clip {
    let time = |stage, secs, peak_bytes| StageTime {
        stage,
        secs,
        peak_bytes,
    };
    Clip {
        path,
        extra_files: Vec::new(),
        width: SIZE.0,
        height: SIZE.1,
        num_frames: 121,
        fps: 24,
        sample_rate_hz: 16_000,
        duration_secs: 121.0 / 24.0,
        num_bytes: 1_234_567,
        seed: 1_234_567_890,
        is_test_pattern: true,
        stages: vec![
            time(Stage::Prepare, 0.4, 120_000_000),
            time(Stage::Text, 12.6, 11_900_000_000),
            time(Stage::Sampling, 162.0, 9_300_000_000),
        ],
        total_secs: 201.5,
        peak_bytes: 11_900_000_000,
        peak_resident_bytes: Some(14_000_000_000),
        latents: None,
        device: "cpu".into(),
        variant: None,
        warnings,
    }
}
