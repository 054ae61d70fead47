//! The program is killed at random moments of a queue of ten: nothing is lost or made twice.
//!
//! The window runs with its real engine and its real library in a child process, which is this very
//! test program with a folder in the environment; no display is needed.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use ovi_app::app::{OviApp, Services, Start};
use ovi_app::desktop::NativeDesktop;
use ovi_app::engine_link::EngineLink;
use ovi_app::hardware::Hardware;
use ovi_app::library_link::LibraryLink;
use ovi_app::places::Places;
use ovi_app::player::SoundOutput;
use ovi_app::settings::Settings;
use ovi_app::state::{LibraryState, Stamp};
use ovi_app::tasks::Tasks;
use ovi_engine::demo::{DemoSizes, write_checkpoint};
use ovi_engine::library::{Library, random_id};
use ovi_engine::protocol::{LibrarySnapshot, QueueState};
use ovi_media::ClipReader;

/// Environment variable that turns this program into the window.
const CHILD: &str = "OVI_TEST_WINDOW";
const NUM_JOBS: usize = 10;
const NUM_KILLS: u64 = 20;
/// Longest life of a window that is killed; ten jobs take longer.
const LONGEST_LIFE_MS: u64 = 1000;
/// A window that has not finished by then hangs.
const PATIENCE: Duration = Duration::from_secs(240);

struct Folders {
    checkpoint: PathBuf,
    library: PathBuf,
    clips: PathBuf,
}

impl Folders {
    fn below(root: &Path) -> Self {
        Self {
            checkpoint: root.join("model"),
            library: root.join("data/library.db"),
            clips: root.join("clips"),
        }
    }

    fn reopen(&self) -> LibrarySnapshot {
        let (library, snapshot) = Library::open(&self.library).unwrap();
        drop(library);
        snapshot
    }
}

#[test]
fn killed_at_twenty_moments_a_queue_of_ten_is_neither_lost_nor_doubled() {
    if let Some(root) = std::env::var_os(CHILD) {
        window(&Folders::below(Path::new(&root)));
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let folders = Folders::below(root.path());
    let sizes = DemoSizes {
        video_area: 64 * 64,
        latent_frames: 3,
        audio_steps: 8,
        ..DemoSizes::default()
    };
    write_checkpoint(&folders.checkpoint, &sizes).unwrap();
    let mut num_done = 0;
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for kill_idx in 0..NUM_KILLS {
        // xorshift: the same moments in every run.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut child = start(root.path());
        if kill_idx == 0 {
            wait_for_jobs(&folders, &mut child);
        }
        std::thread::sleep(Duration::from_millis(random % LONGEST_LIFE_MS));
        child.kill().unwrap();
        child.wait().unwrap();
        let snapshot = folders.reopen();
        num_done = check(&folders, &snapshot, num_done);
    }
    println!("{num_done} of {NUM_JOBS} clips after {NUM_KILLS} kills");
    let mut child = start(root.path());
    let until = Instant::now() + PATIENCE;
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() > until => {
                child.kill().unwrap();
                panic!("the queue was not finished within {PATIENCE:?}");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert!(status.success(), "{status}");
    let snapshot = folders.reopen();
    assert_eq!(check(&folders, &snapshot, num_done), NUM_JOBS);
}

fn start(root: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(CHILD, root)
        .args(["--exact", "--nocapture"])
        .arg("killed_at_twenty_moments_a_queue_of_ten_is_neither_lost_nor_doubled")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The first window must live until the ten jobs are written down. It holds the library's lock, so
/// the file beside it tells.
fn wait_for_jobs(folders: &Folders, child: &mut Child) {
    let until = Instant::now() + PATIENCE;
    let queued = folders.library.with_extension("queued");
    while !queued.exists() {
        assert!(Instant::now() < until, "no jobs were queued");
        assert!(child.try_wait().unwrap().is_none(), "the window has ended");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Everything that must hold after any death. Returns the number of clips.
fn check(folders: &Folders, snapshot: &LibrarySnapshot, num_done_before: usize) -> usize {
    assert_eq!(snapshot.jobs.len(), NUM_JOBS, "{:#?}", snapshot.jobs);
    let count = |state| {
        let jobs = snapshot.jobs.iter();
        jobs.filter(|job| job.state == state).count()
    };
    let num_done = count(QueueState::Done);
    let num_open = count(QueueState::Waiting) + count(QueueState::Interrupted);
    assert_eq!(num_done + num_open, NUM_JOBS, "{:#?}", snapshot.jobs);
    assert!(num_done >= num_done_before, "a finished clip was lost");
    assert_eq!(snapshot.clips.len(), num_done, "a clip for every done job");
    for job in snapshot
        .jobs
        .iter()
        .filter(|job| job.state == QueueState::Done)
    {
        let clip = snapshot.clips.iter().find(|clip| clip.id.0 == job.id.0);
        let clip = clip.unwrap_or_else(|| panic!("no clip of {job:#?}"));
        let info = ClipReader::open(&clip.clip.path).unwrap().info().clone();
        assert_eq!(info.num_frames, clip.clip.num_frames);
    }
    let mut files: Vec<String> = std::fs::read_dir(&folders.clips)
        .map(|entries| entries.flatten())
        .into_iter()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let num_clips = files.iter().filter(|name| name.ends_with(".mp4")).count();
    assert_eq!(num_clips, num_done, "{files:#?}");
    num_done
}

/// The window of the child: queues ten jobs if there are none, runs interrupted ones again, and ends
/// when all are done.
fn window(folders: &Folders) {
    let engine = ovi_engine::worker::spawn(Box::new(|| ())).unwrap();
    let library =
        ovi_engine::library::service::spawn(folders.library.clone(), Box::new(|| ())).unwrap();
    let link = LibraryLink::new(library.commands.clone(), library.events.clone());
    let services = Services {
        engine: Box::new(EngineLink::new(&engine)),
        library: Box::new(link),
        desktop: Arc::new(NativeDesktop),
        tasks: Tasks::on_threads(Arc::new(|| ())),
        saver: None,
        drafts: None,
        stamp: Box::new(|| Stamp {
            date: "2031-02-03".into(),
            time: "040506".into(),
            unix: 1_927_857_906,
        }),
        random_seed: Box::new(|| random_id() as u32),
        random_id: Box::new(random_id),
        utc_offset_secs: 0,
        hardware: Hardware::detect(),
        later_starts: None,
        session: None,
        system_language: None,
        places: Places::within(&folders.library.with_file_name("places")),
    };
    let start = Start {
        sound: SoundOutput::unavailable("no sound in tests"),
        settings: Settings::default(),
        warnings: Vec::new(),
        checkpoint: Some(folders.checkpoint.clone()),
        output_folder: Some(folders.clips.clone()),
        prompt: None,
        files: Vec::new(),
        can_hide: false,
        draft: None,
        is_first_run: false,
        started_at: None,
    };
    let mut harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(move |creation| OviApp::new(&creation.egui_ctx, services, start));
    let tick = |harness: &mut Harness<'_, OviApp>| {
        harness.step();
        std::thread::sleep(Duration::from_millis(2));
    };
    let is_open = |app: &OviApp| app.state().library.state == LibraryState::Open;
    while !is_open(harness.state()) || harness.state().state().model.info().is_none() {
        tick(&mut harness);
    }
    if harness.state().state().queue.entries().is_empty() {
        queue_ten(&mut harness);
        // Nothing is sent to a library in a frame that has not ended.
        (0..20).for_each(|_| tick(&mut harness));
        std::fs::write(folders.library.with_extension("queued"), "").unwrap();
    }
    loop {
        tick(&mut harness);
        let queue = &harness.state().state().queue;
        let has = |state| queue.entries().iter().any(|job| job.state == state);
        if has(QueueState::Interrupted) {
            run_again(&mut harness);
        } else if !has(QueueState::Waiting) && !has(QueueState::Running) {
            break;
        }
    }
    drop(harness);
    engine
        .commands
        .send(ovi_engine::protocol::Command::Shutdown)
        .unwrap();
    engine.join();
    library
        .commands
        .send(ovi_engine::protocol::LibraryCommand::Close)
        .unwrap();
    library.join();
}

fn queue_ten(harness: &mut Harness<'_, OviApp>) {
    let prompt = |harness: &mut Harness<'_, OviApp>| {
        harness
            .get_by_role_and_label(Role::MultilineTextInput, "Prompt")
            .focus();
        harness.run_steps(2);
        harness
            .get_by_role_and_label(Role::MultilineTextInput, "Prompt")
            .type_text("Rain. <S>Ten.<E> Audio: rain");
        harness.run_steps(2);
    };
    prompt(harness);
    for _ in 0..NUM_JOBS {
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Enter);
        harness.step();
    }
}

fn run_again(harness: &mut Harness<'_, OviApp>) {
    harness.get_by_label("Queue").click();
    harness.run_steps(3);
    if let Some(button) = harness.query_all_by_label("Run again").next() {
        button.click();
    }
    harness.run_steps(3);
}
