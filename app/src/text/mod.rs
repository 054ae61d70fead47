//! Every sentence of the window. Panels call a function of this module; none spells a word.
//!
//! The texts stand in `ui-assets/text/<language>/*.toml`. For each key of the English ones the build
//! script makes a function: `key = "Save"` becomes `text::key()`, `key = "Saved {path}."` becomes
//! `text::key(path)`, and a table with the forms `one` and `other` a function of a count first.

/// The functions that the build script made of the English texts.
mod catalogue {
    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}
mod figures;
mod form;
pub mod language;
mod messages;
mod queue;

pub use catalogue::*;
pub use figures::{
    bytes, count, decimal, duration, frames_and_length, percent, signed_bytes, size_px,
};
pub use form::*;
pub use messages::*;
pub use queue::*;
