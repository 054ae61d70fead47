//! The list of keys.

/// Keys and what they do, in the order they are listed (spec: product 11).
pub const SHORTCUT_LIST: [(&str, &str); 17] = [
    ("Ctrl+Enter", "Generate"),
    ("Ctrl+.", "Cancel the running job"),
    ("Ctrl+R", "New random seed"),
    ("Ctrl+L", "Lock or unlock the seed"),
    ("Ctrl+O", "Choose the model folder"),
    ("Alt+S", "Mark the selection as speech"),
    ("Alt+A", "Mark the selection as sound description"),
    ("Space, K", "Play or pause"),
    ("Left, Right", "Previous, next frame"),
    ("Shift+Left, Right", "Back, forward one second"),
    ("Home, End", "Start, end of the clip"),
    ("Up, Down", "Volume"),
    ("M", "Mute"),
    ("Ctrl+Shift+S", "Save a copy of the clip"),
    ("Ctrl++, Ctrl+−, Ctrl+0", "Text size"),
    ("Esc", "Close the dialog, leave a text field"),
    ("F1", "This list"),
];
