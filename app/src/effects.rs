//! The one place where commands take effect.

use std::path::{Path, PathBuf};

use egui::Context;
use ovi_engine::protocol::{Command, ErrorCode, ErrorReport};
use ovi_media::{ClipReader, NameFields, Picture, prompt_slug};

use crate::app::{OviApp, theme_preference};
use crate::command::{PlayerCommand, UiCommand};
use crate::desktop::PICTURE_ENDINGS;
use crate::engine_link::EnginePort;
use crate::settings::TEXT_SCALE;
use crate::state::{
    AppState, Dialog, EngineState, FirstFrame, FirstFramePicture, ModelState, Outcome, ResultView,
    Thumbnail,
};
use crate::tasks::{Pick, TaskDone, Tasks};
use crate::text;

/// Longest side of kept thumbnails, for screens with two pixels per point.
const THUMBNAIL_SIDE: u32 = 256;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, command: UiCommand) {
    match command {
        UiCommand::EditForm(form) => {
            app.state.form = *form;
            remember(app);
        }
        UiCommand::Generate => generate(app),
        UiCommand::Cancel => {
            if let Some(command) = app.state.cancel() {
                send(&mut app.state, app.services.engine.as_ref(), command);
            }
        }
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
        UiCommand::NewSeed => app.state.form.seed = (app.services.random_seed)(),
        UiCommand::ToggleSeedLock => {
            app.state.form.is_seed_locked = !app.state.form.is_seed_locked;
        }
        UiCommand::ShowLive => app.state.view = ResultView::Live,
        UiCommand::ShowClip(idx) => app.state.view = ResultView::Clip(idx),
        UiCommand::DismissOutcome => app.state.outcome = Outcome::None,
        UiCommand::DismissNotice => app.state.notice = None,
        UiCommand::Play(command) => play(app, ctx, command),
        UiCommand::OpenDialog(dialog) => app.state.dialog = Some(dialog),
        UiCommand::AskClipTarget => {
            if let Some(entry) = app.state.shown_clip() {
                let path = entry.clip.path.display().to_string();
                app.state.dialog = Some(Dialog::SaveClip(path));
            }
        }
        UiCommand::CloseDialog => app.state.dialog = None,
        UiCommand::SaveClip(target) => save_clip(app, target),
        UiCommand::SaveFrame => save_frame(app),
        UiCommand::ShowFolder => show_folder(app),
        UiCommand::Copy(copied) => {
            ctx.copy_text(copied);
            app.state.tell(text::COPIED);
        }
        UiCommand::SetTheme(choice) => {
            app.settings.theme = choice;
            ctx.set_theme(theme_preference(choice));
            remember(app);
        }
        UiCommand::SetTextScale(scale) => set_text_scale(app, ctx, scale),
        UiCommand::SetReducedMotion(has_reduced_motion) => {
            app.settings.has_reduced_motion = has_reduced_motion;
            remember(app);
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

/// Set the size of everything.
pub fn set_text_scale(app: &mut OviApp, ctx: &Context, scale: f32) {
    let scale = scale.clamp(*TEXT_SCALE.start(), *TEXT_SCALE.end());
    app.settings.text_scale = scale;
    ctx.set_zoom_factor(scale);
    remember(app);
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

fn generate(app: &mut OviApp) {
    if let Some(blocked) = app.state.blocked() {
        app.state.complain(text::blocked(blocked));
        return;
    }
    if !app.state.form.is_seed_locked {
        app.state.form.seed = (app.services.random_seed)();
    }
    let Some(folder) = app.state.form.output_folder() else {
        return;
    };
    let output = folder.join(file_name(app));
    let Some(job) = app.state.start_job(output) else {
        return;
    };
    app.services.tasks.run("output folder", move || {
        let result = std::fs::create_dir_all(&folder).map_err(|error| {
            Box::new(ErrorReport {
                code: ErrorCode::Write,
                message: text::output_folder_failed(&folder, &error.to_string()),
                action: text::CHOOSE_FOLDER.into(),
                details: format!("{error:?}"),
            })
        });
        TaskDone::OutputReady { job, result }
    });
}

fn file_name(app: &OviApp) -> String {
    let form = &app.state.form;
    let shape = app.state.resolved_shape();
    let stamp = (app.services.stamp)();
    let fields = NameFields {
        date: stamp.date,
        time: stamp.time,
        slug: prompt_slug(&form.prompt),
        width: shape.map_or(form.width, |shape| shape.width),
        height: shape.map_or(form.height, |shape| shape.height),
        seed: u64::from(form.seed),
        index: 0,
    };
    format!("{}.mp4", fields.fill(ovi_media::DEFAULT_NAME_TEMPLATE))
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
const FILE_ENDINGS: [&str; 12] = [
    "txt", "md", "json", "csv", "tsv", "mp4", "mov", "wav", "mp3", "pdf", "zip", "gif",
];

/// By its ending, because looking at the disk may take long.
fn use_dropped(app: &mut OviApp, path: PathBuf) {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending {
        Some(ending) if PICTURE_ENDINGS.contains(&ending.as_str()) => use_first_frame(app, path),
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
        Some(Dialog::Shortcuts) | None => PathBuf::new(),
    };
    app.services.tasks.run("file dialog", move || {
        let picked = match pick {
            Pick::Checkpoint => desktop.pick_folder(text::MODEL_FOLDER, checkpoint.as_deref()),
            Pick::OutputFolder => desktop.pick_folder(text::OUTPUT_FOLDER, output.as_deref()),
            Pick::FirstFrame => desktop.pick_picture(text::FIRST_FRAME, picture_folder.as_deref()),
            Pick::ClipTarget => desktop.pick_clip_target(text::SAVE_CLIP, &proposal),
        };
        TaskDone::Picked(pick, picked)
    });
}

fn play(app: &mut OviApp, ctx: &Context, command: PlayerCommand) {
    let now_secs = ctx.input(|input| input.time);
    let position = app
        .player
        .current()
        .map(|clip| (clip.moment().secs, clip.transport().duration_secs()));
    let (secs, duration_secs) = position.unwrap_or_default();
    match command {
        PlayerCommand::Toggle => app.player.toggle(now_secs),
        PlayerCommand::Step(num_frames) => app.player.step(num_frames, now_secs),
        PlayerCommand::Skip(skip_secs) => app.player.seek_secs(secs + skip_secs, now_secs),
        PlayerCommand::SeekShare(share) => {
            app.player
                .seek_secs(f64::from(share) * duration_secs, now_secs);
        }
        PlayerCommand::SetLooping(is_looping) => {
            app.player.set_looping(is_looping, now_secs);
            app.settings.is_looping = is_looping;
            remember(app);
        }
        PlayerCommand::SetLoudness(loudness) => {
            app.player.set_loudness(loudness);
            app.settings.volume = loudness.volume;
            app.settings.is_muted = loudness.is_muted;
            remember(app);
        }
    }
}

fn save_clip(app: &mut OviApp, target: PathBuf) {
    app.state.dialog = None;
    let Some(entry) = app.state.shown_clip() else {
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
    let Some(entry) = app.state.shown_clip() else {
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
    let Some(entry) = app.state.shown_clip() else {
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
