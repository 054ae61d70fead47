//! What the user may want to hear of while looking elsewhere.

use ovi_engine::protocol::{ClipId, JobId};

/// Something that just happened; taken once by whoever tells the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A clip is in place.
    Finished(ClipId),
    /// A job failed; its report stands in the queue.
    Failed(JobId),
    /// The last job has ended and none waits.
    QueueEmpty,
}
