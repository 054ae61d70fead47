//! The given picture to a latent frame, and video latents to frames.

use ovi_models::video_vae::{
    LatentStats, SPATIAL_FACTOR, VideoDecoder, VideoEncoder, decode_exact, num_frames,
};
use ovi_models::{ModelError, Weights};
use ovi_tensor::{Account, Device, DeviceKind, MemoryKind, Tensor, TensorError};

use super::Latents;
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::picture::Preprocessed;
use crate::protocol::Role;

/// Normalised latent of the given picture, `[channels, 1, h, w]`.
#[derive(Clone, Debug)]
pub struct FirstFrame {
    /// Values.
    pub values: Vec<f32>,
    /// Extents.
    pub shape: Vec<usize>,
}

/// Encode the given picture.
///
/// # Errors
/// If the VAE cannot be read or the job is cancelled.
pub fn encode_first_frame(
    checkpoint: &Checkpoint,
    device: &Device,
    picture: &Preprocessed,
) -> Result<FirstFrame, EngineError> {
    let failed = EngineError::part(Role::VideoVae);
    let _scope = device.enter("video VAE encoder", MemoryKind::Activations);
    let encode = || -> ovi_models::Result<FirstFrame> {
        let weights = Weights::new(checkpoint.weights(Role::VideoVae), device);
        let encoder = VideoEncoder::new(&weights, LatentStats::wan22(device)?)?;
        let shape = [3, picture.height, picture.width];
        let frame = Tensor::from_vec(picture.values.clone(), &shape, device)?
            .permute(&[1, 2, 0])?
            .contiguous()?;
        let latent = encoder.encode(&[frame])?;
        Ok(FirstFrame {
            values: latent.to_vec()?,
            shape: latent.shape().to_vec(),
        })
    };
    encode().map_err(failed)
}

/// Decode latent frame by latent frame; every frame `[height, width, 3]` in [-1, 1] goes to `sink`
/// as soon as it exists.
///
/// # Errors
/// If the VAE cannot be read, numbers overflow, `sink` fails, or the job is cancelled.
pub fn decode_picture(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    sink: &mut dyn FnMut(&[f32]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let mut num_frames = 0;
    with_decoder(checkpoint, device, latents, |decoder, video, relay| {
        decoder.decode(video, &mut |frame| {
            num_frames += 1;
            let values = frame.to_vec()?;
            relay.pass(checked(&values, num_frames).and_then(|()| sink(&values)))
        })
    })
}

/// As [`decode_picture`] tile by tile, which needs less device memory and more time; the picture is
/// the same but for rounding. Finished frames go to `sink` as RGB bytes when all tiles are done, until
/// then they wait in host memory. `tick` hears how many of the clip's frames the work so far amounts to.
///
/// # Errors
/// As [`decode_picture`].
pub fn decode_picture_in_tiles(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    tile_px: u32,
    tick: &mut dyn FnMut(u32),
    sink: &mut dyn FnMut(&[u8]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let &[_, latent_frames, h, w] = latents.video_shape.as_slice() else {
        return Err(EngineError::Setting("the latents have no frames".into()));
    };
    let [height, width] = [h, w].map(|side| side * SPATIAL_FACTOR);
    let row_bytes = width * 3;
    let frame_bytes = height * row_bytes;
    let total = num_frames(latent_frames);
    let mut frames = waiting_frames(device, total.saturating_mul(frame_bytes))?;
    let waiting = Account {
        device: DeviceKind::Cpu,
        holder: "frames",
        kind: MemoryKind::Output,
    };
    let _waiting = device.ledger().charge(waiting, frames.len() as u64);
    let mut done_pixels = 0;
    with_decoder(checkpoint, device, latents, |decoder, video, relay| {
        let tile = tile_px as usize / SPATIAL_FACTOR;
        decode_exact(decoder, video, tile, &mut |part| {
            let [rows, columns, _] = part.pixels.dims::<3>("tile")?;
            let values = part.pixels.to_vec()?;
            relay.pass(checked(&values, part.frame_idx + 1))?;
            let start = part.frame_idx * frame_bytes + part.top * row_bytes + part.left * 3;
            let target = frames.get_mut(start..).unwrap_or_default();
            let lines = target.chunks_mut(row_bytes).zip(values.chunks(columns * 3));
            for (line, values) in lines {
                for (byte, &value) in line.iter_mut().zip(values) {
                    *byte = to_byte(value);
                }
            }
            done_pixels += rows * columns;
            tick((done_pixels / (height * width)) as u32);
            Ok(())
        })
    })?;
    frames.chunks_exact(frame_bytes).try_for_each(sink)
}

/// Room for frames that wait; a clip too large for memory is refused, not died of.
fn waiting_frames(device: &Device, num_bytes: usize) -> Result<Vec<u8>, EngineError> {
    let mut frames = Vec::new();
    if frames.try_reserve_exact(num_bytes).is_err() {
        let source = TensorError::OutOfMemory {
            device: device.kind().to_string(),
            requested_bytes: num_bytes as u64,
        };
        return Err(EngineError::part(Role::VideoVae)(source.into()));
    }
    frames.resize(num_bytes, 0);
    Ok(frames)
}

/// `[-1, 1]` to a byte, truncated as the reference does (spec: pipeline 9).
pub fn to_byte(value: f32) -> u8 {
    ((value + 1.0) / 2.0 * 255.0) as u8
}

fn checked(values: &[f32], frame: usize) -> Result<(), EngineError> {
    if values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    Err(EngineError::NotFinite {
        place: format!("frame {frame}"),
    })
}

/// Carries an error of ours through the decoder, whose own type cannot.
#[derive(Default)]
struct Relay(Option<EngineError>);

impl Relay {
    /// The decoder stops at the first error.
    fn pass(&mut self, result: Result<(), EngineError>) -> ovi_models::Result<()> {
        result.map_err(|error| {
            self.0 = Some(error);
            ModelError::Parameter {
                what: "frame",
                reason: "refused by the receiver".into(),
            }
        })
    }
}

fn with_decoder(
    checkpoint: &Checkpoint,
    device: &Device,
    latents: &Latents,
    decode: impl FnOnce(&VideoDecoder, &Tensor, &mut Relay) -> ovi_models::Result<()>,
) -> Result<(), EngineError> {
    let failed = EngineError::part(Role::VideoVae);
    let _scope = device.enter("video VAE decoder", MemoryKind::Activations);
    let mut relay = Relay::default();
    let run = || -> ovi_models::Result<()> {
        let weights = Weights::new(checkpoint.weights(Role::VideoVae), device);
        let decoder = VideoDecoder::new(&weights, LatentStats::wan22(device)?)?;
        let video = Tensor::from_vec(latents.video.clone(), &latents.video_shape, device)?;
        decode(&decoder, &video, &mut relay)
    };
    let result = run();
    match relay.0 {
        Some(error) => Err(error),
        None => result.map_err(failed),
    }
}
