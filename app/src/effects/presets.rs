//! What wishes about presets do.

use std::path::{Path, PathBuf};

use egui::Context;
use ovi_engine::protocol::{LibraryCommand, Preset};

use super::form;
use crate::app::OviApp;
use crate::state::{PresetRef, preset_from_json, preset_to_json};
use crate::tasks::TaskDone;
use crate::text;

/// A preset in one file should never be larger; a larger file is none.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Take the settings of a preset.
pub fn use_preset(app: &mut OviApp, ctx: &Context, preset: PresetRef) {
    if let Some(settings) = preset.settings(&app.state.library, &app.settings.output) {
        form::change(app, ctx, |form| form.use_preset(preset, &settings));
    }
}

/// Keep the settings of the form under `name`.
pub fn save(app: &mut OviApp, name: &str) {
    let name = name.trim().to_owned();
    app.state.dialog = None;
    if name.is_empty() {
        return;
    }
    let request = app.state.form.settings();
    app.state.form.preset = PresetRef::Own(name.clone());
    keep(app, Preset { name, request });
}

/// Add a preset, or replace the one of its name.
pub fn keep(app: &mut OviApp, preset: Preset) {
    let presets = &mut app.state.library.presets;
    presets.retain(|known| known.name != preset.name);
    let place = presets.partition_point(|known| known.name < preset.name);
    presets.insert(place, preset.clone());
    app.state.tell(text::preset_kept(&preset.name));
    app.state.keep(LibraryCommand::PutPreset(Box::new(preset)));
}

/// Give a preset another name; a name that is taken is refused.
pub fn rename(app: &mut OviApp, from: &str, to: &str) {
    let to = to.trim();
    let presets = &app.state.library.presets;
    if to != from && presets.iter().any(|known| known.name == to) {
        app.state.complain(text::preset_name_taken(to));
        return;
    }
    app.state.dialog = None;
    let Some(preset) = presets.iter().find(|known| known.name == from).cloned() else {
        return;
    };
    if to.is_empty() || to == from {
        return;
    }
    remove(app, from);
    let name = to.to_owned();
    app.state.form.preset = PresetRef::Own(name.clone());
    keep(app, Preset { name, ..preset });
}

/// Forget a preset.
pub fn remove(app: &mut OviApp, name: &str) {
    let presets = &mut app.state.library.presets;
    presets.retain(|known| known.name != name);
    if app.state.form.preset == PresetRef::Own(name.to_owned()) {
        app.state.form.preset = PresetRef::Standard;
    }
    app.state.tell(text::preset_removed(name));
    app.state
        .keep(LibraryCommand::RemovePreset(name.to_owned()));
}

/// Name of the file a preset is proposed to be written to.
pub fn file_name(name: &str) -> PathBuf {
    let stem = name.chars();
    let stem: String = stem
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    PathBuf::from(format!("{stem}.json"))
}

/// Write a preset to a new file.
pub fn write(app: &OviApp, name: &str, path: PathBuf) {
    let presets = &app.state.library.presets;
    let Some(preset) = presets.iter().find(|known| known.name == name) else {
        return;
    };
    let json = preset_to_json(preset).map_err(|error| error.to_string());
    app.services.tasks.run("export preset", move || {
        let written = json.and_then(|json| {
            ovi_media::write_new_file(&path, json.as_bytes()).map_err(|error| error.to_string())
        });
        TaskDone::Saved(written)
    });
}

/// Read a preset from a file.
pub fn read(app: &OviApp, path: PathBuf) {
    app.services.tasks.run("import preset", move || {
        TaskDone::PresetRead(read_file(&path).map(Box::new).ok_or(path))
    });
}

fn read_file(path: &Path) -> Option<Preset> {
    let num_bytes = std::fs::metadata(path).ok()?.len();
    let text = (num_bytes <= MAX_FILE_BYTES).then(|| std::fs::read_to_string(path).ok())?;
    preset_from_json(&text?)
}
