//! What crosses the boundary between the engine and its user: plain data, public fields.
//!
//! Commands go in and events come out over channels; progress, memory and preview are latest-wins
//! cells, because a reader that was busy wants the newest value and not a backlog. A job's events
//! are ordered and end in exactly one of `Finished`, `Failed`, `Cancelled`.

mod cell;
mod checkpoint;
mod clip;
mod command;
mod event;
mod job;
mod library;
mod memory;
mod report;

pub use cell::Latest;
pub use checkpoint::{CheckpointInfo, FileStatus, ModelVariant, Role};
pub use clip::{Clip, StageTime};
pub use command::Command;
pub use event::{Event, HeardPreview, Preview, Progress, Stage};
pub use job::{
    ClipQuality, DecodeParts, DecodeTiles, GenerateRequest, JobId, NoiseStream, Redecode,
    SolverKind, SoundCodec, SoundLevel, SoundPreview,
};
pub use library::{
    ClipId, ClipRecord, LibraryCommand, LibraryEvent, LibraryNote, LibrarySnapshot, Preset,
    PromptUse, QueueEntry, QueueState,
};
pub use memory::{HolderMemory, MemorySnapshot};
pub use report::{ErrorCode, ErrorReport, Warning, WarningCode};
