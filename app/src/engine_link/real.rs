//! The engine thread behind the window.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError};
use ovi_engine::EngineHandle;
use ovi_engine::protocol::{
    Command, Event, HeardPreview, Latest, MemorySnapshot, Preview, Progress,
};

use super::EnginePort;

/// Channels and cells of a running engine. The handle itself stays with `main`, which joins the
/// thread after the window is gone.
pub struct EngineLink {
    commands: Sender<Command>,
    events: Receiver<Event>,
    progress: Latest<Progress>,
    memory: Latest<MemorySnapshot>,
    preview: Latest<Preview>,
    heard: Latest<HeardPreview>,
    has_stopped: bool,
}

impl EngineLink {
    /// A link to the engine of `handle`.
    pub fn new(handle: &EngineHandle) -> Self {
        Self {
            commands: handle.commands.clone(),
            events: handle.events.clone(),
            progress: handle.progress.clone(),
            memory: handle.memory.clone(),
            preview: handle.preview.clone(),
            heard: handle.heard.clone(),
            has_stopped: false,
        }
    }
}

impl EnginePort for EngineLink {
    fn send(&self, command: Command) -> bool {
        self.commands.send(command).is_ok()
    }

    fn next_event(&mut self) -> Option<Event> {
        match self.events.try_recv() {
            Ok(event) => {
                self.has_stopped |= matches!(event, Event::Stopped);
                Some(event)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                // A thread that died without a word is reported once.
                (!std::mem::replace(&mut self.has_stopped, true)).then_some(Event::Stopped)
            }
        }
    }

    fn progress(&self) -> Option<Arc<Progress>> {
        self.progress.get()
    }

    fn memory(&self) -> Option<Arc<MemorySnapshot>> {
        self.memory.get()
    }

    fn preview(&self) -> Option<Arc<Preview>> {
        self.preview.get()
    }

    fn heard(&self) -> Option<Arc<HeardPreview>> {
        self.heard.get()
    }
}
