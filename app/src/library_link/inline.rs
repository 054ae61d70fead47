//! A library that keeps nothing on disk and answers at once: for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ovi_engine::protocol::{
    ErrorCode, ErrorReport, LibraryCommand, LibraryEvent, LibrarySnapshot, QueueEntry,
};

use super::LibraryPort;
use crate::text;

/// The port of a library in memory.
pub struct InlineLibrary(InlineLibraryControl);

/// A test's end of an [`InlineLibrary`].
#[derive(Clone, Default)]
pub struct InlineLibraryControl(Arc<Mutex<Queues>>);

#[derive(Default)]
struct Queues {
    commands: VecDeque<LibraryCommand>,
    events: VecDeque<LibraryEvent>,
}

impl InlineLibrary {
    /// An open library that holds `snapshot`, and its control.
    pub fn open(snapshot: LibrarySnapshot) -> (Self, InlineLibraryControl) {
        let control = InlineLibraryControl::default();
        control.report(LibraryEvent::Opened(Box::new(snapshot)));
        (Self(control.clone()), control)
    }
}

impl InlineLibrary {
    /// A library that could not be opened: jobs run, but nothing is kept after this run.
    pub fn unavailable(report: Box<ErrorReport>) -> Self {
        let control = InlineLibraryControl::default();
        control.report(LibraryEvent::Unavailable(report));
        Self(control)
    }
}

impl InlineLibraryControl {
    /// Let the library report something.
    pub fn report(&self, event: LibraryEvent) {
        self.lock().events.push_back(event);
    }

    /// Everything that was asked for since the last call.
    pub fn take_commands(&self) -> Vec<LibraryCommand> {
        self.lock().commands.drain(..).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LibraryPort for InlineLibrary {
    fn send(&mut self, command: LibraryCommand) {
        let answer = match &command {
            LibraryCommand::StartJob(entry) => Some(started(entry)),
            LibraryCommand::DeleteClips(ids) => Some(LibraryEvent::Deleted(ids.clone())),
            LibraryCommand::GetThumbnail(id) => Some(LibraryEvent::Thumbnail(*id, None)),
            _ => None,
        };
        let mut queues = self.0.lock();
        queues.commands.push_back(command);
        queues.events.extend(answer);
    }

    fn next_event(&mut self) -> Option<LibraryEvent> {
        self.0.lock().events.pop_front()
    }
}

fn started(entry: &QueueEntry) -> LibraryEvent {
    let folder = entry
        .request
        .output
        .parent()
        .unwrap_or(&entry.request.output);
    let result = std::fs::create_dir_all(folder).map_err(|error| {
        Box::new(ErrorReport {
            code: ErrorCode::Write,
            message: text::output_folder_failed(folder, &error.to_string()),
            action: text::choose_folder().into(),
            details: format!("{error:?}"),
        })
    });
    LibraryEvent::Started {
        job: entry.id,
        result,
    }
}
