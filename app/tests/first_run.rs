//! The first start: four pages that can each be skipped, by keys alone, and that end on Generate.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Rig, Setup, info};
use egui::{Key, Modifiers};
use ovi_app::state::{FirstRunPage, Screen};
use ovi_engine::protocol::{Command, Event, MemorySnapshot};

fn open() -> Rig {
    Rig::open(Setup {
        checkpoint: None,
        is_first_run: true,
        ..Setup::default()
    })
}

fn page(rig: &Rig) -> Option<FirstRunPage> {
    rig.harness.state().state().first_run.map(|run| run.page)
}

#[test]
fn the_pages_lead_to_generate_with_an_example() {
    let mut rig = open();
    assert!(!rig.shows("Queue"), "no rail yet");
    assert!(rig.shows("Page 1 of 4"));
    rig.click("Light");
    assert_eq!(rig.harness.state().settings().theme.name(), "light");
    rig.click("Next");
    assert!(rig.shows("Page 2 of 4") && rig.shows("250 GB free"));
    rig.engine.memory.set(MemorySnapshot {
        system_total_bytes: Some(16_000_000_000),
        system_available_bytes: Some(9_000_000_000),
        ..MemorySnapshot::default()
    });
    rig.click("Next");
    assert!(rig.shows("16 GB of memory are less than the largest part"));
    rig.click("Back");
    assert_eq!(page(&rig), Some(FirstRunPage::Folders));
    rig.click("Next");
    rig.click("Next");
    assert!(rig.shows("This version cannot download models yet."));
    rig.click("Start");
    assert_eq!(page(&rig), None);
    assert_eq!(rig.harness.state().state().screen, Screen::Generate);
    assert!(rig.harness.state().state().form.prompt.contains("<S>"));
}

#[test]
fn everything_can_be_skipped_and_the_example_left_out() {
    let mut rig = open();
    rig.click("Skip the rest");
    assert_eq!(page(&rig), None);
    let mut rig = open();
    for _ in 0..3 {
        rig.click("Next");
    }
    rig.click("Start with an example prompt");
    rig.click("Start");
    assert_eq!(rig.harness.state().state().form.prompt, "");
}

#[test]
fn keys_alone_lead_through() {
    let mut rig = open();
    let press = |rig: &mut Rig, key| {
        rig.harness.key_press_modifiers(Modifiers::NONE, key);
        rig.harness.run_steps(3);
    };
    for expected in [
        Some(FirstRunPage::Folders),
        Some(FirstRunPage::Hardware),
        Some(FirstRunPage::Model),
        None,
    ] {
        let name = if expected.is_none() { "Start" } else { "Next" };
        let mut num_tabs = 0;
        while !is_focused(&rig, name) {
            press(&mut rig, Key::Tab);
            num_tabs += 1;
            assert!(num_tabs < 40, "{name} is not reached by Tab");
        }
        press(&mut rig, Key::Space);
        assert_eq!(page(&rig), expected);
    }
}

fn is_focused(rig: &Rig, name: &str) -> bool {
    use egui_kittest::kittest::{NodeT, Queryable};
    let button = rig
        .harness
        .get_by_role_and_label(egui::accesskit::Role::Button, name);
    button.accesskit_node().is_focused()
}

#[test]
fn the_test_pattern_model_is_made_and_used() {
    let mut rig = open();
    for _ in 0..3 {
        rig.click("Next");
    }
    rig.click("Make and use the test-pattern model");
    let Some(Command::MakeDemoCheckpoint(root)) = rig.engine.take_command() else {
        panic!("the model is made");
    };
    rig.report(Event::DemoCheckpoint {
        root: root.clone(),
        result: Ok(()),
    });
    rig.answer_checkpoint(info());
    assert!(rig.shows("All parts are there, 6.0 GB in all."));
    assert!(rig.shows("In use"));
    let known = &rig.harness.state().settings().model_folders;
    assert_eq!(known[..], [root.display().to_string()]);
}

#[test]
fn known_model_folders_are_used_again_and_forgotten() {
    let mut rig = Rig::open(Setup {
        checkpoint: None,
        settings: ovi_app::settings::Settings {
            model_folders: vec!["/a".into(), "/b".into()],
            ..Default::default()
        },
        ..Setup::default()
    });
    rig.click("Models");
    rig.click("Use the model folder /b");
    rig.answer_checkpoint(info());
    let folders = |rig: &Rig| rig.harness.state().settings().model_folders.clone();
    assert_eq!(folders(&rig), ["/b", "/a"]);
    assert!(rig.shows("video and sound model · 1.0 GB"));
    rig.click("Leave out of the list; the files stay: /a");
    assert_eq!(folders(&rig), ["/b"]);
}

#[test]
fn open_takes_a_typed_path_and_a_chosen_file() {
    use egui_kittest::kittest::Queryable;
    let mut rig = Rig::open(Setup {
        checkpoint: None,
        dialog_answer: Some("/chosen/model".into()),
        ..Setup::default()
    });
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    rig.harness.run_steps(20);
    let path = "Path of the file or folder";
    rig.harness.get_by_label(path).focus();
    rig.harness.run_steps(2);
    rig.harness.get_by_label(path).type_text("/typed/model");
    rig.harness.run_steps(4);
    rig.click("Open");
    let inspected = |rig: &Rig| match rig.engine.take_command() {
        Some(Command::InspectCheckpoint(root)) => Some(root.display().to_string()),
        _ => None,
    };
    assert_eq!(inspected(&rig).as_deref(), Some("/typed/model"));
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    rig.harness.run_steps(20);
    rig.click("Choose a file…");
    assert_eq!(inspected(&rig).as_deref(), Some("/chosen/model"));
    assert!(rig.harness.state().state().dialog.is_none());
}
