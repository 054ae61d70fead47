//! What is remembered between runs.
//!
//! Precedence: command line, then this file, then built-in defaults. The file may hold anything:
//! reading it always gives valid settings, plus a list of what was not understood.

mod migrate;
mod output;
mod read;
mod store;
mod write;

use std::collections::BTreeMap;

use ovi_engine::protocol::ModelVariant;

use crate::keys::Keymap;
use crate::state::Screen;

pub use output::{LATENTS_CAP_GB, OutputDefaults};
pub use read::read;
pub(crate) use store::write_atomically;
pub use store::{SettingsSaver, default_output_folder, load};

/// Text sizes that can be chosen (spec: product 12).
pub const TEXT_SCALE: std::ops::RangeInclusive<f32> = 0.8..=2.0;
/// Window sides in points that are restored.
pub const WINDOW_SIDE: std::ops::RangeInclusive<f32> = 480.0..=16_384.0;

/// Window positions in points that are restored; monitors may stand left of or above the first.
pub const WINDOW_POSITION: std::ops::RangeInclusive<f32> = -32_768.0..=32_768.0;
/// Widths of panes in points that are restored.
pub const PANE_WIDTH: std::ops::RangeInclusive<f32> = 40.0..=4_096.0;
/// Model folders that are remembered.
const MAX_MODEL_FOLDERS: usize = 12;

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
    /// Screen that is shown at start; `None` is the last one.
    pub start_screen: Option<Screen>,
    /// Everything that can be clicked is at least 44 points high.
    pub has_large_targets: bool,
    /// The desktop is told when a job has ended and the window is elsewhere.
    pub notifies: bool,
    /// The computer does not go to sleep while a job runs.
    pub keeps_awake: bool,
    /// Keys that were changed.
    pub keymap: Keymap,
    /// Window size in points.
    pub window_size: Option<[f32; 2]>,
    /// Window position in points of the desktop.
    pub window_position: Option<[f32; 2]>,
    /// The window fills the screen's working area.
    pub is_maximised: bool,
    /// Widths of panes in points, by name.
    pub panes: BTreeMap<String, f32>,
    /// Model folder.
    pub checkpoint: String,
    /// Model folders that were found complete, newest first.
    pub model_folders: Vec<String>,
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
    /// Defaults of new clips.
    pub output: OutputDefaults,
    /// What the file holds beside: written by a newer version, and kept for it.
    pub unknown: toml::Table,
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
            start_screen: None,
            has_large_targets: false,
            notifies: true,
            keeps_awake: true,
            window_size: None,
            window_position: None,
            is_maximised: false,
            panes: BTreeMap::new(),
            checkpoint: String::new(),
            model_folders: Vec::new(),
            output_folder: String::new(),
            volume: 0.8,
            is_muted: false,
            is_looping: true,
            keeps_pitch: true,
            variants: BTreeMap::new(),
            output: OutputDefaults::default(),
            unknown: toml::Table::new(),
        }
    }
}

impl Settings {
    /// The file's text.
    pub fn to_toml(&self) -> String {
        write::write(self)
    }

    /// Remember a model folder in front of the others.
    pub fn remember_model_folder(&mut self, folder: &str) {
        self.model_folders.retain(|known| known != folder);
        self.model_folders.insert(0, folder.to_owned());
        self.model_folders.truncate(MAX_MODEL_FOLDERS);
    }
}
