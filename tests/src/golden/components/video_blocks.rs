//! Every block of the video VAE alone, streamed in chunks.

use anyhow::{Context, Result, bail};
use ovi_models::Weights;
use ovi_models::video_vae::{
    AttentionBlock, CausalConv3d, ConvState, DownLevel, DownLevelState, Downsample,
    DownsampleState, ResidualBlock, ResidualState, RmsNorm, UpLevel, UpLevelState, Upsample,
    UpsampleState, average_down, patchify, unpatchify,
};
use ovi_tensor::{Tensor, UpsampleSpec};

use crate::golden::case::size;
use crate::golden::{Case, Check};

/// Frames `[h, w, c]` of `[1, c, f, h, w]`.
fn split(video: &Tensor) -> Result<Vec<Tensor>> {
    let [_, c, num, h, w] = video.dims::<5>("video")?;
    let video = video.reshape(&[c, num, h, w])?;
    (0..num)
        .map(|idx| {
            Ok(video
                .narrow(1, idx, 1)?
                .reshape(&[c, h, w])?
                .permute(&[1, 2, 0])?
                .contiguous()?)
        })
        .collect()
}

/// Frames `[h, w, c]` back to `[1, c, f, h, w]`.
fn join(frames: &[Tensor]) -> Result<Tensor> {
    let planes: Vec<Tensor> = frames
        .iter()
        .map(|frame| {
            let [h, w, c] = frame.dims::<3>("frame")?;
            frame.permute(&[2, 0, 1])?.reshape(&[1, c, 1, h, w])
        })
        .collect::<Result<_, _>>()?;
    Ok(Tensor::cat(&planes.iter().collect::<Vec<_>>(), 2)?)
}

/// Push every chunk of every stream (`a0, a1, …`, `b0, …`) and compare chunk by chunk.
fn streams<S: Default>(
    case: &Case,
    check: &mut Check<'_>,
    mut push: impl FnMut(&mut S, Tensor, &mut Vec<Tensor>) -> Result<()>,
) -> Result<()> {
    let mut current = None;
    let mut state = S::default();
    for name in case.inputs() {
        let stream = name.chars().next().context("input name")?;
        if current.replace(stream) != Some(stream) {
            state = S::default();
        }
        let mut out = Vec::new();
        for frame in split(&case.input(&name)?)? {
            push(&mut state, frame, &mut out)?;
        }
        check.tensor(&name, &join(&out)?)?;
    }
    Ok(())
}

pub fn video_vae_blocks(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let kind = case
        .folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
        .to_owned();
    let kind = case.json["case"].as_str().map_or(kind, str::to_owned);
    if kind.starts_with("pickle") {
        return super::pickle::mixed(case, check);
    }
    let weights = Weights::new(&case.weights()?, device);
    if kind.starts_with("residual_block") {
        let block = ResidualBlock::new(&weights)?;
        return streams::<ResidualState>(case, check, |state, x, out| {
            out.push(block.push(state, x)?);
            Ok(())
        });
    }
    if kind.starts_with("up_block") {
        let level = UpLevel::new(&weights)?;
        return streams::<UpLevelState>(case, check, |state, x, out| {
            Ok(level.push(state, x, &mut |frame| {
                out.push(frame);
                Ok(())
            })?)
        });
    }
    if kind.starts_with("down_block") {
        let level = DownLevel::new(&weights)?;
        return streams::<DownLevelState>(case, check, |state, x, out| {
            out.extend(level.push(state, x)?);
            Ok(())
        });
    }
    if kind.starts_with("resample_up") {
        let block = Upsample::new(&weights)?;
        return streams::<UpsampleState>(case, check, |state, x, out| {
            for frame in block.push_time(state, x)? {
                out.push(block.enlarge(&frame)?);
            }
            Ok(())
        });
    }
    if kind.starts_with("resample_down") {
        let block = Downsample::new(&weights)?;
        return streams::<DownsampleState>(case, check, |state, x, out| {
            out.extend(block.push(state, &x)?);
            Ok(())
        });
    }
    if kind.starts_with("attention_block") {
        let block = AttentionBlock::new(&weights)?;
        return streams::<()>(case, check, |(), x, out| {
            out.push(block.forward(&x)?);
            Ok(())
        });
    }
    match kind.as_str() {
        "rms_norm" => rms_norm(case, check, &weights),
        "causal_conv3d" => causal_conv3d(case, check, &weights),
        "avg_down3d" => avg_down(case, check),
        "dup_up3d" => dup_up(case, check),
        "patchify" => patches(case, check),
        _ => bail!("unknown block {kind}"),
    }
}

fn rms_norm(case: &Case, check: &mut Check<'_>, weights: &Weights) -> Result<()> {
    for name in case.inputs() {
        let x = case.input(&name)?;
        let axes: Vec<usize> = std::iter::once(0)
            .chain(2..x.shape().len())
            .chain([1])
            .collect();
        let back: Vec<usize> = std::iter::once(0)
            .chain([x.shape().len() - 1])
            .chain(1..x.shape().len() - 1)
            .collect();
        let norm = RmsNorm::new(weights, &format!("{name}.gamma"))?;
        check.tensor(
            &name,
            &norm
                .forward(&x.permute(&axes)?.contiguous()?)?
                .permute(&back)?,
        )?;
    }
    Ok(())
}

fn causal_conv3d(case: &Case, check: &mut Check<'_>, weights: &Weights) -> Result<()> {
    let read = |name: &str| split(&case.input(name)?);
    let (x, cache1, cache2) = (read("x")?, read("cache1")?, read("cache2")?);
    let mut run = |output: &str, conv: &str, history: &[Tensor], frames: &[Tensor]| -> Result<()> {
        let conv = CausalConv3d::new(weights, conv)?;
        let mut state = ConvState::with_history(history.to_vec());
        let out = frames
            .iter()
            .map(|frame| Ok(conv.push(&mut state, frame.clone())?))
            .collect::<Result<Vec<_>>>()?;
        check.tensor(output, &join(&out)?)
    };
    run("k333_nocache", "k333", &[], &x)?;
    run("k333_cache1", "k333", &cache1, &x)?;
    run("k333_cache2", "k333", &cache2, &x)?;
    run("k333_one_frame_cache2", "k333", &cache2, &x[..1])?;
    run("k111", "k111", &[], &x)?;
    run("k111_cache2_ignored", "k111", &cache2, &x)?;
    run("k311_nocache", "k311", &[], &x)?;
    run("k311_cache2", "k311", &cache2, &x)?;
    let strided = CausalConv3d::new(weights, "s211")?;
    let all: Vec<&Tensor> = cache1.iter().chain(&x).collect();
    let starts = (0..all.len() - 2).step_by(2);
    let out = starts
        .map(|start| Ok(strided.window(&all[start..start + 3])?))
        .collect::<Result<Vec<_>>>()?;
    check.tensor("s211", &join(&out)?)
}

fn variants(case: &Case) -> impl Iterator<Item = &serde_json::Value> {
    case.config("variants").as_array().into_iter().flatten()
}

fn avg_down(case: &Case, check: &mut Check<'_>) -> Result<()> {
    for variant in variants(case) {
        let name = variant["name"].as_str().context("name")?;
        let (factor_t, out) = (size(variant, "factor_t")?, size(variant, "out_channels")?);
        let mut frames = split(&case.input(name)?)?;
        while frames.len() % factor_t != 0 {
            frames.insert(0, Tensor::zeros(frames[0].shape(), &case.device)?);
        }
        let groups: Vec<&Tensor> = frames.iter().collect();
        let down = groups
            .chunks(factor_t)
            .map(|group| Ok(average_down(group, size(variant, "factor_s")?, out)?))
            .collect::<Result<Vec<_>>>()?;
        check.tensor(name, &join(&down)?)?;
    }
    Ok(())
}

fn dup_up(case: &Case, check: &mut Check<'_>) -> Result<()> {
    for variant in variants(case) {
        let name = variant["name"].as_str().context("name")?;
        let (factor, factor_t) = (size(variant, "factor_s")?, size(variant, "factor_t")?);
        let out_channels = size(variant, "out_channels")?;
        let dropped = if variant["first_chunk"] == true {
            factor_t - 1
        } else {
            0
        };
        let mut out = Vec::new();
        for frame in split(&case.input(name)?)? {
            for frame_idx in 0..factor_t {
                out.push(frame.upsample(UpsampleSpec {
                    factor,
                    factor_t,
                    frame_idx,
                    out_channels,
                })?);
            }
        }
        check.tensor(name, &join(&out[dropped..])?)?;
    }
    Ok(())
}

fn patches(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let _device = &case.device;
    let map = |name: &str, f: &dyn Fn(&Tensor) -> ovi_models::Result<Tensor>| -> Result<Tensor> {
        let frames = split(&case.input(name)?)?;
        join(
            &frames
                .iter()
                .map(|frame| Ok(f(frame)?))
                .collect::<Result<Vec<_>>>()?,
        )
    };
    check.tensor("patches", &map("video", &patchify)?)?;
    check.tensor("video_back", &map("patches", &unpatchify)?)?;
    let image = case.input("image")?;
    let [items, c, h, w] = image.dims::<4>("image")?;
    let frames = split(
        &image
            .permute(&[1, 0, 2, 3])?
            .reshape(&[1, c, items, h, w])?,
    )?;
    let patches = frames
        .iter()
        .map(|frame| Ok(patchify(frame)?))
        .collect::<Result<Vec<_>>>()?;
    let joined = join(&patches)?;
    let [_, c, items, h, w] = joined.dims::<5>("patches")?;
    check.tensor(
        "patches4",
        &joined.reshape(&[c, items, h, w])?.permute(&[1, 0, 2, 3])?,
    )
}
