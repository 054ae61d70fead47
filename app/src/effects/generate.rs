//! From the form to the queue.

use ovi_engine::protocol::{GenerateRequest, JobId, QueueEntry};

use super::remember;
use crate::app::OviApp;
use crate::state::{FirstFrame, Form, OutputName, Screen};
use crate::text;

/// Queue the form.
pub fn enqueue(app: &mut OviApp, at_front: bool) {
    if let Some(blocked) = app.state.blocked() {
        app.state.complain(text::blocked(blocked));
        return;
    }
    if !app.state.form.is_seed_locked {
        app.state.form.seed = (app.services.random_seed)().into();
    }
    let Some(request) = request(app) else {
        return;
    };
    let entry = new_entry(app, request);
    app.state.enqueue(entry, at_front);
}

/// All fields to their defaults; prompt, model and folder stay.
pub fn reset_form(app: &mut OviApp) {
    let seed = (app.services.random_seed)().into();
    let form = std::mem::take(&mut app.state.form);
    let mut fresh = Form::default();
    fresh.take_defaults(&app.settings.output);
    fresh.prompt = form.prompt;
    fresh.checkpoint = form.checkpoint;
    fresh.variant = form.variant;
    fresh.first_frame = form.first_frame;
    fresh.output_folder = form.output_folder;
    fresh.seed = seed;
    fresh.prompt_changed();
    app.state.form = fresh;
    remember(app);
}

/// Fill in the form so that it asks for `request`. What it does not tell stays: the model where it
/// names no folder, and the prompt where it was left out of a file.
pub fn load_settings(app: &mut OviApp, request: &GenerateRequest) {
    let form = &mut app.state.form;
    let (prompt, checkpoint) = (form.prompt.clone(), form.checkpoint.clone());
    form.load(request);
    if request.prompt.is_empty() {
        form.set_prompt(prompt);
    }
    let wanted = std::mem::replace(&mut form.checkpoint, checkpoint);
    match &request.first_frame {
        Some(path) => super::use_first_frame(app, path.clone()),
        None => app.state.first_frame = FirstFrame::Unset,
    }
    let is_known = app.state.model.root() == Some(request.checkpoint.as_path());
    if !wanted.is_empty() && !is_known {
        super::use_checkpoint(app, request.checkpoint.clone());
    }
    if request.variant.is_some() {
        app.state.form.variant = request.variant;
    }
    app.state.screen = Screen::Generate;
    app.state.tell(text::settings_loaded());
    remember(app);
}

/// The request of the form, with a name for its clip; `None` without a model or a folder.
pub fn request(app: &OviApp) -> Option<GenerateRequest> {
    let form = &app.state.form;
    let root = app.state.model.root()?.to_owned();
    let picture = app.state.first_frame.picture();
    let first_frame = picture.map(|picture| picture.path.clone());
    let mut request = form.request(&root, first_frame, std::path::PathBuf::new());
    let output = OutputName {
        folder: form.output_folder()?,
        template: app.settings.output.template().to_owned(),
    };
    let shape = app.state.resolved_shape();
    let size = shape.map_or([form.width, form.height], |shape| {
        [shape.width, shape.height]
    });
    request.output = output.path(&request, size, &(app.services.stamp)());
    Some(request)
}

/// A waiting job with a new number.
pub fn new_entry(app: &mut OviApp, request: GenerateRequest) -> QueueEntry {
    QueueEntry::new(new_id(app), request, (app.services.stamp)().unix)
}

/// Number of a new job.
pub fn new_id(app: &mut OviApp) -> JobId {
    // SQLite keeps signed numbers.
    JobId((app.services.random_id)() >> 1)
}
