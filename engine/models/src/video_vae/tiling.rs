//! Decoding in overlapping tiles that are blended: smaller memory, approximate at the seams
//! (spec: video-vae 10.2, 10.3).

use ovi_tensor::Tensor;

use super::decoder::VideoDecoder;
use super::{SPATIAL_FACTOR, num_frames};
use crate::{ModelError, Result};

/// Equal-weight average of overlapping tiles, sizes in latent pixels.
#[derive(Clone, Copy, Debug)]
pub struct AverageTiling {
    /// Side of a tile.
    pub tile: usize,
    /// Overlap of neighbours, less than `tile`.
    pub overlap: usize,
}

/// Linear ramps over a quarter of the tile.
#[derive(Clone, Copy, Debug)]
pub struct RampTiling {
    /// Side of a tile in output pixels, a multiple of 64.
    pub tile_px: usize,
}

/// A rectangle of output frames, `[frames, height, width, 3]`, not clamped.
struct Patch {
    values: Vec<f32>,
    height: usize,
    width: usize,
}

impl Patch {
    fn row(&self, frame: usize, y: usize) -> &[f32] {
        let start = (frame * self.height + y) * self.width * 3;
        &self.values[start..start + self.width * 3]
    }

    fn row_mut(&mut self, frame: usize, y: usize) -> &mut [f32] {
        let start = (frame * self.height + y) * self.width * 3;
        &mut self.values[start..start + self.width * 3]
    }
}

/// Range of one tile along one axis, in latent pixels.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    len: usize,
}

fn decode_tile(decoder: &VideoDecoder, latents: &Tensor, y: Span, x: Span) -> Result<Patch> {
    let tile = latents
        .narrow(2, y.start, y.len)?
        .narrow(3, x.start, x.len)?
        .contiguous()?;
    let mut values = Vec::new();
    decoder.decode_unclamped(&tile, &mut |frame| {
        values.extend(frame.to_vec()?);
        Ok(())
    })?;
    Ok(Patch {
        values,
        height: y.len * SPATIAL_FACTOR,
        width: x.len * SPATIAL_FACTOR,
    })
}

/// Decode `[channels, t, h, w]` to `[frames, 16h, 16w, 3]` clamped to [-1, 1], tiles averaged.
///
/// # Errors
/// If the overlap is not smaller than the tile, or decoding fails.
pub fn decode_average(
    decoder: &VideoDecoder,
    latents: &Tensor,
    tiling: AverageTiling,
) -> Result<Vec<f32>> {
    let AverageTiling { tile, overlap } = tiling;
    if overlap >= tile {
        return Err(ModelError::parameter(
            "tiling",
            format!("overlap {overlap} is not below tile {tile}"),
        ));
    }
    let [_, t, h, w] = latents.dims::<4>("tiled decode")?;
    let frames = num_frames(t);
    let (height, width) = (h * SPATIAL_FACTOR, w * SPATIAL_FACTOR);
    let mut sum = vec![0.0_f32; frames * height * width * 3];
    let mut hits = vec![0.0_f32; height * width];
    for y in average_spans(h, tile, overlap) {
        for x in average_spans(w, tile, overlap) {
            let patch = decode_tile(decoder, latents, y, x)?;
            let (top, left) = (y.start * SPATIAL_FACTOR, x.start * SPATIAL_FACTOR);
            for row in 0..patch.height {
                let at = (top + row) * width + left;
                hits[at..at + patch.width]
                    .iter_mut()
                    .for_each(|hit| *hit += 1.0);
                for frame in 0..frames {
                    let at = ((frame * height + top + row) * width + left) * 3;
                    let to = &mut sum[at..at + patch.width * 3];
                    to.iter_mut()
                        .zip(patch.row(frame, row))
                        .for_each(|(to, from)| *to += from);
                }
            }
        }
    }
    for frame in sum.chunks_exact_mut(height * width * 3) {
        for (pixel, hits) in frame.chunks_exact_mut(3).zip(&hits) {
            pixel
                .iter_mut()
                .for_each(|value| *value = (*value / hits).clamp(-1.0, 1.0));
        }
    }
    Ok(sum)
}

fn average_spans(len: usize, tile: usize, overlap: usize) -> Vec<Span> {
    if len <= tile {
        return vec![Span { start: 0, len }];
    }
    let stride = tile - overlap;
    let span = |idx: usize| {
        let end = (idx * stride + tile).min(len);
        // The last tile moves back to full size.
        Span {
            start: end - tile,
            len: tile,
        }
    };
    (0..(len - overlap).div_ceil(stride)).map(span).collect()
}

/// Decode `[channels, t, h, w]` to `[frames, 16h, 16w, 3]` clamped to [-1, 1], tiles joined by ramps.
///
/// # Errors
/// If the tile is not a multiple of 64 pixels, or decoding fails.
pub fn decode_ramp(
    decoder: &VideoDecoder,
    latents: &Tensor,
    tiling: RampTiling,
) -> Result<Vec<f32>> {
    let tile_px = tiling.tile_px;
    if tile_px == 0 || !tile_px.is_multiple_of(64) {
        return Err(ModelError::parameter(
            "tiling",
            format!("tile of {tile_px} pixels is not a multiple of 64"),
        ));
    }
    let [_, t, h, w] = latents.dims::<4>("tiled decode")?;
    let frames = num_frames(t);
    let (height, width) = (h * SPATIAL_FACTOR, w * SPATIAL_FACTOR);
    let (tile, stride, blend) = (tile_px / 16, tile_px / 64 * 3, tile_px / 4);
    let spans = |len: usize| {
        (0..len)
            .step_by(stride)
            .map(move |start| Span {
                start,
                len: tile.min(len - start),
            })
            .collect::<Vec<_>>()
    };
    let keep = stride * SPATIAL_FACTOR;
    let mut out = vec![0.0_f32; frames * height * width * 3];
    let mut above: Vec<Patch> = Vec::new();
    for (i, y) in spans(h).into_iter().enumerate() {
        let mut row: Vec<Patch> = Vec::new();
        for (j, x) in spans(w).into_iter().enumerate() {
            let mut patch = decode_tile(decoder, latents, y, x)?;
            if i > 0 {
                blend_rows(&mut patch, &above[j], blend, frames);
            }
            if let Some(left) = row.last() {
                blend_columns(&mut patch, left, blend, frames);
            }
            let (top, left) = (i * keep, j * keep);
            let rows = keep.min(patch.height).min(height - top);
            let cols = keep.min(patch.width).min(width - left);
            for frame in 0..frames {
                for r in 0..rows {
                    let at = ((frame * height + top + r) * width + left) * 3;
                    out[at..at + cols * 3].copy_from_slice(&patch.row(frame, r)[..cols * 3]);
                }
            }
            row.push(patch);
        }
        above = row;
    }
    out.iter_mut()
        .for_each(|value| *value = value.clamp(-1.0, 1.0));
    Ok(out)
}

fn blend_rows(patch: &mut Patch, above: &Patch, blend: usize, frames: usize) {
    let extent = blend.min(patch.height).min(above.height);
    for frame in 0..frames {
        for y in 0..extent {
            let share = y as f32 / extent as f32;
            let from = above.row(frame, above.height - extent + y);
            let to = patch.row_mut(frame, y);
            to.iter_mut()
                .zip(from)
                .for_each(|(to, from)| *to = (1.0 - share) * from + share * *to);
        }
    }
}

fn blend_columns(patch: &mut Patch, left: &Patch, blend: usize, frames: usize) {
    let extent = blend.min(patch.width).min(left.width);
    for frame in 0..frames {
        for y in 0..patch.height {
            let from = &left.row(frame, y)[(left.width - extent) * 3..];
            let to = &mut patch.row_mut(frame, y)[..extent * 3];
            for (x, (to, from)) in to.chunks_exact_mut(3).zip(from.chunks_exact(3)).enumerate() {
                let share = x as f32 / extent as f32;
                to.iter_mut()
                    .zip(from)
                    .for_each(|(to, from)| *to = (1.0 - share) * from + share * *to);
            }
        }
    }
}
