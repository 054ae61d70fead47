//! Wishes about the settings of the program.

use crate::keys::{Action, Chord};
use crate::settings::ThemeChoice;

/// A wish about the settings of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsWish {
    /// Light, dark, as the system says, or with high contrast.
    SetTheme(ThemeChoice),
    /// Size of everything.
    SetTextScale(f32),
    /// Previews stand still.
    SetReducedMotion(bool),
    /// Language by its code; empty is the system's.
    SetLanguage(String),
    /// Give an action other keys.
    SetKeys(Action, Vec<Chord>),
    /// Give an action its default keys.
    ResetKeys(Action),
}
