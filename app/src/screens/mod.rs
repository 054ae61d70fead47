//! What is drawn: rail, status bar and the screen between them. A panel reads the state, edits the copy of
//! the form it is given, and pushes commands; it changes nothing else.

pub mod drop_hint;
pub mod first_run;
pub mod generate;
pub mod keys;
pub mod library;
pub mod models;
pub mod player;
pub mod queue;
pub mod rail;
pub mod settings;
pub mod status_bar;

use crate::command::{PlayerCommand, UiCommand};
use crate::hardware::Hardware;
use crate::keys::Action;
use crate::pictures::Pictures;
use crate::places::Places;
use crate::player::Player;
use crate::settings::Settings;
use crate::state::{AppState, Form, Screen};
use crate::text;

/// What a panel may look at, and the two things it may change.
pub struct View<'a> {
    /// Everything the window knows.
    pub state: &'a AppState,
    /// Player.
    pub player: &'a Player,
    /// Settings.
    pub settings: &'a Settings,
    /// What the engine runs on.
    pub hardware: &'a Hardware,
    /// Folders of the program.
    pub places: &'a Places,
    /// Textures.
    pub pictures: &'a Pictures,
    /// Copy of the form, taken over when it was changed.
    pub form: &'a mut Form,
    /// Wishes, applied after the frame.
    pub commands: &'a mut Vec<UiCommand>,
}

impl View<'_> {
    /// Cause something.
    pub fn push(&mut self, command: UiCommand) {
        self.commands.push(command);
    }

    /// The name of a control with the key that does the same.
    pub fn keyed(&self, name: &str, action: Action) -> String {
        match self.settings.keymap.label(action) {
            keys if keys.is_empty() => name.to_owned(),
            keys => text::with_keys(name, keys),
        }
    }

    /// Steer the player.
    pub fn play(&mut self, command: PlayerCommand) {
        self.commands.push(UiCommand::Play(command));
    }
}

/// Bars, and the screen between them.
pub fn ui(ui: &mut egui::Ui, view: &mut View<'_>) {
    rail::ui(ui, view);
    status_bar::ui(ui, view);
    match view.state.screen {
        Screen::Generate => generate::ui(ui, view),
        Screen::Queue => queue::ui(ui, view),
        Screen::Library => library::ui(ui, view),
        Screen::Models => models::ui(ui, view),
        Screen::Settings => settings::ui(ui, view),
    }
}
