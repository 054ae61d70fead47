//! Work that must not hold up the window: dialogs, pictures, copies. One thread per task, results
//! over a channel, and the window is woken.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use ovi_engine::protocol::{ClipId, Preset};

use crate::effects::{ReadFor, ThumbDone};
use crate::state::{Batch, ClipFacts, DeletePlan, DroppedClip, FirstFramePicture};
use crate::text::LanguageFiles;

/// Wakes the window from another thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a folder or file that the user picked is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Model folder.
    Checkpoint,
    /// Picture to start from.
    FirstFrame,
    /// Folder of finished clips.
    OutputFolder,
    /// Where to copy the shown clip.
    ClipTarget,
    /// Batch file.
    Batch,
    /// Where to write the queue.
    QueueTarget,
    /// A written queue.
    QueueFile,
    /// A preset to read.
    Preset,
    /// Where to write the preset of this name.
    PresetTarget(String),
    /// A file to open as if it had been dropped.
    Open,
}

/// A finished task.
#[derive(Debug)]
pub enum TaskDone {
    /// A dialog was closed; `None` if nothing was chosen.
    Picked(Pick, Option<PathBuf>),
    /// A picture was read.
    FirstFrame {
        /// File.
        path: PathBuf,
        /// The picture, or why not.
        result: Result<FirstFramePicture, String>,
    },
    /// A picture for a row of the queue was read.
    JobPicture {
        /// File.
        path: PathBuf,
        /// The picture, or why not.
        result: Result<FirstFramePicture, String>,
    },
    /// A batch file was read.
    Batch(Box<Batch>),
    /// A picture that was no file is one now.
    PictureKept(Result<PathBuf, String>),
    /// A preset was read from a file, or the file is none.
    PresetRead(Result<Box<Preset>, PathBuf>),
    /// Something about clips of the library.
    Library(LibraryDone),
    /// A file was written for the user.
    Saved(Result<PathBuf, String>),
    /// Free space for a folder was asked for; `None` where the system does not tell.
    FreeSpace(PathBuf, Option<u64>),
    /// A file of the program was removed.
    Removed(PathBuf, Result<(), String>),
    /// The user's language files were read.
    Languages(LanguageFiles),
    /// A folder was shown.
    FolderShown(Result<(), String>),
}

/// A finished task about clips.
#[derive(Debug)]
pub enum LibraryDone {
    /// A small picture.
    Thumbnail(ThumbDone),
    /// What is on disk of a clip.
    Facts(ClipId, ClipFacts),
    /// A frame was written as a picture to start a clip with.
    Frame(Result<PathBuf, String>),
    /// What deleting clips would remove.
    DeletePlan(DeletePlan),
    /// Clips were chosen in a dialog; none if it was closed.
    Picked(ReadFor, Vec<PathBuf>),
    /// A clip's file was read.
    Read {
        /// What for.
        read_for: ReadFor,
        /// File.
        path: PathBuf,
        /// What it tells, or why it cannot be read.
        result: Result<Box<DroppedClip>, String>,
    },
}

/// Runs tasks and hands back their results.
pub struct Tasks {
    sender: Sender<TaskDone>,
    receiver: Receiver<TaskDone>,
    wake: Wake,
    is_inline: bool,
}

impl Tasks {
    /// Tasks on threads of their own; `wake` is called after each.
    pub fn on_threads(wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        Self {
            sender,
            receiver,
            wake,
            is_inline: false,
        }
    }

    /// Tasks that have finished when [`Tasks::run`] returns: for tests, whose steps must not race.
    pub fn inline() -> Self {
        Self {
            is_inline: true,
            ..Self::on_threads(Arc::new(|| ()))
        }
    }

    /// Start a task called `name`.
    pub fn run(&self, name: &str, task: impl FnOnce() -> TaskDone + Send + 'static) {
        if self.is_inline {
            self.sender.send(task()).ok();
            return;
        }
        let sender = self.sender.clone();
        let wake = Arc::clone(&self.wake);
        let spawned = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // The window may be gone by now; then nobody needs the result.
                if sender.send(task()).is_ok() {
                    wake();
                }
            });
        if let Err(error) = spawned {
            log::error!("task {name} could not start: {error}");
        }
    }

    /// A finished task, if there is one.
    pub fn next_done(&self) -> Option<TaskDone> {
        self.receiver.try_recv().ok()
    }

    /// Wakes the window.
    pub fn wake(&self) -> Wake {
        Arc::clone(&self.wake)
    }
}
