//! Opens the real window, with the real engine, and closes both in order.

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;
use eframe::{NativeOptions, Renderer};
use egui::{Context, ViewportBuilder};
use ovi_engine::EngineHandle;
use ovi_engine::library::service::{self, LibraryHandle};
use ovi_engine::protocol::{Command, ErrorCode, ErrorReport, LibraryCommand};
use time::{OffsetDateTime, UtcOffset};

use crate::app::{OviApp, Services, Start};
use crate::cli::Args;
use crate::desktop::NativeDesktop;
use crate::drafts::{self, DraftSaver};
use crate::engine_link::EngineLink;
use crate::hardware::Hardware;
use crate::instance::{self, Instance, StartRequest};
use crate::library_link::{InlineLibrary, LibraryLink, LibraryPort};
use crate::places::Places;
use crate::player::SoundOutput;
use crate::session;
use crate::settings::{self, Settings, SettingsSaver};
use crate::state::Stamp;
use crate::tasks::{Tasks, Wake};
use crate::{logging, text};

/// How long the engine may take to end after the window is gone.
const SHUTDOWN: Duration = Duration::from_secs(10);
const DEFAULT_SIZE: [f32; 2] = [1440.0, 900.0];
const LEAST_SIZE: [f32; 2] = [900.0, 600.0];
const ICON: &[u8] = include_bytes!("../../icons/ovi-desktop-256.png");

/// Why the program could not do its work.
#[derive(Debug)]
pub enum WindowError {
    /// No window can be shown here.
    NoWindow,
    /// The engine thread could not be started.
    NoEngine(std::io::Error),
}

impl std::fmt::Display for WindowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoWindow => f.write_str(text::no_window()),
            Self::NoEngine(error) => f.write_str(&text::no_engine(error.to_string())),
        }
    }
}

/// Show the window until it is closed.
pub fn run(args: Args, utc_offset: UtcOffset, started_at: Instant) -> Result<(), WindowError> {
    let places = Places::choose(args.data.as_deref(), args.portable);
    // The engine starts before the window exists; until then there is nothing to wake.
    let ctx = Arc::new(OnceLock::<Context>::new());
    let wake: Wake = {
        let ctx = Arc::clone(&ctx);
        Arc::new(move || {
            if let Some(ctx) = ctx.get() {
                ctx.request_repaint();
            }
        })
    };
    let request = StartRequest::from(&args);
    let first = match instance::acquire(&places, &request, Arc::clone(&wake)) {
        Instance::HandedOver => return Ok(()),
        Instance::First(first) => Some(first),
        Instance::Alone => None,
    };
    if let Some(path) = places.log_file() {
        logging::write_to(&path);
    }
    let path = places.settings_file();
    let is_first_run = path.as_ref().is_some_and(|path| !path.exists()) && names_nothing(&args);
    let (settings, warnings) = path.as_deref().map(settings::load).unwrap_or_default();
    let saver = path.and_then(|path| match SettingsSaver::start(path) {
        Ok(saver) => Some(saver),
        Err(error) => {
            log::warn!("settings will not be saved: {error}");
            None
        }
    });
    let draft_path = places.draft_file();
    let draft = draft_path.as_deref().and_then(drafts::load);
    let draft_saver = draft_path.and_then(|path| match DraftSaver::start(path) {
        Ok(saver) => Some(saver),
        Err(error) => {
            log::warn!("what is filled in will not be kept: {error}");
            None
        }
    });
    let wake_window = Arc::clone(&wake);
    let engine = match places.busy_file() {
        Some(lock) => ovi_engine::worker::spawn_exclusive(Box::new(move || wake_window()), lock),
        None => ovi_engine::worker::spawn(Box::new(move || wake_window())),
    };
    let engine = engine.map_err(WindowError::NoEngine)?;
    let library = open_library(&places, &wake);
    let library_port: Box<dyn LibraryPort> = match &library {
        Ok(library) => Box::new(LibraryLink::new(
            library.commands.clone(),
            library.events.clone(),
        )),
        Err(report) => Box::new(InlineLibrary::unavailable(report.clone())),
    };
    let services = Services {
        engine: Box::new(EngineLink::new(&engine)),
        library: library_port,
        desktop: Arc::new(NativeDesktop),
        tasks: Tasks::on_threads(Arc::clone(&wake)),
        saver: saver.as_ref().map(SettingsSaver::sender),
        drafts: draft_saver.as_ref().map(DraftSaver::sender),
        stamp: Box::new(move || stamp(utc_offset)),
        random_seed: Box::new(|| random_id() as u32),
        random_id: Box::new(random_id),
        utc_offset_secs: i64::from(utc_offset.whole_seconds()),
        hardware: Hardware::detect(),
        later_starts: first.as_ref().map(|first| first.requests.clone()),
        session: session::spawn()
            .inspect_err(|error| log::warn!("the session hears nothing: {error}"))
            .ok(),
        system_language: system_language(),
        places,
    };
    let options = native_options(&settings);
    let output_folder = match settings.output_folder.is_empty() {
        true => args.output.or_else(settings::default_output_folder),
        false => args.output,
    };
    let start = Start {
        sound: SoundOutput::default_device(wake),
        settings,
        warnings,
        checkpoint: args.checkpoint,
        output_folder,
        prompt: args.prompt,
        is_first_run,
        files: request.files,
        can_hide: first.is_some() && !is_wayland(),
        draft,
        started_at: Some(started_at),
    };
    let creator = Box::new(move |creation: &eframe::CreationContext<'_>| {
        ctx.set(creation.egui_ctx.clone()).ok();
        let app = OviApp::new(&creation.egui_ctx, services, start);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    });
    let result = eframe::run_native("ovi-desktop", options, creator);
    shut_down(engine, library.ok());
    drop(first);
    if let Some(saver) = saver {
        saver.finish();
    }
    if let Some(saver) = draft_saver {
        saver.finish();
    }
    result.map_err(|error| {
        // The libraries' own words help only those who asked for a log.
        log::info!("no window: {error}");
        WindowError::NoWindow
    })
}

fn native_options(settings: &Settings) -> NativeOptions {
    let mut viewport = ViewportBuilder::default()
        .with_title(text::app_name())
        .with_app_id("ovi-desktop")
        .with_inner_size(settings.window_size.unwrap_or(DEFAULT_SIZE))
        .with_min_inner_size(LEAST_SIZE)
        .with_maximized(settings.is_maximised);
    if let Some([x, y]) = settings.window_position {
        viewport = viewport.with_position(egui::pos2(x, y));
    }
    match eframe::icon_data::from_png_bytes(ICON) {
        Ok(icon) => viewport = viewport.with_icon(icon),
        Err(error) => log::warn!("the window has no icon: {error}"),
    }
    NativeOptions {
        viewport,
        renderer: Renderer::Wgpu,
        // Our settings file remembers the window; the toolkit's own file stays untouched.
        persist_window: false,
        ..NativeOptions::default()
    }
}

/// The library's thread, or why nothing will be kept.
fn open_library(places: &Places, wake: &Wake) -> Result<LibraryHandle, Box<ErrorReport>> {
    let failed = |details: String| {
        Box::new(ErrorReport {
            code: ErrorCode::Write,
            message: text::no_library().to_owned(),
            action: text::no_library_action().to_owned(),
            details,
        })
    };
    let path = places
        .library_file()
        .ok_or_else(|| failed(text::folder_none().to_owned()))?;
    let wake = Arc::clone(wake);
    service::spawn(path, Box::new(move || wake())).map_err(|error| failed(error.to_string()))
}

/// Whether the command line leaves everything open.
fn names_nothing(args: &Args) -> bool {
    args.checkpoint.is_none()
        && args.output.is_none()
        && args.prompt.is_none()
        && args.files.is_empty()
}

/// Compositors of this kind let no program hide and show its window.
fn is_wayland() -> bool {
    cfg!(target_os = "linux")
        && std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty())
}

/// Wait for the engine and the library after the window is gone, but not for ever: a frozen driver
/// or drive must not keep the process.
fn shut_down(engine: EngineHandle, library: Option<LibraryHandle>) {
    engine.commands.send(Command::Shutdown).ok();
    if let Some(library) = &library {
        library.commands.send(LibraryCommand::Close).ok();
    }
    let (sender, ended) = bounded(1);
    let joiner = thread::Builder::new()
        .name("shutdown".into())
        .spawn(move || {
            engine.join();
            if let Some(library) = library {
                library.join();
            }
            sender.send(()).ok();
        });
    if joiner.is_ok() && ended.recv_timeout(SHUTDOWN).is_err() {
        log::warn!(
            "engine and library did not end within {} s",
            SHUTDOWN.as_secs()
        );
    }
}

fn stamp(utc_offset: UtcOffset) -> Stamp {
    let now = OffsetDateTime::now_utc().to_offset(utc_offset);
    let (date, time) = (now.date(), now.time());
    Stamp {
        date: format!(
            "{}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        ),
        time: format!("{:02}{:02}{:02}", time.hour(), time.minute(), time.second()),
        unix: now.unix_timestamp(),
    }
}

/// A number from the keys the standard library draws for its hash maps.
fn random_id() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Instant::now())
}

/// Language of the system, e.g. `de`, where the environment names it.
fn system_language() -> Option<String> {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let chosen = names.into_iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.is_empty()).then_some(value)
    })?;
    let code = chosen.split(['_', '.', '-', '@']).next()?;
    (!code.is_empty()).then(|| code.to_lowercase())
}
