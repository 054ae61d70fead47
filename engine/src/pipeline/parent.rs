//! A clip that another goes on from: its last frame, its frames and its sound.

use std::path::{Path, PathBuf};

use ovi_media::{ClipInfo, ClipReader, CopiedPictures, Picture, PixelFormat};

use super::settings::{FPS, SAMPLE_RATE_HZ, Settings};
use super::sound::joined;
use crate::error::EngineError;
use crate::picture::{
    Preprocessed, SIDE_MULTIPLE, first_frame_size, is_far_from_area, unscaled_first_frame,
};

/// A difference of frame rates that is only rounding.
const FPS_TOLERANCE: f64 = 1e-6;

/// An opened clip that fits the coming one.
pub(super) struct Parent {
    pub(super) path: PathBuf,
    pub(super) num_frames: u32,
    last_frame: Picture,
}

/// Whether a model of about `area` pixels makes clips of this size: whole tokens, and within a tenth of
/// the area or no further from it than rounding takes both sides, which is more on small areas.
fn is_made_at(height: usize, width: usize, area: usize) -> bool {
    let sides = [height, width];
    let is_whole = sides.iter().all(|side| side.is_multiple_of(SIDE_MULTIPLE));
    let rounding = SIDE_MULTIPLE / 2;
    // A side of one token may have been rounded up from anything.
    let least = sides.map(|side| {
        if side > SIDE_MULTIPLE {
            side - rounding
        } else {
            1
        }
    });
    let most = sides.map(|side| side.saturating_add(rounding));
    let pixels = |[height, width]: [usize; 2]| height.saturating_mul(width);
    let is_rounded = (pixels(least)..=pixels(most)).contains(&area);
    is_whole && (is_rounded || !is_far_from_area(height, width, area))
}

/// Open `path`, which must have the frame rate and sample rate of our clips.
pub(super) fn open_clip(path: &Path) -> Result<ClipReader, EngineError> {
    let reader = ClipReader::open(path).map_err(EngineError::source_clip(path))?;
    let &ClipInfo {
        fps,
        sample_rate_hz,
        ..
    } = reader.info();
    if (fps - f64::from(FPS)).abs() > FPS_TOLERANCE {
        return Err(EngineError::Setting(format!(
            "the given clip has {fps} frames per second, not {FPS}"
        )));
    }
    if ![0, SAMPLE_RATE_HZ].contains(&sample_rate_hz) {
        return Err(EngineError::Setting(format!(
            "the given clip has {sample_rate_hz} sound samples per second, not {SAMPLE_RATE_HZ}"
        )));
    }
    Ok(reader)
}

impl Parent {
    /// Open the clip and read its last frame. The coming clip gets its size, so it must be one that the
    /// model makes: scaled as a first frame, one size in five made from text would become another.
    pub(super) fn open(path: &Path, settings: &Settings) -> Result<Self, EngineError> {
        let parent = Self::read(path)?;
        let [height, width] = parent.size();
        let area = settings.video_area as usize;
        if !is_made_at(height, width, area) {
            let (made_height, made_width) = first_frame_size(height, width, area);
            return Err(EngineError::Setting(format!(
                "the clip to go on from is {width}x{height}, but at {area} pixels this model would make {made_width}x{made_height} of it; use the model that made it"
            )));
        }
        Ok(parent)
    }

    /// Open the clip that latents of `[width, height]` went on from.
    pub(super) fn of_latents(path: &Path, size: [usize; 2]) -> Result<Self, EngineError> {
        let parent = Self::read(path)?;
        let [height, width] = parent.size();
        if [width, height] != size {
            let [made_width, made_height] = size;
            return Err(EngineError::Setting(format!(
                "the clip to go on from is {width}x{height}, the latents make {made_width}x{made_height}"
            )));
        }
        Ok(parent)
    }

    fn read(path: &Path) -> Result<Self, EngineError> {
        let mut reader = open_clip(path)?;
        let num_frames = reader.info().num_frames;
        let last_frame = reader
            .read_frame(num_frames.saturating_sub(1))
            .map_err(EngineError::source_clip(path))?;
        Ok(Self {
            path: path.to_path_buf(),
            num_frames,
            last_frame,
        })
    }

    /// Frames of this clip and `num_new` more that begin with its last one.
    pub(super) fn num_frames_with(&self, num_new: usize) -> usize {
        (self.num_frames as usize + num_new).saturating_sub(1)
    }

    /// Height and width.
    fn size(&self) -> [usize; 2] {
        [self.last_frame.height, self.last_frame.width].map(|side| side as usize)
    }

    /// The last frame as the first one of the coming clip, in its own size.
    pub(super) fn picture(&self) -> Result<Preprocessed, EngineError> {
        let [height, width] = self.size();
        unscaled_first_frame(&self.last_frame.rgb, height, width).map_err(EngineError::PictureSize)
    }

    /// Its sound, going over into `new`, which begins with the shared frame.
    pub(super) fn joined_sound(&self, new: &[f32]) -> Result<Vec<f32>, EngineError> {
        let before = open_clip(&self.path)?
            .read_audio()
            .map_err(EngineError::source_clip(&self.path))?;
        Ok(joined(before, self.num_frames as usize, new))
    }

    /// Its frames as they are stored.
    pub(super) fn copied(&self) -> Result<CopiedPictures, EngineError> {
        open_clip(&self.path)?
            .copy_pictures()
            .map_err(EngineError::source_clip(&self.path))
    }

    /// Its decoded frames, one by one.
    pub(super) fn each_frame(
        &self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let mut frames = open_clip(&self.path)?.into_frames();
        let mut rgb = Vec::new();
        while frames
            .next_frame(PixelFormat::Rgb, &mut rgb)
            .map_err(EngineError::source_clip(&self.path))?
            .is_some()
        {
            sink(&rgb)?;
        }
        Ok(())
    }

    /// Its first frame.
    pub(super) fn first_frame(&self) -> Result<Picture, EngineError> {
        open_clip(&self.path)?
            .read_frame(0)
            .map_err(EngineError::source_clip(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::resolve_size;

    #[test]
    fn every_size_made_from_text_can_be_gone_on_from() {
        for area in [128 * 320, 720 * 720, 960 * 960] {
            for height in (32..=1280).step_by(16) {
                for width in (32..=1280).step_by(16) {
                    let (made_height, made_width) = resolve_size(height, width, area);
                    let is_made = is_made_at(made_height, made_width, area);
                    assert!(
                        is_made,
                        "{width}x{height} at {area}: {made_width}x{made_height}"
                    );
                }
            }
        }
    }

    #[test]
    fn sizes_of_another_model_cannot() {
        let (small, large) = (720 * 720, 960 * 960);
        assert!(!is_made_at(544, 960, large));
        assert!(!is_made_at(704, 1280, small));
        assert!(!is_made_at(540, 960, small), "no whole tokens");
    }
}
