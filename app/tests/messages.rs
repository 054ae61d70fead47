//! What the window says: code, numbers, one action; and what happens around a running job.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Rig, Setup, info};
use egui::ViewportCommand;
use egui_kittest::kittest::Queryable;
use ovi_app::instance::StartRequest;
use ovi_app::session::SessionWish;
use ovi_app::settings::Settings;
use ovi_app::state::{Dialog, Screen};
use ovi_engine::protocol::{
    Command, ErrorCode, ErrorReport, Event, LibraryEvent, Warning, WarningCode,
};

fn report(code: ErrorCode) -> Box<ErrorReport> {
    Box::new(ErrorReport {
        code,
        message: "Needs 24.5 GB, 9.8 GB free.".into(),
        action: "Make room.".into(),
        details: "cause: 42".into(),
    })
}

const ERRORS: [(ErrorCode, &str); 15] = [
    (ErrorCode::Missing, "Show the model's files"),
    (ErrorCode::Kind, "Show the model's files"),
    (ErrorCode::Damaged, "Show the model's files"),
    (ErrorCode::Shape, "Show the model's files"),
    (ErrorCode::Length, "Show the model's files"),
    (ErrorCode::Prompt, "Change the settings"),
    (ErrorCode::Image, "Choose another picture"),
    (ErrorCode::Batch, "Show the queue"),
    (ErrorCode::Memory, "Change the settings"),
    (ErrorCode::Disk, "Choose another folder"),
    (ErrorCode::Device, "Show the queue"),
    (ErrorCode::NotFinite, "Show the queue"),
    (ErrorCode::Write, "Choose another folder"),
    (ErrorCode::Busy, "Show the queue"),
    (ErrorCode::Internal, "Open diagnostics"),
];

#[test]
fn every_error_shows_code_numbers_and_one_action() {
    for (code, action) in ERRORS {
        let (mut rig, job, _) = Rig::running();
        rig.report(Event::Failed {
            job,
            report: report(code),
        });
        rig.click("1 new message");
        assert!(rig.shows(code.code()), "{code:?}");
        assert!(rig.shows("Needs 24.5 GB, 9.8 GB free. Make room."));
        rig.harness.run_steps(20);
        let actions = rig.harness.query_all_by_label(action).count();
        assert!(actions >= 1, "{code:?}: {action}");
        rig.click("Close");
        assert_eq!(rig.harness.state().state().messages.num_unread(), 0);
    }
}

#[test]
fn every_warning_shows_code_sentence_and_one_action() {
    let warnings = [
        (WarningCode::Size, "Change the settings"),
        (WarningCode::Dialect, "Change the settings"),
        (WarningCode::Tokens, "Change the settings"),
        (WarningCode::Flat, "Try another seed"),
        (WarningCode::Silent, "Try another seed"),
        (WarningCode::TestPattern, "Show the model's files"),
        (WarningCode::Extra, "Choose another folder"),
    ];
    for (code, action) in warnings {
        let (mut rig, job, _) = Rig::running();
        let message = "992x512 becomes 1344x704.".to_owned();
        rig.report(Event::Warning {
            job,
            warning: Warning { code, message },
        });
        rig.click("Messages");
        rig.harness.run_steps(20);
        assert!(rig.shows(code.code()) && rig.shows("992x512 becomes 1344x704."));
        assert!(
            rig.harness.query_all_by_label(action).count() >= 1,
            "{code:?}"
        );
    }
}

#[test]
fn a_library_error_stands_in_the_bar_with_its_action() {
    let mut rig = Rig::ready();
    let report = LibraryEvent::Failed(report(ErrorCode::Disk));
    rig.library.report(report);
    rig.harness.run_steps(4);
    assert!(rig.shows("E-DISK: Needs 24.5 GB, 9.8 GB free. Make room."));
    rig.click("Choose another folder");
    assert_eq!(rig.harness.state().state().screen, Screen::Settings);
    assert!(rig.harness.state().state().notice.is_none());
}

#[test]
fn messages_are_dismissed_and_cleared() {
    let mut rig = Rig::ready();
    for code in [ErrorCode::Disk, ErrorCode::Memory] {
        rig.library.report(LibraryEvent::Failed(report(code)));
    }
    rig.harness.run_steps(4);
    rig.click("2 new messages");
    rig.harness.run_steps(20);
    let crosses = rig.harness.get_all_by_label("Dismiss the message");
    crosses.into_iter().next_back().unwrap().click();
    rig.harness.run_steps(4);
    assert_eq!(rig.harness.state().state().messages.iter().count(), 1);
    rig.harness.run_steps(20);
    rig.click("Clear the list");
    assert!(rig.shows("Nothing was said yet."));
}

fn request_close(rig: &mut Rig) -> Vec<ViewportCommand> {
    let viewport = rig
        .harness
        .input_mut()
        .viewports
        .entry(egui::ViewportId::ROOT);
    viewport
        .or_default()
        .events
        .push(egui::ViewportEvent::Close);
    rig.harness.step();
    let output = rig.harness.output();
    let root = output.viewport_output.get(&egui::ViewportId::ROOT);
    let commands = root.map(|viewport| viewport.commands.clone());
    if let Some(viewport) = rig
        .harness
        .input_mut()
        .viewports
        .get_mut(&egui::ViewportId::ROOT)
    {
        viewport.events.clear();
    }
    rig.harness.run_steps(20);
    commands.unwrap_or_default()
}

#[test]
fn closing_with_a_job_asks_and_stays() {
    let (mut rig, _, _) = Rig::running();
    assert!(request_close(&mut rig).contains(&ViewportCommand::CancelClose));
    assert_eq!(
        rig.harness.state().state().dialog,
        Some(Dialog::CloseWithJob)
    );
    assert!(
        !rig.shows("Keep running in the background"),
        "it cannot hide"
    );
    rig.click("Stay");
    assert!(rig.engine.take_command().is_none(), "the job goes on");
}

#[test]
fn closing_can_cancel_the_job_and_then_closes() {
    let (mut rig, job, _) = Rig::running();
    request_close(&mut rig);
    rig.click("Cancel the job and close");
    assert!(matches!(rig.engine.take_command(), Some(Command::Cancel(id)) if id == job));
    assert!(rig.harness.state().state().job.is_some(), "it waits for it");
    rig.engine.report(Event::Cancelled { job });
    rig.harness.step();
    let output = rig.harness.output();
    let commands = &output.viewport_output[&egui::ViewportId::ROOT].commands;
    assert!(commands.contains(&ViewportCommand::Close));
}

#[test]
fn closing_without_a_job_does_not_ask() {
    let mut rig = Rig::ready();
    assert!(!request_close(&mut rig).contains(&ViewportCommand::CancelClose));
    assert!(rig.harness.state().state().dialog.is_none());
}

#[test]
fn the_computer_is_awake_exactly_while_a_job_runs() {
    let (sender, wishes) = crossbeam_channel::unbounded();
    let mut rig = Rig::open(Setup {
        session: Some(sender),
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(common::PROMPT);
    assert_eq!(wishes.try_iter().count(), 0);
    rig.click("Generate now");
    let (job, _) = rig.take_generate().unwrap();
    assert_eq!(
        wishes.try_iter().collect::<Vec<_>>(),
        [SessionWish::KeepAwake(true)]
    );
    let viewport = rig
        .harness
        .input_mut()
        .viewports
        .entry(egui::ViewportId::ROOT);
    viewport.or_default().focused = Some(false);
    rig.harness.run_steps(2);
    rig.finish(job, 3);
    let said: Vec<SessionWish> = wishes.try_iter().collect();
    assert!(
        matches!(&said[..], [SessionWish::Notify { title, .. }, SessionWish::KeepAwake(false)]
            if title == "The clip is ready"),
        "{said:?}"
    );
}

#[test]
fn nothing_is_asked_of_the_session_when_it_is_switched_off() {
    let (sender, wishes) = crossbeam_channel::unbounded();
    let mut rig = Rig::open(Setup {
        session: Some(sender),
        settings: Settings {
            notifies: false,
            keeps_awake: false,
            ..Settings::default()
        },
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(common::PROMPT);
    rig.click("Generate now");
    let (job, _) = rig.take_generate().unwrap();
    let viewport = rig
        .harness
        .input_mut()
        .viewports
        .entry(egui::ViewportId::ROOT);
    viewport.or_default().focused = Some(false);
    rig.finish(job, 3);
    assert_eq!(wishes.try_iter().count(), 0);
}

#[test]
fn a_later_start_opens_its_files_here() {
    let (sender, later) = crossbeam_channel::unbounded();
    let mut rig = Rig::open(Setup {
        later_starts: Some(later),
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    let request = StartRequest {
        prompt: Some("from elsewhere".into()),
        files: vec!["/other/model".into()],
        ..StartRequest::default()
    };
    sender.send(request).unwrap();
    rig.harness.step();
    let output = rig.harness.output();
    let commands = &output.viewport_output[&egui::ViewportId::ROOT].commands;
    assert!(commands.contains(&ViewportCommand::Focus));
    rig.harness.run_steps(4);
    assert_eq!(rig.harness.state().state().form.prompt, "from elsewhere");
    assert!(matches!(
        rig.engine.take_command(),
        Some(Command::InspectCheckpoint(root)) if root == std::path::Path::new("/other/model")
    ));
}

#[test]
fn the_self_test_makes_a_model_and_a_clip_that_is_no_job() {
    let mut rig = Rig::open(Setup {
        checkpoint: None,
        ..Setup::default()
    });
    rig.click("Settings");
    rig.click("Diagnostics");
    rig.click("Run the self-test");
    let Some(Command::MakeDemoCheckpoint(root)) = rig.engine.take_command() else {
        panic!("the model is made first");
    };
    assert!(rig.shows("Making the test-pattern model…"));
    rig.report(Event::DemoCheckpoint {
        root: root.clone(),
        result: Ok(()),
    });
    let (job, request) = rig.take_generate().unwrap();
    assert_eq!((request.steps, &request.checkpoint), (2, &root));
    let clip = rig.finish(job, 3);
    assert!(rig.shows("Everything works. The clip took 12.5 s."));
    assert!(!clip.exists(), "its clip is not kept");
    let state = rig.harness.state().state();
    assert!(state.library.clips().is_empty() && state.session.is_empty());
    assert!(rig.library.take_commands().iter().all(|command| matches!(
        command,
        ovi_engine::protocol::LibraryCommand::PruneLatents { .. }
    )));
}

#[test]
fn the_self_test_says_why_it_failed() {
    let mut rig = Rig::open(Setup {
        checkpoint: None,
        ..Setup::default()
    });
    rig.click("Settings");
    rig.click("Diagnostics");
    rig.click("Run the self-test");
    let Some(Command::MakeDemoCheckpoint(root)) = rig.engine.take_command() else {
        panic!("the model is made first");
    };
    rig.report(Event::DemoCheckpoint {
        root,
        result: Err(report(ErrorCode::Disk)),
    });
    assert!(rig.shows("The self-test failed. E-DISK: Needs 24.5 GB, 9.8 GB free."));
}
