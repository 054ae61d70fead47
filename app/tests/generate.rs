//! The main screen: every setting, the prompt's advice, takes, variations, presets, drafts.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{PROMPT, Rig, Setup, info};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use ovi_app::state::{Control, Draft, Form, Idle, Kind, PresetRef, Value};
use ovi_app::text;
use ovi_engine::protocol::{Command, Event, GenerateRequest, HeardPreview, LibraryCommand, Preset};

fn form(rig: &Rig) -> &Form {
    &rig.harness.state().state().form
}

/// A window in which every setting is in sight.
fn all_open() -> Rig {
    let mut rig = Rig::open(Setup {
        size: [1600.0, 2600.0],
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    for title in ["ADVANCED", "PREVIEW AND DECODING", "FILES AND SOUND"] {
        rig.click(title);
    }
    rig.harness.run_steps(30);
    rig
}

fn keys(rig: &mut Rig, modifiers: Modifiers, key: Key) {
    rig.harness.key_press_modifiers(modifiers, key);
    rig.harness.run_steps(4);
}

#[test]
fn every_setting_has_a_name_a_help_and_a_way_back() {
    let mut rig = all_open();
    for control in Control::ALL {
        let name = match control {
            Control::SeedLock => "Lock the seed (Ctrl+L)",
            _ => text::control_name(control),
        };
        let help = text::control_help(control);
        let is_described = rig.harness.query_all_by_label(name).any(|node| {
            let description = node.accesskit_node().description();
            description.is_some_and(|told| told.contains(help.replace('\n', " ").as_str()))
        });
        assert!(is_described, "{control:?} is called {name} and says {help}");
    }
    rig.click("Also write the sound as WAV");
    assert!(form(&rig).saves_wav);
    rig.click("Reset Also write the sound as WAV");
    assert!(!form(&rig).saves_wav);
    assert!(!rig.shows("Reset "), "nothing else was changed");
}

#[test]
fn typed_numbers_end_at_their_range_and_reach_the_request() {
    let mut rig = all_open();
    let mut wanted = Vec::new();
    for control in Control::ALL {
        let Kind::Whole { max, .. } = control.kind() else {
            continue;
        };
        if control.idle(form(&rig), false).is_some() || control == Control::Takes {
            continue;
        }
        let name = text::control_name(control);
        let field = rig.harness.get_by_role_and_label(Role::SpinButton, name);
        field.focus();
        rig.harness.run_steps(2);
        keys(&mut rig, Modifiers::COMMAND, Key::A);
        let field = rig.harness.get_by_role_and_label(Role::SpinButton, name);
        field.type_text("99999999999");
        rig.harness.run_steps(2);
        keys(&mut rig, Modifiers::NONE, Key::Enter);
        assert_eq!(control.value(form(&rig)), Value::Whole(max), "{control:?}");
        wanted.push((control, max));
    }
    assert!(wanted.len() > 5, "{wanted:?}");
    rig.click("Generate now");
    let (_, request) = rig.take_generate().unwrap();
    let mut asked = Form::default();
    asked.load(&request);
    for (control, max) in wanted {
        assert_eq!(control.value(&asked), Value::Whole(max), "{control:?}");
    }
}

#[test]
fn a_setting_that_cannot_act_says_why() {
    let mut rig = all_open();
    rig.click("Skip-layer guidance");
    assert!(!form(&rig).skips_layer);
    let reason = text::idle(Idle::NothingSkipped);
    let nodes = rig.harness.query_all_by_label("Skip layer");
    let mut says = nodes.filter(|node| {
        let node = node.accesskit_node();
        node.is_disabled() && node.description().is_some_and(|told| told.contains(reason))
    });
    assert!(says.next().is_some(), "disabled, with the reason");
}

#[test]
fn advice_is_shown_mended_and_the_mending_undone() {
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(info());
    rig.type_prompt("A man says <S>hello Audio: wind");
    assert!(rig.shows("E-TAG1"));
    assert!(rig.shows("W-DIA"));
    rig.click("Close the speech");
    let mended = "A man says <S>hello<E> Audio: wind";
    assert_eq!(form(&rig).prompt, mended);
    assert!(!rig.shows("E-TAG1"));
    keys(&mut rig, Modifiers::COMMAND, Key::Z);
    assert_eq!(form(&rig).prompt, "A man says <S>hello Audio: wind");
    keys(&mut rig, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(form(&rig).prompt, mended);
}

#[test]
fn converting_shows_before_and_after_first() {
    let mut rig = Rig::ready();
    rig.click("Convert to this model's form");
    assert!(rig.shows("<AUDCAP>wind<ENDAUDCAP>"), "what it becomes");
    assert_eq!(form(&rig).prompt, PROMPT, "not yet");
    let buttons = rig
        .harness
        .get_all_by_role_and_label(Role::Button, "Convert");
    buttons.last().unwrap().click();
    rig.harness.run_steps(4);
    assert_eq!(
        form(&rig).prompt,
        "A man says <S>hello there<E> <AUDCAP>wind<ENDAUDCAP>"
    );
}

#[test]
fn tokens_are_counted_once_the_prompt_stands_still() {
    let mut rig = Rig::ready();
    assert!(rig.shows("counting tokens"));
    rig.harness.run_steps(60);
    let Some(Command::CountTokens { serial, texts, .. }) = rig.engine.take_question() else {
        panic!("asked after a pause");
    };
    assert_eq!(texts.len(), 1);
    assert!(rig.engine.take_question().is_none(), "once");
    let result = Ok(vec![600]);
    rig.report(Event::Tokens { serial, result });
    assert!(rig.shows("600 of 512 tokens, the rest is ignored"));
    assert!(rig.shows("W-TOK"));
}

#[test]
fn the_structured_view_edits_the_same_text() {
    let mut rig = Rig::ready();
    rig.click("Structured");
    let says = rig
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Says 1");
    says.focus();
    rig.harness.run_steps(2);
    keys(&mut rig, Modifiers::COMMAND, Key::A);
    rig.harness
        .get_by_role_and_label(Role::MultilineTextInput, "Says 1")
        .type_text("bye");
    rig.harness.run_steps(3);
    assert_eq!(form(&rig).prompt, "A man says <S>bye<E> Audio: wind");
    rig.click("Add a line");
    assert_eq!(form(&rig).prompt, "A man says <S>bye<E> <S><E> Audio: wind");
    rig.click("Remove line 2");
    rig.click("Text");
    let editor = rig
        .harness
        .get_by_role_and_label(Role::MultilineTextInput, "Prompt");
    assert!(
        editor
            .accesskit_node()
            .value()
            .unwrap()
            .contains("<S>bye<E>")
    );
}

#[test]
fn takes_use_the_next_seeds() {
    let mut rig = Rig::ready();
    rig.click("Lock the seed (Ctrl+L)");
    let takes = rig.harness.get_by_role_and_label(Role::SpinButton, "Takes");
    takes.focus();
    rig.harness.run_steps(2);
    keys(&mut rig, Modifiers::COMMAND, Key::A);
    rig.harness
        .get_by_role_and_label(Role::SpinButton, "Takes")
        .type_text("3");
    keys(&mut rig, Modifiers::NONE, Key::Enter);
    assert!(rig.shows("3 clips, seeds 1001 to 1003"));
    rig.click("Add to queue");
    let seeds: Vec<u64> = added_jobs(&rig).iter().map(|job| job.seed).collect();
    assert_eq!(seeds, [1001, 1002, 1003]);
}

fn added_jobs(rig: &Rig) -> Vec<GenerateRequest> {
    let commands = rig.library.take_commands().into_iter();
    let jobs = commands.filter_map(|command| match command {
        LibraryCommand::AddJobs { jobs, .. } => Some(jobs),
        _ => None,
    });
    jobs.flatten().map(|job| job.request).collect()
}

#[test]
fn variations_list_every_job_before_they_are_added() {
    let mut rig = Rig::ready();
    rig.click("Vary…");
    rig.harness
        .get_by_role_and_label(Role::ComboBox, "What varies")
        .click();
    rig.harness.run_steps(4);
    let choices = rig.harness.get_all_by_label("Video guidance");
    choices.last().unwrap().click();
    rig.harness.run_steps(4);
    assert!(rig.shows("1.  Video guidance 3"));
    assert!(rig.shows("5.  Video guidance 5"));
    rig.click("Add 5 jobs");
    let guidances: Vec<f64> = added_jobs(&rig)
        .iter()
        .map(|job| job.video_guidance)
        .collect();
    assert_eq!(guidances, [3.0, 3.5, 4.0, 4.5, 5.0]);
}

#[test]
fn a_preset_is_saved_by_key_used_and_removed() {
    let mut rig = Rig::ready();
    rig.click("Lock the seed (Ctrl+L)");
    keys(&mut rig, Modifiers::COMMAND, Key::S);
    rig.harness
        .get_by_role_and_label(Role::TextInput, "Name of the preset")
        .type_text("Mine");
    rig.harness.run_steps(3);
    rig.click("Save");
    let put = rig.library.take_commands().into_iter().find_map(|command| {
        let LibraryCommand::PutPreset(preset) = command else {
            return None;
        };
        Some(preset)
    });
    let preset = put.unwrap();
    assert_eq!(preset.name, "Mine");
    assert_eq!(preset.request.prompt, "", "a preset holds no prompt");
    assert_eq!(form(&rig).preset, PresetRef::Own("Mine".into()));
    rig.click("Preset actions");
    rig.click("Remove");
    let removed = LibraryCommand::RemovePreset("Mine".into());
    assert!(rig.library.take_commands().contains(&removed));
}

#[test]
fn a_preset_says_that_it_was_changed_and_comes_back() {
    let mut rig = Rig::open(Setup {
        snapshot: ovi_engine::protocol::LibrarySnapshot {
            presets: vec![Preset {
                name: "Fast".into(),
                request: GenerateRequest {
                    steps: 12,
                    ..Form::default().settings()
                },
            }],
            ..Default::default()
        },
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    let preset = |rig: &Rig| {
        let node = rig.harness.get_by_role_and_label(Role::ComboBox, "Preset");
        node.accesskit_node().value().unwrap_or_default()
    };
    rig.harness
        .get_by_role_and_label(Role::ComboBox, "Preset")
        .click();
    rig.harness.run_steps(4);
    rig.click("Fast");
    assert_eq!(form(&rig).steps, 12);
    assert_eq!(form(&rig).prompt, PROMPT);
    assert_eq!(preset(&rig), "Fast");
    rig.click("Reset Steps");
    assert_eq!(preset(&rig), "Fast · changed");
    rig.click("Back to the preset");
    assert_eq!(form(&rig).steps, 12);
}

#[test]
fn settings_are_copied_and_pasted_as_text() {
    let mut rig = Rig::ready();
    rig.harness.key_press(Key::Escape);
    rig.harness.run_steps(2);
    rig.harness.event(egui::Event::Copy);
    rig.harness.step();
    let commands = rig.harness.output().platform_output.commands.clone();
    let copied = commands.into_iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(copied) => Some(copied),
        _ => None,
    });
    let mut request: GenerateRequest = serde_json::from_str(&copied.unwrap()).unwrap();
    assert_eq!(request.prompt, PROMPT);
    request.steps = 77;
    request.seed = 5;
    let pasted = serde_json::to_string(&request).unwrap();
    rig.harness.event(egui::Event::Paste(pasted));
    rig.harness.run_steps(4);
    assert_eq!((form(&rig).steps, form(&rig).seed), (77, 5));
    assert!(form(&rig).is_seed_locked, "the same clip comes out");
    rig.harness.event(egui::Event::Paste("{\"a\": 1}".into()));
    rig.harness.run_steps(4);
    assert!(rig.shows("The clipboard holds neither settings nor a picture"));
}

#[test]
fn a_pasted_picture_becomes_the_first_frame_and_shows_the_size() {
    let mut rig = Rig::ready();
    let image = egui::ColorImage::filled([90, 60], egui::Color32::RED);
    rig.harness
        .event(egui::Event::PasteImage(std::sync::Arc::new(image)));
    rig.harness.run_steps(6);
    assert!(rig.shows("90 × 60 px picture"));
    let (height, width) = ovi_engine::picture::first_frame_size(60, 90, 720 * 720);
    assert!(rig.shows(&format!("Becomes {width} × {height} px")));
    rig.click("Generate now");
    let (_, request) = rig.take_generate().unwrap();
    assert!(request.first_frame.unwrap().is_file());
}

#[test]
fn what_was_filled_in_is_there_again() {
    let mut before = Form::default();
    before.set_prompt("A dog <S>hm<E>");
    before.steps = 33;
    before.num_takes = 4;
    let mut rig = Rig::open(Setup {
        draft: Some(Draft::of(&before)),
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    assert_eq!(form(&rig).prompt, "A dog <S>hm<E>");
    assert_eq!((form(&rig).steps, form(&rig).num_takes), (33, 4));
    assert_eq!(form(&rig).seed, 1001, "an unlocked seed is drawn");
}

#[test]
fn a_finished_clip_can_be_continued_and_made_again() {
    let (mut rig, job, request) = Rig::running();
    let path = rig.finish(job, 6);
    rig.click("Same seed with changes");
    assert_eq!(form(&rig).seed, request.seed);
    assert!(form(&rig).is_seed_locked);
    rig.click("Continue from here");
    assert!(rig.shows("Continues clip"));
    rig.click("Generate now");
    let (_, next) = rig.take_generate().unwrap();
    assert_eq!(next.continue_from, Some(path));
    rig.click("Do not continue");
    assert_eq!(form(&rig).continue_from, None);
}

#[test]
fn examples_and_used_prompts_replace_the_prompt_and_undo_brings_it_back() {
    let mut rig = Rig::ready();
    rig.click("Generate now");
    rig.click("Examples");
    rig.click("Use this example: Whisper in the dark");
    assert!(
        form(&rig).prompt.contains("<AUDCAP>"),
        "in the model's form: {}",
        form(&rig).prompt
    );
    assert!(form(&rig).prompt.starts_with("Extreme close-up"));
    rig.click("History");
    rig.click(&format!("Use this prompt: {}", PROMPT));
    assert_eq!(form(&rig).prompt, PROMPT);
    keys(&mut rig, Modifiers::COMMAND, Key::Z);
    assert!(form(&rig).prompt.starts_with("Extreme close-up"));
    rig.click("History");
    rig.click(&format!("Forget this prompt: {}", PROMPT));
    let forgotten = LibraryCommand::ForgetPrompt(PROMPT.into());
    assert!(rig.library.take_commands().contains(&forgotten));
    assert!(rig.shows("Prompts appear here once a clip was queued."));
}

#[test]
fn a_sound_preview_is_heard_only_on_a_click() {
    let (sound, mut device) = ovi_app::player::SoundOutput::by_hand(0.0);
    let mut rig = Rig::open(Setup {
        sound,
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    rig.click("Generate now");
    let (job, _) = rig.take_generate().unwrap();
    rig.engine.heard.set(HeardPreview {
        job,
        step: 25,
        sample_rate_hz: 16_000,
        samples: vec![0.5; 1600],
    });
    rig.report(Event::Queued { job, position: 0 });
    assert!(rig.shows("Sound after step 25"));
    assert!(device.pull(400).iter().all(|sample| *sample == 0.0));
    rig.click("Play the sound preview");
    assert!(device.pull(400).iter().any(|sample| *sample > 0.1));
    rig.harness.run_steps(2);
    assert!(rig.shows("Stop the sound preview"));
    device.pull(20_000);
    rig.harness.run_steps(3);
    assert!(rig.shows("Play the sound preview"), "it has ended");
}
