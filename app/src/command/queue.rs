//! Wishes about the queue.

use ovi_engine::protocol::JobId;

/// A wish about the queue.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueWish {
    /// Begin no further job, or go on.
    SetPaused(bool),
    /// Begin no further job once the running one has ended.
    SetPausesAfterCurrent(bool),
    /// Forget jobs that do not run.
    Remove(Vec<JobId>),
    /// Move a waiting job to this place of the list.
    MoveTo(JobId, usize),
}
