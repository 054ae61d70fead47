//! From a request as typed to settings as meant: ranges checked, sizes resolved, prompt in form.

use ovi_models::schedulers::Solver;
use ovi_models::video_vae::{SPATIAL_FACTOR, num_frames};
use ovi_tensor::{HostNoise, NoiseSource, PhiloxNoise};

use super::denoise::Guidance;
use crate::error::EngineError;
use crate::picture::resolve_size;
use crate::prompt::Dialect;
use crate::protocol::{
    CheckpointInfo, DecodeTiles, GenerateRequest, NoiseStream, SolverKind, SoundPreview, Warning,
    WarningCode,
};

/// Frames per second of every clip.
pub const FPS: u32 = 24;

/// Samples per second of every clip.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// Extents of a clip in pixels, latents, frames and samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipShape {
    /// Pixels, multiple of 32.
    pub height: usize,
    /// Pixels, multiple of 32.
    pub width: usize,
    /// Latent frames.
    pub latent_frames: usize,
    /// Audio latent steps.
    pub audio_steps: usize,
}

impl ClipShape {
    /// Video latent `[frames, height, width]`.
    pub fn latent_grid(&self) -> [usize; 3] {
        [
            self.latent_frames,
            self.height / SPATIAL_FACTOR,
            self.width / SPATIAL_FACTOR,
        ]
    }

    /// Frames of the clip.
    pub fn num_frames(&self) -> usize {
        num_frames(self.latent_frames)
    }
}

/// A checked request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Prompt in the model's dialect.
    pub prompt: String,
    /// Requested height and width.
    pub requested: [u32; 2],
    /// Pixels to scale to.
    pub video_area: u32,
    /// Latent frames.
    pub latent_frames: usize,
    /// Audio latent steps.
    pub audio_steps: usize,
    /// Guidance and skip layer.
    pub guidance: Guidance,
    /// Solver.
    pub solver: Solver,
    /// Steps.
    pub steps: usize,
    /// Schedule shift.
    pub shift: f64,
}

impl Settings {
    /// Check `request` against the checkpoint; changes are told in `warnings`.
    ///
    /// # Errors
    /// [`EngineError::Setting`], [`EngineError::Prompt`] or [`EngineError::UnknownVariant`].
    pub fn new(
        request: &GenerateRequest,
        info: &CheckpointInfo,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, EngineError> {
        if request.prompt.trim().is_empty() {
            return Err(EngineError::Prompt("the prompt is empty".into()));
        }
        check_ranges(request)?;
        let unknown = || EngineError::UnknownVariant {
            path: info
                .files
                .first()
                .map(|file| file.path.clone())
                .unwrap_or_default(),
        };
        let variant = request.variant.or(info.variant);
        let video_area = request.video_area.or(info.video_area).ok_or_else(unknown)?;
        let latent_frames = request
            .latent_frames
            .or(info.latent_frames)
            .ok_or_else(unknown)?;
        let audio_steps = request
            .audio_steps
            .or(info.audio_steps)
            .ok_or_else(unknown)?;
        whole_range("latent frames", latent_frames, 1, 256)?;
        whole_range("audio steps", audio_steps, 1, 2048)?;
        whole_range("area", video_area, 32 * 32, 4096 * 4096)?;
        let prompt = variant
            .map_or(Dialect::Labelled, Dialect::of)
            .format(&request.prompt);
        if prompt != request.prompt {
            let message = "The sound description was put into this model's form.".into();
            warnings.push(Warning {
                code: WarningCode::Dialect,
                message,
            });
        }
        if info.is_test_pattern {
            let message =
                "This checkpoint holds random numbers: the clip is a test pattern.".into();
            warnings.push(Warning {
                code: WarningCode::TestPattern,
                message,
            });
        }
        Ok(Self {
            prompt,
            requested: [request.height, request.width],
            video_area,
            latent_frames: latent_frames as usize,
            audio_steps: audio_steps as usize,
            guidance: Guidance {
                video: request.video_guidance as f32,
                audio: request.audio_guidance as f32,
                skip_layer: request.skip_layer.map(|layer| layer as usize),
                skip_window: request.skip_window,
            },
            solver: solver(request.solver),
            steps: request.steps as usize,
            shift: request.shift,
        })
    }

    /// Extents of a clip made from text alone.
    pub fn text_shape(&self, warnings: &mut Vec<Warning>) -> ClipShape {
        let [height, width] = self.requested.map(|side| side as usize);
        let (resolved_height, resolved_width) =
            resolve_size(height, width, self.video_area as usize);
        if [resolved_height, resolved_width] != [height, width] {
            let area = self.video_area;
            let message = format!(
                "This model works on about {area} pixels: {width}x{height} becomes {resolved_width}x{resolved_height}."
            );
            warnings.push(Warning {
                code: WarningCode::Size,
                message,
            });
        }
        self.shape(resolved_height, resolved_width)
    }

    /// Extents of a clip of this size.
    pub fn shape(&self, height: usize, width: usize) -> ClipShape {
        ClipShape {
            height,
            width,
            latent_frames: self.latent_frames,
            audio_steps: self.audio_steps,
        }
    }
}

/// The named random stream of a request.
pub(super) fn noise_source(request: &GenerateRequest) -> Box<dyn NoiseSource> {
    match request.noise {
        NoiseStream::Philox => Box::new(PhiloxNoise::new(request.seed)),
        NoiseStream::PhiloxMatching { max_threads } => Box::new(PhiloxNoise {
            seed: request.seed,
            max_threads: Some(max_threads),
        }),
        NoiseStream::Host => Box::new(HostNoise { seed: request.seed }),
    }
}

fn solver(kind: SolverKind) -> Solver {
    match kind {
        SolverKind::UniPc => Solver::UniPc,
        SolverKind::DpmPlusPlus => Solver::DpmPlusPlus,
        SolverKind::Euler => Solver::Euler,
    }
}

fn check_ranges(request: &GenerateRequest) -> Result<(), EngineError> {
    whole_range("steps", request.steps, 1, 160)?;
    whole_range("height", request.height, 1, 16_384)?;
    whole_range("width", request.width, 1, 16_384)?;
    range("video guidance", request.video_guidance, 0.0, 10.0)?;
    range("audio guidance", request.audio_guidance, 0.0, 10.0)?;
    if request.shift == 0.0 {
        return Err(EngineError::Setting(
            "shift 0 would remove no noise; use a value above 0 up to 20".into(),
        ));
    }
    range("shift", request.shift, 0.0, 20.0)?;
    let [start, end] = request.skip_window;
    range("start of the skip-layer window", start, 0.0, 1.0)?;
    range("end of the skip-layer window", end, 0.0, 1.0)?;
    if start > end {
        return Err(EngineError::Setting(format!(
            "the skip-layer window starts at {start} and ends before it, at {end}"
        )));
    }
    whole_range("steps between previews", request.preview_every, 0, 160)?;
    if let SoundPreview::Every(steps) = request.sound_preview {
        whole_range("steps between sound previews", steps, 1, 160)?;
    }
    range("seconds of continuation", request.continue_secs, 0.0, 60.0)?;
    check_tiles(request.decode_tiles)
}

/// Tiles of the picture decoder: a multiple of 32 pixels, as the sides of clips are.
pub(super) fn check_tiles(tiles: DecodeTiles) -> Result<(), EngineError> {
    let DecodeTiles::Pixels(side) = tiles else {
        return Ok(());
    };
    whole_range("decoder tile", side, 32, 4096)?;
    if !side.is_multiple_of(32) {
        return Err(EngineError::Setting(format!(
            "a decoder tile of {side} pixels is not a multiple of 32"
        )));
    }
    Ok(())
}

fn range(name: &str, value: f64, low: f64, high: f64) -> Result<(), EngineError> {
    if !(value >= low && value <= high) {
        return Err(EngineError::Setting(format!(
            "{name} is {value}; it can be {low} to {high}"
        )));
    }
    Ok(())
}

fn whole_range(name: &str, value: u32, low: u32, high: u32) -> Result<(), EngineError> {
    range(name, f64::from(value), f64::from(low), f64::from(high))
}
