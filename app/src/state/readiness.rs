//! Whether a clip can be generated now, why not, and which shape it would have.

use ovi_engine::picture::{first_frame_size, resolve_size};
use ovi_engine::prompt::PairFault;

use super::{AppState, EngineState, FPS, FirstFrame, ModelState};

/// Why Generate is disabled; the first reason that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The engine thread has not answered yet.
    EngineStarting,
    /// The engine thread has ended.
    EngineStopped,
    /// No model folder.
    NoModel,
    /// The model folder is being looked at.
    ModelChecking,
    /// The model folder lacks something.
    ModelUnusable,
    /// The files do not tell which published model they are.
    VariantUnknown,
    /// The prompt is empty.
    NoPrompt,
    /// Speech tags do not pair up.
    Tags(PairFault),
    /// The picture is being read.
    PictureReading,
    /// The picture cannot be used.
    PictureUnusable,
    /// No output folder.
    NoOutputFolder,
}

/// Shape of the clip the model will make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolvedShape {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames, if the model's length is known.
    pub num_frames: Option<u32>,
    /// The first frame decides the ratio, not the form.
    pub is_from_picture: bool,
}

impl ResolvedShape {
    /// Length in seconds.
    pub fn duration_secs(&self) -> Option<f64> {
        self.num_frames
            .map(|num_frames| f64::from(num_frames) / f64::from(FPS))
    }
}

impl ResolvedShape {
    /// Clips that are made after the first one to go on for `secs`: neighbours share one frame.
    pub fn num_further_clips(&self, secs: f64) -> Option<u64> {
        let num_new = self.num_frames?.checked_sub(1).filter(|num| *num > 0)?;
        let num_wanted = (secs.max(0.0) * f64::from(FPS)).ceil();
        Some((num_wanted / f64::from(num_new)).ceil() as u64)
    }
}

impl AppState {
    /// Why nothing can be generated now; `None` if it can.
    pub fn blocked(&self) -> Option<Blocked> {
        match self.engine {
            EngineState::Starting => return Some(Blocked::EngineStarting),
            EngineState::Stopped => return Some(Blocked::EngineStopped),
            EngineState::Ready => {}
        }
        match &self.model {
            ModelState::Unset => return Some(Blocked::NoModel),
            ModelState::Checking(_) => return Some(Blocked::ModelChecking),
            ModelState::Unusable { .. } => return Some(Blocked::ModelUnusable),
            ModelState::Found(_) => {}
        }
        if self.model.needs_variant() && self.form.variant.is_none() {
            return Some(Blocked::VariantUnknown);
        }
        if self.form.prompt.trim().is_empty() {
            return Some(Blocked::NoPrompt);
        }
        if let Some(fault) = self.form.prompt_view().fault {
            return Some(Blocked::Tags(fault));
        }
        match &self.first_frame {
            FirstFrame::Reading(_) => return Some(Blocked::PictureReading),
            FirstFrame::Unusable { .. } => return Some(Blocked::PictureUnusable),
            FirstFrame::Unset | FirstFrame::Ready(_) => {}
        }
        self.form
            .output_folder()
            .is_none()
            .then_some(Blocked::NoOutputFolder)
    }

    /// Shape of the next clip; `None` while the model's area is not known.
    pub fn resolved_shape(&self) -> Option<ResolvedShape> {
        let area = self.model.video_area(self.form.variant)? as usize;
        let picture = self.first_frame.picture();
        let (height, width) = match picture {
            Some(picture) => {
                first_frame_size(picture.height as usize, picture.width as usize, area)
            }
            None => resolve_size(self.form.height as usize, self.form.width as usize, area),
        };
        Some(ResolvedShape {
            width: width as u32,
            height: height as u32,
            num_frames: self.model.num_frames(self.form.variant),
            is_from_picture: picture.is_some(),
        })
    }
}
