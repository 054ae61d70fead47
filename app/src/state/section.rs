//! Sections of the settings.

/// A section of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SettingsSection {
    /// Language, start, notifications.
    #[default]
    General,
    /// Where files are.
    Folders,
    /// Names, compression and contents of clips.
    Files,
    /// Colours and sizes.
    Appearance,
    /// Keys.
    Keyboard,
    /// What can be forgotten.
    Privacy,
    /// What the engine runs on.
    Hardware,
    /// Log, report, self-test.
    Diagnostics,
}

impl SettingsSection {
    /// All sections in the order they are listed.
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::Folders,
        Self::Files,
        Self::Appearance,
        Self::Keyboard,
        Self::Privacy,
        Self::Hardware,
        Self::Diagnostics,
    ];
}
