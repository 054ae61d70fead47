//! What the user fills in, the request it becomes, and the form a request came from.

mod aspect;
mod draft;

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{
    ClipQuality, DecodeTiles, GenerateRequest, ModelVariant, NoiseStream, SolverKind, SoundCodec,
    SoundLevel, SoundPreview,
};

use super::PresetRef;
use super::prompt::PromptView;
use crate::settings::OutputDefaults;

pub use aspect::Aspect;
pub use draft::Draft;

/// Steps that can be asked for (spec: product 4.3).
pub const STEPS: std::ops::RangeInclusive<u32> = 1..=160;
/// Schedule shifts that can be asked for.
pub const SHIFT: std::ops::RangeInclusive<f64> = 0.1..=20.0;
/// Guidances that can be asked for.
pub const GUIDANCE: std::ops::RangeInclusive<f64> = 0.0..=10.0;
/// Blocks the negative pass can leave out.
pub const SKIP_LAYER: std::ops::RangeInclusive<u32> = 1..=29;
/// Requested sides in pixels.
pub const SIDE: std::ops::RangeInclusive<u32> = 128..=1280;
/// Seeds that can be asked for.
pub const SEED: std::ops::RangeInclusive<u64> = 0..=u32::MAX as u64;
/// Clips of one prompt that can be asked for at once.
pub const TAKES: std::ops::RangeInclusive<u32> = 1..=100;
/// Seconds a clip can be continued for.
pub const CONTINUE_SECS: std::ops::RangeInclusive<f64> = 0.0..=60.0;
/// Block that is left out when skipping is switched on.
const DEFAULT_SKIP_LAYER: u32 = 11;

/// What a request may hold beyond what the screen has controls for: it came with loaded settings and
/// is kept, so that the same clip comes out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extras {
    /// Random stream.
    pub noise: NoiseStream,
    /// Pixel area.
    pub video_area: Option<u32>,
    /// Latent frames.
    pub latent_frames: Option<u32>,
    /// Audio latent steps.
    pub audio_steps: Option<u32>,
}

/// The fields of the main screen as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Prompt.
    pub prompt: String,
    /// What the picture should avoid.
    pub video_negative: String,
    /// What the sound should avoid.
    pub audio_negative: String,
    /// Folder of the model as typed; becomes effective when committed.
    pub checkpoint: String,
    /// Answer to "which published model is this?".
    pub variant: Option<ModelVariant>,
    /// First frame as typed; becomes effective when committed.
    pub first_frame: String,
    /// Clip to go on from.
    pub continue_from: Option<PathBuf>,
    /// Seconds of continuation wanted after the clip.
    pub continue_secs: f64,
    /// Shape.
    pub aspect: Aspect,
    /// Requested width in pixels.
    pub width: u32,
    /// Requested height in pixels.
    pub height: u32,
    /// Sampling steps.
    pub steps: u32,
    /// Seed of the next clip.
    pub seed: u64,
    /// Keep the seed for the clip after the next.
    pub is_seed_locked: bool,
    /// Clips made at once; take k, counted from 0, uses the seed plus k.
    pub num_takes: u32,
    /// Solver.
    pub solver: SolverKind,
    /// Schedule shift.
    pub shift: f64,
    /// Guidance of the picture.
    pub video_guidance: f64,
    /// Guidance of the sound.
    pub audio_guidance: f64,
    /// The negative pass leaves out a block.
    pub skips_layer: bool,
    /// Block that is left out.
    pub skip_layer: u32,
    /// Part of the run in which it is left out, as shares of the steps.
    pub skip_window: [f64; 2],
    /// Steps between previews; 0 is never.
    pub preview_every: u32,
    /// When the sound is decoded for a preview.
    pub sound_preview: SoundPreview,
    /// How the picture decoder cuts frames.
    pub decode_tiles: DecodeTiles,
    /// Keep the latents beside the clip.
    pub keeps_latents: bool,
    /// Loudness.
    pub sound_level: SoundLevel,
    /// Compression of the sound.
    pub sound_codec: SoundCodec,
    /// Folder of finished clips as typed.
    pub output_folder: String,
    /// Compression of the picture.
    pub quality: ClipQuality,
    /// Also write the sound as a WAV file.
    pub saves_wav: bool,
    /// Also write every frame as a PNG file.
    pub saves_frames: bool,
    /// Also write the first frame as a PNG file.
    pub saves_first_frame: bool,
    /// Also write the settings as a JSON file.
    pub saves_settings: bool,
    /// Leave the prompts out of the file.
    pub omits_prompts: bool,
    /// What loaded settings hold beyond this.
    pub extras: Extras,
    /// Preset that was used last.
    pub preset: PresetRef,
    pub(super) view: PromptView,
}

impl Default for Form {
    /// The defaults of the model's authors, taken from the engine; the latents are kept, so that a
    /// clip can be decoded again.
    fn default() -> Self {
        let request = GenerateRequest {
            keep_latents: true,
            ..GenerateRequest::new("", "", "")
        };
        let mut form = Self::of(&request);
        form.is_seed_locked = false;
        form
    }
}

impl Form {
    /// A form that asks for `request`, with the seed locked.
    fn of(request: &GenerateRequest) -> Self {
        let text = |path: &Path| path.display().to_string();
        Self {
            prompt: request.prompt.clone(),
            video_negative: request.video_negative.clone(),
            audio_negative: request.audio_negative.clone(),
            checkpoint: text(&request.checkpoint),
            variant: request.variant,
            first_frame: request.first_frame.as_deref().map(text).unwrap_or_default(),
            continue_from: request.continue_from.clone(),
            continue_secs: request.continue_secs,
            aspect: Aspect::of(request.width, request.height),
            width: request.width,
            height: request.height,
            steps: request.steps,
            seed: request.seed,
            is_seed_locked: true,
            num_takes: *TAKES.start(),
            solver: request.solver,
            shift: request.shift,
            video_guidance: request.video_guidance,
            audio_guidance: request.audio_guidance,
            skips_layer: request.skip_layer.is_some(),
            skip_layer: request.skip_layer.unwrap_or(DEFAULT_SKIP_LAYER),
            skip_window: request.skip_window,
            preview_every: request.preview_every,
            sound_preview: request.sound_preview,
            decode_tiles: request.decode_tiles,
            keeps_latents: request.keep_latents,
            sound_level: request.sound_level,
            sound_codec: request.sound_codec,
            output_folder: String::new(),
            quality: request.quality,
            saves_wav: request.save_wav,
            saves_frames: request.save_frames,
            saves_first_frame: request.save_first_frame,
            saves_settings: request.save_settings,
            omits_prompts: request.omit_prompts,
            extras: Extras {
                noise: request.noise,
                video_area: request.video_area,
                latent_frames: request.latent_frames,
                audio_steps: request.audio_steps,
            },
            preset: PresetRef::default(),
            view: PromptView::new(&request.prompt),
        }
    }

    /// Take every setting of a request, so that [`Form::request`] asks for the same clip: the seed is
    /// locked and one take is made. The output folder and the preset's name stay. What the request
    /// says about decoding kept latents is not a matter of the form.
    pub fn load(&mut self, request: &GenerateRequest) {
        let output_folder = std::mem::take(&mut self.output_folder);
        let preset = std::mem::take(&mut self.preset);
        *self = Self {
            output_folder,
            preset,
            ..Self::of(request)
        };
    }

    /// Read the prompt again after it changed.
    pub fn prompt_changed(&mut self) {
        self.view = PromptView::new(&self.prompt);
    }

    /// Replace the prompt.
    pub fn set_prompt(&mut self, prompt: impl Into<String>) {
        self.prompt = prompt.into();
        self.prompt_changed();
    }

    /// Spans and counts of the prompt, as of the last [`Form::prompt_changed`].
    pub fn prompt_view(&self) -> &PromptView {
        &self.view
    }

    /// Take a preset's size.
    pub fn set_aspect(&mut self, aspect: Aspect) {
        self.aspect = aspect;
        if let Some((width, height)) = aspect.size() {
            (self.width, self.height) = (width, height);
        }
    }

    /// Take over the defaults of new clips.
    pub fn take_defaults(&mut self, defaults: &OutputDefaults) {
        self.quality = defaults.quality;
        self.sound_codec = defaults.sound_codec;
        self.keeps_latents = defaults.keeps_latents;
        self.saves_wav = defaults.saves_wav;
        self.saves_frames = defaults.saves_frames;
        self.saves_first_frame = defaults.saves_first_frame;
        self.saves_settings = defaults.saves_settings;
        self.omits_prompts = defaults.omits_prompts;
    }

    /// Whether the negative pass runs at all: with both guidances 1 it cannot change anything.
    pub fn uses_negatives(&self) -> bool {
        self.video_guidance != 1.0 || self.audio_guidance != 1.0
    }

    /// Whether the sound is previewed every so many steps.
    pub fn previews_sound_often(&self) -> bool {
        matches!(self.sound_preview, SoundPreview::Every(_))
    }

    /// Folder of finished clips; `None` when the field is empty.
    pub fn output_folder(&self) -> Option<PathBuf> {
        let trimmed = self.output_folder.trim();
        (!trimmed.is_empty()).then(|| PathBuf::from(trimmed))
    }

    /// The request for one clip.
    pub fn request(
        &self,
        checkpoint: &Path,
        first_frame: Option<PathBuf>,
        output: PathBuf,
    ) -> GenerateRequest {
        GenerateRequest {
            checkpoint: checkpoint.to_owned(),
            variant: self.variant,
            prompt: self.prompt.clone(),
            video_negative: self.video_negative.clone(),
            audio_negative: self.audio_negative.clone(),
            first_frame,
            height: self.height,
            width: self.width,
            video_area: self.extras.video_area,
            latent_frames: self.extras.latent_frames,
            audio_steps: self.extras.audio_steps,
            seed: self.seed,
            noise: self.extras.noise,
            solver: self.solver,
            steps: self.steps,
            shift: self.shift,
            video_guidance: self.video_guidance,
            audio_guidance: self.audio_guidance,
            skip_layer: self.skips_layer.then_some(self.skip_layer),
            output,
            quality: self.quality,
            save_wav: self.saves_wav,
            save_frames: self.saves_frames,
            omit_prompts: self.omits_prompts,
            job: None,
            skip_window: self.skip_window,
            preview_every: self.preview_every,
            sound_preview: self.sound_preview,
            decode_tiles: self.decode_tiles,
            keep_latents: self.keeps_latents,
            sound_level: self.sound_level,
            sound_codec: self.sound_codec,
            save_first_frame: self.saves_first_frame,
            save_settings: self.saves_settings,
            continue_from: self.continue_from.clone(),
            continue_secs: self.continue_secs,
            redecode: None,
        }
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
