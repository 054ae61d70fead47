//! What the user fills in, and the request it becomes.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{ClipQuality, GenerateRequest, ModelVariant, SolverKind};

use super::prompt::PromptView;

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
/// Block that is left out when skipping is switched on.
const DEFAULT_SKIP_LAYER: u32 = 11;

/// Shape of the clip; only the ratio matters, the model decides the area (spec: product 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// 21:9.
    Ultrawide,
    /// 16:9.
    Wide,
    /// 4:3.
    Classic,
    /// 1:1.
    Square,
    /// 3:4.
    Upright,
    /// 9:16.
    Tall,
    /// Width and height as typed.
    Custom,
}

impl Aspect {
    /// Presets with a fixed ratio, widest first.
    pub const PRESETS: [Self; 6] = [
        Self::Ultrawide,
        Self::Wide,
        Self::Classic,
        Self::Square,
        Self::Upright,
        Self::Tall,
    ];

    /// Requested `(width, height)`; `None` for [`Aspect::Custom`].
    pub fn size(self) -> Option<(u32, u32)> {
        match self {
            Self::Ultrawide => Some((1120, 480)),
            Self::Wide => Some((1280, 704)),
            Self::Classic => Some((960, 720)),
            Self::Square => Some((960, 960)),
            Self::Upright => Some((720, 960)),
            Self::Tall => Some((704, 1280)),
            Self::Custom => None,
        }
    }

    /// Ratio for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ultrawide => "21:9",
            Self::Wide => "16:9",
            Self::Classic => "4:3",
            Self::Square => "1:1",
            Self::Upright => "3:4",
            Self::Tall => "9:16",
            Self::Custom => "W × H",
        }
    }
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
    /// Shape.
    pub aspect: Aspect,
    /// Requested width in pixels.
    pub width: u32,
    /// Requested height in pixels.
    pub height: u32,
    /// Sampling steps.
    pub steps: u32,
    /// Seed of the next clip.
    pub seed: u32,
    /// Keep the seed for the clip after the next.
    pub is_seed_locked: bool,
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
    /// Folder of finished clips as typed.
    pub output_folder: String,
    /// Compression.
    pub quality: ClipQuality,
    /// Also write the sound as a WAV file.
    pub saves_wav: bool,
    /// Also write every frame as a PNG file.
    pub saves_frames: bool,
    /// Leave the prompts out of the file.
    pub omits_prompts: bool,
    view: PromptView,
}

impl Default for Form {
    /// The defaults of the model's authors, taken from the engine.
    fn default() -> Self {
        let request = GenerateRequest::new("", "", "");
        Self {
            prompt: String::new(),
            video_negative: request.video_negative,
            audio_negative: request.audio_negative,
            checkpoint: String::new(),
            variant: None,
            first_frame: String::new(),
            aspect: Aspect::Wide,
            width: request.width,
            height: request.height,
            steps: request.steps,
            seed: request.seed as u32,
            is_seed_locked: false,
            solver: request.solver,
            shift: request.shift,
            video_guidance: request.video_guidance,
            audio_guidance: request.audio_guidance,
            skips_layer: request.skip_layer.is_some(),
            skip_layer: request.skip_layer.unwrap_or(DEFAULT_SKIP_LAYER),
            output_folder: String::new(),
            quality: request.quality,
            saves_wav: request.save_wav,
            saves_frames: request.save_frames,
            omits_prompts: request.omit_prompts,
            view: PromptView::default(),
        }
    }
}

impl Form {
    /// Read the prompt again after it changed.
    pub fn prompt_changed(&mut self) {
        self.view = PromptView::new(&self.prompt);
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

    /// Whether the negative pass runs at all: with both guidances 1 it cannot change anything.
    pub fn uses_negatives(&self) -> bool {
        self.video_guidance != 1.0 || self.audio_guidance != 1.0
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
            variant: self.variant,
            video_negative: self.video_negative.clone(),
            audio_negative: self.audio_negative.clone(),
            first_frame,
            height: self.height,
            width: self.width,
            seed: u64::from(self.seed),
            solver: self.solver,
            steps: self.steps,
            shift: self.shift,
            video_guidance: self.video_guidance,
            audio_guidance: self.audio_guidance,
            skip_layer: self.skips_layer.then_some(self.skip_layer),
            quality: self.quality,
            save_wav: self.saves_wav,
            save_frames: self.saves_frames,
            omit_prompts: self.omits_prompts,
            ..GenerateRequest::new(checkpoint, self.prompt.clone(), output)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_engines() {
        let form = Form {
            prompt: "a dog".into(),
            ..Form::default()
        };
        let request = form.request(Path::new("/models"), None, "/out/clip.mp4".into());
        assert_eq!(
            request,
            GenerateRequest::new("/models", "a dog", "/out/clip.mp4")
        );
    }

    #[test]
    fn every_field_reaches_the_request() {
        let mut form = Form {
            prompt: "p".into(),
            video_negative: "v".into(),
            audio_negative: "a".into(),
            variant: Some(ModelVariant::Square960Secs10),
            steps: 7,
            seed: u32::MAX,
            solver: SolverKind::Euler,
            shift: 6.5,
            video_guidance: 1.5,
            audio_guidance: 2.5,
            skips_layer: false,
            quality: ClipQuality::High,
            saves_wav: true,
            saves_frames: true,
            omits_prompts: true,
            ..Form::default()
        };
        form.set_aspect(Aspect::Tall);
        let request = form.request(Path::new("/m"), Some("/p.png".into()), "/o.mp4".into());
        assert_eq!(request.variant, Some(ModelVariant::Square960Secs10));
        assert_eq!((request.width, request.height), (704, 1280));
        assert_eq!(
            (request.steps, request.seed, request.shift),
            (7, u64::from(u32::MAX), 6.5)
        );
        assert_eq!((request.video_guidance, request.audio_guidance), (1.5, 2.5));
        assert_eq!(
            (request.solver, request.skip_layer),
            (SolverKind::Euler, None)
        );
        assert_eq!(request.quality, ClipQuality::High);
        assert!(request.save_wav && request.save_frames && request.omit_prompts);
        assert_eq!(request.first_frame, Some("/p.png".into()));
        assert_eq!(
            (
                request.video_negative.as_str(),
                request.audio_negative.as_str()
            ),
            ("v", "a")
        );
    }

    #[test]
    fn presets_stay_within_the_range() {
        for aspect in Aspect::PRESETS {
            let (width, height) = aspect.size().unwrap();
            assert!(
                SIDE.contains(&width) && SIDE.contains(&height),
                "{aspect:?}"
            );
        }
    }
}
