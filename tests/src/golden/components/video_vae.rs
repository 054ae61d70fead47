//! Halves of the video VAE, whole and tiled.

use anyhow::{Context, Result};
use ovi_models::Weights;
use ovi_models::video_vae::{
    AverageTiling, LatentStats, RampTiling, VideoDecoder, VideoEncoder, decode_average, decode_ramp,
};
use ovi_tensor::{Device, Tensor};
use ovi_weights::WeightSet;

use crate::golden::case::size;
use crate::golden::{Case, Check};

fn stats(case: &Case, device: &Device) -> Result<LatentStats> {
    match case.config("latent_stats").as_str() {
        Some("wan2.2") => Ok(LatentStats::wan22(device)?),
        Some("tensors") => {
            let (mean, std) = (
                case.stored("in.mean")?.to_f32()?,
                case.stored("in.std")?.to_f32()?,
            );
            Ok(LatentStats::new(&mean, &std, device)?)
        }
        other => anyhow::bail!("latent_stats {other:?}"),
    }
}

/// Every file of the case that holds its weights; all must give the same result.
fn weight_files(case: &Case) -> Result<Vec<WeightSet>> {
    let mut sets = vec![case.weights()?];
    for entry in std::fs::read_dir(&case.folder)?.flatten() {
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|ext| ext == "pth" || ext == "pt")
        {
            sets.push(WeightSet::open(&[path])?);
        }
    }
    Ok(sets)
}

/// Frames `[h, w, 3]` of a clip `[1, 3, f, h, w]`.
fn frames(clip: &Tensor) -> Result<Vec<Tensor>> {
    let [_, c, num, h, w] = clip.dims::<5>("clip")?;
    let clip = clip.reshape(&[c, num, h, w])?;
    (0..num)
        .map(|idx| {
            Ok(clip
                .narrow(1, idx, 1)?
                .reshape(&[c, h, w])?
                .permute(&[1, 2, 0])?
                .contiguous()?)
        })
        .collect()
}

/// `[f, h, w, 3]` values to `[1, 3, f, h, w]`.
fn as_clip(values: Vec<f32>, latents: &Tensor, device: &Device) -> Result<Tensor> {
    let [_, t, h, w] = latents.dims::<4>("latents")?;
    let (h, w) = (16 * h, 16 * w);
    let num = ovi_models::video_vae::num_frames(t);
    Ok(Tensor::from_vec(values, &[num, h, w, 3], device)?
        .permute(&[3, 0, 1, 2])?
        .contiguous()?)
}

pub fn decode(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let z = case.input("z")?;
    let [_, c, t, h, w] = z.dims::<5>("z")?;
    let latents = z.reshape(&[c, t, h, w])?;
    for set in weight_files(case)? {
        let weights = Weights::new(&set, device);
        let decoder = VideoDecoder::new(&weights, stats(case, device)?)?;
        let values = decode_values(case, &decoder, &latents)?;
        check.tensor("video", &as_clip(values, &latents, device)?)?;
        if case.has("in.clip") {
            let encoder = VideoEncoder::new(&weights, stats(case, device)?)?;
            check.tensor("mu", &encoder.encode(&frames(&case.input("clip")?)?)?)?;
        }
    }
    Ok(())
}

fn decode_values(case: &Case, decoder: &VideoDecoder, latents: &Tensor) -> Result<Vec<f32>> {
    let tiling = case.config("tiling");
    match tiling["algo"].as_str() {
        None => {
            let mut values = Vec::new();
            decoder.decode(latents, &mut |frame| {
                values.extend(frame.to_vec()?);
                Ok(())
            })?;
            Ok(values)
        }
        Some("average") => {
            let tiling = AverageTiling {
                tile: size(tiling, "tile_latent")?,
                overlap: size(tiling, "overlap_latent")?,
            };
            Ok(decode_average(decoder, latents, tiling)?)
        }
        Some("ramp") => Ok(decode_ramp(
            decoder,
            latents,
            RampTiling {
                tile_px: size(tiling, "tile_px")?,
            },
        )?),
        Some(other) => anyhow::bail!("unknown tiling {other}"),
    }
}

pub fn encode(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let set = case.weights().context("weights")?;
    let encoder = VideoEncoder::new(&Weights::new(&set, device), stats(case, device)?)?;
    check.tensor("mu", &encoder.encode(&frames(&case.input("video")?)?)?)
}
