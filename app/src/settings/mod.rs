//! What is remembered between runs.
//!
//! Precedence: command line, then this file, then built-in defaults. The file may hold anything:
//! reading it always gives valid settings, plus a list of what was not understood.

mod read;
mod store;

use std::collections::BTreeMap;

use ovi_engine::protocol::ModelVariant;

use crate::keys::Keymap;
use crate::state::Screen;

pub use read::read;
pub use store::{SettingsSaver, default_output_folder, load, settings_path};

/// Text sizes that can be chosen (spec: product 12).
pub const TEXT_SCALE: std::ops::RangeInclusive<f32> = 0.8..=2.0;
/// Window sides in points that are restored.
pub const WINDOW_SIDE: std::ops::RangeInclusive<f32> = 480.0..=16_384.0;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl ThemeChoice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of everything, 1 is normal.
    pub text_scale: f32,
    /// Previews stand still.
    pub has_reduced_motion: bool,
    /// Language by its code; empty is the system's, and English where that is not there.
    pub language: String,
    /// Screen that was shown last.
    pub screen: Screen,
    /// Keys that were changed.
    pub keymap: Keymap,
    /// Window size in points.
    pub window_size: Option<[f32; 2]>,
    /// Model folder.
    pub checkpoint: String,
    /// Folder of finished clips; empty is the platform's video folder.
    pub output_folder: String,
    /// Loudness, 0 to 1.
    pub volume: f32,
    /// Sound is off.
    pub is_muted: bool,
    /// Short clips start again at their end.
    pub is_looping: bool,
    /// At other speeds than 1 the sound keeps its pitch; otherwise it is silent there.
    pub keeps_pitch: bool,
    /// Which published model a folder holds, where its files do not tell.
    pub variants: BTreeMap<String, ModelVariant>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            text_scale: 1.0,
            has_reduced_motion: false,
            language: String::new(),
            screen: Screen::default(),
            keymap: Keymap::default(),
            window_size: None,
            checkpoint: String::new(),
            output_folder: String::new(),
            volume: 0.8,
            is_muted: false,
            is_looping: true,
            keeps_pitch: true,
            variants: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The file's text.
    pub fn to_toml(&self) -> String {
        let mut table = toml::Table::new();
        table.insert("theme".into(), self.theme.name().into());
        table.insert("text_scale".into(), f64::from(self.text_scale).into());
        table.insert("reduced_motion".into(), self.has_reduced_motion.into());
        table.insert("language".into(), self.language.clone().into());
        table.insert("screen".into(), self.screen.name().into());
        let keys: toml::Table = self
            .keymap
            .changed()
            .map(|(action, chords)| {
                let names = chords.iter().map(|chord| chord.name().into());
                (action.name().into(), toml::Value::Array(names.collect()))
            })
            .collect();
        table.insert("keys".into(), keys.into());
        if let Some([width, height]) = self.window_size {
            let mut window = toml::Table::new();
            window.insert("width".into(), f64::from(width).into());
            window.insert("height".into(), f64::from(height).into());
            table.insert("window".into(), window.into());
        }
        table.insert("checkpoint".into(), self.checkpoint.clone().into());
        table.insert("output_folder".into(), self.output_folder.clone().into());
        let mut player = toml::Table::new();
        player.insert("volume".into(), f64::from(self.volume).into());
        player.insert("muted".into(), self.is_muted.into());
        player.insert("loop".into(), self.is_looping.into());
        player.insert("keep_pitch".into(), self.keeps_pitch.into());
        table.insert("player".into(), player.into());
        let variants: toml::Table = self
            .variants
            .iter()
            .map(|(root, variant)| (root.clone(), variant.name().into()))
            .collect();
        table.insert("models".into(), variants.into());
        table.to_string()
    }
}
