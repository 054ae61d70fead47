//! Keys: what they do, and which ones do it. The user may change all of them.

mod action;
mod chord;

use std::collections::BTreeMap;

use egui::Context;

pub use action::{Action, Scope};
pub use chord::Chord;

/// Which keys do what: the defaults, and what the user changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keymap {
    changed: BTreeMap<Action, Vec<Chord>>,
}

impl Keymap {
    /// Keys of an action.
    pub fn chords(&self, action: Action) -> &[Chord] {
        match self.changed.get(&action) {
            Some(chords) => chords,
            None => action.default_chords(),
        }
    }

    /// Give an action other keys, or none.
    pub fn set(&mut self, action: Action, chords: Vec<Chord>) {
        match chords == action.default_chords() {
            true => self.changed.remove(&action),
            false => self.changed.insert(action, chords),
        };
    }

    /// Give an action its default keys.
    pub fn reset(&mut self, action: Action) {
        self.changed.remove(&action);
    }

    /// Actions whose keys differ from the defaults.
    pub fn changed(&self) -> impl Iterator<Item = (Action, &[Chord])> {
        self.changed
            .iter()
            .map(|(action, chords)| (*action, chords.as_slice()))
    }

    /// Other actions that `chord` would set off where `action` listens.
    pub fn conflicts(&self, action: Action, chord: Chord) -> Vec<Action> {
        let meets = |other: Scope| {
            other == action.scope() || other == Scope::Global || action.scope() == Scope::Global
        };
        let others = Action::ALL.iter().copied();
        others
            .filter(|other| *other != action && meets(other.scope()))
            .filter(|other| self.chords(*other).contains(&chord))
            .collect()
    }

    /// First key of an action for people; empty if it has none.
    pub fn label(&self, action: Action) -> String {
        self.chords(action)
            .first()
            .map(|chord| chord.label())
            .unwrap_or_default()
    }

    /// Whether one of the action's keys was pressed in this frame; nobody else sees it then. Keys
    /// that could be typed are left alone while text is edited.
    pub fn pressed(&self, ctx: &Context, action: Action) -> bool {
        let is_typing = ctx.text_edit_focused();
        self.chords(action)
            .iter()
            .filter(|chord| !(is_typing && chord.is_typed()))
            .any(|chord| consume(ctx, *chord))
    }
}

/// Take a key press with exactly these modifiers.
fn consume(ctx: &Context, chord: Chord) -> bool {
    ctx.input_mut(|input| {
        let held = input.modifiers;
        let is_held = held.shift == chord.is_shift
            && held.alt == chord.is_alt
            && held.command == chord.is_command;
        is_held && input.consume_shortcut(&chord.shortcut())
    })
}

#[cfg(test)]
mod tests {
    use egui::Key;

    use super::*;

    #[test]
    fn every_default_chord_has_a_name_that_is_read_back() {
        for action in Action::ALL {
            assert_eq!(Action::from_name(action.name()), Some(*action));
            for chord in action.default_chords() {
                assert_eq!(Chord::from_name(&chord.name()), Some(*chord), "{chord:?}");
            }
        }
        assert_eq!(Chord::from_name("Ctrl+Nonsense"), None);
    }

    #[test]
    fn the_defaults_do_not_conflict() {
        let keymap = Keymap::default();
        for action in Action::ALL {
            for chord in keymap.chords(*action) {
                assert_eq!(
                    keymap.conflicts(*action, *chord),
                    [],
                    "{action:?} {chord:?}"
                );
            }
        }
    }

    #[test]
    fn changed_keys_conflict_and_reset() {
        let mut keymap = Keymap::default();
        let chord = Chord::command(Key::R);
        assert_eq!(keymap.conflicts(Action::Open, chord), [Action::NewSeed]);
        keymap.set(Action::NewSeed, vec![Chord::command(Key::T)]);
        assert!(keymap.conflicts(Action::Open, chord).is_empty());
        keymap.reset(Action::NewSeed);
        assert_eq!(keymap.chords(Action::NewSeed), [chord]);
        assert_eq!(keymap.changed().count(), 0);
    }
}
