//! Reads settings from text that may hold anything.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ovi_engine::protocol::ModelVariant;
use toml::{Table, Value};

use super::migrate::{VERSION_KEY, migrate};
use super::output::{codec_from_name, quality_from_name};
use super::{
    LATENTS_CAP_GB, LibrarySettings, OutputDefaults, PANE_WIDTH, Settings, TEXT_SCALE, ThemeChoice,
    WINDOW_POSITION, WINDOW_SIDE,
};
use crate::keys::{Action, Chord, Keymap};
use crate::state::Screen;
use crate::text;

/// Keys of today's file.
const KNOWN: &[&str] = &[
    VERSION_KEY,
    "theme",
    "library",
    "text_scale",
    "reduced_motion",
    "large_targets",
    "language",
    "screen",
    "start_screen",
    "notify",
    "keep_awake",
    "queue_paused",
    "keys",
    "window",
    "panes",
    "folders",
    "output",
    "player",
    "variants",
];

/// Settings and one sentence for everything that was not understood. Unknown keys are no problem and
/// kept: a newer version may have written them.
pub fn read(source: &str) -> (Settings, Vec<String>) {
    let table = match source.parse::<Table>() {
        Ok(table) => migrate(table),
        Err(error) => {
            let warning = text::settings_unreadable(error.message());
            return (Settings::default(), vec![warning]);
        }
    };
    let mut reader = Reader {
        warnings: Vec::new(),
    };
    let mut settings = reader.settings(&table);
    settings.unknown = table;
    settings.unknown.retain(|key, _| !KNOWN.contains(&key));
    (settings, reader.warnings)
}

struct Reader {
    warnings: Vec<String>,
}

impl Reader {
    fn settings(&mut self, table: &Table) -> Settings {
        let default = Settings::default();
        let player = self.table(table, "player");
        let folders = self.table(table, "folders");
        let window = self.table(table, "window");
        Settings {
            theme: self.named(table, "theme", ThemeChoice::from_name, default.theme),
            text_scale: self.number(table, "text_scale", TEXT_SCALE, default.text_scale),
            has_reduced_motion: self.flag(table, "reduced_motion", default.has_reduced_motion),
            has_large_targets: self.flag(table, "large_targets", default.has_large_targets),
            language: self.value(table, "language", as_string).unwrap_or_default(),
            screen: self.named(table, "screen", Screen::from_name, default.screen),
            start_screen: self.named(table, "start_screen", start_screen, default.start_screen),
            notifies: self.flag(table, "notify", default.notifies),
            keeps_awake: self.flag(table, "keep_awake", default.keeps_awake),
            is_queue_paused: self.flag(table, "queue_paused", default.is_queue_paused),
            keymap: self.keymap(table),
            window_size: self.pair(&window, ["width", "height"], WINDOW_SIDE),
            window_position: self.pair(&window, ["x", "y"], WINDOW_POSITION),
            is_maximised: self.flag(&window, "maximised", default.is_maximised),
            panes: self.panes(table),
            checkpoint: self.value(&folders, "model", as_string).unwrap_or_default(),
            model_folders: self.folders(&folders, "known_models"),
            output_folder: self
                .value(&folders, "output", as_string)
                .unwrap_or_default(),
            volume: self.number(&player, "volume", 0.0..=1.0, default.volume),
            is_muted: self.flag(&player, "muted", default.is_muted),
            is_looping: self.flag(&player, "loop", default.is_looping),
            keeps_pitch: self.flag(&player, "keep_pitch", default.keeps_pitch),
            library: LibrarySettings::read(&self.table(table, "library")),
            variants: self.variants(table),
            output: self.output(table),
            unknown: Table::new(),
        }
    }

    fn output(&mut self, table: &Table) -> OutputDefaults {
        let table = &self.table(table, "output");
        let default = OutputDefaults::default();
        let cap = |value: &Value| {
            let cap = u32::try_from(value.as_integer()?).ok()?;
            LATENTS_CAP_GB.contains(&cap).then_some(cap)
        };
        OutputDefaults {
            name_template: self
                .value(table, "name", as_string)
                .unwrap_or(default.name_template),
            quality: self.named(table, "quality", quality_from_name, default.quality),
            sound_codec: self.named(table, "sound", codec_from_name, default.sound_codec),
            keeps_latents: self.flag(table, "keep_latents", default.keeps_latents),
            latents_cap_gb: self
                .value(table, "latents_gb", cap)
                .unwrap_or(default.latents_cap_gb),
            omits_prompts: self.flag(table, "omit_prompts", default.omits_prompts),
            saves_wav: self.flag(table, "wav", default.saves_wav),
            saves_frames: self.flag(table, "frames", default.saves_frames),
            saves_first_frame: self.flag(table, "first_frame", default.saves_first_frame),
            saves_settings: self.flag(table, "json", default.saves_settings),
        }
    }

    fn value<T>(
        &mut self,
        table: &Table,
        key: &str,
        convert: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = table.get(key)?;
        let converted = convert(value);
        if converted.is_none() {
            self.warnings
                .push(text::setting_ignored(key, shortened(&value.to_string())));
        }
        converted
    }

    fn table(&mut self, table: &Table, key: &str) -> Table {
        self.value(table, key, |value| value.as_table().cloned())
            .unwrap_or_default()
    }

    fn flag(&mut self, table: &Table, key: &str, default: bool) -> bool {
        self.value(table, key, Value::as_bool).unwrap_or(default)
    }

    fn named<T>(
        &mut self,
        table: &Table,
        key: &str,
        from_name: impl FnOnce(&str) -> Option<T>,
        default: T,
    ) -> T {
        self.value(table, key, |value| from_name(value.as_str()?))
            .unwrap_or(default)
    }

    fn number(
        &mut self,
        table: &Table,
        key: &str,
        range: RangeInclusive<f32>,
        default: f32,
    ) -> f32 {
        self.value(table, key, |value| within(value, range))
            .unwrap_or(default)
    }

    fn pair(
        &mut self,
        table: &Table,
        keys: [&str; 2],
        range: RangeInclusive<f32>,
    ) -> Option<[f32; 2]> {
        let [first, second] =
            keys.map(|key| self.value(table, key, |value| within(value, range.clone())));
        Some([first?, second?])
    }

    fn keymap(&mut self, table: &Table) -> Keymap {
        let keys = self.table(table, "keys");
        let mut keymap = Keymap::default();
        for name in keys.keys() {
            let chords = self.value(&keys, name, |value| {
                let action = Action::from_name(name)?;
                let names = value.as_array()?.iter();
                let chords = names.map(|name| Chord::from_name(name.as_str()?));
                Some((action, chords.collect::<Option<Vec<_>>>()?))
            });
            if let Some((action, chords)) = chords {
                keymap.set(action, chords);
            }
        }
        keymap
    }

    fn panes(&mut self, table: &Table) -> BTreeMap<String, f32> {
        let panes = self.table(table, "panes");
        let mut widths = BTreeMap::new();
        for name in panes.keys() {
            if let Some(width) = self.value(&panes, name, |value| within(value, PANE_WIDTH)) {
                widths.insert(name.clone(), width);
            }
        }
        widths
    }

    fn folders(&mut self, table: &Table, key: &str) -> Vec<String> {
        let names = |value: &Value| value.as_array()?.iter().map(as_string).collect();
        let mut folders: Vec<String> = self.value(table, key, names).unwrap_or_default();
        folders.truncate(super::MAX_MODEL_FOLDERS);
        folders
    }

    fn variants(&mut self, table: &Table) -> BTreeMap<String, ModelVariant> {
        let folders = self.table(table, "variants");
        let mut variants = BTreeMap::new();
        for root in folders.keys() {
            let variant = self.value(&folders, root, |v| ModelVariant::from_name(v.as_str()?));
            if let Some(variant) = variant {
                variants.insert(root.clone(), variant);
            }
        }
        variants
    }
}

/// The screen at start: `last` or a screen's name.
fn start_screen(name: &str) -> Option<Option<Screen>> {
    match name {
        "last" => Some(None),
        name => Screen::from_name(name).map(Some),
    }
}

fn as_string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn within(value: &Value, range: RangeInclusive<f32>) -> Option<f32> {
    let number = value
        .as_float()
        .or_else(|| Some(value.as_integer()? as f64))? as f32;
    range.contains(&number).then_some(number)
}

/// A file that is not ours may hold values of any length.
fn shortened(value: &str) -> String {
    const MAX_CHARS: usize = 60;
    let mut shown: String = value.chars().take(MAX_CHARS).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
