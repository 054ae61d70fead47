//! Sizes of clips, and the first frame scaled to one (spec: pipeline 4 and 5).
//!
//! The network works on a fixed pixel area with sides that are multiples of 32, so every requested
//! or given size is first moved to that area. Sizes are `(height, width)` in pixels, pictures RGB
//! rows. Rounding is half to even throughout, as in the reference. An area of 0 means that only the
//! sides are rounded.

/// Sides of clips are multiples of this: 16 pixels per latent, 2 latents per token.
pub const SIDE_MULTIPLE: usize = 32;
/// Pixel area the picture model of the text-to-picture mode works on.
pub const PICTURE_MODEL_AREA: usize = 1024 * 1024;

const PICTURE_MODEL_MULTIPLE: usize = 16;
/// Largest clip relative to its area, reached when one side is a single row of tokens.
const MAX_AREA_FACTOR: usize = 32;

/// A first frame as the video VAE takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessed {
    /// `[3, height, width]`, nominally -1..1 but not clamped: scaling overshoots at edges.
    pub values: Vec<f32>,
    /// Rows, a multiple of 32.
    pub height: usize,
    /// Columns, a multiple of 32.
    pub width: usize,
}

/// Why a picture cannot become a first frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The picture is empty or its pixels do not fit its size.
    #[error("a picture of {width}x{height} cannot have {num_bytes} bytes")]
    Size {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Bytes given.
        num_bytes: usize,
    },
    /// No size near the model's area has this aspect ratio.
    #[error("a picture of {width}x{height} is too narrow for this model")]
    TooNarrow {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
    },
}

/// Clip size in text mode: the requested ratio at about `area` pixels (spec: pipeline 5).
pub fn resolve_size(height: usize, width: usize, area: usize) -> (usize, usize) {
    let [h, w] = scaled_to(height, width, area);
    let snap = |side: f64| snapped(side.round_ties_even(), SIDE_MULTIPLE);
    (snap(h), snap(w))
}

/// Clip size for a first frame of the given size (spec: pipeline 4, step 3).
///
/// The area decides before the ratio, so the ratio can change visibly.
pub fn first_frame_size(height: usize, width: usize, area: usize) -> (usize, usize) {
    if area == 0 {
        return floored_size(height, width);
    }
    let ratio = width.max(1) as f64 / height.max(1) as f64;
    let units = (area / (SIDE_MULTIPLE * SIDE_MULTIPLE)).max(1);
    let rows = (units as f64 / ratio).sqrt().round_ties_even().max(1.0);
    let candidates = (-3..=3).map(|offset| {
        let rows = (rows + f64::from(offset)).max(1.0);
        let columns = (rows * ratio).round_ties_even().max(1.0);
        let side = |units: f64| (units as usize).saturating_mul(SIDE_MULTIPLE);
        (side(rows), side(columns))
    });
    let [h, w] = scaled_to(height, width, area);
    let scaled = (snapped(h, SIDE_MULTIPLE), snapped(w, SIDE_MULTIPLE));
    let misfit = |&(h, w): &(usize, usize)| {
        let ratio_error = (w as f64 / h as f64 - ratio).abs();
        (h.saturating_mul(w).abs_diff(area), ratio_error)
    };
    // `min_by` keeps the first of equals.
    let best = candidates.chain([scaled]).min_by(|a, b| {
        let ((area_a, ratio_a), (area_b, ratio_b)) = (misfit(a), misfit(b));
        area_a.cmp(&area_b).then(ratio_a.total_cmp(&ratio_b))
    });
    best.unwrap_or(scaled)
}

/// Size of a first frame that keeps about its own area: each side floored to a multiple of 32.
pub fn floored_size(height: usize, width: usize) -> (usize, usize) {
    (floored(height), floored(width))
}

/// Size of the picture an image model makes for a clip of this size: the ratio at about `area`
/// pixels in multiples of 16.
pub fn picture_model_size(height: usize, width: usize, area: usize) -> (usize, usize) {
    let [h, w] = scaled_to(height, width, area);
    (
        snapped(h, PICTURE_MODEL_MULTIPLE),
        snapped(w, PICTURE_MODEL_MULTIPLE),
    )
}

/// Size of an aspect ratio written `height:width`; `None` if it is not two whole numbers above 0.
pub fn size_from_aspect(aspect: &str, area: usize) -> Option<(usize, usize)> {
    let (h, w) = aspect.split_once(':')?;
    let [h, w] = [h, w].map(|side| side.trim().parse::<u32>().ok().filter(|&side| side > 0));
    let (h, w) = (h? as usize, w? as usize);
    let divisor = greatest_common_divisor(h, w);
    let (h, w) = (h / divisor, w / divisor);
    let scale = (area as f64 / (h as f64 * w as f64)).sqrt();
    let side = |units: usize| floored((scale * units as f64) as usize);
    Some((side(h), side(w)))
}

/// Whether a requested size is more than a tenth away from the model's area.
pub fn is_far_from_area(height: usize, width: usize, area: usize) -> bool {
    let (requested, area) = (height as f64 * width as f64, area as f64);
    requested < 0.9 * area || requested > 1.1 * area
}

/// The first frame at the clip's size: bicubic with a = -0.75, half-pixel centres, repeated edges,
/// no filtering before shrinking (spec: pipeline 4).
///
/// # Errors
/// If `rgb` is not `height * width * 3` bytes, or the picture is so narrow that no clip of about
/// `area` pixels has its shape.
pub fn resize_first_frame(
    rgb: &[u8],
    height: usize,
    width: usize,
    area: usize,
) -> Result<Preprocessed, PictureError> {
    let expected = height
        .checked_mul(width)
        .and_then(|pixels| pixels.checked_mul(3));
    if expected != Some(rgb.len()) || rgb.is_empty() {
        return Err(PictureError::Size {
            height,
            width,
            num_bytes: rgb.len(),
        });
    }
    let (out_height, out_width) = first_frame_size(height, width, area);
    let max_area = area
        .max(SIDE_MULTIPLE * SIDE_MULTIPLE)
        .saturating_mul(MAX_AREA_FACTOR);
    if out_height.saturating_mul(out_width) > max_area {
        return Err(PictureError::TooNarrow { height, width });
    }
    let columns = taps(width, out_width);
    let rows = taps(height, out_height);
    let plane_len = out_height * out_width;
    let mut values = vec![0.0; 3 * plane_len];
    for (y, row) in rows.iter().enumerate() {
        for (&source_row, &row_weight) in row.positions.iter().zip(&row.weights) {
            let Some(source) = rgb.chunks_exact(3 * width).nth(source_row) else {
                continue;
            };
            for (channel, plane) in values.chunks_exact_mut(plane_len).enumerate() {
                let out = plane.iter_mut().skip(y * out_width);
                for (value, column) in out.zip(&columns) {
                    *value += row_weight * column.blend(source, channel);
                }
            }
        }
    }
    Ok(Preprocessed {
        values,
        height: out_height,
        width: out_width,
    })
}

/// A first frame that has the clip's size already.
///
/// # Errors
/// If `rgb` is not `height * width * 3` bytes.
pub fn unscaled_first_frame(
    rgb: &[u8],
    height: usize,
    width: usize,
) -> Result<Preprocessed, PictureError> {
    let expected = height
        .checked_mul(width)
        .and_then(|pixels| pixels.checked_mul(3));
    if expected != Some(rgb.len()) || rgb.is_empty() {
        return Err(PictureError::Size {
            height,
            width,
            num_bytes: rgb.len(),
        });
    }
    let plane = |channel: usize| rgb.iter().skip(channel).step_by(3).copied().map(level);
    Ok(Preprocessed {
        values: (0..3).flat_map(plane).collect(),
        height,
        width,
    })
}

/// A byte in -1..1.
fn level(byte: u8) -> f32 {
    2.0 * (f32::from(byte) / 255.0) - 1.0
}

/// Four neighbours of one output position along an axis.
struct Taps {
    positions: [usize; 4],
    weights: [f32; 4],
}

impl Taps {
    /// Weighted pixels of a row of RGB bytes, in -1..1.
    fn blend(&self, row: &[u8], channel: usize) -> f32 {
        let level =
            |&column: &usize| level(row.get(3 * column + channel).copied().unwrap_or_default());
        self.positions
            .iter()
            .zip(&self.weights)
            .map(|(column, weight)| weight * level(column))
            .sum()
    }
}

fn taps(len: usize, out_len: usize) -> Vec<Taps> {
    if len == out_len {
        let own = |idx| Taps {
            positions: [idx; 4],
            weights: [1.0, 0.0, 0.0, 0.0],
        };
        return (0..len).map(own).collect();
    }
    // In f32 as in the reference: its rounding moves samples of large pictures visibly.
    let scale = len as f32 / out_len as f32;
    (0..out_len)
        .map(|idx| {
            let position = f64::from((idx as f32 + 0.5) * scale - 0.5);
            let (base, u) = (position.floor(), position - position.floor());
            let clamped = |offset: f64| (base + offset).clamp(0.0, (len - 1) as f64) as usize;
            Taps {
                positions: [-1.0, 0.0, 1.0, 2.0].map(clamped),
                weights: [u + 1.0, u, 1.0 - u, 2.0 - u].map(|distance| cubic(distance) as f32),
            }
        })
        .collect()
}

/// Weight of a sample at `distance` in 0..=2.
fn cubic(distance: f64) -> f64 {
    const A: f64 = -0.75;
    let x = distance;
    if x <= 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else {
        ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
    }
}

/// Both sides times the factor that makes their product `area`; as they are for area 0.
fn scaled_to(height: usize, width: usize, area: usize) -> [f64; 2] {
    let [h, w] = [height, width].map(|side| side.max(1) as f64);
    if area == 0 {
        return [h, w];
    }
    let scale = (area as f64 / (h * w)).sqrt();
    [h * scale, w * scale]
}

fn snapped(side: f64, multiple: usize) -> usize {
    let units = (side / multiple as f64).round_ties_even();
    (units as usize).saturating_mul(multiple).max(multiple)
}

fn floored(side: usize) -> usize {
    (side / SIDE_MULTIPLE * SIDE_MULTIPLE).max(SIDE_MULTIPLE)
}

fn greatest_common_divisor(mut a: usize, mut b: usize) -> usize {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_picture_stays_flat_at_any_size() {
        for (height, width) in [(1, 1), (3, 200), (64, 96), (301, 47)] {
            let frame =
                resize_first_frame(&vec![51; 3 * height * width], height, width, 6144).unwrap();
            assert_eq!(frame.values.len(), 3 * frame.height * frame.width);
            assert!(frame.values.iter().all(|value| (value + 0.6).abs() < 1e-5));
        }
    }

    #[test]
    fn channels_stay_apart_and_edges_overshoot() {
        let rgb: Vec<u8> = (0..48 * 40)
            .flat_map(|i| [if i % 40 < 20 { 0 } else { 255 }, 10, 20])
            .collect();
        let frame = resize_first_frame(&rgb, 48, 40, 9216).unwrap();
        let planes: Vec<&[f32]> = frame.values.chunks(frame.height * frame.width).collect();
        let max = |plane: &[f32]| plane.iter().copied().fold(f32::MIN, f32::max);
        assert!(max(planes[0]) > 1.01);
        assert!((max(planes[1]) + 0.921_568_6).abs() < 1e-5);
        assert!((max(planes[2]) + 0.843_137_3).abs() < 1e-5);
    }

    #[test]
    fn a_picture_of_the_right_size_is_only_converted() {
        let rgb: Vec<u8> = (0..96 * 64 * 3).map(|i| (i * 7 % 256) as u8).collect();
        let scaled = resize_first_frame(&rgb, 64, 96, 64 * 96).unwrap();
        assert_eq!((scaled.height, scaled.width), (64, 96));
        assert_eq!(unscaled_first_frame(&rgb, 64, 96).unwrap(), scaled);
        assert!(unscaled_first_frame(&rgb, 64, 95).is_err());
    }

    #[test]
    fn impossible_pictures_are_refused() {
        assert!(resize_first_frame(&[], 0, 0, 518_400).is_err());
        assert!(resize_first_frame(&[0; 11], 2, 2, 518_400).is_err());
        assert!(resize_first_frame(&[], usize::MAX, usize::MAX, 518_400).is_err());
        let needle = resize_first_frame(&[0; 3 << 20], 1, 1 << 20, 518_400);
        assert_eq!(
            needle,
            Err(PictureError::TooNarrow {
                height: 1,
                width: 1 << 20
            })
        );
    }

    #[test]
    fn sizes_at_the_limits_do_not_overflow() {
        for side in [0, 1, usize::MAX] {
            for (h, w) in [
                resolve_size(side, 1, 518_400),
                first_frame_size(1, side, usize::MAX),
            ] {
                assert!(h >= 32 && w >= 32);
            }
        }
        assert_eq!(size_from_aspect("9:16", 518_400), Some((512, 960)));
        for wrong in ["", "16", "0:1", "-1:2", "a:b", "1:2:3", "99999999999:1"] {
            assert_eq!(size_from_aspect(wrong, 518_400), None, "{wrong}");
        }
    }
}
