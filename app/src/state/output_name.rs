//! Names of finished clips (spec: product 13).

use std::path::PathBuf;

use ovi_engine::protocol::GenerateRequest;
use ovi_media::{NameFields, prompt_slug};

/// A local date and time, and the same moment in seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `HHMMSS`.
    pub time: String,
    /// Seconds since 1970 (UTC).
    pub unix: i64,
}

/// Where clips go and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputName {
    /// Folder.
    pub folder: PathBuf,
    /// Name with fields in braces.
    pub template: String,
}

impl OutputName {
    /// Path of the clip that `request` makes at `stamp`, of this size in pixels.
    pub fn path(&self, request: &GenerateRequest, size: [u32; 2], stamp: &Stamp) -> PathBuf {
        let [width, height] = size;
        let fields = NameFields {
            date: stamp.date.clone(),
            time: stamp.time.clone(),
            slug: prompt_slug(&request.prompt),
            width,
            height,
            seed: request.seed,
            index: 0,
        };
        self.folder
            .join(format!("{}.mp4", fields.fill(&self.template)))
    }
}
