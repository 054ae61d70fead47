//! Settings files that are fine, old, new, and hostile.

use ovi_engine::protocol::{ClipQuality, SoundCodec};

use super::*;

fn check(source: &str, expected: Settings, num_warnings: usize) {
    let (settings, warnings) = read(source);
    assert_eq!(settings, expected, "{source:?}");
    assert_eq!(warnings.len(), num_warnings, "{source:?}: {warnings:?}");
}

/// Settings in which nothing is as by default.
fn changed() -> Settings {
    let mut keymap = Keymap::default();
    let chord = Chord::from_name("Ctrl+Alt+Shift+F5").unwrap();
    keymap.set(Action::NewSeed, vec![chord]);
    keymap.set(Action::LockSeed, Vec::new());
    Settings {
        library: LibrarySettings {
            is_ascending: true,
            ..LibrarySettings::default()
        },
        theme: ThemeChoice::Dark,
        text_scale: 1.25,
        has_reduced_motion: true,
        language: "de".into(),
        screen: Screen::Library,
        start_screen: Some(Screen::Queue),
        has_large_targets: true,
        notifies: false,
        keeps_awake: false,
        is_queue_paused: true,
        keymap,
        window_size: Some([1280.0, 720.0]),
        window_position: Some([-300.0, 40.0]),
        is_maximised: true,
        panes: [("library".to_owned(), 320.0)].into(),
        checkpoint: "/models/ovi \"x\"".into(),
        model_folders: vec!["/models/ovi \"x\"".into(), "/b".into()],
        output_folder: "/out".into(),
        volume: 0.25,
        is_muted: true,
        is_looping: false,
        keeps_pitch: false,
        variants: [("/models/a.b".to_owned(), ModelVariant::Square960Secs10)].into(),
        output: OutputDefaults {
            name_template: "{seed}".into(),
            quality: ClipQuality::High,
            sound_codec: SoundCodec::Flac,
            keeps_latents: false,
            latents_cap_gb: 7,
            omits_prompts: true,
            saves_wav: true,
            saves_frames: true,
            saves_first_frame: true,
            saves_settings: true,
        },
        unknown: "future = [1, 2]\n[more]\na = 1".parse().unwrap(),
    }
}

#[test]
fn what_is_written_is_read_back() {
    check(&changed().to_toml(), changed(), 0);
    check(&Settings::default().to_toml(), Settings::default(), 0);
}

#[test]
fn every_key_that_is_written_is_known() {
    let written: Table = changed().to_toml().parse().unwrap();
    for key in written.keys() {
        let is_kept = changed().unknown.contains_key(key);
        assert!(KNOWN.contains(&key.as_str()) != is_kept, "{key}");
    }
}

#[test]
fn anything_gives_valid_settings() {
    let default = Settings::default;
    check("", default(), 0);
    check("\u{0}garbage [[[", default(), 1);
    check("theme = 3\ntext_scale = 'big'\nplayer = 7", default(), 3);
    check("theme = 'purple'\n", default(), 1);
    check("text_scale = 40.0\n[player]\nvolume = -1", default(), 2);
    check("text_scale = nan", default(), 1);
    check("window = { width = 5, height = 700 }", default(), 1);
    check("window = { x = 1e30, y = inf }", default(), 2);
    check("panes = { a = -1, b = 'wide' }", default(), 2);
    check(
        "folders = { model = 1, known_models = [1, 2] }",
        default(),
        2,
    );
    check(
        "output = { latents_gb = -5, quality = 'best' }",
        default(),
        2,
    );
    check("version = 'two'", default(), 0);
    check(
        "keys = { 'new_seed' = ['Ctrl+Nothing'], 'no_action' = [] }",
        default(),
        2,
    );
    check("version = 2\nvariants = { '/m' = 'none' }", default(), 1);
}

#[test]
fn a_long_value_is_not_repeated_in_full() {
    let (_, warnings) = read(&format!("theme = '{}'", "é".repeat(100_000)));
    assert!(warnings[0].len() < 300, "{}", warnings[0].len());
}

#[test]
fn unknown_keys_and_good_ones_are_kept() {
    let expected = Settings {
        theme: ThemeChoice::Light,
        volume: 1.0,
        unknown: "future = [1, 2]".parse().unwrap(),
        ..Settings::default()
    };
    check(
        "future = [1, 2]\ntheme = 'light'\n[player]\nvolume = 1\nrate = 2",
        expected,
        0,
    );
}

#[test]
fn the_first_version_is_read() {
    let expected = Settings {
        checkpoint: "/m".into(),
        output_folder: "/o".into(),
        variants: [("/m".to_owned(), ModelVariant::Square720Secs5)].into(),
        ..Settings::default()
    };
    check(
        "checkpoint = '/m'\noutput_folder = '/o'\nmodels = { '/m' = '720x720_5s' }",
        expected,
        0,
    );
}

#[test]
fn known_folders_are_few_and_the_newest_first() {
    let mut settings = Settings::default();
    for number in 0..20 {
        settings.remember_model_folder(&format!("/{number}"));
    }
    settings.remember_model_folder("/15");
    assert_eq!(settings.model_folders.len(), 12);
    assert_eq!(settings.model_folders[..2], ["/15", "/19"]);
}
