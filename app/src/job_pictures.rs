//! Small pictures of the queue's rows: first frames that jobs start from, and those of their clips.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use ovi_media::ClipReader;

use crate::state::{FirstFramePicture, Thumbnail};

/// Longest side in pixels, for screens with two pixels per point.
const SIDE: u32 = 128;
/// Pictures that are kept, about 40 kB each.
const MAX_PICTURES: usize = 256;

/// The textures, first read first forgotten.
#[derive(Default)]
pub struct JobPictures {
    textures: HashMap<PathBuf, TextureHandle>,
    order: VecDeque<PathBuf>,
}

impl JobPictures {
    /// Picture of this file, if it was read.
    pub fn get(&self, path: &Path) -> Option<&TextureHandle> {
        self.textures.get(path)
    }

    /// Keep a picture. Returns the one that was forgotten for it.
    pub fn put(&mut self, ctx: &Context, path: PathBuf, picture: &Thumbnail) -> Option<PathBuf> {
        let size = [picture.width as usize, picture.height as usize];
        if size[0] * size[1] * 3 != picture.rgb.len() {
            return None;
        }
        let image = ColorImage::from_rgb(size, &picture.rgb);
        let texture = ctx.load_texture("job picture", image, TextureOptions::LINEAR);
        if self.textures.insert(path.clone(), texture).is_none() {
            self.order.push_back(path);
        }
        let is_full = self.order.len() > MAX_PICTURES;
        let forgotten = if is_full {
            self.order.pop_front()
        } else {
            None
        };
        forgotten.inspect(|path| drop(self.textures.remove(path)))
    }
}

/// Read a picture file, or the first frame of a clip. Fails with a sentence.
pub fn read(path: &Path) -> Result<FirstFramePicture, String> {
    let is_clip = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("mp4"));
    let picture = match is_clip {
        true => ClipReader::open(path).and_then(|mut reader| reader.read_frame(0)),
        false => ovi_media::read_picture(path),
    };
    let picture = picture.map_err(|error| error.to_string())?;
    let small = ovi_media::thumbnail(&picture, SIDE).map_err(|error| error.to_string())?;
    Ok(FirstFramePicture {
        path: path.to_owned(),
        width: picture.width,
        height: picture.height,
        thumbnail: Thumbnail {
            width: small.width,
            height: small.height,
            rgb: small.rgb,
        },
    })
}
