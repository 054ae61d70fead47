//! One clip of what is played: its frames, its sound and the picture that is shown.

use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle};
use ovi_media::{ClipInfo, WaveformPeak};

use super::audio::SoundOutput;
use super::course::Course;
use super::source::{FrameSource, Opened, VideoFrame};
use super::texture::VideoTexture;
use super::transport::FrameShape;
use super::voice::Voice;

/// One clip. All clips of a playback share its clock.
pub struct Lane {
    slot: usize,
    source: FrameSource,
    info: ClipInfo,
    peaks: Vec<WaveformPeak>,
    voice: Option<Voice>,
    /// The device pulls from the voice.
    has_device: bool,
    texture: VideoTexture,
    shown: Option<VideoFrame>,
    error: Option<String>,
}

impl Lane {
    /// A clip that was opened, number `slot` of those that were asked for.
    pub(super) fn new(slot: usize, source: FrameSource, opened: Opened, gain: f32) -> Self {
        let voice = Voice::new(opened.samples, opened.info.sample_rate_hz);
        if let Some(voice) = &voice {
            voice.set_gain(gain);
        }
        Self {
            slot,
            source,
            info: opened.info,
            peaks: opened.peaks,
            voice,
            has_device: false,
            texture: VideoTexture::default(),
            shown: None,
            error: None,
        }
    }

    /// Its number among the clips that were asked for.
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// What the clip is.
    pub fn info(&self) -> &ClipInfo {
        &self.info
    }

    /// Its shape in time.
    pub fn shape(&self) -> FrameShape {
        FrameShape::new(self.info.num_frames, self.info.fps)
    }

    /// Outline of the sound; empty for a clip without sound.
    pub fn peaks(&self) -> &[WaveformPeak] {
        &self.peaks
    }

    /// Whether the clip has a sound track.
    pub fn has_sound(&self) -> bool {
        self.voice.is_some()
    }

    /// The picture, once one was decoded.
    pub fn texture(&self) -> Option<&TextureHandle> {
        self.texture.handle()
    }

    /// Frame in the texture; differs from the one that is due while that is being decoded.
    pub fn shown_frame(&self) -> Option<u32> {
        self.shown.as_ref().map(|frame| frame.frame_idx)
    }

    /// Pixels of the shown frame.
    pub fn pixels(&self) -> Option<&Arc<ColorImage>> {
        self.shown.as_ref().map(|frame| &frame.image)
    }

    /// Why it cannot be played on.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The last frame is held because the clip is shorter than the others.
    pub fn is_held(&self, secs: f64) -> bool {
        let shape = self.shape();
        secs >= shape.duration_secs() + 0.5 / shape.fps
    }

    pub(super) fn set_gain(&self, gain: f32) {
        if let Some(voice) = &self.voice {
            voice.set_gain(gain);
        }
    }

    pub(super) fn voice(&self) -> Option<&Voice> {
        self.voice.as_ref().filter(|_| self.has_device)
    }

    pub(super) fn go(&mut self, course: Course, stride: u32) {
        self.source.go(course, stride);
        self.error = None;
    }

    /// Hand the voice to a device that has just opened, or take leave of one that was lost. Returns
    /// whether that changed anything.
    pub(super) fn follow_device(&mut self, sound: &SoundOutput, is_open: bool) -> bool {
        let Some(voice) = &self.voice else {
            return false;
        };
        let has_changed = is_open != self.has_device;
        if has_changed && is_open {
            sound.add(voice.source());
        }
        self.has_device = is_open;
        has_changed
    }

    /// Show the frame that is due. Returns whether decoding failed.
    pub(super) fn show_due(&mut self, ctx: &Context, elapsed_secs: f64) -> bool {
        match self.source.take_due(elapsed_secs) {
            Ok(Some(frame)) => {
                self.texture.set(ctx, Arc::clone(&frame.image));
                if let Some(past) = self.shown.replace(frame) {
                    self.source.reuse(past.image);
                }
                false
            }
            Ok(None) => false,
            Err(error) => {
                self.error = Some(error);
                true
            }
        }
    }

    /// Whether a frame that is due is still being decoded.
    pub(super) fn is_late(&self, secs: f64, stride: u32) -> bool {
        let due_idx = self.shape().frame_at(secs);
        let is_near = |shown: u32| shown.abs_diff(due_idx) < stride;
        let is_shown = self.shown_frame().is_some_and(is_near);
        self.error.is_none() && !(is_shown && self.source.has_arrived())
    }
}
