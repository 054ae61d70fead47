//! What can be asked of the engine.

use std::path::PathBuf;

use super::job::{GenerateRequest, JobId};

/// A request to the engine thread. Every one is answered by events.
#[derive(Clone, Debug)]
pub enum Command {
    /// Put a generation at the end of the queue. Answered by `Queued`, later by one terminal event.
    Generate {
        /// Number chosen by the sender, never used before.
        job: JobId,
        /// What to make.
        request: Box<GenerateRequest>,
    },
    /// Stop a waiting or running job. Answered by `Cancelled`, unless it ended before.
    Cancel(JobId),
    /// Count the tokens of texts with a checkpoint's tokenizer. Answered by `Tokens`; only the newest
    /// of the questions that wait is.
    CountTokens {
        /// Root of the checkpoint folder.
        checkpoint: PathBuf,
        /// Texts, as the model will read them.
        texts: Vec<String>,
        /// Comes back with the answer.
        serial: u64,
    },
    /// Make the test-pattern checkpoint in this folder unless it is there. Answered by
    /// `DemoCheckpoint`.
    MakeDemoCheckpoint(PathBuf),
    /// Look at a checkpoint folder without loading it. Answered by `Checkpoint`.
    InspectCheckpoint(PathBuf),
    /// Cancel everything and end the thread. Answered by `Stopped`.
    Shutdown,
}
