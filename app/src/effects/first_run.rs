//! What wishes during the first run do, and the model that is made on this machine.

use ovi_engine::protocol::{Command, ErrorReport};

use super::remember_now;
use crate::app::OviApp;
use crate::command::{FirstRunWish, UiCommand};
use crate::state::Screen;
use crate::text;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: FirstRunWish) {
    match wish {
        FirstRunWish::Next => {
            if !app.state.turn_first_run(true) {
                finish(app);
            }
        }
        FirstRunWish::Back => {
            app.state.turn_first_run(false);
        }
        FirstRunWish::WantExample(wants_example) => {
            if let Some(first_run) = &mut app.state.first_run {
                first_run.wants_example = wants_example;
            }
        }
        FirstRunWish::Finish => finish(app),
    }
}

fn finish(app: &mut OviApp) {
    let Some(first_run) = app.state.first_run.take() else {
        return;
    };
    if first_run.wants_example && app.state.form.prompt.is_empty() {
        app.state.form.set_prompt(text::first_run_prompt());
    }
    app.state.screen = Screen::Generate;
    app.settings.screen = Screen::Generate;
    // Also where nothing was changed: the file tells that this was seen.
    remember_now(app);
}

/// Have the test-pattern model made, and use it then.
pub fn make_demo(app: &mut OviApp) {
    let Some(root) = app.services.places.test_pattern_model() else {
        app.state.complain(text::folder_none());
        return;
    };
    app.state.is_making_demo = true;
    app.state.ask_engine(Command::MakeDemoCheckpoint(root));
}

/// The test-pattern model is there, or could not be made.
pub fn demo_made(app: &mut OviApp, root: std::path::PathBuf, result: Result<(), Box<ErrorReport>>) {
    if !std::mem::take(&mut app.state.is_making_demo) {
        return;
    }
    match result {
        Ok(()) => app.commands.push(UiCommand::UseCheckpoint(root)),
        Err(report) => app.state.complain_of(&report),
    }
}
