//! The window's end of the engine: a trait, so that the window runs the same with the engine's
//! thread behind it and with a script.

mod fake;
mod real;

use std::sync::Arc;

use ovi_engine::protocol::{Command, Event, HeardPreview, MemorySnapshot, Preview, Progress};

pub use fake::{FakeEngine, FakeEngineControl};
pub use real::EngineLink;

/// What the window asks of an engine. No call waits.
pub trait EnginePort {
    /// Send a command; `false` if the engine has ended.
    fn send(&self, command: Command) -> bool;

    /// The next report, if there is one. Reports [`Event::Stopped`] when the engine is gone.
    fn next_event(&mut self) -> Option<Event>;

    /// How far the running job is.
    fn progress(&self) -> Option<Arc<Progress>>;

    /// Memory now.
    fn memory(&self) -> Option<Arc<MemorySnapshot>>;

    /// Newest preview of the running job.
    fn preview(&self) -> Option<Arc<Preview>>;

    /// Newest sound preview of the running job.
    fn heard(&self) -> Option<Arc<HeardPreview>>;
}
