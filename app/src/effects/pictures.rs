//! First frames that are no files yet: pictures from the clipboard and frames of clips. They are
//! written as files, because a queued job must find them after a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::ColorImage;
use ovi_media::ClipReader;

use crate::app::OviApp;
use crate::desktop::PICTURE_ENDINGS;
use crate::tasks::TaskDone;
use crate::text;

/// Start clips from a picture on the clipboard.
pub fn use_pasted(app: &mut OviApp, image: Arc<ColorImage>) {
    let Some(folder) = folder(app) else {
        return;
    };
    let stamp = (app.services.stamp)();
    let name = format!("pasted_{}_{}.png", stamp.date, stamp.time);
    app.services.tasks.run("pasted picture", move || {
        let [width, height] = image.size;
        let rgb: Vec<u8> = image
            .pixels
            .iter()
            .flat_map(|pixel| {
                let [r, g, b, _] = pixel.to_srgba_unmultiplied();
                [r, g, b]
            })
            .collect();
        TaskDone::PictureKept(write(&folder, &name, &rgb, [width as u32, height as u32]))
    });
}

/// Start clips from frame `frame_idx`, counted from 0, of the clip at `path`.
pub fn use_frame(app: &mut OviApp, path: PathBuf, frame_idx: u32) {
    let Some(folder) = folder(app) else {
        return;
    };
    app.services.tasks.run("frame of a clip", move || {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{stem}_frame_{:04}.png", frame_idx + 1);
        let kept = ClipReader::open(&path)
            .and_then(|mut reader| reader.read_frame(frame_idx))
            .map_err(|error| error.to_string())
            .and_then(|frame| write(&folder, &name, &frame.rgb, [frame.width, frame.height]));
        TaskDone::PictureKept(kept)
    });
}

/// Path of a picture that a clipboard holds as text: a path or a `file` address.
pub fn path_of(text: &str) -> Option<PathBuf> {
    let line = text.lines().next()?.trim().trim_matches('"');
    let path = match line.strip_prefix("file://") {
        Some(address) => PathBuf::from(decoded(address)?),
        None => PathBuf::from(line),
    };
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    let is_picture = PICTURE_ENDINGS.contains(&ending.as_str());
    (is_picture && path.is_absolute()).then_some(path)
}

fn folder(app: &mut OviApp) -> Option<PathBuf> {
    let folder = app.services.places.pictures();
    if folder.is_none() {
        app.state.complain(text::no_picture_folder());
    }
    folder
}

fn write(folder: &Path, name: &str, rgb: &[u8], size: [u32; 2]) -> Result<PathBuf, String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let [width, height] = size;
    ovi_media::write_png(&folder.join(name), rgb, width, height).map_err(|error| error.to_string())
}

/// `%20` and the like of an address taken back; `None` if it is not UTF-8 then.
fn decoded(address: &str) -> Option<String> {
    // `file://host/path`: only this machine's files are of use.
    let path = match address.strip_prefix("localhost") {
        Some(path) => path,
        None => address,
    };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    // `file:///C:/…` on Windows.
    let drive = path
        .strip_prefix('/')
        .filter(|rest| rest.get(1..2) == Some(":"));
    Some(drive.map_or(path.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_addresses_of_pictures_are_recognised() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(path_of(text), expected.map(PathBuf::from), "{text:?}");
        };
        check("/a/b c.PNG", Some("/a/b c.PNG"));
        check("\"/a/b.jpg\"\n", Some("/a/b.jpg"));
        check(
            "file:///a/b%20c%C3%A9.webp\nfile:///d.png",
            Some("/a/b cé.webp"),
        );
        check("file://localhost/a.bmp", Some("/a.bmp"));
        check("/a/100%.png", Some("/a/100%.png"));
        check("file:///a/%FF.png", None);
        check("picture.png", None);
        check("/a/clip.mp4", None);
        check("some words", None);
        check("", None);
    }
}
