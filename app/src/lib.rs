//! The Ovi Desktop window: screens, player and settings over an engine it only talks to.
//!
//! Read `ARCHITECTURE.md` beside this package's manifest first: it lists what must never be.

pub mod app;
pub mod cli;
pub mod command;
pub mod desktop;
mod dialogs;
pub mod drafts;
mod effects;
pub mod engine_link;
pub mod hardware;
pub mod instance;
mod job_pictures;
pub mod keys;
pub mod library_link;
pub mod logging;
mod pictures;
pub mod places;
pub mod player;
mod report;
mod screens;
pub mod session;
pub mod settings;
pub mod state;
pub mod tasks;
pub mod text;
pub mod theme;
pub mod widgets;
pub mod window;
mod window_life;
