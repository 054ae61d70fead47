//! Every sentence of the window. Panels name a constant or call a function; none spells a word.

mod figures;
mod labels;
mod messages;

pub use figures::{bytes, count, duration, frames_and_length, percent, signed_bytes, size_px};
pub use labels::*;
pub use messages::*;
