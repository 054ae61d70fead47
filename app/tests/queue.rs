//! Ways through the queue, by name and by key.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Rig, Setup, clip};
use egui::accesskit::Role;
use egui::{Event as Input, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use ovi_app::settings::Settings;
use ovi_app::state::Screen;
use ovi_engine::protocol::{
    ClipId, ClipRecord, Command, ErrorCode, ErrorReport, Event, GenerateRequest, JobId,
    LibraryCommand, LibraryNote, LibrarySnapshot, ModelVariant, Progress, QueueEntry, QueueState,
    Stage, StageTime,
};

/// Numbers of kept jobs begin above those that the window gives in tests.
const KEPT: u64 = 5000;

fn entry(id: u64, state: QueueState) -> QueueEntry {
    let request = GenerateRequest {
        variant: Some(ModelVariant::Square720Secs5),
        ..GenerateRequest::new("/models", format!("prompt {id}"), "/nowhere/a.mp4")
    };
    QueueEntry {
        state,
        ..QueueEntry::new(JobId(KEPT + id), request, 0)
    }
}

fn open(snapshot: LibrarySnapshot) -> Rig {
    let setup = Setup {
        settings: Settings {
            screen: Screen::Queue,
            ..Setup::default().settings
        },
        snapshot,
        is_ready: false,
        size: [1400.0, 800.0],
        ..Setup::default()
    };
    Rig::open(setup)
}

/// The queue's screen with jobs of these states; the engine has not said that it is ready.
fn with_jobs(states: &[QueueState]) -> Rig {
    let jobs = states.iter().zip(1..);
    open(LibrarySnapshot {
        jobs: jobs.map(|(state, id)| entry(id, *state)).collect(),
        ..LibrarySnapshot::default()
    })
}

/// Number of a kept job as in its prompt.
fn number(id: JobId) -> u64 {
    id.0.checked_sub(KEPT).unwrap_or(id.0)
}

fn waiting(rig: &Rig) -> Vec<u64> {
    let queue = &rig.harness.state().state().queue;
    queue.waiting().map(|entry| number(entry.id)).collect()
}

fn press(rig: &mut Rig, modifiers: Modifiers, key: Key) {
    rig.harness.key_press_modifiers(modifiers, key);
    rig.harness.run_steps(4);
}

fn click_part(rig: &mut Rig, role: Role, part: &str) {
    let is_meant = |node: &egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        node.role() == role && node.label().is_some_and(|label| label.contains(part))
    };
    let found = rig.harness.query_all_by_label_contains(part);
    let found: Vec<_> = found.filter(is_meant).collect();
    assert_eq!(found.len(), 1, "{part}");
    found[0].click();
    rig.harness.run_steps(4);
}

fn pointer(rig: &mut Rig, pos: Pos2, is_pressed: Option<bool>) {
    rig.harness.event(Input::PointerMoved(pos));
    if let Some(pressed) = is_pressed {
        rig.harness.event(Input::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    rig.harness.run_steps(2);
}

fn order_sent(rig: &Rig) -> Option<Vec<u64>> {
    let commands = rig.library.take_commands().into_iter();
    let mut orders = commands.filter_map(|command| match command {
        LibraryCommand::ReorderJobs(order) => Some(order.into_iter().map(number).collect()),
        _ => None,
    });
    orders.next_back()
}

#[test]
fn three_jobs_are_queued_reordered_cancelled_and_finished() {
    let mut rig = Rig::ready();
    for _ in 0..3 {
        press(&mut rig, Modifiers::COMMAND, Key::Enter);
    }
    let (first, _) = rig.take_generate().unwrap();
    press(&mut rig, Modifiers::COMMAND, Key::Num2);
    assert!(rig.shows("2 jobs wait"));
    let before = waiting(&rig);
    click_part(&mut rig, Role::ListItem, "number 2 in line");
    press(&mut rig, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(waiting(&rig), [before[1], before[0]]);
    assert_eq!(order_sent(&rig).unwrap(), [first.0, before[1], before[0]]);
    assert!(rig.shows("Moved to number 1 of 2."), "it is announced");
    press(&mut rig, Modifiers::ALT, Key::ArrowUp);
    assert!(rig.shows("It cannot go further."));

    press(&mut rig, Modifiers::COMMAND, Key::Period);
    assert!(rig.shows("Cancel the running job?"));
    press(&mut rig, Modifiers::NONE, Key::Escape);
    assert!(
        rig.engine.take_command().is_none(),
        "Escape cancels nothing"
    );
    press(&mut rig, Modifiers::COMMAND, Key::Period);
    rig.click("Cancel the job");
    assert!(matches!(rig.engine.take_command(), Some(Command::Cancel(id)) if id == first));
    rig.report(Event::Cancelled { job: first });

    let (second, _) = rig.take_generate().unwrap();
    assert_eq!(second.0, before[1], "the one that was moved up");
    rig.finish(second, 4);
    let (third, _) = rig.take_generate().unwrap();
    rig.finish(third, 4);
    let states = &rig.harness.state().state().queue;
    let done = states.entries().iter();
    assert_eq!(
        done.filter(|entry| entry.state == QueueState::Done).count(),
        2
    );
    for part in ["Done: ", "Cancelled: "] {
        assert!(rig.shows(part), "{part}");
    }
}

#[test]
fn a_job_is_dragged_to_the_front() {
    let mut rig = with_jobs(&[QueueState::Waiting; 4]);
    let center = |rig: &Rig, label: &str| rig.harness.get_by_label(label).rect().center();
    let from = center(&rig, "Drag to reorder: prompt 3");
    let target = rig.harness.get_by_label("Drag to reorder: prompt 1").rect();
    pointer(&mut rig, from, Some(true));
    pointer(&mut rig, from + egui::vec2(2.0, -12.0), None);
    pointer(&mut rig, Pos2::new(from.x, target.top() + 3.0), None);
    pointer(&mut rig, Pos2::new(from.x, target.top() + 3.0), Some(false));
    assert_eq!(waiting(&rig), [3, 1, 2, 4]);
    assert_eq!(order_sent(&rig).unwrap(), [3, 1, 2, 4]);
    assert!(rig.shows("Moved to number 1 of 4."));
}

#[test]
fn arrows_select_and_delete_can_be_undone() {
    let mut rig = with_jobs(&[QueueState::Waiting; 5]);
    press(&mut rig, Modifiers::NONE, Key::ArrowDown);
    press(&mut rig, Modifiers::NONE, Key::ArrowDown);
    press(&mut rig, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut rig, Modifiers::NONE, Key::Delete);
    assert_eq!(waiting(&rig), [1, 4, 5]);
    assert!(rig.shows("2 jobs removed."));
    let secs = rig.harness.ctx.input(|input| input.time);
    rig.harness.input_mut().time = Some(secs + 11.0);
    rig.harness.run_steps(2);
    assert!(
        !rig.shows("2 jobs removed."),
        "the offer is over, its key works on"
    );
    press(&mut rig, Modifiers::COMMAND, Key::Z);
    assert_eq!(waiting(&rig), [1, 2, 3, 4, 5]);
    press(&mut rig, Modifiers::NONE, Key::Delete);
    rig.click("Undo (Ctrl+Z)");
    assert_eq!(waiting(&rig), [1, 2, 3, 4, 5]);
    press(&mut rig, Modifiers::NONE, Key::End);
    press(&mut rig, Modifiers::COMMAND, Key::D);
    assert_eq!(waiting(&rig).len(), 6);
}

#[test]
fn an_interrupted_job_is_offered_and_run_again() {
    let mut job = entry(1, QueueState::Interrupted);
    job.request.seed = 77;
    let mut rig = open(LibrarySnapshot {
        jobs: vec![job.clone(), entry(2, QueueState::Waiting)],
        notes: vec![LibraryNote::Interrupted(1), LibraryNote::Adopted(1)],
        ..LibrarySnapshot::default()
    });
    assert!(rig.shows("1 job was interrupted when the program ended."));
    assert!(rig.shows("1 clip of an interrupted job was complete and is in the library."));
    rig.click("Run again");
    let queue = &rig.harness.state().state().queue;
    let again = queue.next().unwrap();
    assert_ne!(again.id, job.id, "a new number");
    assert_eq!(again.request, job.request, "the same settings");
    assert_eq!(queue.entries().len(), 2, "the same number of clips");
    assert!(!rig.shows("was interrupted"));
    rig.engine.report(Event::Ready);
    rig.harness.run_steps(4);
    assert!(rig.harness.state().state().job.is_some());
}

#[test]
fn leaving_an_interrupted_job_leaves_it_in_the_list() {
    let mut rig = with_jobs(&[QueueState::Interrupted]);
    rig.click("Leave");
    assert!(!rig.shows("was interrupted"));
    assert!(rig.shows("Interrupted: prompt 1"));
}

#[test]
fn a_failed_job_tells_why_and_can_be_retried() {
    let mut job = entry(1, QueueState::Failed);
    job.report = Some(ErrorReport {
        code: ErrorCode::NotFinite,
        message: "The numbers overflowed at step 3.".into(),
        action: "Try another seed.".into(),
        details: "cause: block 7".into(),
    });
    let mut rig = open(LibrarySnapshot {
        jobs: vec![job],
        ..LibrarySnapshot::default()
    });
    rig.click("Show error…: prompt 1");
    for part in [
        "E-NAN",
        "The numbers overflowed at step 3.",
        "Try another seed.",
        "block 7",
    ] {
        assert!(rig.shows(part), "{part}");
    }
    rig.harness.get_by_label("Copy details").click();
    rig.harness.step();
    let copied = &rig.harness.output().platform_output.commands;
    let is_copied = |command: &egui::OutputCommand| {
        matches!(command, egui::OutputCommand::CopyText(text)
        if text.contains("E-NAN") && text.contains("block 7") && !text.contains("prompt 1"))
    };
    assert!(copied.iter().any(is_copied), "{copied:?}");
    rig.harness.run_steps(3);
    rig.click("Run again");
    assert_eq!(waiting(&rig).len(), 1);
}

#[test]
fn a_waiting_job_is_edited() {
    let mut rig = with_jobs(&[QueueState::Waiting]);
    rig.click("Edit…: prompt 1");
    assert!(rig.shows("Edit job"));
    let prompt = rig
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Prompt");
    prompt.focus();
    rig.harness.run_steps(2);
    let prompt = rig
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Prompt");
    prompt.type_text(" <S>hi");
    rig.harness.run_steps(3);
    let save = |rig: &Rig| {
        rig.harness
            .get_by_label("Save")
            .accesskit_node()
            .is_disabled()
    };
    assert!(save(&rig), "the form's rules hold here, too");
    rig.harness
        .get_by_role_and_label(Role::MultilineTextInput, "Prompt")
        .type_text("<E>");
    rig.harness.run_steps(3);
    assert!(!save(&rig));
    rig.click("Save");
    let queue = &rig.harness.state().state().queue;
    assert_eq!(queue.entries()[0].request.prompt, "prompt 1 <S>hi<E>");
    let commands = rig.library.take_commands();
    let is_kept = |command: &LibraryCommand| matches!(command, LibraryCommand::UpdateJob(_));
    assert!(commands.iter().any(is_kept));
}

#[test]
fn the_queue_is_exported_and_imported() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("queue.oviqueue");
    let mut rig = Rig::open(Setup {
        dialog_answer: Some(target.clone()),
        settings: Settings {
            screen: Screen::Queue,
            ..Setup::default().settings
        },
        is_ready: false,
        snapshot: LibrarySnapshot {
            jobs: vec![entry(1, QueueState::Done), entry(2, QueueState::Waiting)],
            ..LibrarySnapshot::default()
        },
        ..Setup::default()
    });
    rig.click("Export queue…");
    rig.click("Import queue…");
    let commands = rig.library.take_commands();
    let jobs = vec![JobId(KEPT + 2)];
    let export = LibraryCommand::ExportQueue {
        path: target.clone(),
        jobs,
    };
    assert!(commands.contains(&export), "{commands:?}");
    let is_import = |command: &LibraryCommand| matches!(command, LibraryCommand::ImportQueue { path, .. } if *path == target);
    assert!(commands.iter().any(is_import));
    let imported = vec![entry(9, QueueState::Waiting)];
    let report = ovi_engine::protocol::LibraryEvent::Imported(Ok(imported));
    rig.library.report(report);
    rig.harness.run_steps(4);
    assert_eq!(waiting(&rig), [2, 9]);
}

#[test]
fn pausing_holds_the_next_job() {
    let mut rig = with_jobs(&[QueueState::Waiting; 2]);
    press(&mut rig, Modifiers::COMMAND, Key::P);
    assert!(rig.shows("Paused: no further job begins."));
    rig.report(Event::Ready);
    assert!(rig.harness.state().state().job.is_none());
    assert!(rig.harness.state().settings().is_queue_paused, "it is kept");
    press(&mut rig, Modifiers::COMMAND, Key::P);
    assert!(rig.harness.state().state().job.is_some());
}

/// The job that the engine was asked for.
fn generated(rig: &Rig) -> Option<JobId> {
    std::iter::from_fn(|| rig.engine.take_command()).find_map(|command| match command {
        Command::Generate { job, .. } => Some(job),
        _ => None,
    })
}

fn measured(id: u64) -> ClipRecord {
    let time = |stage, secs| StageTime {
        stage,
        secs,
        peak_bytes: 1,
    };
    let mut clip = clip("/nowhere/old.mp4".into(), 121);
    (clip.width, clip.height) = (960, 544);
    clip.stages = vec![time(Stage::Sampling, 100.0), time(Stage::Picture, 20.0)];
    ClipRecord {
        id: ClipId(id),
        created_unix: 0,
        clip,
        request: Some(entry(id, QueueState::Done).request),
        rating: 0,
        is_favourite: false,
        tags: Vec::new(),
        trashed_unix: None,
        parent: None,
        is_present: true,
    }
}

#[test]
fn estimates_come_from_measured_clips_or_are_unknown() {
    let mut other = entry(2, QueueState::Waiting);
    other.request.width = other.request.height;
    let snapshot = LibrarySnapshot {
        jobs: vec![entry(1, QueueState::Waiting), other],
        clips: vec![measured(50)],
        ..LibrarySnapshot::default()
    };
    let mut rig = open(snapshot);
    assert!(rig.shows("at least 2:00 min left, 1 job unknown"));
    assert!(rig.shows("960 × 544, 5.0 s, 50 steps, seed 103, about 2:00 min"));
    assert!(rig.shows("704 × 704, 5.0 s, 50 steps, seed 103, unknown"));
    rig.report(Event::Ready);
    let job = generated(&rig).unwrap();
    rig.report(Event::Stage {
        job,
        stage: Stage::Sampling,
    });
    rig.engine.progress.set(Progress {
        job,
        stage: Stage::Sampling,
        done: 25,
        total: 50,
        stage_secs: 100.0,
        last_unit_secs: Some(4.0),
        job_secs: 100.0,
    });
    rig.harness.run_steps(3);
    assert!(rig.shows("Sampling 50 %: prompt 1"));
    assert!(rig.shows("about 2:00 min left"), "25 steps of 4 s and 20 s");
    assert!(rig.shows("Running job: Sampling 50 %"));
}

#[test]
fn a_thousand_jobs_scroll_within_a_frame() {
    let mut rig = with_jobs(&[QueueState::Waiting; 1000]);
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..40 {
        let key = if round % 8 == 7 {
            Key::End
        } else {
            Key::PageDown
        };
        rig.harness.key_press(key);
        let begun_at = Instant::now();
        rig.harness.step();
        times.push(begun_at.elapsed());
        rig.harness.step();
    }
    times.sort();
    let median = times[times.len() / 2];
    let slowest = times[times.len() - 1];
    println!("a frame of 1,000 jobs: median {median:?}, slowest {slowest:?}");
    let cursor = rig.harness.state().state().job_list.cursor();
    assert_eq!(cursor, Some(JobId(KEPT + 1000)), "the keys went to the end");
    assert!(rig.shows("number 1000 in line"), "and the list followed");
    let drawn = rig
        .harness
        .query_all_by_label_contains("Drag to reorder")
        .count();
    assert!(drawn < 40, "{drawn} rows are laid out");
    assert!(median < Duration::from_millis(16), "{median:?}");
}

#[test]
fn rows_say_everything_and_know_their_place() {
    let rig = with_jobs(&[QueueState::Waiting, QueueState::Failed]);
    let row = rig.harness.get_by_role_and_label(
        Role::ListItem,
        "Waiting, number 1 in line: prompt 1. 720x720_5s, 960 × 544, 5.0 s, 50 steps, seed 103, \
         unknown",
    );
    let node = row.accesskit_node();
    assert_eq!(node.size_of_set(), Some(2));
    assert_eq!(node.position_in_set(), Some(1));
}

#[test]
fn a_clip_that_shall_go_on_queues_its_next_part_in_front() {
    let mut long = entry(1, QueueState::Waiting);
    long.request.continue_secs = 10.0;
    let mut rig = open(LibrarySnapshot {
        jobs: vec![long, entry(2, QueueState::Waiting)],
        ..LibrarySnapshot::default()
    });
    rig.report(Event::Ready);
    let job = generated(&rig).unwrap();
    let path = rig.finish(job, 25);
    let (next, request) = rig.take_generate().unwrap();
    assert_eq!(request.continue_from, Some(path));
    assert_eq!(request.continue_secs, 9.0, "25 frames, one of them shared");
    assert_eq!(waiting(&rig), [2], "it went before the one that waits");
    assert!(rig.shows("continues a clip"));
    rig.finish(next, 25 + 24);
    let (_, request) = rig.take_generate().unwrap();
    assert_eq!(request.continue_secs, 8.0);
}
