//! A queue as one file: jobs with their first frames, to take along or to give away.
//!
//! The file is a ZIP archive: `queue.json` and `pictures/`. Nothing in it is compressed, so nothing in
//! it is larger than the file, and every program that opens archives shows what it holds.

mod export;
mod import;
mod limits;

use serde::{Deserialize, Serialize};

pub(super) use export::export;
pub(super) use import::import;

use crate::protocol::GenerateRequest;

/// Name of the entry with the jobs.
const QUEUE_ENTRY: &str = "queue.json";
/// What the jobs' entry says it is.
const FORMAT: &str = "ovi-queue";
/// Layout of the jobs' entry.
const VERSION: u32 = 1;

/// The jobs' entry.
#[derive(Serialize, Deserialize)]
struct QueueFile {
    format: String,
    version: u32,
    jobs: Vec<JobOfFile>,
}

/// A job as the file holds it: without number, state and output, which mean nothing elsewhere.
#[derive(Serialize, Deserialize)]
struct JobOfFile {
    #[serde(default)]
    name: String,
    request: GenerateRequest,
    /// Entry with the first frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

/// The usual ending of a picture's name, by its first bytes.
fn picture_extension(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("webp"),
        [b'B', b'M', ..] => Some("bmp"),
        _ => None,
    }
}
