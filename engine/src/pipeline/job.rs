//! A whole job, from request to file.

use std::path::Path;
use std::time::Instant;

use ovi_tensor::{Account, Charge, Device, DeviceKind, MemoryKind};

use super::finish::{ClipSound, Parts};
use super::latents_file;
use super::metadata::{Facts, to_json};
use super::observer::Observer;
use super::parent::Parent;
use super::prepare::Prepared;
use super::redecode;
use super::settings::noise_source;
use super::stages::{
    FirstFrame, Latents, Previews, Sampling, decode_sound, encode_first_frame, encode_texts, sample,
};
use crate::catalogue::Checkpoint;
use crate::error::{EngineError, catch};
use crate::protocol::{Clip, GenerateRequest, Stage, StageTime, Warning, WarningCode};

/// Samples quieter than this are silence.
const SILENCE: f32 = 1e-4;

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
    let job = Job::new(request, device, observer);
    match &request.redecode {
        Some(redecode) => redecode::run(job, redecode),
        None => generate(job),
    }
}

fn generate(mut job: Job<'_>) -> Result<Clip, EngineError> {
    let prepared = job.prepare()?;
    let first_frame = job.first_frame(&prepared)?;
    let latents = job.sampling(&prepared, first_frame.as_ref())?;
    drop(first_frame);
    let _held = job.hold("latents", latents.num_bytes());
    let told = job.told(&prepared);
    let early = latents_file::write(&latents, &job.request.output, &told)?;
    // A panic must not hide where the latents are.
    let result = catch(|| job.decode(&prepared, &latents, &early));
    match result {
        Ok(mut clip) => {
            if !job.request.keep_latents {
                latents_file::remove(&early);
            } else if clip.latents.is_none() {
                // They could not move, but they are where they were.
                clip.latents = Some(early);
            }
            Ok(clip)
        }
        Err(error) if error.is_cancelled() => {
            latents_file::remove(&early);
            Err(error)
        }
        Err(source) => Err(EngineError::AfterSampling {
            source: Box::new(source),
            latents: early,
        }),
    }
}

/// A job under way: who listens, what was measured and noticed so far.
pub(super) struct Job<'a> {
    pub(super) request: &'a GenerateRequest,
    pub(super) device: &'a Device,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) started: Instant,
    stage: Option<(Stage, Instant)>,
    pub(super) stages: Vec<StageTime>,
    pub(super) warnings: Vec<Warning>,
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
    pub(super) fn enter(&mut self, next: Option<Stage>) -> Result<(), EngineError> {
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

    pub(super) fn warn(&mut self, code: WarningCode, message: impl Into<String>) {
        let warning = Warning {
            code,
            message: message.into(),
        };
        self.observer.warning(warning.clone());
        self.warnings.push(warning);
    }

    /// Book host memory that passes between stages, until the charge is dropped.
    pub(super) fn hold(&self, holder: &'static str, num_bytes: u64) -> Charge {
        let account = Account {
            device: DeviceKind::Cpu,
            holder,
            kind: MemoryKind::Output,
        };
        self.device.ledger().charge(account, num_bytes)
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
        let request = self.request;
        self.enter(Some(Stage::Text))?;
        let texts = [
            prepared.settings.prompt.as_str(),
            &request.video_negative,
            &request.audio_negative,
        ];
        let texts = encode_texts(&prepared.checkpoint, self.device, texts, self.observer)?;
        let _held = self.hold("embeddings", texts.num_bytes());
        self.enter(Some(Stage::Sampling))?;
        let noise = noise_source(request);
        let start = Sampling {
            settings: &prepared.settings,
            shape: prepared.shape,
            texts: &texts,
            first_frame,
            noise: noise.as_ref(),
            previews: Previews {
                every: request.preview_every,
                sound: request.sound_preview,
            },
        };
        sample(&prepared.checkpoint, self.device, &start, self.observer)
    }

    fn decode(
        &mut self,
        prepared: &Prepared,
        latents: &Latents,
        early: &Path,
    ) -> Result<Clip, EngineError> {
        let (checkpoint, parent) = (&prepared.checkpoint, prepared.parent.as_ref());
        let size = [prepared.shape.width, prepared.shape.height];
        let samples = self.made_sound(checkpoint, latents, parent)?;
        let _held = self.hold("sound", size_of_val(samples.as_slice()) as u64);
        let pictures = self.picture(checkpoint, latents, size, parent)?;
        self.enter(Some(Stage::Writing))?;
        let told = self.told(prepared);
        self.write(Parts {
            checkpoint,
            size,
            pictures,
            sound: ClipSound::Made(samples),
            latents,
            early: Some(early),
            told,
        })
    }

    /// Decode the sound, bring it to its level, and let it go on from the parent's.
    pub(super) fn made_sound(
        &mut self,
        checkpoint: &Checkpoint,
        latents: &Latents,
        parent: Option<&Parent>,
    ) -> Result<Vec<f32>, EngineError> {
        self.enter(Some(Stage::Sound))?;
        let sound = decode_sound(checkpoint, self.device, latents, self.observer)?;
        if sound.samples.iter().all(|sample| sample.abs() < SILENCE) {
            self.warn(WarningCode::Silent, "The sound is silent.");
        }
        let made = super::sound::levelled(sound.samples, self.request.sound_level)?;
        if let Some(remark) = made.remark {
            self.warn(WarningCode::NoEffect, remark);
        }
        match parent {
            Some(parent) => parent.joined_sound(&made.samples),
            None => Ok(made.samples),
        }
    }

    /// The JSON of the clip as far as it is known.
    fn told(&self, prepared: &Prepared) -> String {
        let noise = noise_source(self.request);
        to_json(&Facts {
            request: self.request,
            settings: &prepared.settings,
            shape: prepared.shape,
            checkpoint: &prepared.checkpoint.info,
            noise: noise.as_ref(),
            first_frame_sha256: prepared.first_frame_sha256.as_deref(),
            parent: prepared.parent.as_ref(),
            device: self.device.kind().to_string(),
            stages: &self.stages,
            warnings: &self.warnings,
        })
    }
}
