//! Self-test and report.

use std::path::PathBuf;

use egui::Context;
use ovi_engine::protocol::JobId;

use crate::app::OviApp;
use crate::logging;
use crate::report::Report;
use crate::state::SelfTestPlan;
use crate::text;

/// Begin the self-test where it is possible.
pub fn start_self_test(app: &mut OviApp) {
    let places = &app.services.places;
    let (Some(model), Some(output)) = (places.test_pattern_model(), places.self_test()) else {
        return;
    };
    if app.state.can_self_test() {
        let job = JobId((app.services.random_id)() >> 1);
        app.state
            .start_self_test(SelfTestPlan { job, model, output });
    }
}

/// Remove the clip of the self-test.
pub fn remove_clip(app: &OviApp, clip: PathBuf) {
    app.services.tasks.run("remove clip", move || {
        let result = std::fs::remove_file(&clip);
        crate::tasks::TaskDone::Removed(clip, result.map_err(|error| error.to_string()))
    });
}

/// Put the report on the clipboard.
pub fn copy_report(app: &mut OviApp, ctx: &Context, has_prompts: bool) {
    let log = logging::lines(|_| true);
    let report = Report {
        state: &app.state,
        settings: &app.settings,
        hardware: &app.services.hardware,
        log: &log,
        has_prompts,
    };
    ctx.copy_text(report.text());
    app.state.tell(text::report_copied());
}
