//! One key with its modifiers, as text and as the toolkit takes it.

use egui::{Key, KeyboardShortcut, Modifiers};

/// A key and what is held down with it. `is_command` is Ctrl, and Cmd on macOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// Ctrl, Cmd on macOS.
    pub is_command: bool,
    /// Alt, Option on macOS.
    pub is_alt: bool,
    /// Shift.
    pub is_shift: bool,
    /// Key.
    pub key: Key,
}

impl Chord {
    /// A key alone.
    pub const fn plain(key: Key) -> Self {
        Self {
            is_command: false,
            is_alt: false,
            is_shift: false,
            key,
        }
    }

    /// Ctrl and a key.
    pub const fn command(key: Key) -> Self {
        Self {
            is_command: true,
            ..Self::plain(key)
        }
    }

    /// Alt and a key.
    pub const fn alt(key: Key) -> Self {
        Self {
            is_alt: true,
            ..Self::plain(key)
        }
    }

    /// The same with Shift.
    pub const fn with_shift(self) -> Self {
        Self {
            is_shift: true,
            ..self
        }
    }

    /// Name in the settings file, e.g. `Ctrl+Shift+S`; the same on every system.
    pub fn name(self) -> String {
        let mut name = String::new();
        let held = [
            (self.is_command, "Ctrl+"),
            (self.is_alt, "Alt+"),
            (self.is_shift, "Shift+"),
        ];
        for (_, part) in held.into_iter().filter(|(is_held, _)| *is_held) {
            name.push_str(part);
        }
        name.push_str(self.key.name());
        name
    }

    /// Name for people on this system.
    pub fn label(self) -> String {
        let mut name = self.name();
        // Signs are shown as they stand on the key; arrows have words that every font can draw.
        let symbol = self.key.symbol_or_name();
        if symbol.is_ascii() && symbol.len() == 1 {
            name.truncate(name.len() - self.key.name().len());
            name.push_str(symbol);
        }
        match cfg!(target_os = "macos") {
            true => name.replace("Ctrl+", "Cmd+").replace("Alt+", "Option+"),
            false => name,
        }
    }

    /// The chord called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut rest = name;
        let mut take = |prefix: &str| {
            let stripped = rest.strip_prefix(prefix);
            rest = stripped.unwrap_or(rest);
            stripped.is_some()
        };
        let (is_command, is_alt, is_shift) = (take("Ctrl+"), take("Alt+"), take("Shift+"));
        Some(Self {
            is_command,
            is_alt,
            is_shift,
            key: Key::from_name(rest)?,
        })
    }

    /// As the toolkit takes it.
    pub fn shortcut(self) -> KeyboardShortcut {
        let modifiers = Modifiers {
            alt: self.is_alt,
            shift: self.is_shift,
            command: self.is_command,
            ..Modifiers::NONE
        };
        KeyboardShortcut::new(modifiers, self.key)
    }

    /// Whether it can be meant while text is being typed.
    pub fn is_typed(self) -> bool {
        let is_function_key = self.key.name().len() > 1 && self.key.name().starts_with('F');
        !self.is_command && !self.is_alt && !is_function_key
    }
}
