//! A whole job, from request to file.

use std::time::Instant;

use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec, write_png};
use ovi_tensor::Device;
use tempfile::TempDir;

use super::files::{
    file_sha256, frames_folder, keep_latents, load_picture, publish_extras, remove,
};
use super::metadata::{Facts, to_json};
use super::observer::Observer;
use super::settings::{ClipShape, FPS, SAMPLE_RATE_HZ, Settings, noise_source};
use super::stages::{
    FirstFrame, Latents, Sampling, Sound, decode_picture, decode_sound, encode_first_frame,
    encode_texts, sample,
};
use crate::catalogue::Checkpoint;
use crate::error::{EngineError, catch};
use crate::picture::Preprocessed;
use crate::prompt::{LintContext, Severity, lint};
use crate::protocol::{
    Clip, ClipQuality, GenerateRequest, ModelVariant, Stage, StageTime, Warning, WarningCode,
};

/// Samples quieter than this are silence.
const SILENCE: f32 = 1e-4;

/// Pictures whose bytes span less than this are flat.
const FLAT_LEVELS: u8 = 2;

/// Run a job on `device`, whose cancel token stops it.
///
/// # Errors
/// If anything in it fails; what was loaded is released by then, and latents that were sampled are
/// kept on disk and named in the error.
pub fn run(
    request: &GenerateRequest,
    device: &Device,
    observer: &mut dyn Observer,
) -> Result<Clip, EngineError> {
    let mut job = Job::new(request, device, observer);
    let prepared = job.prepare()?;
    let first_frame = job.first_frame(&prepared)?;
    let latents = job.sampling(&prepared, first_frame.as_ref())?;
    drop(first_frame);
    let kept = keep_latents(&latents, &request.output)?;
    // A panic must not hide where the latents are.
    let result = catch(|| job.decode(&prepared, &latents));
    match result {
        Ok(clip) => {
            remove(&kept);
            Ok(clip)
        }
        Err(error) if error.is_cancelled() => {
            remove(&kept);
            Err(error)
        }
        Err(source) => Err(EngineError::AfterSampling {
            source: Box::new(source),
            latents: kept,
        }),
    }
}

/// What the first stage settles.
struct Prepared {
    checkpoint: Checkpoint,
    settings: Settings,
    shape: ClipShape,
    picture: Option<Preprocessed>,
    first_frame_sha256: Option<String>,
}

struct Job<'a> {
    request: &'a GenerateRequest,
    device: &'a Device,
    observer: &'a mut dyn Observer,
    started: Instant,
    stage: Option<(Stage, Instant)>,
    stages: Vec<StageTime>,
    warnings: Vec<Warning>,
}

impl<'a> Job<'a> {
    fn new(
        request: &'a GenerateRequest,
        device: &'a Device,
        observer: &'a mut dyn Observer,
    ) -> Self {
        let (stage, stages, warnings) = (None, Vec::new(), Vec::new());
        Self {
            request,
            device,
            observer,
            started: Instant::now(),
            stage,
            stages,
            warnings,
        }
    }

    /// End the running stage and begin `next`.
    fn enter(&mut self, next: Option<Stage>) -> Result<(), EngineError> {
        if let Some((stage, begun)) = self.stage.take() {
            let peak_bytes = self.device.ledger().peak_bytes(self.device.kind());
            self.stages.push(StageTime {
                stage,
                secs: begun.elapsed().as_secs_f64(),
                peak_bytes,
            });
        }
        self.device.ledger().reset_peaks();
        if let Some(stage) = next {
            self.device
                .check_cancelled()
                .map_err(|_| EngineError::Cancelled)?;
            self.stage = Some((stage, Instant::now()));
            self.observer.stage(stage);
        }
        Ok(())
    }

    fn warn(&mut self, code: WarningCode, message: impl Into<String>) {
        let warning = Warning {
            code,
            message: message.into(),
        };
        self.observer.warning(warning.clone());
        self.warnings.push(warning);
    }

    fn prepare(&mut self) -> Result<Prepared, EngineError> {
        self.enter(Some(Stage::Prepare))?;
        let request = self.request;
        let checkpoint = Checkpoint::open(&request.checkpoint, request.variant)?;
        let variant = request
            .variant
            .or(checkpoint.info.variant)
            .unwrap_or(ModelVariant::Square960Secs5);
        check_prompt(request, variant)?;
        let mut warnings = Vec::new();
        let settings = Settings::new(request, &checkpoint.info, &mut warnings)?;
        let picture = request
            .first_frame
            .as_deref()
            .map(|path| load_picture(path, settings.video_area))
            .transpose()?;
        let first_frame_sha256 = request
            .first_frame
            .as_deref()
            .map(file_sha256)
            .transpose()?;
        let shape = match &picture {
            Some(picture) => settings.shape(picture.height, picture.width),
            None => settings.text_shape(&mut warnings),
        };
        // Find out now, not after hours of sampling, that the result could not be written.
        drop(ClipWriter::create(
            &request.output,
            video_spec(shape, request.quality),
        )?);
        warnings
            .into_iter()
            .for_each(|warning| self.warn(warning.code, warning.message));
        Ok(Prepared {
            checkpoint,
            settings,
            shape,
            picture,
            first_frame_sha256,
        })
    }

    fn first_frame(&mut self, prepared: &Prepared) -> Result<Option<FirstFrame>, EngineError> {
        let Some(picture) = &prepared.picture else {
            return Ok(None);
        };
        self.enter(Some(Stage::FirstFrame))?;
        self.observer.progress(0, 1);
        let frame = encode_first_frame(&prepared.checkpoint, self.device, picture)?;
        self.observer.progress(1, 1);
        Ok(Some(frame))
    }

    fn sampling(
        &mut self,
        prepared: &Prepared,
        first_frame: Option<&FirstFrame>,
    ) -> Result<Latents, EngineError> {
        self.enter(Some(Stage::Text))?;
        let request = self.request;
        let texts = [
            prepared.settings.prompt.as_str(),
            &request.video_negative,
            &request.audio_negative,
        ];
        let texts = encode_texts(&prepared.checkpoint, self.device, texts, self.observer)?;
        self.enter(Some(Stage::Sampling))?;
        let noise = noise_source(request);
        let start = Sampling {
            settings: &prepared.settings,
            shape: prepared.shape,
            texts: &texts,
            first_frame,
            noise: noise.as_ref(),
        };
        sample(&prepared.checkpoint, self.device, &start, self.observer)
    }

    fn decode(&mut self, prepared: &Prepared, latents: &Latents) -> Result<Clip, EngineError> {
        let request = self.request;
        self.enter(Some(Stage::Sound))?;
        let sound = decode_sound(&prepared.checkpoint, self.device, latents, self.observer)?;
        if sound.samples.iter().all(|sample| sample.abs() < SILENCE) {
            self.warn(WarningCode::Silent, "The sound is silent.");
        }
        self.enter(Some(Stage::Picture))?;
        let mut writer =
            ClipWriter::create(&request.output, video_spec(prepared.shape, request.quality))?;
        let frames = self.picture(prepared, latents, &mut writer)?;
        self.enter(Some(Stage::Writing))?;
        self.write(prepared, writer, &sound, frames)
    }

    /// Decode straight into the encoder; returns the folder of frames if one was asked for, which is
    /// temporary until the clip is in place.
    fn picture(
        &mut self,
        prepared: &Prepared,
        latents: &Latents,
        writer: &mut ClipWriter,
    ) -> Result<Option<TempDir>, EngineError> {
        let shape = prepared.shape;
        let total = shape.num_frames() as u32;
        let folder = self
            .request
            .save_frames
            .then(|| frames_folder(self.request))
            .transpose()?;
        let mut range = (u8::MAX, u8::MIN);
        let mut done = 0;
        let observer = &mut *self.observer;
        observer.progress(0, total);
        decode_picture(&prepared.checkpoint, self.device, latents, &mut |frame| {
            let rgb = to_bytes(frame);
            range = rgb
                .iter()
                .fold(range, |(low, high), &byte| (low.min(byte), high.max(byte)));
            writer.push_rgb(&rgb)?;
            if let Some(folder) = &folder {
                let path = folder.path().join(format!("{:05}.png", done + 1));
                write_png(&path, &rgb, shape.width as u32, shape.height as u32)?;
            }
            done += 1;
            observer.progress(done, total);
            Ok(())
        })?;
        if range.1.saturating_sub(range.0) < FLAT_LEVELS {
            self.warn(
                WarningCode::Flat,
                "Every pixel of the clip has the same colour.",
            );
        }
        Ok(folder)
    }

    fn write(
        &mut self,
        prepared: &Prepared,
        writer: ClipWriter,
        sound: &Sound,
        frames: Option<TempDir>,
    ) -> Result<Clip, EngineError> {
        let request = self.request;
        let noise = noise_source(request);
        let facts = Facts {
            request,
            settings: &prepared.settings,
            shape: prepared.shape,
            checkpoint: &prepared.checkpoint.info,
            noise: noise.as_ref(),
            first_frame_sha256: prepared.first_frame_sha256.as_deref(),
            device: self.device.kind().to_string(),
            stages: &self.stages,
            warnings: &self.warnings,
        };
        let written = writer.finish(
            &sound.samples,
            AudioSpec {
                sample_rate_hz: SAMPLE_RATE_HZ,
            },
            &to_json(&facts),
        )?;
        if written.num_limited_samples > 0 {
            let message = format!(
                "{} samples were beyond full scale and were limited.",
                written.num_limited_samples
            );
            self.warn(WarningCode::Limited, message);
        }
        let extra_files = publish_extras(request, &written.path, sound, frames, &mut |message| {
            self.warn(WarningCode::Extra, message);
        });
        self.enter(None)?;
        Ok(Clip {
            extra_files,
            width: prepared.shape.width as u32,
            height: prepared.shape.height as u32,
            num_frames: written.num_frames,
            fps: FPS,
            sample_rate_hz: SAMPLE_RATE_HZ,
            duration_secs: written.duration_secs,
            num_bytes: written.num_bytes,
            path: written.path,
            seed: request.seed,
            is_test_pattern: prepared.checkpoint.info.is_test_pattern,
            latents: None,
            device: self.device.kind().to_string(),
            variant: request.variant.or(prepared.checkpoint.info.variant),
            total_secs: self.started.elapsed().as_secs_f64(),
            peak_bytes: self
                .stages
                .iter()
                .map(|stage| stage.peak_bytes)
                .max()
                .unwrap_or(0),
            peak_resident_bytes: None,
            stages: std::mem::take(&mut self.stages),
            warnings: std::mem::take(&mut self.warnings),
        })
    }
}

/// Refuse what the prompt's lint marks as an error.
fn check_prompt(request: &GenerateRequest, variant: ModelVariant) -> Result<(), EngineError> {
    let context = LintContext {
        variant,
        num_tokens: None,
        video_negative: &request.video_negative,
        audio_negative: &request.audio_negative,
        video_guidance: request.video_guidance,
        audio_guidance: request.audio_guidance,
    };
    let findings = lint(&request.prompt, &context);
    match findings
        .into_iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        Some(finding) => Err(EngineError::Prompt(finding.message)),
        None => Ok(()),
    }
}

fn video_spec(shape: ClipShape, quality: ClipQuality) -> VideoSpec {
    let quality = match quality {
        ClipQuality::Draft => Quality::Draft,
        ClipQuality::Good => Quality::Good,
        ClipQuality::High => Quality::High,
    };
    VideoSpec {
        width: shape.width as u32,
        height: shape.height as u32,
        fps: FPS,
        quality,
    }
}

/// `[-1, 1]` to bytes, truncated as the reference does (spec: pipeline 9).
pub fn to_bytes(frame: &[f32]) -> Vec<u8> {
    frame
        .iter()
        .map(|value| ((value + 1.0) / 2.0 * 255.0) as u8)
        .collect()
}
