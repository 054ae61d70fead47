//! What is drawn: rail, status bar and the screen between them. A panel reads the state, edits the copy of
//! the form it is given, and pushes commands; it changes nothing else.

pub mod compare;
pub mod drop_hint;
pub mod first_run;
pub mod full_screen;
pub mod generate;
pub mod keys;
pub mod library;
pub mod models;
pub mod player;
pub mod queue;
pub mod rail;
pub mod settings;
pub mod status_bar;

use egui::Ui;

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

/// The window: bars at its edges, the screen between them, or a picture over all of it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    if view.state.is_full_screen {
        full_screen::ui(ui, view);
        return;
    }
    rail::ui(ui, view);
    status_bar::ui(ui, view);
    let state = view.state;
    if let Some(comparison) = &state.comparison {
        compare::ui(ui, view, comparison);
        return;
    }
    match state.screen {
        Screen::Generate => generate::ui(ui, view),
        Screen::Queue => queue::ui(ui, view),
        Screen::Library => library::ui(ui, view),
        Screen::Models => models::ui(ui, view),
        Screen::Settings => settings::ui(ui, view),
    }
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
