//! The one texture a clip is shown with.

use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

/// A texture that is replaced frame by frame and keeps its place in graphics memory.
#[derive(Default)]
pub struct VideoTexture {
    handle: Option<TextureHandle>,
}

impl VideoTexture {
    /// Show `image` from now on.
    pub fn set(&mut self, ctx: &Context, image: Arc<ColorImage>) {
        match &mut self.handle {
            Some(handle) => handle.set(image, TextureOptions::LINEAR),
            None => {
                self.handle = Some(ctx.load_texture("clip", image, TextureOptions::LINEAR));
            }
        }
    }

    /// The texture, once there was a frame.
    pub fn handle(&self) -> Option<&TextureHandle> {
        self.handle.as_ref()
    }
}
