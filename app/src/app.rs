//! The program as the window toolkit sees it: `logic` takes what threads have finished, `ui` draws
//! the state and collects commands, which are applied after the frame.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use egui::Context;
use ovi_engine::protocol::{ClipId, ClipRecord, Command, Event, LibraryCommand, LibraryEvent};

use crate::command::{BatchWish, FormWish, QueueWish, UiCommand};
use crate::desktop::Desktop;
use crate::effects;
use crate::engine_link::EnginePort;
use crate::hardware::Hardware;
use crate::instance::StartRequest;
use crate::library_link::LibraryPort;
use crate::pictures::Pictures;
use crate::places::Places;
use crate::player::{Habits, Loudness, Player, SoundOutput};
use crate::screens::{self, View};
use crate::session::SessionWish;
use crate::settings::Settings;
use crate::state::{
    AppState, Comparison, Draft, FirstFramePicture, FirstRun, Form, ResultView, Stamp,
};
use crate::tasks::{Pick, TaskDone, Tasks};
use crate::{dialogs, text, theme};

/// The world around the window, real or scripted.
pub struct Services {
    /// Engine.
    pub engine: Box<dyn EnginePort>,
    /// Jobs, clips, presets and prompts that are kept.
    pub library: Box<dyn LibraryPort>,
    /// File dialogs and the file manager.
    pub desktop: Arc<dyn Desktop>,
    /// Work off the window thread.
    pub tasks: Tasks,
    /// Where changed settings go to be written.
    pub saver: Option<Sender<Settings>>,
    /// Where what was filled in goes to be kept.
    pub drafts: Option<Sender<Draft>>,
    /// Local date and time.
    pub stamp: Box<dyn Fn() -> Stamp>,
    /// A random seed.
    pub random_seed: Box<dyn FnMut() -> u32>,
    /// A random number for a new job or clip.
    pub random_id: Box<dyn FnMut() -> u64>,
    /// Seconds that local time is ahead of UTC.
    pub utc_offset_secs: i64,
    /// What later starts of the program were asked to do.
    pub later_starts: Option<Receiver<StartRequest>>,
    /// Where wishes to the user's session go.
    pub session: Option<Sender<SessionWish>>,
    /// Language of the system by its code, e.g. `de`.
    pub system_language: Option<String>,
    /// What the engine runs on.
    pub hardware: Hardware,
    /// Folders of the program.
    pub places: Places,
}

/// What the window starts with.
pub struct Start {
    /// Sound device.
    pub sound: SoundOutput,
    /// Remembered settings.
    pub settings: Settings,
    /// What was not understood in them.
    pub warnings: Vec<String>,
    /// Model folder from the command line.
    pub checkpoint: Option<PathBuf>,
    /// Output folder from the command line, or the platform's.
    pub output_folder: Option<PathBuf>,
    /// Prompt from the command line.
    pub prompt: Option<String>,
    /// Files to open as if they had been dropped on the window.
    pub files: Vec<PathBuf>,
    /// The window can be hidden and brought back by a second start.
    pub can_hide: bool,
    /// What was filled in when the window was closed.
    pub draft: Option<Draft>,
    /// The program was never used here before.
    pub is_first_run: bool,
    /// When the program started, to log how long the first frame took.
    pub started_at: Option<Instant>,
}

/// The window's program.
pub struct OviApp {
    pub(crate) state: AppState,
    pub(crate) player: Player,
    pub(crate) pictures: Pictures,
    pub(crate) settings: Settings,
    /// Settings as last sent to be written.
    pub(crate) remembered: Settings,
    pub(crate) services: Services,
    /// Model and output folder that the start named; they are for this run and not remembered.
    pub(crate) named_at_start: [Option<String>; 2],
    /// Files from the command line, opened after the first frame.
    files_at_start: Vec<PathBuf>,
    /// Whether the session was asked to stay awake.
    pub(crate) is_kept_awake: bool,
    pub(crate) commands: Vec<UiCommand>,
    /// Form as last sent to be kept.
    kept_form: Form,
    started_at: Option<Instant>,
    num_frames: u64,
}

impl OviApp {
    /// A window that has drawn nothing and touched no file.
    pub fn new(ctx: &Context, services: Services, start: Start) -> Self {
        theme::install(ctx, start.settings.theme);
        ctx.set_zoom_factor(start.settings.text_scale);
        let settings = start.settings;
        effects::speak(&settings.language, services.system_language.as_deref());
        theme::set_large_targets(ctx, settings.has_large_targets);
        let habits = Habits {
            loudness: Loudness {
                volume: settings.volume,
                is_muted: settings.is_muted,
            },
            is_looping: settings.is_looping,
            keeps_pitch: settings.keeps_pitch,
        };
        let player = Player::new(start.sound, services.tasks.wake(), habits);
        let mut app = Self {
            state: AppState {
                utc_offset_secs: services.utc_offset_secs,
                can_hide: start.can_hide,
                first_run: start.is_first_run.then(FirstRun::default),
                screen: settings.start_screen.unwrap_or(settings.screen),
                library_screen: settings.library.screen(services.utc_offset_secs),
                ..AppState::default()
            },
            player,
            pictures: Pictures::default(),
            remembered: settings.clone(),
            settings,
            services,
            named_at_start: [None, None],
            files_at_start: Vec::new(),
            is_kept_awake: false,
            commands: Vec::new(),
            kept_form: Form::default(),
            started_at: start.started_at,
            num_frames: 0,
        };
        app.state.queue.is_paused = app.settings.is_queue_paused;
        app.files_at_start = start.files;
        app.fill_form(
            start.checkpoint,
            start.output_folder,
            start.prompt,
            start.draft,
        );
        if !start.warnings.is_empty() {
            app.state.complain(start.warnings.join(" "));
        }
        app
    }

    /// What the window knows, for tests.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// The player, for tests.
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Everything that is remembered, for tests.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn fill_form(
        &mut self,
        checkpoint: Option<PathBuf>,
        output_folder: Option<PathBuf>,
        prompt: Option<String>,
        draft: Option<Draft>,
    ) {
        let text = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        self.named_at_start = [text(&checkpoint), text(&output_folder)];
        let form = &mut self.state.form;
        form.seed = (self.services.random_seed)().into();
        form.take_defaults(&self.settings.output);
        if let Some(draft) = draft {
            draft.restore(form);
        }
        if let Some(prompt) = prompt {
            form.set_prompt(prompt);
        }
        form.checkpoint = match checkpoint {
            Some(checkpoint) => checkpoint.display().to_string(),
            None => self.settings.checkpoint.clone(),
        };
        form.output_folder = match output_folder {
            Some(folder) => folder.display().to_string(),
            None => self.settings.output_folder.clone(),
        };
        self.kept_form = form.clone();
    }

    /// The model folder is looked at only after the window is there.
    fn after_first_frame(&mut self) {
        if let Some(started_at) = self.started_at {
            log::debug!("first frame after {} ms", started_at.elapsed().as_millis());
        }
        effects::read_languages(self);
        let checkpoint = PathBuf::from(self.state.form.checkpoint.trim());
        if !checkpoint.as_os_str().is_empty() {
            self.commands.push(UiCommand::UseCheckpoint(checkpoint));
        }
        let files = std::mem::take(&mut self.files_at_start);
        self.commands
            .extend(files.into_iter().map(UiCommand::UseDropped));
        let picture = PathBuf::from(self.state.form.first_frame.trim());
        if !picture.as_os_str().is_empty() {
            self.commands.push(UiCommand::UseFirstFrame(picture));
        }
    }

    /// Have what was filled in kept, if it changed.
    fn keep_draft(&mut self) {
        if self.kept_form == self.state.form {
            return;
        }
        self.kept_form = self.state.form.clone();
        if let Some(saver) = &self.services.drafts {
            saver.send(Draft::of(&self.kept_form)).ok();
        }
    }

    fn take_events(&mut self, ctx: &Context) {
        let now_unix = (self.services.stamp)().unix;
        self.state.messages.set_now(now_unix);
        while let Some(event) = self.services.library.next_event() {
            let has_opened = matches!(event, LibraryEvent::Opened(_));
            if let LibraryEvent::Thumbnail(id, png) = event {
                effects::thumbnail_answered(self, id, png);
                continue;
            }
            match &event {
                LibraryEvent::Exported(Ok(path)) => self.state.tell(text::saved(path.display())),
                LibraryEvent::Imported(Ok(jobs)) => {
                    self.state.job_list.said = text::queue_added(jobs.len() as u64);
                }
                LibraryEvent::Deleted(ids) => self.pictures.clips.forget(ids),
                _ => {}
            }
            self.state.apply_library(event, now_unix);
            if has_opened {
                effects::prune_latents(self);
            }
        }
        while let Some(event) = self.services.engine.next_event() {
            let event = match self.state.take_self_test(event) {
                Ok(None) => continue,
                Ok(Some(clip)) => {
                    effects::remove_clip(self, clip);
                    continue;
                }
                Err(event) => event,
            };
            match &event {
                Event::DemoCheckpoint { root, result } => {
                    effects::demo_made(self, root.clone(), result.clone());
                }
                Event::Checkpoint {
                    root,
                    result: Ok(_),
                } => effects::remember_model(self, root),
                _ => {}
            }
            let finished = match &event {
                Event::Finished { job, .. } => Some(ClipId::from(*job)),
                _ => None,
            };
            self.state.apply(event, now_unix);
            if let Some(id) = finished {
                effects::make_thumbnail(self, id);
                effects::prune_latents(self);
                self.state.free_space.forget_when();
            }
        }
        self.tell_news(ctx);
        let engine = &self.services.engine;
        self.state
            .take_telemetry(engine.progress(), engine.memory(), engine.preview());
        self.state.take_heard(engine.heard());
    }

    fn take_tasks(&mut self, ctx: &Context) {
        while let Some(done) = self.services.tasks.next_done() {
            match done {
                TaskDone::Picked(_, None) => {}
                TaskDone::Picked(pick, Some(path)) => self.use_picked(pick, path),
                TaskDone::FirstFrame { path, result } => {
                    if let Ok(picture) = &result {
                        self.pictures
                            .set_first_frame(ctx, &path, &picture.thumbnail);
                    }
                    self.state.set_first_frame(path, result);
                }
                TaskDone::JobPicture { path, result } => self.job_picture_read(ctx, path, result),
                TaskDone::Batch(batch) => self.state.set_batch(*batch),
                TaskDone::PictureKept(Ok(path)) => {
                    self.commands.push(UiCommand::UseFirstFrame(path));
                }
                TaskDone::PresetRead(Ok(preset)) => effects::keep_preset(self, *preset),
                TaskDone::PresetRead(Err(path)) => {
                    self.state.complain(text::no_preset(path.display()));
                }
                TaskDone::Library(done) => effects::take_library(self, ctx, done),
                TaskDone::Saved(Ok(path)) => self.state.tell(text::saved(path.display())),
                TaskDone::FreeSpace(folder, num_bytes) => {
                    self.state.free_space.set(folder, num_bytes);
                }
                TaskDone::Removed(path, result) => {
                    if let Err(error) = result {
                        log::warn!("{} stays: {error}", path.display());
                    }
                }
                TaskDone::Languages(files) => effects::offer_languages(self, files),
                TaskDone::FolderShown(Ok(())) => {}
                TaskDone::PictureKept(Err(reason))
                | TaskDone::Saved(Err(reason))
                | TaskDone::FolderShown(Err(reason)) => {
                    self.state.complain(reason);
                }
            }
        }
    }

    fn job_picture_read(
        &mut self,
        ctx: &Context,
        path: PathBuf,
        result: Result<FirstFramePicture, String>,
    ) {
        match result {
            Ok(picture) => {
                let list = &mut self.state.job_list;
                let size = [picture.width, picture.height];
                list.picture_sizes.insert(path.clone(), size);
                let forgotten = self.pictures.jobs.put(ctx, path, &picture.thumbnail);
                // It may come into sight again.
                if let Some(path) = forgotten {
                    list.asked_pictures.remove(&path);
                }
            }
            Err(reason) => log::warn!("no picture of a job: {reason}"),
        }
    }

    fn use_picked(&mut self, pick: Pick, path: PathBuf) {
        let command = match pick {
            Pick::Checkpoint => UiCommand::UseCheckpoint(path),
            Pick::FirstFrame => UiCommand::UseFirstFrame(path),
            Pick::ClipTarget => UiCommand::SaveClip(path),
            Pick::Batch => UiCommand::Queue(QueueWish::Batch(BatchWish::Open(path))),
            Pick::QueueTarget => UiCommand::Queue(QueueWish::Export(path)),
            Pick::QueueFile => UiCommand::Queue(QueueWish::Import(path)),
            Pick::Preset => UiCommand::Form(FormWish::ReadPreset(path)),
            Pick::PresetTarget(name) => UiCommand::Form(FormWish::WritePreset(name, path)),
            Pick::Open => {
                self.state.dialog = None;
                UiCommand::UseDropped(path)
            }
            Pick::OutputFolder => {
                let mut form = self.state.form.clone();
                form.output_folder = path.display().to_string();
                UiCommand::EditForm(Box::new(form))
            }
        };
        self.commands.push(command);
    }

    /// Let the player show the clip of the screen.
    fn follow_view(&mut self) {
        let library = &self.state.library;
        let path_of = |record: &ClipRecord| record.clip.path.clone();
        let compared = self.state.comparison.as_ref();
        let gain = compared.and_then(Comparison::difference_gain);
        let shown = match compared {
            // A clip that was removed meanwhile leaves its place empty.
            Some(comparison) => {
                let records = comparison.clips.iter().map(|id| library.clip(*id));
                Some(
                    records
                        .map(|r| r.map(path_of).unwrap_or_default())
                        .collect(),
                )
            }
            None => {
                let shown = self.state.clip_on_screen().filter(|clip| clip.is_present);
                shown.map(|clip| vec![path_of(clip)])
            }
        };
        match shown {
            Some(paths) => self.player.open(&paths),
            None if self.state.view == ResultView::Live => self.player.close(),
            None => {}
        }
        self.player.show_difference(gain);
    }

    /// List the clips of the library again if they changed.
    fn list_clips(&mut self) {
        let state = &mut self.state;
        let offset = state.library_screen.utc_offset_secs;
        let had = state.library_screen.selection.cursor();
        state.library_screen.follow(&state.library, offset);
        let has = state.library_screen.selection.cursor();
        if had != has && state.screen == crate::state::Screen::Library {
            effects::look_at_shown(self);
        }
    }

    fn take_dropped_files(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| {
            input
                .raw
                .dropped_files
                .first()
                .map(|file| file.path().to_owned())
        });
        if let Some(path) = dropped {
            self.commands.push(UiCommand::UseDropped(path));
        }
    }

    fn apply_commands(&mut self, ctx: &Context) {
        if self.commands.is_empty() {
            return;
        }
        for command in std::mem::take(&mut self.commands) {
            effects::apply(self, ctx, command);
        }
        self.go_on();
        self.follow_view();
        ctx.request_repaint();
    }

    /// Begin the next job if it is time, and send what is to be sent.
    fn go_on(&mut self) {
        effects::continue_clips(self);
        self.state.refresh_advice();
        self.keep_draft();
        self.state.start_next((self.services.stamp)().unix);
        self.state.refresh_forecast();
        effects::flush(self);
        let is_paused = self.state.queue.is_paused;
        if self.settings.is_queue_paused != is_paused {
            self.settings.is_queue_paused = is_paused;
            effects::remember(self);
        }
    }

    /// Ask for the free space of the output folder when it changes, and now and then while a job
    /// runs: its reports wake the window often enough.
    fn watch_free_space(&mut self, ctx: &Context) {
        let Some(folder) = self.state.form.output_folder() else {
            return;
        };
        let now_secs = ctx.input(|input| input.time);
        let job_runs = self.state.job.is_some();
        if self.state.free_space.asks(&folder, now_secs, job_runs) {
            effects::ask_free_space(self, folder);
        }
    }

    /// The toolkit changes its zoom on Ctrl with plus, minus and zero.
    fn follow_zoom(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        if (zoom - self.settings.text_scale).abs() > f32::EPSILON {
            effects::set_text_scale(self, ctx, zoom);
        }
    }
}

impl eframe::App for OviApp {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_later_starts(ctx);
        self.take_events(ctx);
        self.take_tasks(ctx);
        self.list_clips();
        self.go_on();
        self.watch_free_space(ctx);
        self.follow_job_with_sleep();
        self.close_when_done(ctx);
        self.apply_commands(ctx);
        self.follow_view();
        let now_secs = ctx.input(|input| input.time);
        if self.state.job.is_none() {
            // Its button is gone with the job.
            self.player.stop_hearing();
        }
        let next_frame = self.player.update(ctx, now_secs);
        let is_moving = !self.settings.has_reduced_motion;
        let job = self.state.job.as_ref();
        let next_preview = self.pictures.update_preview(ctx, job, is_moving, now_secs);
        let next_count = self
            .state
            .count_tokens(now_secs)
            .map(Duration::from_secs_f64);
        effects::flush(self);
        let next = [next_frame, next_preview, next_count];
        if let Some(wait) = next.into_iter().flatten().min() {
            ctx.request_repaint_after(wait);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let begun_at = Instant::now();
        let ctx = ui.ctx().clone();
        self.follow_zoom(&ctx);
        self.guard_closing(&ctx);
        self.take_dropped_files(&ctx);
        let mut form = self.state.form.clone();
        let mut view = View {
            state: &self.state,
            player: &self.player,
            settings: &self.settings,
            hardware: &self.services.hardware,
            places: &self.services.places,
            pictures: &self.pictures,
            form: &mut form,
            commands: &mut self.commands,
        };
        screens::keys::take(&ctx, &mut view);
        match view.state.first_run {
            Some(first_run) => screens::first_run::ui(ui, &mut view, first_run),
            None => screens::ui(ui, &mut view),
        }
        dialogs::ui(ui, &mut view);
        screens::drop_hint::ui(ui);
        if form != self.state.form {
            // Typed text belongs to the commands of the same frame.
            self.commands.insert(0, UiCommand::EditForm(Box::new(form)));
        }
        if self.num_frames == 0 {
            self.after_first_frame();
            self.correct_place(&ctx, frame);
        }
        self.num_frames += 1;
        let took = begun_at.elapsed();
        log::trace!(
            "frame {} laid out in {} us",
            self.num_frames,
            took.as_micros()
        );
        self.apply_commands(&ctx);
        self.follow_place(&ctx);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn on_exit(&mut self) {
        log::debug!("drew {} frames", self.num_frames);
        self.services.engine.send(Command::Shutdown);
        self.services.library.send(LibraryCommand::Close);
        effects::remember(self);
    }
}
