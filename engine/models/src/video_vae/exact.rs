//! Decoding in tiles that join without a seam: every tile carries the surroundings its pixels depend
//! on, and they are cut away again level by level (spec: video-vae 10.4).
//!
//! Attention sees the whole frame, so everything up to it is computed once for the whole frame; the
//! levels behind it, which need most of the memory, work tile by tile. The result does not depend on
//! the tile size, apart from rounding on devices that split sums by shape; on the processor the bits are
//! the same.

use ovi_tensor::Tensor;

use super::SPATIAL_FACTOR;
use super::decoder::{CLAMP, VideoDecoder};
use crate::{ModelError, Result};

/// A rectangle of one output frame.
pub struct TilePart {
    /// Frame, counted from 0.
    pub frame_idx: usize,
    /// Row of its first pixel in the frame.
    pub top: usize,
    /// Column of its first pixel in the frame.
    pub left: usize,
    /// `[height, width, 3]`, clamped to [-1, 1].
    pub pixels: Tensor,
}

/// Range along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: usize,
    pub(super) len: usize,
}

/// What is kept of the frames that reach each level, then of the pixels; relative to what arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CropPlan(Vec<[Extent; 2]>);

impl CropPlan {
    /// The part of `frame` `[h, w, c]` that the level at `depth` needs.
    pub(super) fn crop(&self, depth: usize, frame: Tensor) -> Result<Tensor> {
        let Some([rows, columns]) = self.0.get(depth) else {
            return Ok(frame);
        };
        let [height, width, _] = frame.dims::<3>("tile")?;
        let is_whole = |extent: &Extent, len| extent.start == 0 && extent.len == len;
        if is_whole(rows, height) && is_whole(columns, width) {
            return Ok(frame);
        }
        let cut = frame.narrow(0, rows.start, rows.len)?;
        Ok(cut.narrow(1, columns.start, columns.len)?.contiguous()?)
    }

    /// `reaches` are the halos at the input of each level, then at the head's output, and the
    /// enlargement of each against the latent grid.
    fn new(reaches: &[Reach], tile: [Extent; 2], grid: [usize; 2]) -> Self {
        let mut arrived = grid.map(|len| Extent { start: 0, len });
        let mut factor = 1;
        let mut crops = Vec::with_capacity(reaches.len());
        for reach in reaches {
            let growth = reach.factor / factor;
            factor = reach.factor;
            let mut kept = arrived;
            for ((kept, tile), len) in kept.iter_mut().zip(tile).zip(grid) {
                let origin = kept.start * growth;
                let start = (tile.start * factor).saturating_sub(reach.halo);
                let end = ((tile.start + tile.len) * factor + reach.halo).min(len * factor);
                // Relative to what arrives, and then where it is in the frame.
                *kept = Extent {
                    start: start - origin,
                    len: end - start,
                };
            }
            crops.push(kept);
            for (arrived, kept) in arrived.iter_mut().zip(kept) {
                *arrived = Extent {
                    start: arrived.start * growth + kept.start,
                    len: kept.len,
                };
            }
        }
        Self(crops)
    }
}

/// How far the inputs of a level reach beyond the pixels that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reach {
    /// Positions on the level's own grid.
    halo: usize,
    /// Positions of that grid per latent.
    factor: usize,
}

/// The reach of every level and of the head's output. `levels` are residual blocks and whether the
/// level doubles the picture.
fn reaches(levels: &[(usize, bool)]) -> Vec<Reach> {
    // Two convolutions of 3x3 in each block, one behind each doubling, one in the head.
    const PER_BLOCK: usize = 2;
    let mut halo = 1;
    let mut found = vec![0];
    for &(num_blocks, doubles) in levels.iter().rev() {
        if doubles {
            halo = (halo + 1_usize).div_ceil(2);
        }
        halo += PER_BLOCK * num_blocks;
        found.push(halo);
    }
    found.reverse();
    let factors = levels.iter().scan(1, |factor, &(_, doubles)| {
        let own = *factor;
        *factor *= if doubles { 2 } else { 1 };
        Some(own)
    });
    let last = levels.iter().filter(|(_, doubles)| *doubles).count();
    found
        .into_iter()
        .zip(factors.chain([1 << last]))
        .map(|(halo, factor)| Reach { halo, factor })
        .collect()
}

/// Decode `[channels, t, h, w]` in tiles of `tile` latent pixels a side; every tile runs through all
/// frames before the next begins, so only one tile's history is in memory.
///
/// # Errors
/// If the tile is empty, the latents do not fit, the job is cancelled, or `sink` fails.
pub fn decode_exact(
    decoder: &VideoDecoder,
    latents: &Tensor,
    tile: usize,
    sink: &mut dyn FnMut(TilePart) -> Result<()>,
) -> Result<()> {
    if tile == 0 {
        return Err(ModelError::parameter("tiling", "a tile of 0 latents"));
    }
    let [channels, num_latents, h, w] = latents.dims::<4>("tiled decode")?;
    let mut stream = decoder.stream();
    let middle: Vec<Tensor> = (0..num_latents)
        .map(|idx| {
            let latent = latents.narrow(1, idx, 1)?.reshape(&[channels, h, w])?;
            decoder.push_middle(&mut stream, &latent)
        })
        .collect::<Result<_>>()?;
    drop(stream);
    let reaches = reaches(&decoder.level_sizes());
    let extents = |len: usize| {
        (0..len).step_by(tile).map(move |start| Extent {
            start,
            len: tile.min(len - start),
        })
    };
    for rows in extents(h) {
        for columns in extents(w) {
            let plan = CropPlan::new(&reaches, [rows, columns], [h, w]);
            let mut stream = decoder.stream();
            let mut frame_idx = 0;
            for frame in &middle {
                decoder.push_levels(&mut stream, frame.clone(), Some(&plan), &mut |pixels| {
                    let part = TilePart {
                        frame_idx,
                        top: rows.start * SPATIAL_FACTOR,
                        left: columns.start * SPATIAL_FACTOR,
                        pixels: pixels.unary(CLAMP)?,
                    };
                    frame_idx += 1;
                    sink(part)
                })?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reach_of_the_published_decoder_is_the_specified_one() {
        let levels = [(3, true), (3, true), (3, true), (3, false)];
        let halos: Vec<_> = reaches(&levels)
            .iter()
            .map(|reach| (reach.halo, reach.factor))
            .collect();
        assert_eq!(halos, [(13, 1), (12, 2), (10, 4), (7, 8), (0, 8)]);
    }

    #[test]
    fn crops_follow_each_other_and_end_at_the_tile() {
        let reaches = reaches(&[(3, true), (3, true), (3, true), (3, false)]);
        let tile = [(20, 8), (0, 8)].map(|(start, len)| Extent { start, len });
        let CropPlan(crops) = CropPlan::new(&reaches, tile, [60, 9]);
        let rows: Vec<_> = crops
            .iter()
            .map(|[rows, _]| (rows.start, rows.len))
            .collect();
        // 7..41, then 28..68 of 14..82, 70..122 of 56..136, 153..231 of 140..244, 160..224 of it.
        assert_eq!(rows, [(7, 34), (14, 40), (14, 52), (13, 78), (7, 64)]);
        let columns: Vec<_> = crops.iter().map(|[_, x]| (x.start, x.len)).collect();
        assert_eq!(columns, [(0, 9), (0, 18), (0, 36), (0, 71), (0, 64)]);
    }
}
