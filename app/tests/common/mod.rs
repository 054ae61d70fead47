//! The whole window on a scripted engine, without threads: every step is the same every time.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses a part of this"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use ovi_app::app::{OviApp, Services, Start};
use ovi_app::desktop::Desktop;
use ovi_app::engine_link::{FakeEngine, FakeEngineControl};
use ovi_app::instance::StartRequest;
use ovi_app::library_link::{InlineLibrary, InlineLibraryControl};
use ovi_app::places::Places;
use ovi_app::player::SoundOutput;
use ovi_app::session::SessionWish;
use ovi_app::settings::{Settings, ThemeChoice};
use ovi_app::state::{Draft, Stamp};
use ovi_app::tasks::Tasks;
use ovi_engine::protocol::{
    CheckpointInfo, Clip, Command, Event, FileStatus, GenerateRequest, JobId, LibrarySnapshot,
    ModelVariant, Stage, StageTime,
};
use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec};

/// A prompt with speech and sound.
pub const PROMPT: &str = "A man says <S>hello there<E> Audio: wind";

/// The window and everything around it.
pub struct Rig {
    /// Window.
    pub harness: Harness<'static, OviApp>,
    /// Engine.
    pub engine: FakeEngineControl,
    /// Library.
    pub library: InlineLibraryControl,
    /// A folder that is removed afterwards.
    pub folder: tempfile::TempDir,
}

/// What differs between tests.
pub struct Setup {
    /// Answers of every file dialog.
    pub dialog_answer: Option<PathBuf>,
    /// Settings.
    pub settings: Settings,
    /// Warnings about them.
    pub warnings: Vec<String>,
    /// Model folder on the command line.
    pub checkpoint: Option<PathBuf>,
    /// Window size.
    pub size: [f32; 2],
    /// The engine says that it is ready.
    pub is_ready: bool,
    /// What the library holds.
    pub snapshot: LibrarySnapshot,
    /// What later starts of the program ask for.
    pub later_starts: Option<crossbeam_channel::Receiver<StartRequest>>,
    /// Where wishes to the session go.
    pub session: Option<crossbeam_channel::Sender<SessionWish>>,
    /// Sound device.
    pub sound: SoundOutput,
    /// What was filled in before.
    pub draft: Option<Draft>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            dialog_answer: None,
            settings: Settings {
                theme: ThemeChoice::Dark,
                ..Settings::default()
            },
            warnings: Vec::new(),
            checkpoint: Some("/models".into()),
            size: [1600.0, 1000.0],
            is_ready: true,
            snapshot: LibrarySnapshot::default(),
            later_starts: None,
            session: None,
            sound: SoundOutput::unavailable("no sound in tests"),
            draft: None,
        }
    }
}

struct ScriptedDesktop(Option<PathBuf>);

impl Desktop for ScriptedDesktop {
    fn pick_folder(&self, _title: &str, _start: Option<&Path>) -> Option<PathBuf> {
        self.0.clone()
    }

    fn pick_picture(&self, _title: &str, _start: Option<&Path>) -> Option<PathBuf> {
        self.0.clone()
    }

    fn pick_clip_target(&self, _title: &str, _proposal: &Path) -> Option<PathBuf> {
        self.0.clone()
    }

    fn free_space(&self, _folder: &Path) -> Option<u64> {
        Some(250_000_000_000)
    }

    fn pick_file(&self, _title: &str, _endings: &[&str], _start: Option<&Path>) -> Option<PathBuf> {
        self.0.clone()
    }

    fn pick_target(&self, _title: &str, _ending: &str, _proposal: &Path) -> Option<PathBuf> {
        self.0.clone()
    }

    fn open_file(&self, _file: &Path) -> Result<(), String> {
        Err("no programs in tests".into())
    }

    fn show_folder(&self, _folder: &Path) -> Result<(), String> {
        Err("no file manager in tests".into())
    }
}

impl Rig {
    /// Open the window and draw until it stands still.
    pub fn open(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (engine, control) = FakeEngine::new();
        if setup.is_ready {
            control.report(Event::Ready);
        }
        let (library, library_control) = InlineLibrary::open(setup.snapshot);
        let mut num_seeds = 0;
        let mut num_ids = 0;
        let services = Services {
            engine: Box::new(engine),
            library: Box::new(library),
            desktop: Arc::new(ScriptedDesktop(setup.dialog_answer)),
            tasks: Tasks::inline(),
            saver: None,
            drafts: None,
            stamp: Box::new(|| Stamp {
                date: "2031-02-03".into(),
                time: "040506".into(),
                unix: 1_927_857_906,
            }),
            random_seed: Box::new(move || {
                num_seeds += 1;
                1000 + num_seeds
            }),
            random_id: Box::new(move || {
                num_ids += 1;
                2 * num_ids
            }),
            utc_offset_secs: 0,
            hardware: ovi_app::hardware::Hardware::detect(),
            later_starts: setup.later_starts,
            session: setup.session,
            system_language: None,
            places: Places::within(&folder.path().join("data")),
        };
        let theme = match setup.settings.theme {
            ThemeChoice::Light => egui::Theme::Light,
            ThemeChoice::Dark | ThemeChoice::System => egui::Theme::Dark,
        };
        let start = Start {
            sound: setup.sound,
            settings: setup.settings,
            warnings: setup.warnings,
            checkpoint: setup.checkpoint,
            output_folder: Some(folder.path().join("clips")),
            prompt: None,
            files: Vec::new(),
            can_hide: false,
            draft: setup.draft,
            started_at: None,
        };
        let mut harness = Harness::builder()
            .with_size(setup.size)
            .with_theme(theme)
            .build_eframe(move |creation| OviApp::new(&creation.egui_ctx, services, start));
        harness.run();
        Self {
            harness,
            engine: control,
            library: library_control,
            folder,
        }
    }

    /// A window whose model was found and whose prompt is written.
    pub fn ready() -> Self {
        let mut rig = Self::open(Setup::default());
        rig.answer_checkpoint(info());
        rig.type_prompt(PROMPT);
        rig
    }

    /// A window with a running job.
    pub fn running() -> (Self, JobId, GenerateRequest) {
        let mut rig = Self::ready();
        rig.click("Generate now");
        let (job, request) = rig.take_generate().unwrap();
        rig.report(Event::Queued { job, position: 0 });
        (rig, job, request)
    }

    /// Let the engine find a model in the folder it was asked about.
    pub fn answer_checkpoint(&mut self, info: CheckpointInfo) {
        let Some(Command::InspectCheckpoint(root)) = self.engine.take_command() else {
            panic!("the folder is inspected after the first frame");
        };
        let result = Ok(Box::new(CheckpointInfo {
            root: root.clone(),
            ..info
        }));
        self.report(Event::Checkpoint { root, result });
    }

    /// Let the engine say something and draw.
    pub fn report(&mut self, event: Event) {
        self.engine.report(event);
        self.harness.run_steps(4);
    }

    /// Click the control with this name.
    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(4);
    }

    /// Type into the prompt editor.
    pub fn type_prompt(&mut self, prompt: &str) {
        let editor = self
            .harness
            .get_by_role_and_label(Role::MultilineTextInput, "Prompt");
        editor.focus();
        self.harness.run_steps(2);
        let editor = self
            .harness
            .get_by_role_and_label(Role::MultilineTextInput, "Prompt");
        editor.type_text(prompt);
        self.harness.run_steps(3);
    }

    /// Whether something with this name or text is shown.
    pub fn shows(&self, label: &str) -> bool {
        self.harness
            .query_all_by_label_contains(label)
            .next()
            .is_some()
    }

    /// The next command, if it is to generate.
    pub fn take_generate(&self) -> Option<(JobId, GenerateRequest)> {
        match self.engine.take_command()? {
            Command::Generate { job, request } => Some((job, *request)),
            _ => None,
        }
    }

    /// Write a real clip of `num_frames` and let the engine report it.
    pub fn finish(&mut self, job: JobId, num_frames: u32) -> PathBuf {
        let path = write_clip(self.folder.path(), num_frames);
        let clip = Box::new(clip(path.clone(), num_frames));
        self.report(Event::Finished { job, clip });
        path
    }
}

/// A complete model.
pub fn info() -> CheckpointInfo {
    let files = ovi_engine::protocol::Role::ALL
        .into_iter()
        .map(|role| FileStatus {
            role,
            path: format!("/models/{}", role.label()).into(),
            num_bytes: 1_000_000_000,
            description: "bf16".into(),
        })
        .collect();
    CheckpointInfo {
        root: "/models".into(),
        files,
        variant: Some(ModelVariant::Square720Secs5),
        video_area: Some(720 * 720),
        latent_frames: Some(31),
        audio_steps: Some(157),
        is_test_pattern: false,
        num_parameters: 11_660_753_108,
    }
}

/// Brightness of a frame of [`write_clip`]: it tells which frame is shown.
pub fn brightness(frame_idx: u32) -> u8 {
    (20 + frame_idx * 8).min(235) as u8
}

/// A real clip of 64x32 pixels with sound.
pub fn write_clip(folder: &Path, num_frames: u32) -> PathBuf {
    let spec = VideoSpec {
        width: 64,
        height: 32,
        fps: 24,
        quality: Quality::High,
    };
    let mut writer = ClipWriter::create(&folder.join("clip.mp4"), spec).unwrap();
    for frame_idx in 0..num_frames {
        writer
            .push_rgb(&vec![brightness(frame_idx); 64 * 32 * 3])
            .unwrap();
    }
    let num_samples = num_frames as usize * 16_000 / 24;
    let samples: Vec<f32> = (0..num_samples)
        .map(|idx| (idx as f32 * 0.1).sin() * 0.5)
        .collect();
    writer
        .finish(
            &samples,
            AudioSpec {
                sample_rate_hz: 16_000,
            },
            "",
        )
        .unwrap()
        .path
}

/// What the engine says about a clip of [`write_clip`].
pub fn clip(path: PathBuf, num_frames: u32) -> Clip {
    Clip {
        path,
        extra_files: Vec::new(),
        width: 64,
        height: 32,
        num_frames,
        fps: 24,
        sample_rate_hz: 16_000,
        duration_secs: f64::from(num_frames) / 24.0,
        num_bytes: 4321,
        seed: 1001,
        is_test_pattern: false,
        stages: vec![StageTime {
            stage: Stage::Sampling,
            secs: 9.0,
            peak_bytes: 5_000_000,
        }],
        total_secs: 12.5,
        peak_bytes: 5_000_000,
        peak_resident_bytes: None,
        warnings: Vec::new(),
        latents: None,
        device: "cpu".into(),
        variant: None,
    }
}
