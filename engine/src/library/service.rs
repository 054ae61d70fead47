//! The library's thread: commands in, events out; the window never waits for a disk.

use std::path::PathBuf;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, never, select, unbounded};

use super::error::catch;
use super::queue::make_folder;
use super::store::{Library, Refusal};
use crate::handle::Wake;
use crate::protocol::{
    ClipId, ClipRecord, ErrorReport, LibraryCommand, LibraryEvent, LibrarySnapshot,
};

/// Clips that are looked for before what was found is told.
const CLIPS_PER_SLICE: usize = 64;

/// Channels of a running library, see [`spawn`].
///
/// Dropping the handle closes the library, too, but nobody waits for it: send
/// [`LibraryCommand::Close`] and call [`LibraryHandle::join`] for a clean end.
pub struct LibraryHandle {
    /// Requests, carried out in order.
    pub commands: Sender<LibraryCommand>,
    /// Answers and reports, in order. The first is `Opened` or `Unavailable`, the last `Closed`.
    pub events: Receiver<LibraryEvent>,
    thread: Option<JoinHandle<()>>,
}

impl LibraryHandle {
    /// Wait until the thread has ended; it does after [`LibraryCommand::Close`].
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic inside was answered by an event.
            drop(thread.join());
        }
    }
}

/// Open the library at `path` on a thread of its own; `wake` is called after every event.
///
/// After opening, a second thread looks which clips are still there, so that a drive that does not
/// answer holds no command up.
///
/// # Errors
/// If the system refuses a thread.
pub fn spawn(path: PathBuf, wake: Wake) -> std::io::Result<LibraryHandle> {
    let (commands, requests) = unbounded();
    let (sender, events) = unbounded();
    let outlet = Outlet { sender, wake };
    let thread = std::thread::Builder::new()
        .name("ovi-library".into())
        .spawn(move || run(&path, &requests, &outlet))?;
    let thread = Some(thread);
    Ok(LibraryHandle {
        commands,
        events,
        thread,
    })
}

struct Outlet {
    sender: Sender<LibraryEvent>,
    wake: Wake,
}

impl Outlet {
    fn send(&self, event: LibraryEvent) {
        // Nobody listening is not the library's problem.
        drop(self.sender.send(event));
        (self.wake)();
    }
}

fn run(path: &std::path::Path, requests: &Receiver<LibraryCommand>, outlet: &Outlet) {
    match catch(|| Library::open(path)) {
        Ok((library, snapshot)) => {
            let absences = look_for_clips(&snapshot);
            outlet.send(LibraryEvent::Opened(Box::new(snapshot)));
            serve(library, requests, absences, outlet);
        }
        Err(error) => {
            let report = error.report();
            log::error!("{report}\n{}", report.details);
            outlet.send(LibraryEvent::Unavailable(Box::new(report.clone())));
            serve_without(&report, requests, outlet);
        }
    }
    outlet.send(LibraryEvent::Closed);
}

fn serve(
    mut library: Library,
    requests: &Receiver<LibraryCommand>,
    mut absences: Receiver<Vec<ClipId>>,
    outlet: &Outlet,
) {
    if let Err(error) = catch(|| library.refresh_backup()) {
        log::error!("{}", error.report());
    }
    loop {
        select! {
            recv(requests) -> request => match request {
                Ok(LibraryCommand::Close) | Err(_) => break,
                Ok(command) => {
                    let refusal = Refusal::of(&command);
                    // The transaction of a panicking command is undone while the panic passes it.
                    let events = catch(|| Ok(library.handle(command)));
                    let events = events.unwrap_or_else(|error| vec![refusal.event(error.report())]);
                    events.into_iter().for_each(|event| outlet.send(event));
                }
            },
            recv(absences) -> absent => match absent {
                Ok(clips) => outlet.send(LibraryEvent::Absent(clips)),
                Err(_) => absences = never(),
            },
        }
    }
    if let Err(error) = catch(|| library.close()) {
        let report = error.report();
        log::error!("{report}\n{}", report.details);
        outlet.send(LibraryEvent::Failed(Box::new(report)));
    }
}

/// Without a database, generating still works; what asks for more is told why not. That nothing is
/// remembered was said once and is not said again for each thing.
fn serve_without(report: &ErrorReport, requests: &Receiver<LibraryCommand>, outlet: &Outlet) {
    for command in requests {
        let refusal = Refusal::of(&command);
        match command {
            LibraryCommand::Close => break,
            LibraryCommand::StartJob(job) => {
                let result = make_folder(&job).map_err(|error| Box::new(error.report()));
                let job = job.id;
                outlet.send(LibraryEvent::Started { job, result });
            }
            LibraryCommand::GetThumbnail(clip) => {
                outlet.send(LibraryEvent::Thumbnail(clip, None));
            }
            LibraryCommand::ExportQueue { .. }
            | LibraryCommand::ImportQueue { .. }
            | LibraryCommand::DeleteClips(_) => outlet.send(refusal.event(report.clone())),
            _ => {}
        }
    }
}

/// Look on another thread which clips are gone, and report slice by slice.
fn look_for_clips(snapshot: &LibrarySnapshot) -> Receiver<Vec<ClipId>> {
    let (sender, absences) = unbounded();
    let place = |clip: &ClipRecord| (clip.id, clip.clip.path.clone());
    let clips: Vec<(ClipId, PathBuf)> = snapshot.clips.iter().map(place).collect();
    let look = move || {
        for slice in clips.chunks(CLIPS_PER_SLICE) {
            let gone = slice
                .iter()
                .filter(|(_, path)| !path.try_exists().unwrap_or(true));
            let gone: Vec<ClipId> = gone.map(|(id, _)| *id).collect();
            if !gone.is_empty() && sender.send(gone).is_err() {
                break;
            }
        }
    };
    let started = std::thread::Builder::new()
        .name("ovi-library-look".into())
        .spawn(look);
    if let Err(error) = started {
        log::warn!("absent clips are not noticed: {error}");
    }
    absences
}
