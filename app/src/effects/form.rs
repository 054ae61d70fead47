//! What wishes about the form do.

use egui::Context;
use ovi_engine::prompt::FixTarget;
use ovi_engine::protocol::{ClipId, GenerateRequest, LibraryCommand};

use super::{generate, pictures, presets, remember};
use crate::app::OviApp;
use crate::command::FormWish;
use crate::desktop::PICTURE_ENDINGS;
use crate::state::{Extras, FirstFrame, Form, Screen, preset_from_json};
use crate::text;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, wish: FormWish) {
    match wish {
        FormWish::Undo => step(app, true),
        FormWish::Redo => step(app, false),
        FormWish::Fix(fix) => change(app, ctx, |form| {
            let text = match fix.target {
                FixTarget::Prompt => &mut form.prompt,
                FixTarget::VideoNegative => &mut form.video_negative,
                FixTarget::AudioNegative => &mut form.audio_negative,
            };
            if let Some(mended) = fix.apply(text) {
                *text = mended;
                form.prompt_changed();
            }
        }),
        FormWish::SetPrompt(prompt) => {
            app.state.dialog = None;
            change(app, ctx, |form| form.set_prompt(prompt));
        }
        FormWish::ForgetPrompt(prompt) => {
            app.state
                .library
                .prompts
                .retain(|used| used.prompt != prompt);
            app.state.keep(LibraryCommand::ForgetPrompt(prompt));
        }
        FormWish::ForgetPrompts => {
            app.state.library.prompts.clear();
            app.state.keep(LibraryCommand::ClearPrompts);
        }
        FormWish::UsePreset(preset) => presets::use_preset(app, ctx, preset),
        FormWish::SavePreset(name) => presets::save(app, &name),
        FormWish::RenamePreset { from, to } => presets::rename(app, &from, &to),
        FormWish::RemovePreset(name) => presets::remove(app, &name),
        FormWish::WritePreset(name, path) => presets::write(app, &name, path),
        FormWish::ReadPreset(path) => presets::read(app, path),
        FormWish::AddVariations(sweep) => generate::add_variations(app, &sweep),
        FormWish::CopySettings => copy(app, ctx),
        FormWish::Paste(pasted) => paste(app, ctx, &pasted),
        FormWish::PastePicture(image) => pictures::use_pasted(app, image),
        FormWish::UseFrameOfClip(path, frame_idx) => pictures::use_frame(app, path, frame_idx),
        FormWish::ContinueFrom(id) => continue_from(app, ctx, id),
        FormWish::StopContinuing => change(app, ctx, |form| form.continue_from = None),
        FormWish::UseSettingsOf(id) => use_settings_of(app, ctx, id),
        FormWish::HearPreview(true) => hear_preview(app, ctx),
        FormWish::HearPreview(false) => app.player.stop_hearing(),
        FormWish::DropExtras => change(app, ctx, |form| form.extras = Extras::default()),
    }
}

/// Take over what was typed or set on the screen.
pub fn edit(app: &mut OviApp, ctx: &Context, form: Form) {
    let now_secs = ctx.input(|input| input.time);
    app.state.history.record(&app.state.form, &form, now_secs);
    app.state.form = form;
    remember(app);
}

/// Change the form in one step that can be taken back.
pub fn change(app: &mut OviApp, ctx: &Context, change: impl FnOnce(&mut Form)) {
    let mut form = app.state.form.clone();
    change(&mut form);
    app.state.history.end_step();
    edit(app, ctx, form);
    app.state.history.end_step();
}

fn step(app: &mut OviApp, is_back: bool) {
    let state = &mut app.state;
    let form = match is_back {
        true => state.history.undo(&state.form),
        false => state.history.redo(&state.form),
    };
    let Some(mut form) = form else {
        let nothing = if is_back {
            text::nothing_to_undo()
        } else {
            text::nothing_to_redo()
        };
        state.tell(nothing);
        return;
    };
    form.take_paths_of(&state.form);
    form.variant = state.form.variant;
    form.prompt_changed();
    state.form = form;
    remember(app);
}

/// Fill in the form so that it asks for `request`. What it does not tell stays: the model where it
/// names no folder, and the prompt where it was left out of a file.
pub fn load_settings(app: &mut OviApp, ctx: &Context, request: &GenerateRequest) {
    let (prompt, checkpoint) = {
        let form = &app.state.form;
        (form.prompt.clone(), form.checkpoint.clone())
    };
    change(app, ctx, |form| {
        form.load(request);
        form.checkpoint = checkpoint;
        if request.prompt.is_empty() {
            form.set_prompt(prompt);
        }
    });
    match &request.first_frame {
        Some(path) => super::use_first_frame(app, path.clone()),
        None => app.state.first_frame = FirstFrame::Unset,
    }
    let names_model = !request.checkpoint.as_os_str().is_empty();
    if names_model && app.state.model.root() != Some(request.checkpoint.as_path()) {
        super::use_checkpoint(app, request.checkpoint.clone());
    }
    if request.variant.is_some() {
        app.state.form.variant = request.variant;
    }
    app.state.screen = Screen::Generate;
    app.state.tell(text::settings_loaded());
    remember(app);
}

fn use_settings_of(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let record = app.state.library.clip(id);
    match record.and_then(|record| record.request.clone()) {
        Some(request) => load_settings(app, ctx, &request),
        None => app.state.complain(text::no_settings_known()),
    }
}

fn continue_from(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let Some(record) = app.state.library.clip(id) else {
        return;
    };
    let path = record.clip.path.clone();
    app.state.first_frame = FirstFrame::Unset;
    app.state.screen = Screen::Generate;
    change(app, ctx, |form| {
        form.first_frame.clear();
        form.continue_from = Some(path);
    });
    app.state.tell(text::continues_now());
}

/// The clip that plays makes way for the preview.
fn hear_preview(app: &mut OviApp, ctx: &Context) {
    let heard = app.state.job.as_ref().and_then(|job| job.heard.clone());
    if let Some(heard) = heard {
        super::player::pause(app, ctx);
        app.player.hear(&heard.samples, heard.sample_rate_hz);
    }
}

fn copy(app: &mut OviApp, ctx: &Context) {
    let Some(request) = generate::request(app) else {
        app.state.complain(text::nothing_to_copy());
        return;
    };
    match serde_json::to_string_pretty(&request) {
        Ok(copied) => {
            ctx.copy_text(copied);
            app.state.tell(text::settings_copied());
        }
        Err(error) => log::error!("settings cannot be written as JSON: {error}"),
    }
}

fn paste(app: &mut OviApp, ctx: &Context, pasted: &str) {
    let pasted = pasted.trim();
    if let Some(preset) = preset_from_json(pasted) {
        presets::keep(app, preset);
    } else if let Some(request) = request_from_json(pasted) {
        load_settings(app, ctx, &request);
    } else if let Some(path) = pictures::path_of(pasted) {
        super::use_first_frame(app, path);
    } else {
        app.state
            .complain(text::cannot_paste(PICTURE_ENDINGS.join(", ")));
    }
}

/// A request; `None` for other JSON, of which a request would read any object.
fn request_from_json(text: &str) -> Option<GenerateRequest> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("prompt")?.as_str()?;
    value.get("steps")?.as_u64()?;
    serde_json::from_value(value).ok()
}
