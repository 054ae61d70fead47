//! Wishes about the queue.

use std::path::PathBuf;

use ovi_engine::prompt::BatchMode;
use ovi_engine::protocol::JobId;

use crate::state::{JobAction, JobEdit, Reach};

/// A wish about the queue.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueWish {
    /// Begin no further job, or go on.
    SetPaused(bool),
    /// Begin no further job once the running one has ended.
    SetPausesAfterCurrent(bool),
    /// Select a job of the list.
    Select(JobId, Reach),
    /// Select all jobs.
    SelectAll,
    /// Do something with jobs; those it does not fit are left alone.
    Do(JobAction, Vec<JobId>),
    /// Move waiting jobs directly in front of another waiting one, or to the end.
    Move {
        /// Jobs that move.
        jobs: Vec<JobId>,
        /// Job they stand in front of.
        before: Option<JobId>,
    },
    /// Move waiting jobs one place.
    Shift {
        /// Jobs that move.
        jobs: Vec<JobId>,
        /// Towards the front.
        is_up: bool,
    },
    /// Put back the jobs that were removed last.
    UndoRemoval,
    /// Forget all jobs that have ended.
    ClearFinished,
    /// Ask whether the running job shall be stopped.
    AskCancel,
    /// Queue interrupted jobs again.
    RetryInterrupted,
    /// Leave interrupted jobs as they are.
    LeaveInterrupted,
    /// Put away the line about clips that were taken in.
    DismissAdopted,
    /// Take the settings as typed so far.
    ChangeEdit(Box<JobEdit>),
    /// Keep the typed settings.
    SaveEdit,
    /// Read pictures of rows that came into sight.
    ReadPictures(Vec<PathBuf>),
    /// Write the jobs that wait into this file.
    Export(PathBuf),
    /// Read jobs from such a file.
    Import(PathBuf),
    /// Do something with a batch file.
    Batch(BatchWish),
}

/// A wish about a batch file.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchWish {
    /// Read this file and show its rows.
    Open(PathBuf),
    /// Read it again, with or without pictures.
    SetMode(BatchMode),
    /// Queue a row, or not.
    Tick(usize, bool),
    /// Leave out all rows that cannot be queued.
    UntickBad,
    /// Show the file in the program that edits it.
    OpenFile,
    /// Queue the ticked rows.
    Add,
}
