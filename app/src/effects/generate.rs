//! From the form to the queue.

use egui::Context;
use ovi_engine::protocol::{GenerateRequest, JobId, QueueEntry};

use super::{form, remember};
use crate::app::OviApp;
use crate::state::{Form, OutputName, Sweep, take_seeds};
use crate::text;

/// Queue the form: one job for each take.
pub fn enqueue(app: &mut OviApp, at_front: bool) {
    let Some(request) = ready_request(app) else {
        return;
    };
    let seeds = take_seeds(request.seed, app.state.form.num_takes);
    let requests = seeds.into_iter().map(|seed| GenerateRequest {
        seed,
        ..request.clone()
    });
    add(app, requests.collect(), at_front);
}

/// Queue one job for each value of a sweep.
pub fn add_variations(app: &mut OviApp, sweep: &Sweep) {
    app.state.dialog = None;
    let Some(request) = ready_request(app) else {
        return;
    };
    let values = sweep.values().into_iter();
    let requests: Vec<GenerateRequest> =
        values.map(|value| sweep.request(&request, value)).collect();
    let num = requests.len() as u64;
    add(app, requests, false);
    app.state.tell(text::jobs_added(num));
}

/// The request of the form with the seed that is to be used, or a word about why there is none.
fn ready_request(app: &mut OviApp) -> Option<GenerateRequest> {
    if let Some(blocked) = app.state.blocked() {
        app.state.complain(text::blocked(blocked));
        return None;
    }
    if !app.state.form.is_seed_locked {
        app.state.form.seed = (app.services.random_seed)().into();
    }
    request(app)
}

fn add(app: &mut OviApp, requests: Vec<GenerateRequest>, at_front: bool) {
    let entries = requests
        .into_iter()
        .map(|mut request| {
            name_output(app, &mut request);
            new_entry(app, request)
        })
        .collect();
    app.state.enqueue(entries, at_front);
}

/// All fields to their defaults; prompt, model and folder stay.
pub fn reset_form(app: &mut OviApp, ctx: &Context) {
    let seed = (app.services.random_seed)().into();
    let defaults = app.settings.output.clone();
    form::change(app, ctx, |form| {
        let mut fresh = Form::default();
        fresh.take_defaults(&defaults);
        fresh.take_paths_of(form);
        fresh.set_prompt(std::mem::take(&mut form.prompt));
        fresh.variant = form.variant;
        fresh.seed = seed;
        *form = fresh;
    });
    remember(app);
}

/// The request of the form, with a name for its clip; `None` without a model or a folder.
pub fn request(app: &OviApp) -> Option<GenerateRequest> {
    let form = &app.state.form;
    let root = app.state.model.root()?.to_owned();
    let picture = app.state.first_frame.picture();
    let first_frame = picture.map(|picture| picture.path.clone());
    form.output_folder()?;
    let mut request = form.request(&root, first_frame, std::path::PathBuf::new());
    name_output(app, &mut request);
    Some(request)
}

/// Give the clip of `request` a name after its prompt, size and seed.
fn name_output(app: &OviApp, request: &mut GenerateRequest) {
    let form = &app.state.form;
    let output = OutputName {
        folder: form.output_folder().unwrap_or_default(),
        template: app.settings.output.template().to_owned(),
    };
    let shape = app.state.resolved_shape();
    let size = shape.map_or([form.width, form.height], |shape| {
        [shape.width, shape.height]
    });
    request.output = output.path(request, size, &(app.services.stamp)());
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
