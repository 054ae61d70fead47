//! The library's thread behind the window.

use crossbeam_channel::{Receiver, Sender};
use ovi_engine::protocol::{LibraryCommand, LibraryEvent};

use super::LibraryPort;

/// Channels of a running library. The thread itself stays with `main`, which joins it after the
/// window is gone.
pub struct LibraryLink {
    commands: Sender<LibraryCommand>,
    events: Receiver<LibraryEvent>,
}

impl LibraryLink {
    /// A link over these channels.
    pub fn new(commands: Sender<LibraryCommand>, events: Receiver<LibraryEvent>) -> Self {
        Self { commands, events }
    }
}

impl LibraryPort for LibraryLink {
    fn send(&mut self, command: LibraryCommand) {
        if self.commands.send(command).is_err() {
            log::error!("the library has ended; a change is lost");
        }
    }

    fn next_event(&mut self) -> Option<LibraryEvent> {
        self.events.try_recv().ok()
    }
}
