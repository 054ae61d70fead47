//! The settings screen: everything applies at once, is remembered, and can be taken back.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{PROMPT, Rig, Setup, info};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use ovi_app::keys::{Action, Chord};
use ovi_app::settings::Settings;
use ovi_app::state::{Dialog, Screen};
use ovi_engine::protocol::LibraryCommand;

fn open(section: &str) -> Rig {
    let mut rig = Rig::open(Setup::default());
    rig.click("Settings");
    rig.click(section);
    rig
}

fn settings(rig: &Rig) -> &Settings {
    rig.harness.state().settings()
}

fn press(rig: &mut Rig, modifiers: Modifiers, key: Key) {
    rig.harness.key_press_modifiers(modifiers, key);
    rig.harness.run_steps(4);
}

#[test]
fn the_language_changes_at_once_and_back() {
    let mut rig = open("General");
    let first = rig
        .harness
        .get_all_by_role(Role::ComboBox)
        .next()
        .map(|node| node.click());
    assert!(first.is_some());
    rig.harness.run_steps(4);
    rig.click("Deutsch");
    assert_eq!(settings(&rig).language, "de");
    assert!(rig.shows("Darstellung"));
    rig.click("Auf Vorgabe zurück: Sprache");
    assert_eq!(settings(&rig).language, "");
    assert!(rig.shows("Appearance"));
}

#[test]
fn high_targets_grow_and_reset() {
    let mut rig = open("Appearance");
    assert!(!rig.shows("Reset to default: Large controls"));
    let height = |rig: &Rig| rig.harness.get_by_label("Light").rect().height();
    let before = height(&rig);
    rig.click("Large controls");
    assert!(height(&rig) >= 44.0 && before >= 28.0, "{before}");
    rig.click("Reset to default: Large controls");
    assert!((height(&rig) - before).abs() < 0.5);
    assert!(!settings(&rig).has_large_targets);
}

#[test]
fn the_name_template_shows_an_example_and_names_the_next_clip() {
    let mut rig = Rig::open(Setup {
        settings: Settings {
            output: ovi_app::settings::OutputDefaults {
                name_template: "take {seed}".into(),
                ..Default::default()
            },
            ..Settings::default()
        },
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig.type_prompt(PROMPT);
    rig.click("Settings");
    rig.click("Clips and files");
    assert!(rig.shows("For example take_1001.mp4"));
    rig.click("Insert the field width");
    assert!(rig.shows("For example take_1001960.mp4"));
    rig.click("Sound as a WAV file");
    rig.click("Generate");
    rig.click("Generate now");
    let (_, request) = rig.take_generate().unwrap();
    let name = request.output.file_name().unwrap().to_string_lossy();
    assert_eq!(name, "take_1002960.mp4");
    assert!(request.save_wav && request.keep_latents);
}

#[test]
fn latents_are_pruned_at_start_and_when_the_cap_sinks() {
    let prunes = |rig: &Rig| -> Vec<u64> {
        let commands = rig.library.take_commands().into_iter();
        commands
            .filter_map(|command| match command {
                LibraryCommand::PruneLatents { max_bytes } => Some(max_bytes),
                _ => None,
            })
            .collect()
    };
    let mut rig = open("Clips and files");
    assert_eq!(prunes(&rig), [20_000_000_000]);
    rig.click("Keep the latents of new clips");
    assert_eq!(prunes(&rig), [0]);
    rig.click("Keep the latents of new clips");
    assert_eq!(prunes(&rig), Vec::<u64>::new());
}

#[test]
fn a_key_is_changed_by_pressing_it() {
    let mut rig = open("Keyboard");
    rig.click("Add a key: New random seed");
    assert!(rig.shows("Press a key: New random seed"));
    press(&mut rig, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    let new = Chord::from_name("Ctrl+Shift+K").unwrap();
    let chords = settings(&rig).keymap.chords(Action::NewSeed).to_vec();
    assert_eq!(chords, [Chord::from_name("Ctrl+R").unwrap(), new]);
    let seed = rig.harness.state().state().form.seed;
    press(&mut rig, Modifiers::COMMAND | Modifiers::SHIFT, Key::K);
    assert_ne!(rig.harness.state().state().form.seed, seed, "the key works");
    rig.click("Remove Ctrl+R: New random seed");
    let seed = rig.harness.state().state().form.seed;
    press(&mut rig, Modifiers::COMMAND, Key::R);
    assert_eq!(rig.harness.state().state().form.seed, seed, "it is gone");
    rig.click("Reset to default: New random seed");
    assert_eq!(settings(&rig).keymap.changed().count(), 0);
}

#[test]
fn a_taken_key_is_only_taken_over_on_request() {
    let mut rig = open("Keyboard");
    let taken = Chord::from_name("Ctrl+L").unwrap();
    rig.click("Add a key: New random seed");
    press(&mut rig, Modifiers::COMMAND, Key::L);
    assert!(rig.shows("Ctrl+L is already used for: Lock or unlock the seed"));
    rig.click("Cancel");
    assert_eq!(settings(&rig).keymap.changed().count(), 0);
    rig.click("Add a key: New random seed");
    press(&mut rig, Modifiers::COMMAND, Key::L);
    rig.click("Take it over");
    let keymap = &settings(&rig).keymap;
    assert!(keymap.chords(Action::NewSeed).contains(&taken));
    assert!(keymap.chords(Action::LockSeed).is_empty());
    assert!(rig.harness.state().state().dialog.is_none());
    rig.click("Reset all keys");
    assert_eq!(settings(&rig).keymap.changed().count(), 0);
}

#[test]
fn escape_leaves_the_keys_alone_and_zoom_keys_are_refused() {
    let mut rig = open("Keyboard");
    rig.click("Add a key: Search");
    press(&mut rig, Modifiers::NONE, Key::Enter);
    assert!(rig.shows("Enter can't be used"));
    assert!(matches!(
        rig.harness.state().state().dialog,
        Some(Dialog::AssignKey { .. })
    ));
    press(&mut rig, Modifiers::NONE, Key::Escape);
    assert!(rig.harness.state().state().dialog.is_none());
    assert_eq!(settings(&rig).keymap.changed().count(), 0);
}

#[test]
fn the_search_finds_actions_by_name_and_by_key() {
    let mut rig = open("Keyboard");
    let mut type_text = |text: &str| {
        let field = || "Search actions and keys";
        rig.harness.get_by_label(field()).focus();
        rig.harness.run_steps(2);
        rig.harness.get_by_label(field()).type_text(text);
        rig.harness.run_steps(4);
        (rig.shows("Lock or unlock the seed"), rig.shows("Mute"))
    };
    assert_eq!(type_text("ctrl+l"), (true, false));
    assert_eq!(type_text("zzz"), (false, false));
    assert!(rig.shows("No action and no key is called that."));
}

#[test]
fn the_list_of_keys_follows_the_changes() {
    let mut settings = Settings::default();
    let chord = Chord::from_name("F7").unwrap();
    settings.keymap.set(Action::Mute, vec![chord]);
    let mut rig = Rig::open(Setup {
        settings,
        ..Setup::default()
    });
    press(&mut rig, Modifiers::SHIFT, Key::Questionmark);
    assert!(rig.shows("F7"));
    // The dialog finds its size first.
    rig.harness.run_steps(20);
    rig.click("Change the keys");
    assert_eq!(rig.harness.state().state().screen, Screen::Settings);
    assert!(rig.shows("Reset to default: Mute"));
}

#[test]
fn prompts_and_session_are_forgotten() {
    let (mut rig, job, _) = Rig::running();
    rig.finish(job, 3);
    rig.library.take_commands();
    rig.click("Settings");
    rig.click("Privacy");
    assert!(rig.shows("1 prompt") && rig.shows("1 clip"));
    rig.click("Clear the prompts");
    rig.click("Clear the session");
    assert!(rig.shows("0 prompts") && rig.shows("0 clips"));
    let commands = rig.library.take_commands();
    assert_eq!(commands, [LibraryCommand::ClearPrompts]);
    let state = rig.harness.state().state();
    assert_eq!(state.library.clips().len(), 1, "clips stay");
}

#[test]
fn folders_show_where_they_are_and_what_is_free() {
    let mut rig = open("Folders");
    assert!(rig.shows("library.sqlite"));
    assert!(rig.shows("250 GB free"));
    rig.click("Show in the file manager: Library");
    assert!(rig.shows("no file manager in tests"));
}

#[test]
fn the_chosen_screen_is_shown_at_start() {
    let rig = Rig::open(Setup {
        settings: Settings {
            screen: Screen::Library,
            start_screen: Some(Screen::Queue),
            ..Settings::default()
        },
        ..Setup::default()
    });
    assert_eq!(rig.harness.state().state().screen, Screen::Queue);
}
