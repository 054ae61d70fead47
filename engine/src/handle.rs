//! The user's end of the engine.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender};

use crate::protocol::{Command, Event, HeardPreview, Latest, MemorySnapshot, Preview, Progress};

/// Called by the engine thread whenever something new can be read, e.g. to repaint a window.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// Channels and cells of a running engine, see [`crate::worker::spawn`].
///
/// Dropping the handle does not stop a job at once: send [`Command::Shutdown`] and call
/// [`EngineHandle::join`] for a clean end.
pub struct EngineHandle {
    /// Requests.
    pub commands: Sender<Command>,
    /// Reports, in order.
    pub events: Receiver<Event>,
    /// How far the running job is; empty when idle.
    pub progress: Latest<Progress>,
    /// Memory now.
    pub memory: Latest<MemorySnapshot>,
    /// Newest preview of the running job; empty when idle.
    pub preview: Latest<Preview>,
    /// Newest sound preview of the running job; empty when idle.
    pub heard: Latest<HeardPreview>,
    pub(crate) thread: Option<JoinHandle<()>>,
}

impl EngineHandle {
    /// Wait until the thread has ended; it does after [`Command::Shutdown`].
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            // The thread catches panics of jobs; one outside a job has already been logged.
            drop(thread.join());
        }
    }
}
