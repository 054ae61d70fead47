//! The one place where commands take effect.

mod batch;
mod compare;
mod diagnostics;
mod form;
mod generate;
mod library;
mod message;
mod pictures;
mod player;
mod presets;
mod queue;
mod settings;

use std::path::{Path, PathBuf};

use egui::Context;
use ovi_engine::protocol::Command;
use ovi_media::{ClipReader, Picture};

use crate::app::OviApp;
use crate::command::{BatchWish, QueueWish, UiCommand};
use crate::desktop::{BATCH_ENDINGS, PICTURE_ENDINGS, QUEUE_ENDING};
use crate::engine_link::EnginePort;
use crate::state::{
    AppState, Dialog, EngineState, FirstFrame, FirstFramePicture, ModelState, Outcome, Outgoing,
    ResultView, Screen, Thumbnail,
};
use crate::tasks::{Pick, TaskDone, Tasks};
use crate::text;

pub use diagnostics::remove_clip;
pub use presets::keep as keep_preset;
pub use queue::continue_clips;
pub use settings::{ask_free_space, prune_latents, set_text_scale, speak};

/// Longest side of kept thumbnails, for screens with two pixels per point.
const THUMBNAIL_SIDE: u32 = 256;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, command: UiCommand) {
    match command {
        UiCommand::EditForm(form) => form::edit(app, ctx, *form),
        UiCommand::Show(screen) => {
            compare::close(app, ctx);
            if app.state.screen != screen {
                // What cannot be seen is not heard either.
                player::pause(app, ctx);
            }
            app.state.screen = screen;
            app.settings.screen = screen;
            if screen == Screen::Settings {
                settings::ask_free_space_of_all(app);
            }
            remember(app);
        }
        UiCommand::Generate { at_front } => generate::enqueue(app, at_front),
        UiCommand::ResetForm => generate::reset_form(app, ctx),
        UiCommand::LoadSettings(request) => {
            compare::close(app, ctx);
            form::load_settings(app, ctx, &request);
        }
        UiCommand::ShowPromptParts(is_structured) => {
            app.state.is_prompt_structured = is_structured;
        }
        UiCommand::Form(wish) => form::apply(app, ctx, wish),
        UiCommand::Queue(wish) => queue::apply(app, wish),
        UiCommand::Compare(ids) => compare::begin(app, ctx, &ids),
        UiCommand::CompareWish(wish) => compare::apply(app, ctx, wish),
        UiCommand::Library(wish) => library::apply(app, wish),
        UiCommand::Settings(wish) => settings::apply(app, ctx, wish),
        UiCommand::Message(wish) => message::apply(app, wish),
        UiCommand::Cancel => app.state.cancel(),
        UiCommand::UseCheckpoint(root) => use_checkpoint(app, root),
        UiCommand::ChooseVariant(variant) => {
            app.state.form.variant = Some(variant);
            if let Some(root) = app.state.model.root() {
                app.settings
                    .variants
                    .insert(root.display().to_string(), variant);
            }
            remember(app);
        }
        UiCommand::UseFirstFrame(path) => use_first_frame(app, path),
        UiCommand::RemoveFirstFrame => {
            app.state.form.first_frame.clear();
            app.state.first_frame = FirstFrame::Unset;
        }
        UiCommand::UseDropped(path) => use_dropped(app, path),
        UiCommand::Browse(pick) => browse(app, pick),
        UiCommand::NewSeed => app.state.form.seed = (app.services.random_seed)().into(),
        UiCommand::ToggleSeedLock => {
            app.state.form.is_seed_locked = !app.state.form.is_seed_locked;
        }
        UiCommand::ShowLive => app.state.view = ResultView::Live,
        UiCommand::ShowClip(id) => app.state.view = ResultView::Clip(id),
        UiCommand::DismissOutcome => app.state.outcome = Outcome::None,
        UiCommand::DismissNotice => app.state.notice = None,
        UiCommand::Play(command) => player::apply(app, ctx, command),
        UiCommand::OpenDialog(dialog) => {
            if app.state.dialog.is_none() {
                // What had the focus lies below the dialog and must not take its keys.
                ctx.memory_mut(|memory| memory.focused().map(|id| memory.surrender_focus(id)));
            }
            app.state.dialog = Some(dialog);
        }
        UiCommand::AskClipTarget => {
            if let Some(entry) = app.state.clip_on_screen() {
                let path = entry.clip.path.display().to_string();
                app.state.dialog = Some(Dialog::SaveClip(path));
            }
        }
        UiCommand::CloseWindow(choice) => app.close(ctx, choice),
        UiCommand::CloseDialog => {
            app.state.dialog = None;
            app.state.batch = None;
            app.state.job_edit = None;
        }
        UiCommand::SaveClip(target) => save_clip(app, target),
        UiCommand::SaveFrame => save_frame(app),
        UiCommand::ShowFolder => show_folder(app),
        UiCommand::Copy(copied) => {
            ctx.copy_text(copied);
            app.state.tell(text::copied());
        }
    }
}

/// Send a command; an engine that is gone is shown as such.
pub fn send(state: &mut AppState, engine: &dyn EnginePort, command: Command) {
    if !engine.send(command) {
        state.engine = EngineState::Stopped;
        state.job = None;
    }
}

/// Send what the rules of the window want sent.
pub fn flush(app: &mut OviApp) {
    for outgoing in std::mem::take(&mut app.state.outbox) {
        match outgoing {
            Outgoing::Engine(command) => {
                send(&mut app.state, app.services.engine.as_ref(), command);
            }
            Outgoing::Library(command) => app.services.library.send(command),
        }
    }
}

/// Write down what shall be remembered, if it changed.
pub fn remember(app: &mut OviApp) {
    let [named_checkpoint, named_output] = &app.named_at_start;
    let output = app.state.form.output_folder.trim().to_owned();
    if named_output.as_ref() != Some(&output) {
        app.settings.output_folder = output;
    }
    let checkpoint = app
        .state
        .model
        .root()
        .map(|root| root.display().to_string());
    if let Some(checkpoint) = checkpoint.filter(|root| named_checkpoint.as_ref() != Some(root)) {
        app.settings.checkpoint = checkpoint;
    }
    if app.remembered != app.settings {
        app.remembered = app.settings.clone();
        if let Some(saver) = &app.services.saver {
            saver.send(app.settings.clone()).ok();
        }
    }
}

/// Read the first frame of a clip for the strip.
pub fn read_clip_thumbnail(tasks: &Tasks, path: PathBuf) {
    tasks.run("thumbnail", move || {
        let result = ClipReader::open(&path)
            .and_then(|mut reader| reader.read_frame(0))
            .map_err(|error| error.to_string())
            .and_then(|picture| small(&picture));
        TaskDone::ClipThumbnail { path, result }
    });
}

fn use_checkpoint(app: &mut OviApp, root: PathBuf) {
    app.state.form.checkpoint = root.display().to_string();
    app.state.form.variant = app
        .settings
        .variants
        .get(&app.state.form.checkpoint)
        .copied();
    if root.as_os_str().is_empty() {
        app.state.model = ModelState::Unset;
        return;
    }
    app.state.model = ModelState::Checking(root.clone());
    remember(app);
    let command = Command::InspectCheckpoint(root);
    send(&mut app.state, app.services.engine.as_ref(), command);
}

fn use_first_frame(app: &mut OviApp, path: PathBuf) {
    app.state.form.first_frame = path.display().to_string();
    app.state.first_frame = FirstFrame::Reading(path.clone());
    app.services.tasks.run("first frame", move || {
        let result = read_first_frame(&path);
        TaskDone::FirstFrame { path, result }
    });
}

fn read_first_frame(path: &Path) -> Result<FirstFramePicture, String> {
    let picture = ovi_media::read_picture(path).map_err(|error| error.to_string())?;
    let (width, height) = (picture.width, picture.height);
    Ok(FirstFramePicture {
        path: path.to_owned(),
        width,
        height,
        thumbnail: small(&picture)?,
    })
}

fn small(picture: &Picture) -> Result<Thumbnail, String> {
    let Picture { width, height, rgb } =
        ovi_media::thumbnail(picture, THUMBNAIL_SIDE).map_err(|error| error.to_string())?;
    Ok(Thumbnail { width, height, rgb })
}

/// Endings of files that are neither a picture nor a model folder.
const FILE_ENDINGS: [&str; 10] = [
    "txt", "md", "json", "mp4", "mov", "wav", "mp3", "pdf", "zip", "gif",
];

/// By its ending, because looking at the disk may take long.
fn use_dropped(app: &mut OviApp, path: PathBuf) {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending {
        Some(ending) if PICTURE_ENDINGS.contains(&ending.as_str()) => use_first_frame(app, path),
        Some(ending) if BATCH_ENDINGS.contains(&ending.as_str()) => {
            queue::apply(app, QueueWish::Batch(BatchWish::Open(path)));
        }
        Some(ending) if ending == QUEUE_ENDING => queue::apply(app, QueueWish::Import(path)),
        Some(ending) if FILE_ENDINGS.contains(&ending.as_str()) => {
            app.state.complain(text::cannot_use_file(&path));
        }
        // Folders may have dots in their names too; the engine says what it is.
        _ => use_checkpoint(app, path),
    }
}

fn browse(app: &mut OviApp, pick: Pick) {
    let desktop = app.services.desktop.clone();
    let form = &app.state.form;
    let start = |typed: &str| (!typed.trim().is_empty()).then(|| PathBuf::from(typed.trim()));
    let (checkpoint, output) = (start(&form.checkpoint), start(&form.output_folder));
    let picture_folder =
        start(&form.first_frame).and_then(|picture| picture.parent().map(Path::to_owned));
    let proposal = match &app.state.dialog {
        Some(Dialog::SaveClip(path)) => PathBuf::from(path),
        _ => PathBuf::new(),
    };
    app.services.tasks.run("file dialog", move || {
        let picked = match &pick {
            Pick::Checkpoint => desktop.pick_folder(text::model_folder(), checkpoint.as_deref()),
            Pick::OutputFolder => desktop.pick_folder(text::output_folder(), output.as_deref()),
            Pick::FirstFrame => {
                desktop.pick_picture(text::first_frame(), picture_folder.as_deref())
            }
            Pick::ClipTarget => desktop.pick_clip_target(text::save_clip(), &proposal),
            Pick::Batch => desktop.pick_file(text::queue_import_batch(), &BATCH_ENDINGS, None),
            Pick::QueueFile => desktop.pick_file(
                text::queue_import_file(),
                &[QUEUE_ENDING],
                output.as_deref(),
            ),
            Pick::QueueTarget => {
                let name = format!("{}.{QUEUE_ENDING}", text::queue_file_name());
                let proposal = output.unwrap_or_default().join(name);
                desktop.pick_target(text::queue_export(), QUEUE_ENDING, &proposal)
            }
            Pick::Preset => desktop.pick_file(text::import_preset(), &["json"], None),
            Pick::PresetTarget(name) => {
                desktop.pick_target(text::export_preset(), "json", &presets::file_name(name))
            }
        };
        TaskDone::Picked(pick, picked)
    });
}

fn save_clip(app: &mut OviApp, target: PathBuf) {
    app.state.dialog = None;
    let Some(entry) = app.state.clip_on_screen() else {
        return;
    };
    let source = entry.clip.path.clone();
    app.services.tasks.run("save clip", move || {
        let written = std::fs::read(&source)
            .map_err(|error| error.to_string())
            .and_then(|bytes| {
                ovi_media::write_new_file(&target, &bytes).map_err(|error| error.to_string())
            });
        TaskDone::Saved(written)
    });
}

fn save_frame(app: &mut OviApp) {
    let Some(entry) = app.state.clip_on_screen() else {
        return;
    };
    let Some(frame_idx) = app.player.current().map(|clip| clip.moment().frame_idx) else {
        return;
    };
    let clip = entry.clip.path.clone();
    app.services.tasks.run("save frame", move || {
        let stem = clip.file_stem().unwrap_or_default().to_string_lossy();
        let target = clip.with_file_name(format!("{stem}_frame_{:04}.png", frame_idx + 1));
        let written = ClipReader::open(&clip)
            .and_then(|mut reader| reader.read_frame(frame_idx))
            .and_then(|frame| ovi_media::write_png(&target, &frame.rgb, frame.width, frame.height))
            .map_err(|error| error.to_string());
        TaskDone::Saved(written)
    });
}

fn show_folder(app: &mut OviApp) {
    let Some(entry) = app.state.clip_on_screen() else {
        return;
    };
    let desktop = app.services.desktop.clone();
    let folder = entry
        .clip
        .path
        .parent()
        .map(Path::to_owned)
        .unwrap_or_default();
    app.services.tasks.run("show folder", move || {
        TaskDone::FolderShown(desktop.show_folder(&folder))
    });
}
