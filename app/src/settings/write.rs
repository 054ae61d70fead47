//! The text of the settings file.

use toml::{Table, Value};

use super::migrate::{VERSION, VERSION_KEY};
use super::output::{codec_name, quality_name};
use super::{OutputDefaults, Settings};

/// Settings as the file holds them. Keys that this version does not know are written back.
pub fn write(settings: &Settings) -> String {
    let mut table = settings.unknown.clone();
    let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
    put(VERSION_KEY, VERSION.into());
    put("theme", settings.theme.name().into());
    put("text_scale", f64::from(settings.text_scale).into());
    put("reduced_motion", settings.has_reduced_motion.into());
    put("large_targets", settings.has_large_targets.into());
    put("language", settings.language.clone().into());
    put("screen", settings.screen.name().into());
    let start = settings.start_screen.map_or("last", |screen| screen.name());
    put("start_screen", start.into());
    put("notify", settings.notifies.into());
    put("keep_awake", settings.keeps_awake.into());
    put("queue_paused", settings.is_queue_paused.into());
    put("keys", keys(settings).into());
    put("window", window(settings).into());
    put("panes", panes(settings).into());
    put("folders", folders(settings).into());
    put("output", output(&settings.output).into());
    put("player", player(settings).into());
    put("library", settings.library.to_toml().into());
    let variants: Table = settings
        .variants
        .iter()
        .map(|(root, variant)| (root.clone(), variant.name().into()))
        .collect();
    put("variants", variants.into());
    table.to_string()
}

fn keys(settings: &Settings) -> Table {
    let changed = settings.keymap.changed();
    changed
        .map(|(action, chords)| {
            let names = chords.iter().map(|chord| chord.name().into());
            (action.name().into(), Value::Array(names.collect()))
        })
        .collect()
}

fn window(settings: &Settings) -> Table {
    let mut window = Table::new();
    if let Some([width, height]) = settings.window_size {
        window.insert("width".into(), f64::from(width).into());
        window.insert("height".into(), f64::from(height).into());
    }
    if let Some([x, y]) = settings.window_position {
        window.insert("x".into(), f64::from(x).into());
        window.insert("y".into(), f64::from(y).into());
    }
    window.insert("maximised".into(), settings.is_maximised.into());
    window
}

fn panes(settings: &Settings) -> Table {
    let panes = settings.panes.iter();
    panes
        .map(|(name, width)| (name.clone(), f64::from(*width).into()))
        .collect()
}

fn folders(settings: &Settings) -> Table {
    let mut folders = Table::new();
    folders.insert("model".into(), settings.checkpoint.clone().into());
    folders.insert("output".into(), settings.output_folder.clone().into());
    let known = settings.model_folders.iter();
    let known = known.map(|folder| folder.clone().into()).collect();
    folders.insert("known_models".into(), Value::Array(known));
    folders
}

fn output(output: &OutputDefaults) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
    put("name", output.name_template.clone().into());
    put("quality", quality_name(output.quality).into());
    put("sound", codec_name(output.sound_codec).into());
    put("keep_latents", output.keeps_latents.into());
    put("latents_gb", i64::from(output.latents_cap_gb).into());
    put("omit_prompts", output.omits_prompts.into());
    put("wav", output.saves_wav.into());
    put("frames", output.saves_frames.into());
    put("first_frame", output.saves_first_frame.into());
    put("json", output.saves_settings.into());
    table
}

fn player(settings: &Settings) -> Table {
    let mut player = Table::new();
    player.insert("volume".into(), f64::from(settings.volume).into());
    player.insert("muted".into(), settings.is_muted.into());
    player.insert("loop".into(), settings.is_looping.into());
    player.insert("keep_pitch".into(), settings.keeps_pitch.into());
    player
}
