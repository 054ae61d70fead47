//! Files of clips as the disk has them. Every call may take long: task threads only.

use std::path::{Path, PathBuf};

use ovi_engine::library;
use ovi_engine::protocol::Clip;
use ovi_media::ClipReader;
use serde_json::Value;

use crate::state::DroppedClip;

/// Most folders that are looked into below one.
const MAX_DEPTH: usize = 2;

/// A file or folder on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Files: one, those of a folder, or none.
    pub num_files: u64,
    /// Their size; `None` if nothing is there.
    pub num_bytes: Option<u64>,
}

/// Every file that belongs to a clip, each once.
pub fn all_files(clip: &Clip) -> Vec<PathBuf> {
    let mut files = vec![clip.path.clone()];
    let others = clip.extra_files.iter().chain(&clip.latents);
    for path in others {
        if !files.contains(path) {
            files.push(path.clone());
        }
    }
    files
}

/// What is at `path`.
pub fn measure(path: &Path) -> Measured {
    measure_within(path, MAX_DEPTH)
}

fn measure_within(path: &Path, depth: usize) -> Measured {
    // A link is not followed: what it leads to does not go with the clip.
    let Ok(facts) = path.symlink_metadata() else {
        return Measured::default();
    };
    if !facts.is_dir() {
        return Measured {
            num_files: 1,
            num_bytes: Some(facts.len()),
        };
    }
    let mut sum = Measured {
        num_files: 0,
        num_bytes: Some(0),
    };
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    for entry in entries.filter(|_| depth > 0) {
        let found = measure_within(&entry.path(), depth - 1);
        sum.num_files += found.num_files;
        sum.num_bytes = sum.num_bytes.map(|sum| sum + found.num_bytes.unwrap_or(0));
    }
    sum
}

/// Write a frame as a PNG file beside its clip. Returns the file.
pub fn write_frame(clip: &Path, frame_idx: u32) -> Result<PathBuf, String> {
    let stem = clip.file_stem().unwrap_or_default().to_string_lossy();
    let number = u64::from(frame_idx) + 1;
    let target = clip.with_file_name(format!("{stem}_frame_{number:04}.png"));
    ClipReader::open(clip)
        .and_then(|mut reader| reader.read_frame(frame_idx))
        .and_then(|frame| ovi_media::write_png(&target, &frame.rgb, frame.width, frame.height))
        .map_err(|error| error.to_string())
}

/// What a clip's file tells about it. Fails with a sentence for what is no clip we can play.
pub fn describe(path: &Path) -> Result<DroppedClip, String> {
    let record = library::describe_clip(path).map_err(|error| error.report().message)?;
    let reader = ClipReader::open(path).map_err(|error| error.to_string())?;
    let told: Option<Value> = reader
        .info()
        .metadata_json
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    Ok(DroppedClip {
        record,
        other_version: told.as_ref().and_then(other_version),
    })
}

/// The version that wrote the clip, if it is another one than this.
fn other_version(told: &Value) -> Option<String> {
    let version = told.get("app_version")?.as_str()?;
    // Digits and dots; anything else is not ours to repeat.
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ".-+".contains(sign);
    let is_other = version != env!("CARGO_PKG_VERSION");
    (is_other && version.len() <= 32 && version.chars().all(is_plain)).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_counts_with_everything_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let frames = folder.path().join("frames");
        std::fs::create_dir(&frames).unwrap();
        std::fs::write(frames.join("1.png"), [0; 10]).unwrap();
        std::fs::write(frames.join("2.png"), [0; 20]).unwrap();
        let found = measure(&frames);
        assert_eq!((found.num_files, found.num_bytes), (2, Some(30)));
        assert_eq!(measure(&folder.path().join("none")), Measured::default());
    }

    #[test]
    fn a_foreign_version_is_told_only_if_it_looks_like_one() {
        let told = |version: &str| other_version(&serde_json::json!({ "app_version": version }));
        assert_eq!(told("0.0.1-old").as_deref(), Some("0.0.1-old"));
        assert_eq!(told(env!("CARGO_PKG_VERSION")), None);
        assert_eq!(told("<b>\n"), None);
        assert_eq!(told(&"1".repeat(99)), None);
    }
}
