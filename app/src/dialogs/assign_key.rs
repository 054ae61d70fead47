//! A key for an action, given by pressing it. A key that is taken is only taken over on request.

use egui::{Event, Key, RichText, TextStyle, Ui};

use crate::command::{SettingsWish, UiCommand};
use crate::keys::{Action, Chord};
use crate::screens::View;
use crate::state::Dialog;
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{Icon, note, problem, quiet_button};

/// Keys with which the window itself is steered.
const RESERVED: [Key; 3] = [Key::Tab, Key::Escape, Key::Enter];
/// Keys of the text size, with Ctrl.
const ZOOM: [Key; 4] = [Key::Plus, Key::Equals, Key::Minus, Key::Num0];

/// Waits for a key, or says who has it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, action: Action, pressed: Option<Chord>) {
    let name = text::action(action);
    ui.label(RichText::new(text::keys_press(name)).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    match pressed {
        None => note(ui, text::keys_press_hint()),
        Some(chord) => ask(ui, view, action, chord),
    };
    ui.add_space(space::S);
    if quiet_button(ui, text::keys_cancel()).clicked() {
        view.push(UiCommand::CloseDialog);
    }
    // A focused button needs keys like Space itself.
    let is_listening = ui.memory(|memory| memory.focused().is_none());
    let Some(chord) = is_listening.then(|| pressed_chord(ui)).flatten() else {
        return;
    };
    let conflicts = view.settings.keymap.conflicts(action, chord);
    if is_reserved(chord) || !conflicts.is_empty() {
        let pressed = Some(chord);
        view.push(UiCommand::OpenDialog(Dialog::AssignKey { action, pressed }));
    } else {
        assign(view, action, chord);
    }
}

fn ask(ui: &mut Ui, view: &mut View<'_>, action: Action, chord: Chord) -> egui::Response {
    let warning = theme::palette(ui).warning;
    let label = chord.label();
    if is_reserved(chord) {
        return problem(ui, Icon::Warning, warning, &text::keys_reserved(label));
    }
    let conflicts = view.settings.keymap.conflicts(action, chord);
    let names: Vec<&str> = conflicts.into_iter().map(text::action).collect();
    let sentence = text::keys_taken(label, names.join(", "));
    let response = problem(ui, Icon::Warning, warning, &sentence);
    if ui.button(text::keys_replace()).clicked() {
        assign(view, action, chord);
    }
    response
}

fn assign(view: &mut View<'_>, action: Action, chord: Chord) {
    let mut chords = view.settings.keymap.chords(action).to_vec();
    if !chords.contains(&chord) {
        chords.push(chord);
    }
    view.push(UiCommand::Settings(SettingsWish::SetKeys(action, chords)));
    view.push(UiCommand::CloseDialog);
}

fn is_reserved(chord: Chord) -> bool {
    RESERVED.contains(&chord.key) && !chord.is_command && !chord.is_alt
        || ZOOM.contains(&chord.key) && chord.is_command
}

fn pressed_chord(ui: &Ui) -> Option<Chord> {
    ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Key {
                key,
                pressed: true,
                repeat: false,
                modifiers,
                ..
            } if *key != Key::Escape => Some(Chord {
                is_command: modifiers.command,
                is_alt: modifiers.alt,
                is_shift: modifiers.shift,
                key: *key,
            }),
            _ => None,
        })
    })
}
