//! Textures of everything that is not the playing clip: first frame, preview, strip of clips.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use ovi_engine::protocol::Preview;

use crate::job_pictures::JobPictures;
use crate::state::{Job, Thumbnail};
use crate::thumbnails::Thumbnails;

/// Latent frames stand for four frames each at 24 per second (spec: product 7).
const PREVIEW_FRAME: Duration = Duration::from_millis(1000 * 4 / 24);

/// The textures.
#[derive(Default)]
pub struct Pictures {
    /// Pictures of the queue's rows.
    pub(crate) jobs: JobPictures,
    first_frame: Option<(PathBuf, TextureHandle)>,
    preview: Option<ShownPreview>,
    /// Small pictures of clips.
    pub clips: Thumbnails,
}

struct ShownPreview {
    preview: Arc<Preview>,
    frame_idx: usize,
    texture: TextureHandle,
}

impl Pictures {
    /// Keep the picture of the first frame.
    pub fn set_first_frame(&mut self, ctx: &Context, path: &Path, thumbnail: &Thumbnail) {
        self.first_frame = load(ctx, thumbnail).map(|texture| (path.to_owned(), texture));
    }

    /// Picture of the first frame `path`.
    pub fn first_frame(&self, path: &Path) -> Option<&TextureHandle> {
        self.first_frame
            .as_ref()
            .filter(|(known, _)| known == path)
            .map(|(_, texture)| texture)
    }

    /// The moving preview.
    pub fn preview(&self) -> Option<&TextureHandle> {
        self.preview.as_ref().map(|shown| &shown.texture)
    }

    /// Bring the preview to what is due. Returns when to call again; `None` if it stands still.
    pub fn update_preview(
        &mut self,
        ctx: &Context,
        job: Option<&Job>,
        is_moving: bool,
        now_secs: f64,
    ) -> Option<Duration> {
        let Some(preview) = job.and_then(|job| job.preview.as_ref()) else {
            self.preview = None;
            return None;
        };
        let num_frames = preview.frames.len();
        let tick = (now_secs / PREVIEW_FRAME.as_secs_f64()).floor().max(0.0) as usize;
        let frame_idx = match is_moving {
            true => tick.checked_rem(num_frames)?,
            false => 0,
        };
        let is_shown = self.preview.as_ref().is_some_and(|shown| {
            Arc::ptr_eq(&shown.preview, preview) && shown.frame_idx == frame_idx
        });
        if !is_shown {
            self.show_preview(ctx, preview, frame_idx);
        }
        (is_moving && num_frames > 1).then_some(PREVIEW_FRAME)
    }

    fn show_preview(&mut self, ctx: &Context, preview: &Arc<Preview>, frame_idx: usize) {
        let rgb = preview.frames.get(frame_idx);
        let Some(image) = rgb.and_then(|rgb| color_image(preview.width, preview.height, rgb))
        else {
            return;
        };
        let options = TextureOptions::LINEAR;
        let texture = match self.preview.take() {
            Some(mut shown) => {
                shown.texture.set(image, options);
                shown.texture
            }
            None => ctx.load_texture("preview", image, options),
        };
        self.preview = Some(ShownPreview {
            preview: Arc::clone(preview),
            frame_idx,
            texture,
        });
    }
}

/// A texture of a small picture; `None` if its bytes do not fit its size.
pub(crate) fn load(ctx: &Context, thumbnail: &Thumbnail) -> Option<TextureHandle> {
    let image = color_image(thumbnail.width, thumbnail.height, &thumbnail.rgb)?;
    Some(ctx.load_texture("thumbnail", image, TextureOptions::LINEAR))
}

/// `None` if the bytes do not fit the size.
fn color_image(width: u32, height: u32, rgb: &[u8]) -> Option<ColorImage> {
    let size = [width as usize, height as usize];
    let num_bytes = size[0].checked_mul(size[1])?.checked_mul(3)?;
    (num_bytes > 0 && num_bytes == rgb.len()).then(|| ColorImage::from_rgb(size, rgb))
}
