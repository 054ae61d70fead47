//! A user's way through the window, with a scripted engine behind it.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{PROMPT, Rig, Setup, info};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use ovi_app::settings::Settings;
use ovi_app::state::{FirstFrame, Outcome};
use ovi_engine::protocol::{
    CheckpointInfo, Command, ErrorCode, ErrorReport, Event, HolderMemory, MemorySnapshot,
    ModelVariant, Preview, Progress, Stage, Warning, WarningCode,
};

fn is_enabled(rig: &Rig, label: &str) -> bool {
    !rig.harness
        .get_by_role_and_label(Role::Button, label)
        .accesskit_node()
        .is_disabled()
}

#[test]
fn a_prompt_becomes_a_command() {
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(info());
    assert!(!is_enabled(&rig, "Generate now"));
    assert!(rig.shows("Write a prompt first."));
    rig.type_prompt(PROMPT);
    assert!(rig.shows("6 words, 2 spoken"));
    assert!(is_enabled(&rig, "Generate now"));
    rig.click("Generate now");
    let (_, request) = rig.take_generate().unwrap();
    assert_eq!(request.prompt, PROMPT);
    assert_eq!(request.checkpoint, std::path::Path::new("/models"));
    assert_eq!(
        request.seed, 1002,
        "an unlocked seed is drawn for every clip"
    );
    let name = request
        .output
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    assert_eq!(
        name,
        "2031-02-03_040506_A_man_says_hello_there_Audio:_wind_960x544_1002.mp4".replace(':', "_")
    );
    assert!(
        request.output.parent().unwrap().is_dir(),
        "the output folder was made"
    );
}

#[test]
fn progress_memory_and_preview_are_shown_while_a_job_runs() {
    let (mut rig, job, _) = Rig::running();
    rig.report(Event::Stage {
        job,
        stage: Stage::Text,
    });
    rig.report(Event::Stage {
        job,
        stage: Stage::Sampling,
    });
    rig.engine.progress.set(Progress {
        job,
        stage: Stage::Sampling,
        done: 12,
        total: 50,
        stage_secs: 40.0,
        last_unit_secs: Some(3.0),
        job_secs: 50.0,
    });
    rig.engine.preview.set(Preview {
        job,
        step: 12,
        width: 2,
        height: 1,
        frames: vec![vec![9; 6], vec![200; 6]],
    });
    rig.engine.memory.set(MemorySnapshot {
        holders: vec![HolderMemory {
            device: "cpu".into(),
            holder: "transformer".into(),
            kind: "weights".into(),
            current_bytes: 2_000_000_000,
            peak_bytes: 2_000_000_000,
        }],
        counted_bytes: 2_000_000_000,
        counted_peak_bytes: 3_000_000_000,
        resident_bytes: Some(5_000_000_000),
        resident_file_bytes: Some(2_500_000_000),
        resident_floor_bytes: Some(400_000_000),
        ..MemorySnapshot::default()
    });
    rig.harness.run_steps(3);
    assert!(rig.shows("step 12 of 50 · 3.0 s per step · 1:54 min left in this stage"));
    assert!(rig.shows("Preview after step 12"));
    assert!(rig.shows("transformer 2.0 GB"));
    assert!(rig.shows("Resident 5.0 GB · gap +100 MB"));
    assert!(rig.shows("Sampling 24 %"), "the status bar");
    let warning = Warning {
        code: WarningCode::Tokens,
        message: "600 of 512 tokens".into(),
    };
    rig.report(Event::Warning { job, warning });
    assert!(rig.shows("W-TOK 600 of 512 tokens"));
}

#[test]
fn a_finished_clip_is_shown_in_the_player_and_the_strip() {
    let (mut rig, job, _) = Rig::running();
    rig.finish(job, 6);
    assert!(rig.shows("64 × 32 px · 6 frames, 0.2 s"));
    assert!(rig.shows("Seed 1001 · made in 12.5 s · peak 5.0 MB · file 4.3 kB"));
    assert!(rig.shows("THIS SESSION"));
    assert!(
        is_enabled(&rig, "Generate now"),
        "the next clip can be made"
    );
}

#[test]
fn a_failure_is_a_card_with_code_sentence_and_action() {
    let (mut rig, job, _) = Rig::running();
    let report = Box::new(ErrorReport {
        code: ErrorCode::NotFinite,
        message: "The numbers overflowed at step 3.".into(),
        action: "Try another seed.".into(),
        details: "cause: block 7".into(),
    });
    rig.report(Event::Failed { job, report });
    for expected in [
        "E-NAN",
        "The numbers overflowed at step 3.",
        "Try another seed.",
    ] {
        assert!(rig.shows(expected), "{expected}");
    }
    rig.harness.get_by_label("Copy details").click();
    rig.harness.step();
    let copied = &rig.harness.output().platform_output.commands;
    let is_copied = |command: &egui::OutputCommand| {
        matches!(command, egui::OutputCommand::CopyText(text)
        if text.contains("E-NAN") && text.contains("cause: block 7") && !text.contains(PROMPT))
    };
    assert!(copied.iter().any(is_copied), "{copied:?}");
    rig.harness.run_steps(3);
    rig.click("Dismiss");
    assert!(matches!(rig.harness.state().state().outcome, Outcome::None));
}

#[test]
fn cancel_is_sent_once_and_answered() {
    let (mut rig, job, _) = Rig::running();
    rig.click("Cancel");
    assert!(matches!(rig.engine.take_command(), Some(Command::Cancel(id)) if id == job));
    assert!(rig.shows("Cancelling…"));
    rig.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Period);
    rig.harness.run_steps(3);
    assert!(rig.engine.take_command().is_none());
    rig.report(Event::Cancelled { job });
    assert!(rig.shows("Cancelled. Its memory is released."));
    assert!(is_enabled(&rig, "Generate now"));
}

#[test]
fn keys_generate_and_cancel() {
    let mut rig = Rig::ready();
    rig.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    rig.harness.run_steps(4);
    let (job, request) = rig.take_generate().unwrap();
    assert_eq!(
        request.prompt, PROMPT,
        "the key is not typed into the prompt"
    );
    rig.report(Event::Queued { job, position: 0 });
    rig.harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Period);
    rig.harness.run_steps(4);
    assert!(rig.engine.take_command().is_none(), "it asks first");
    rig.click("Cancel the job");
    assert!(matches!(
        rig.engine.take_command(),
        Some(Command::Cancel(_))
    ));
}

#[test]
fn a_missing_model_part_disables_generate_and_says_why() {
    let mut rig = Rig::open(Setup::default());
    let report = ErrorReport {
        code: ErrorCode::Missing,
        message: "The picture decoder is missing (Wan2.2_VAE, 2.8 GB).".into(),
        action: "Choose another folder.".into(),
        details: String::new(),
    };
    rig.engine.take_command().unwrap();
    let result = Err(Box::new(report));
    rig.report(Event::Checkpoint {
        root: "/models".into(),
        result,
    });
    rig.type_prompt(PROMPT);
    assert!(!is_enabled(&rig, "Generate now"));
    assert!(rig.shows("E-MISS: The picture decoder is missing"));
    assert!(rig.shows("The model folder cannot be used, see Model."));
    rig.click("Check again");
    assert!(matches!(
        rig.engine.take_command(),
        Some(Command::InspectCheckpoint(_))
    ));
}

#[test]
fn a_model_that_does_not_tell_what_it_is_asks_and_remembers() {
    let mut rig = Rig::open(Setup::default());
    let silent = CheckpointInfo {
        variant: None,
        video_area: None,
        latent_frames: None,
        audio_steps: None,
        ..info()
    };
    rig.answer_checkpoint(silent);
    rig.type_prompt(PROMPT);
    assert!(rig.shows("Say which published model this is, see Model."));
    rig.harness
        .get_by_role_and_label(Role::ComboBox, "Published as")
        .click();
    rig.harness.run_steps(4);
    rig.click("960x960_10s");
    assert!(rig.shows("241 frames, 10.0 s"));
    rig.click("Generate now");
    let (_, request) = rig.take_generate().unwrap();
    assert_eq!(request.variant, Some(ModelVariant::Square960Secs10));
    let remembered = &rig.harness.state().settings().variants;
    assert_eq!(
        remembered.get("/models"),
        Some(&ModelVariant::Square960Secs10)
    );
}

#[test]
fn a_test_pattern_model_and_its_clips_say_so() {
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(CheckpointInfo {
        is_test_pattern: true,
        ..info()
    });
    assert!(rig.shows("Test pattern model (random weights)"));
}

#[test]
fn an_open_tag_blocks_and_is_explained() {
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(info());
    rig.type_prompt("A man says <S>hello");
    assert!(!is_enabled(&rig, "Generate now"));
    assert!(rig.shows("Speech starts with <S> but never ends with <E>."));
}

#[test]
fn a_first_frame_is_browsed_for_shown_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    ovi_media::write_png(&path, &vec![80; 90 * 60 * 3], 90, 60).unwrap();
    let setup = Setup {
        dialog_answer: Some(path.clone()),
        ..Setup::default()
    };
    let mut rig = Rig::open(setup);
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    rig.click("Browse for a picture");
    assert!(rig.shows("90 × 60 px picture"));
    assert!(rig.shows("The first frame decides the shape."));
    rig.click("Generate now");
    let (job, request) = rig.take_generate().unwrap();
    assert_eq!(request.first_frame.as_ref(), Some(&path));
    rig.report(Event::Cancelled { job });
    rig.click("Remove the first frame");
    assert!(matches!(
        rig.harness.state().state().first_frame,
        FirstFrame::Unset
    ));
}

#[test]
fn an_unreadable_first_frame_says_why_and_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.png");
    std::fs::write(&path, b"no picture").unwrap();
    let mut rig = Rig::open(Setup {
        dialog_answer: Some(path),
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    rig.click("Browse for a picture");
    assert!(rig.shows("not a PNG, JPEG, WebP or BMP picture"));
    assert!(!is_enabled(&rig, "Generate now"));
}

#[test]
fn seeds_are_drawn_locked_and_typed() {
    let mut rig = Rig::ready();
    rig.click("New random seed (Ctrl+R)");
    assert_eq!(rig.harness.state().state().form.seed, 1002);
    rig.click("Lock the seed (Ctrl+L)");
    rig.click("Generate now");
    assert_eq!(
        rig.take_generate().unwrap().1.seed,
        1002,
        "a locked seed stays"
    );
}

#[test]
fn typed_folders_are_inspected_when_committed() {
    let mut rig = Rig::open(Setup {
        checkpoint: None,
        ..Setup::default()
    });
    assert!(
        rig.engine.take_command().is_none(),
        "no folder is touched unasked"
    );
    assert!(rig.shows("Choose a model folder first."));
    rig.harness
        .get_by_role_and_label(Role::TextInput, "Model folder")
        .focus();
    rig.harness.run_steps(2);
    rig.harness
        .get_by_role_and_label(Role::TextInput, "Model folder")
        .type_text("/other");
    rig.harness.run_steps(2);
    assert!(
        rig.engine.take_command().is_none(),
        "not while it is being typed"
    );
    rig.harness.key_press(Key::Enter);
    rig.harness.run_steps(3);
    let asked = rig.engine.take_command();
    assert!(matches!(asked, Some(Command::InspectCheckpoint(root)) if root.ends_with("other")));
}

#[test]
fn tags_are_inserted_around_the_selection() {
    let mut rig = Rig::open(Setup::default());
    rig.type_prompt("hello");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    rig.harness.run_steps(2);
    rig.harness.key_press_modifiers(Modifiers::ALT, Key::S);
    rig.harness.run_steps(3);
    assert_eq!(rig.harness.state().state().form.prompt, "<S>hello<E>");
}

#[test]
fn a_lost_engine_is_said_and_blocks() {
    let mut rig = Rig::ready();
    rig.report(Event::Stopped);
    assert!(!is_enabled(&rig, "Generate now"));
    assert!(rig.shows("The engine has ended. Restart the program."));
}

#[test]
fn settings_warnings_are_shown_and_dismissed() {
    let warnings = vec!["Setting theme = 3 was not understood; its default is used.".to_owned()];
    let mut rig = Rig::open(Setup {
        warnings,
        ..Setup::default()
    });
    assert!(rig.shows("Setting theme = 3 was not understood"));
    rig.click("Dismiss the message");
    assert!(rig.harness.state().state().notice.is_none());
}

#[test]
fn dialogs_open_and_close_by_key() {
    let mut rig = Rig::open(Setup::default());
    rig.harness.key_press(Key::F1);
    rig.harness.run_steps(4);
    assert!(rig.shows("Mark the selection as speech"));
    rig.harness.key_press(Key::Escape);
    rig.harness.run_steps(4);
    assert!(rig.harness.state().state().dialog.is_none());
}

#[test]
fn an_idle_window_stands_still() {
    let mut rig = Rig::ready();
    assert!(rig.harness.try_run().is_ok(), "it settles");
    let delay = rig
        .harness
        .output()
        .viewport_output
        .values()
        .map(|v| v.repaint_delay)
        .min();
    assert_eq!(
        delay,
        Some(std::time::Duration::MAX),
        "nothing asks for another frame"
    );
}

#[test]
fn reduced_motion_stops_the_preview() {
    let settings = Settings {
        has_reduced_motion: true,
        ..Settings::default()
    };
    let mut rig = Rig::open(Setup {
        settings,
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    rig.click("Generate now");
    let (job, _) = rig.take_generate().unwrap();
    rig.report(Event::Stage {
        job,
        stage: Stage::Sampling,
    });
    let frames = vec![vec![9; 6], vec![200; 6]];
    rig.engine.preview.set(Preview {
        job,
        step: 2,
        width: 2,
        height: 1,
        frames,
    });
    assert!(rig.harness.try_run().is_ok(), "a still preview settles");
    assert!(rig.shows("Preview after step 2"));
}

#[test]
fn tab_reaches_every_part_in_reading_order() {
    let mut rig = Rig::ready();
    let (job, _) = {
        rig.click("Generate now");
        rig.take_generate().unwrap()
    };
    rig.finish(job, 6);
    rig.harness.key_press(Key::Escape);
    rig.harness.run_steps(2);
    let mut reached = Vec::new();
    for _ in 0..80 {
        rig.harness.key_press(Key::Tab);
        rig.harness.run_steps(2);
        let focused = rig
            .harness
            .root()
            .children_recursive()
            .find(|node| node.is_focused());
        let Some(node) = focused else {
            continue;
        };
        let node = node.accesskit_node();
        let label = node.label().or_else(|| node.value()).unwrap_or_default();
        if reached.first() == Some(&label) {
            break;
        }
        reached.push(label);
    }
    let expected = [
        "Queue",
        "Settings",
        "Prompt",
        "Insert speech",
        "Browse for a picture",
        "Model folder",
        "16:9",
        "Lock the seed (Ctrl+L)",
        "Output folder",
        "Generate now",
        "Timeline",
        "Play (Space)",
        "Save as…",
    ];
    let places: Vec<_> = expected
        .iter()
        .map(|label| reached.iter().position(|known| known == label))
        .collect();
    assert!(
        places.iter().all(Option::is_some),
        "{expected:?} {places:?} in {reached:#?}"
    );
    assert!(places.is_sorted(), "{places:?} in {reached:#?}");
}

/// A file as the desktop hands it over.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads files by their path".into())
    }
}

#[test]
fn dropped_files_go_where_they_belong() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("Picture.PNG");
    ovi_media::write_png(&picture, &vec![80; 40 * 40 * 3], 40, 40).unwrap();
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(info());
    let drop = |rig: &mut Rig, path: &std::path::Path| {
        let file = std::sync::Arc::new(Dropped(path.to_owned()));
        rig.harness.input_mut().dropped_files.push(file);
        rig.harness.run_steps(4);
    };
    drop(&mut rig, &picture);
    assert!(rig.shows("40 × 40 px picture"));
    drop(&mut rig, std::path::Path::new("/other/model"));
    assert!(matches!(
        rig.engine.take_command(),
        Some(Command::InspectCheckpoint(_))
    ));
    drop(&mut rig, std::path::Path::new("/notes.txt"));
    assert!(rig.shows("Only pictures and model folders can be dropped here"));
}

#[test]
fn the_look_is_changed_and_remembered() {
    let mut rig = Rig::open(Setup::default());
    rig.click("Settings");
    rig.click("Appearance");
    rig.click("Light");
    rig.click("Larger text");
    rig.click("Reduce motion");
    let settings = rig.harness.state().settings();
    assert_eq!(settings.theme.name(), "light");
    assert!((settings.text_scale - 1.1).abs() < 1e-6);
    assert!(settings.has_reduced_motion);
}
