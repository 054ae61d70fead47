//! Reads settings from text that may hold anything.

use ovi_engine::protocol::ModelVariant;
use toml::{Table, Value};

use super::{Settings, TEXT_SCALE, ThemeChoice, WINDOW_SIDE};
use crate::keys::{Action, Chord, Keymap};
use crate::state::Screen;
use crate::text;

/// Settings and one sentence for everything that was not understood. Unknown keys are ignored: a
/// newer version may have written them.
pub fn read(source: &str) -> (Settings, Vec<String>) {
    let mut reader = Reader {
        warnings: Vec::new(),
    };
    let table = match source.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            let warning = text::settings_unreadable(error.message());
            return (Settings::default(), vec![warning]);
        }
    };
    let settings = reader.settings(&table);
    (settings, reader.warnings)
}

struct Reader {
    warnings: Vec<String>,
}

impl Reader {
    fn settings(&mut self, table: &Table) -> Settings {
        let default = Settings::default();
        let player = self.value(table, "player", as_table).unwrap_or_default();
        Settings {
            theme: self
                .value(table, "theme", |v| ThemeChoice::from_name(v.as_str()?))
                .unwrap_or(default.theme),
            text_scale: self
                .value(table, "text_scale", |v| within(v, TEXT_SCALE))
                .unwrap_or(default.text_scale),
            has_reduced_motion: self
                .value(table, "reduced_motion", Value::as_bool)
                .unwrap_or(default.has_reduced_motion),
            language: self.value(table, "language", as_string).unwrap_or_default(),
            screen: self
                .value(table, "screen", |v| Screen::from_name(v.as_str()?))
                .unwrap_or_default(),
            keymap: self.keymap(table),
            window_size: self.window_size(table),
            checkpoint: self
                .value(table, "checkpoint", as_string)
                .unwrap_or_default(),
            output_folder: self
                .value(table, "output_folder", as_string)
                .unwrap_or_default(),
            volume: self
                .value(&player, "volume", |v| within(v, 0.0..=1.0))
                .unwrap_or(default.volume),
            is_muted: self
                .value(&player, "muted", Value::as_bool)
                .unwrap_or(default.is_muted),
            is_looping: self
                .value(&player, "loop", Value::as_bool)
                .unwrap_or(default.is_looping),
            keeps_pitch: self
                .value(&player, "keep_pitch", Value::as_bool)
                .unwrap_or(default.keeps_pitch),
            variants: self.variants(table),
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
                .push(text::setting_ignored(key, &value.to_string()));
        }
        converted
    }

    fn keymap(&mut self, table: &Table) -> Keymap {
        let keys = self.value(table, "keys", as_table).unwrap_or_default();
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

    fn window_size(&mut self, table: &Table) -> Option<[f32; 2]> {
        let window = self.value(table, "window", as_table)?;
        let width = self.value(&window, "width", |v| within(v, WINDOW_SIDE))?;
        let height = self.value(&window, "height", |v| within(v, WINDOW_SIDE))?;
        Some([width, height])
    }

    fn variants(&mut self, table: &Table) -> std::collections::BTreeMap<String, ModelVariant> {
        let models = self.value(table, "models", as_table).unwrap_or_default();
        let mut variants = std::collections::BTreeMap::new();
        for root in models.keys() {
            let variant = self.value(&models, root, |v| ModelVariant::from_name(v.as_str()?));
            if let Some(variant) = variant {
                variants.insert(root.clone(), variant);
            }
        }
        variants
    }
}

fn as_table(value: &Value) -> Option<Table> {
    value.as_table().cloned()
}

fn as_string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn within(value: &Value, range: std::ops::RangeInclusive<f32>) -> Option<f32> {
    let number = value
        .as_float()
        .or_else(|| Some(value.as_integer()? as f64))? as f32;
    range.contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: Settings, num_warnings: usize) {
        let (settings, warnings) = read(source);
        assert_eq!(settings, expected, "{source:?}");
        assert_eq!(warnings.len(), num_warnings, "{source:?}: {warnings:?}");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let settings = Settings {
            theme: ThemeChoice::Dark,
            text_scale: 1.25,
            has_reduced_motion: true,
            language: "de".into(),
            screen: Screen::Library,
            keymap: {
                let mut keymap = Keymap::default();
                let chord = Chord::from_name("Ctrl+Alt+Shift+F5").unwrap();
                keymap.set(Action::NewSeed, vec![chord]);
                keymap.set(Action::LockSeed, Vec::new());
                keymap
            },
            window_size: Some([1280.0, 720.0]),
            checkpoint: "/models/ovi \"x\"".into(),
            output_folder: "/out".into(),
            volume: 0.25,
            is_muted: true,
            is_looping: false,
            keeps_pitch: false,
            variants: [("/models/a.b".to_owned(), ModelVariant::Square960Secs10)].into(),
        };
        check(&settings.to_toml(), settings, 0);
        check(&Settings::default().to_toml(), Settings::default(), 0);
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
        check(
            "keys = { 'new_seed' = ['Ctrl+Nothing'], 'no_action' = [] }",
            default(),
            2,
        );
        check("models = { '/m' = 'none' }", default(), 1);
    }

    #[test]
    fn unknown_keys_are_ignored_and_good_ones_kept() {
        let expected = Settings {
            theme: ThemeChoice::Light,
            volume: 1.0,
            ..Settings::default()
        };
        check(
            "future = [1, 2]\ntheme = 'light'\n[player]\nvolume = 1\nrate = 2",
            expected,
            0,
        );
    }
}
