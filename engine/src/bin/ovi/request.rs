//! Flags that make a request: shared by `generate` and `batch`, and their output half by `decode`.

use std::path::PathBuf;

use clap::ValueEnum;
use ovi_engine::protocol::{
    ClipQuality, DecodeTiles, GenerateRequest, ModelVariant, NoiseStream, SolverKind, SoundCodec,
    SoundLevel, SoundPreview,
};

/// Model, shape and sampling.
#[derive(clap::Args)]
pub struct SamplingArguments {
    /// Which published model the weights are: 720x720_5s, 960x960_5s or 960x960_10s.
    #[arg(long, value_parser = parse_variant)]
    model: Option<ModelVariant>,
    /// What the picture should avoid.
    #[arg(long, default_value = "jitter, bad hands, blur, distortion")]
    video_negative: String,
    /// What the sound should avoid.
    #[arg(long, default_value = "robotic, muffled, echo, distorted")]
    audio_negative: String,
    /// Requested size, e.g. 1280x704; only the ratio matters.
    #[arg(long, value_parser = parse_size, default_value = "1280x704")]
    size: [u32; 2],
    /// Pixel area the clip is scaled to, instead of the model's.
    #[arg(long)]
    area: Option<u32>,
    /// Latent frames instead of the model's; the clip has 4 (n - 1) + 1 frames.
    #[arg(long)]
    latent_frames: Option<u32>,
    /// Audio latent steps instead of the model's; 512 samples each.
    #[arg(long)]
    audio_steps: Option<u32>,
    /// Seed of picture and sound.
    #[arg(long, default_value_t = 103)]
    seed: u64,
    /// Random numbers: `philox`, `host`, or a GPU's thread capacity to match.
    #[arg(long, value_parser = parse_noise, default_value = "philox")]
    noise: NoiseStream,
    /// How noise is removed: unipc, dpm++ or euler.
    #[arg(long, value_parser = parse_solver, default_value = "unipc")]
    solver: SolverKind,
    /// Sampling steps, 1 to 160.
    #[arg(long, default_value_t = 50)]
    steps: u32,
    /// Schedule shift, above 0 up to 20.
    #[arg(long, default_value_t = 5.0)]
    shift: f64,
    /// Guidance of the picture, 0 to 10.
    #[arg(long, default_value_t = 4.0)]
    video_guidance: f64,
    /// Guidance of the sound, 0 to 10.
    #[arg(long, default_value_t = 3.0)]
    audio_guidance: f64,
    /// Block the negative pass leaves out; 0 is off.
    #[arg(long, default_value_t = 11)]
    skip_layer: u32,
    /// Part of the run in which the block is left out, as shares of the steps, e.g. 0.2:0.8.
    #[arg(long, value_parser = parse_window, default_value = "0:1")]
    skip_window: [f64; 2],
}

/// Decoding, compression and files.
#[derive(clap::Args)]
pub struct OutputArguments {
    /// Side of the picture decoder's tiles in pixels, a multiple of 32: less memory, more time, the
    /// same picture. 0 decodes whole frames.
    #[arg(long, default_value_t = 0)]
    tiles: u32,
    /// Compression of the picture.
    #[arg(long, value_enum, default_value_t = QualityChoice::Good)]
    quality: QualityChoice,
    /// Level of the sound: as made, at most -1 dB, or -16 LUFS.
    #[arg(long, value_enum, default_value_t = LevelChoice::Leave)]
    sound_level: LevelChoice,
    /// Compression of the sound; flac is lossless.
    #[arg(long, value_enum, default_value_t = CodecChoice::Aac)]
    sound_codec: CodecChoice,
    /// Keep the latents beside the clip, for `ovi decode`.
    #[arg(long)]
    keep_latents: bool,
    /// Also write the sound as a WAV file.
    #[arg(long)]
    save_wav: bool,
    /// Also write every frame as a PNG file.
    #[arg(long)]
    save_frames: bool,
    /// Also write the first frame as a PNG file.
    #[arg(long)]
    save_first_frame: bool,
    /// Also write the settings as a JSON file.
    #[arg(long)]
    save_settings: bool,
    /// Leave the prompts out of the settings embedded in the clip.
    #[arg(long)]
    omit_prompts: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum QualityChoice {
    Draft,
    Good,
    High,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum LevelChoice {
    Leave,
    Limit,
    Normalise,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum CodecChoice {
    Aac,
    Flac,
}

pub fn parse_variant(text: &str) -> Result<ModelVariant, String> {
    ModelVariant::from_name(text)
        .ok_or_else(|| "expected 720x720_5s, 960x960_5s or 960x960_10s".into())
}

fn parse_solver(text: &str) -> Result<SolverKind, String> {
    SolverKind::from_name(text).ok_or_else(|| "expected unipc, dpm++ or euler".into())
}

/// `WIDTHxHEIGHT` to `[height, width]`.
fn parse_size(text: &str) -> Result<[u32; 2], String> {
    let parts = text
        .split_once(['x', 'X'])
        .and_then(|(w, h)| Some([h.parse().ok()?, w.parse().ok()?]));
    parts.ok_or_else(|| "expected WIDTHxHEIGHT, e.g. 1280x704".into())
}

fn parse_noise(text: &str) -> Result<NoiseStream, String> {
    match text {
        "philox" => Ok(NoiseStream::Philox),
        "host" => Ok(NoiseStream::Host),
        number => number
            .parse()
            .map(|max_threads| NoiseStream::PhiloxMatching { max_threads })
            .map_err(|_| "expected philox, host or a number of GPU threads".into()),
    }
}

/// `START:END`.
fn parse_window(text: &str) -> Result<[f64; 2], String> {
    let parts = text
        .split_once(':')
        .and_then(|(start, end)| Some([start.parse().ok()?, end.parse().ok()?]));
    parts.ok_or_else(|| "expected START:END between 0 and 1, e.g. 0.2:0.8".into())
}

/// `off`, `half`, or every so many steps.
pub fn parse_sound_preview(text: &str) -> Result<SoundPreview, String> {
    match text {
        "off" => Ok(SoundPreview::Off),
        "half" => Ok(SoundPreview::Half),
        number => number
            .parse()
            .map(SoundPreview::Every)
            .map_err(|_| "expected off, half or a number of steps".into()),
    }
}

/// What `sampling` and `output` ask for, without prompt and files. Nobody looks at previews unless a
/// caller asks for them.
pub fn base_request(
    checkpoint: &std::path::Path,
    sampling: &SamplingArguments,
    output: &OutputArguments,
) -> GenerateRequest {
    let mut request = GenerateRequest {
        variant: sampling.model,
        video_negative: sampling.video_negative.clone(),
        audio_negative: sampling.audio_negative.clone(),
        height: sampling.size[0],
        width: sampling.size[1],
        video_area: sampling.area,
        latent_frames: sampling.latent_frames,
        audio_steps: sampling.audio_steps,
        seed: sampling.seed,
        noise: sampling.noise,
        solver: sampling.solver,
        steps: sampling.steps,
        shift: sampling.shift,
        video_guidance: sampling.video_guidance,
        audio_guidance: sampling.audio_guidance,
        skip_layer: (sampling.skip_layer > 0).then_some(sampling.skip_layer),
        skip_window: sampling.skip_window,
        preview_every: 0,
        ..GenerateRequest::new(checkpoint, "", PathBuf::new())
    };
    output.apply(&mut request);
    request
}

impl OutputArguments {
    /// Put these settings into `request`.
    pub fn apply(&self, request: &mut GenerateRequest) {
        request.decode_tiles = match self.tiles {
            0 => DecodeTiles::Off,
            side => DecodeTiles::Pixels(side),
        };
        request.quality = match self.quality {
            QualityChoice::Draft => ClipQuality::Draft,
            QualityChoice::Good => ClipQuality::Good,
            QualityChoice::High => ClipQuality::High,
        };
        request.sound_level = match self.sound_level {
            LevelChoice::Leave => SoundLevel::Leave,
            LevelChoice::Limit => SoundLevel::Limit,
            LevelChoice::Normalise => SoundLevel::Normalise,
        };
        request.sound_codec = match self.sound_codec {
            CodecChoice::Aac => SoundCodec::Aac,
            CodecChoice::Flac => SoundCodec::Flac,
        };
        request.keep_latents = self.keep_latents;
        request.save_wav = self.save_wav;
        request.save_frames = self.save_frames;
        request.save_first_frame = self.save_first_frame;
        request.save_settings = self.save_settings;
        request.omit_prompts = self.omit_prompts;
    }
}
