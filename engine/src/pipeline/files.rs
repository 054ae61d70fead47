//! Files around a clip: the given picture, and what is saved beside the clip.

use std::path::{Path, PathBuf};

use ovi_media::{Picture, read_picture, write_new_file, write_png, write_wav};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::settings::SAMPLE_RATE_HZ;
use crate::error::EngineError;
use crate::library::frames_prefix;
use crate::picture::{Preprocessed, resize_first_frame};
use crate::protocol::GenerateRequest;

/// The first frame at the size that `area` pixels give it.
pub(super) fn load_picture(path: &Path, area: u32) -> Result<Preprocessed, EngineError> {
    let picture = read_picture(path).map_err(EngineError::Picture)?;
    let [height, width] = [picture.height, picture.width].map(|side| side as usize);
    resize_first_frame(&picture.rgb, height, width, area as usize).map_err(EngineError::PictureSize)
}

/// SHA-256 of a picture's file, in hexadecimal digits.
pub(super) fn file_sha256(path: &Path) -> Result<String, EngineError> {
    let bytes = std::fs::read(path).map_err(|source| {
        EngineError::Picture(ovi_media::MediaError::Io {
            action: "read",
            path: path.to_path_buf(),
            source,
        })
    })?;
    let digest = Sha256::digest(&bytes);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A folder beside the coming clip that disappears unless it is kept.
///
/// Its name carries the job's number, so that what a killed program left is told from what another
/// program is working on.
pub(super) fn frames_folder(request: &GenerateRequest) -> Result<TempDir, EngineError> {
    let output = &request.output;
    let prefix = request
        .job
        .map_or_else(|| ".ovi-frames-".into(), frames_prefix);
    let parent = output
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let made = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent);
    made.map_err(|source| {
        EngineError::Output(ovi_media::MediaError::FolderNotWritable {
            folder: parent.to_path_buf(),
            source,
        })
    })
}

/// What is wanted beside the clip.
pub(super) struct Extras<'a> {
    /// Sound for a WAV file.
    pub(super) samples: Option<&'a [f32]>,
    /// Folder of frames.
    pub(super) frames: Option<TempDir>,
    /// First frame for a PNG file.
    pub(super) first_frame: Option<Picture>,
    /// Settings for a JSON file.
    pub(super) told: Option<&'a str>,
}

/// Put the files beside the finished clip. The clip is safe by now, so a failure here is a warning.
pub(super) fn publish_extras(
    clip: &Path,
    extras: Extras<'_>,
    warn: &mut dyn FnMut(String),
) -> Vec<PathBuf> {
    let mut published = Vec::new();
    let mut publish = |what: &str, result: Option<Result<PathBuf, String>>| match result {
        Some(Ok(path)) => published.push(path),
        Some(Err(reason)) => warn(format!("{what}: {reason}.")),
        None => {}
    };
    let text = |error: ovi_media::MediaError| error.to_string();
    let wav = extras
        .samples
        .map(|samples| write_wav(&clip.with_extension("wav"), samples, SAMPLE_RATE_HZ));
    publish(
        "The WAV file was not written",
        wav.map(|result| result.map_err(text)),
    );
    let frames = extras.frames.map(|frames| {
        let target = ovi_media::unique_path(&clip.with_extension("frames"));
        std::fs::rename(frames.path(), &target).map_err(|error| error.to_string())?;
        // The folder has moved; there is nothing left to remove.
        drop(frames.keep());
        Ok(target)
    });
    publish("The frames were not kept", frames);
    let first = extras.first_frame.map(|Picture { width, height, rgb }| {
        write_png(&clip.with_extension("first.png"), &rgb, width, height)
    });
    publish(
        "The first frame was not written",
        first.map(|result| result.map_err(text)),
    );
    let told = extras
        .told
        .map(|told| write_new_file(&clip.with_extension("json"), pretty(told).as_bytes()));
    publish(
        "The settings were not written",
        told.map(|result| result.map_err(text)),
    );
    published
}

/// One field a line, for people.
fn pretty(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.map_or_else(|_| json.to_owned(), |value| format!("{value:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_told_and_the_rest_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let clip = folder.path().join("clip.mp4");
        let told = |clip: &Path, wrong_picture: bool| {
            let mut warnings = Vec::new();
            let extras = Extras {
                samples: Some(&[0.5; 10]),
                frames: None,
                first_frame: Some(Picture {
                    width: 1,
                    height: 1,
                    rgb: vec![0; if wrong_picture { 4 } else { 3 }],
                }),
                told: Some("{\"a\":1}"),
            };
            let files = publish_extras(clip, extras, &mut |message| warnings.push(message));
            (files, warnings)
        };
        let (files, warnings) = told(&clip, true);
        let beside = ["wav", "json"].map(|extension| clip.with_extension(extension));
        assert_eq!(files, beside);
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].starts_with("The first frame was not written: "));
        let (files, warnings) = told(&folder.path().join("gone/clip.mp4"), false);
        assert!(files.is_empty());
        assert_eq!(warnings.len(), 3, "{warnings:?}");
    }
}
