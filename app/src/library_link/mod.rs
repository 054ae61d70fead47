//! The window's end of the library: a trait, so that the window runs the same with the library's
//! thread behind it and with a library in memory that answers at once.

mod inline;
mod real;

use ovi_engine::protocol::{LibraryCommand, LibraryEvent};

pub use inline::{InlineLibrary, InlineLibraryControl};
pub use real::LibraryLink;

/// What the window asks of the library. No call waits.
pub trait LibraryPort {
    /// Send a command; one that comes after the end is lost and was logged.
    fn send(&mut self, command: LibraryCommand);

    /// The next report, if there is one.
    fn next_event(&mut self) -> Option<LibraryEvent>;
}
