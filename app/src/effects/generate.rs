//! From the form to the queue.

use ovi_engine::protocol::{GenerateRequest, JobId, QueueEntry};

use super::remember;
use crate::app::OviApp;
use crate::state::{Form, OutputName};
use crate::text;

/// Queue the form.
pub fn enqueue(app: &mut OviApp, at_front: bool) {
    if let Some(blocked) = app.state.blocked() {
        app.state.complain(text::blocked(blocked));
        return;
    }
    if !app.state.form.is_seed_locked {
        app.state.form.seed = (app.services.random_seed)();
    }
    let Some(request) = request(app) else {
        return;
    };
    let entry = new_entry(app, request);
    app.state.enqueue(entry, at_front);
}

/// All fields to their defaults; prompt, model and folder stay.
pub fn reset_form(app: &mut OviApp) {
    let seed = (app.services.random_seed)();
    let form = std::mem::take(&mut app.state.form);
    let mut fresh = Form::default();
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

/// The request of the form, with a name for its clip; `None` without a model or a folder.
pub fn request(app: &OviApp) -> Option<GenerateRequest> {
    let form = &app.state.form;
    let root = app.state.model.root()?.to_owned();
    let picture = app.state.first_frame.picture();
    let first_frame = picture.map(|picture| picture.path.clone());
    let mut request = form.request(&root, first_frame, std::path::PathBuf::new());
    let output = OutputName {
        folder: form.output_folder()?,
        template: ovi_media::DEFAULT_NAME_TEMPLATE.to_owned(),
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
    // SQLite keeps signed numbers.
    let id = JobId((app.services.random_id)() >> 1);
    QueueEntry::new(id, request, (app.services.stamp)().unix)
}
