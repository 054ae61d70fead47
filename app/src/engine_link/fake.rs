//! An engine that says what it is told to say and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ovi_engine::protocol::{
    Command, Event, HeardPreview, Latest, MemorySnapshot, Preview, Progress,
};

use super::EnginePort;

/// The port of a scripted engine.
pub struct FakeEngine(FakeEngineControl);

/// The script's end of a [`FakeEngine`].
#[derive(Clone, Default)]
pub struct FakeEngineControl {
    queues: Arc<Mutex<Queues>>,
    /// Progress the window sees.
    pub progress: Latest<Progress>,
    /// Memory the window sees.
    pub memory: Latest<MemorySnapshot>,
    /// Preview the window sees.
    pub preview: Latest<Preview>,
    /// Sound preview the window hears of.
    pub heard: Latest<HeardPreview>,
}

#[derive(Default)]
struct Queues {
    commands: VecDeque<Command>,
    questions: VecDeque<Command>,
    events: VecDeque<Event>,
}

impl FakeEngine {
    /// A silent engine and its control.
    pub fn new() -> (Self, FakeEngineControl) {
        let control = FakeEngineControl::default();
        (Self(control.clone()), control)
    }
}

impl FakeEngineControl {
    /// Let the engine report something.
    pub fn report(&self, event: Event) {
        self.lock().events.push_back(event);
    }

    /// The oldest command that was not taken yet.
    pub fn take_command(&self) -> Option<Command> {
        self.lock().commands.pop_front()
    }

    /// The oldest question about tokens that was not taken yet. The window asks them by itself, so
    /// they are kept apart from what the user causes.
    pub fn take_question(&self) -> Option<Command> {
        self.lock().questions.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EnginePort for FakeEngine {
    fn send(&self, command: Command) -> bool {
        let mut queues = self.0.lock();
        match command {
            Command::CountTokens { .. } => queues.questions.push_back(command),
            _ => queues.commands.push_back(command),
        }
        true
    }

    fn next_event(&mut self) -> Option<Event> {
        self.0.lock().events.pop_front()
    }

    fn progress(&self) -> Option<Arc<Progress>> {
        self.0.progress.get()
    }

    fn memory(&self) -> Option<Arc<MemorySnapshot>> {
        self.0.memory.get()
    }

    fn preview(&self) -> Option<Arc<Preview>> {
        self.0.preview.get()
    }

    fn heard(&self) -> Option<Arc<HeardPreview>> {
        self.0.heard.get()
    }
}
