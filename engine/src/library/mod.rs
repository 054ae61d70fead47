//! The library: what outlives the program. Jobs of the queue, clips, presets, prompts, in one SQLite
//! database that no moment of ending the program can damage.
//!
//! [`service::spawn`] runs it on a thread of its own; [`Library`] is the same without a thread.
//! Commands and events are plain data in [`crate::protocol`].

mod clips;
mod companions;
mod describe;
mod disk;
mod embedded;
mod error;
mod exchange;
mod queue;
mod recovery;
mod rows;
mod schema;
pub mod service;
mod store;

use std::path::PathBuf;

pub use describe::describe_clip;
pub use error::LibraryError;
pub(crate) use recovery::frames_prefix;
pub use service::LibraryHandle;
pub use store::Library;

/// Where the database is if the user does not say otherwise: the data folder of the platform.
///
/// `None` where the system names no home folder.
pub fn default_path() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "ovi-desktop")?;
    Some(dirs.data_dir().join("library.sqlite"))
}

/// A number for a job or clip: 63 bits, so that it is positive in SQLite, too, and never 0.
///
/// The source is the keyed hash of the standard library's maps, whose keys come from the system once
/// a thread and change with every use. Two numbers of a library of a million would be equal with a
/// chance of one in ten million; a job with a taken number is refused.
pub fn random_id() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(std::time::Instant::now());
    (bits >> 1).max(1)
}
