//! Wishes about the settings of the program.

use std::path::PathBuf;

use crate::keys::{Action, Chord};
use crate::settings::Settings;
use crate::state::SettingsSection;

/// A wish about the settings of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsWish {
    /// Take edited settings; all of them apply at once.
    Change(Box<Settings>),
    /// Show a section.
    ShowSection(SettingsSection),
    /// Give an action other keys, and take them from the actions that had them.
    SetKeys(Action, Vec<Chord>),
    /// Give an action its default keys.
    ResetKeys(Action),
    /// Give all actions their default keys.
    ResetAllKeys,
    /// Forget the prompts that were used.
    ClearPrompts,
    /// Forget the list of clips made since the start; the clips stay.
    ClearSession,
    /// Make a short clip to see that everything works.
    StartSelfTest,
    /// Put a report for whoever helps on the clipboard.
    CopyReport {
        /// With prompts and paths of pictures.
        has_prompts: bool,
    },
    /// Show a folder in the file manager.
    ShowFolder(PathBuf),
}
