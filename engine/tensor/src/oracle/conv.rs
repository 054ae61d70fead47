//! Convolutions of channels-last data with kernels as checkpoints store them.

use super::Array;
use crate::ConvSpec;

/// One input frame of [`conv_frames`] and the temporal tap it meets.
#[derive(Clone, Copy, Debug)]
pub struct ConvInput<'a> {
    /// `[height, width, in]`.
    pub frame: &'a Array,
    /// Index along the kernel's time axis; 0 is the oldest.
    pub tap: usize,
}

/// Position in the unpadded axis of length `len`, or none inside the padding.
fn source(out: usize, stride: usize, tap: usize, pad_before: usize, len: usize) -> Option<usize> {
    (out * stride + tap)
        .checked_sub(pad_before)
        .filter(|&position| position < len)
}

/// Sum over `frames` of their 2-D convolution, plus `bias` `[out]` once. `weight` is
/// `[out, in, kt, kh, kw]`; the kernel is not mirrored (correlation).
pub fn conv_frames(
    frames: &[ConvInput<'_>],
    weight: &Array,
    bias: Option<&Array>,
    spec: ConvSpec,
) -> Array {
    let [out, inp, _, taps_h, taps_w] = weight.shape[..] else {
        panic!("weight [out, in, kt, kh, kw]");
    };
    let [height, width, _] = frames[0].frame.shape[..] else {
        panic!("frame [height, width, in]");
    };
    let padding = spec.pad_before + spec.pad_after;
    let out_len = |len: usize, taps: usize| (len + padding - taps) / spec.stride + 1;
    let shape = [out_len(height, taps_h), out_len(width, taps_w), out];
    Array::from_fn(&shape, |i| {
        let mut sum = bias.map_or(0.0, |bias| bias.values[i[2]]);
        for input in frames {
            for dy in 0..taps_h {
                let Some(y) = source(i[0], spec.stride, dy, spec.pad_before, height) else {
                    continue;
                };
                for dx in 0..taps_w {
                    let Some(x) = source(i[1], spec.stride, dx, spec.pad_before, width) else {
                        continue;
                    };
                    for channel in 0..inp {
                        sum += input.frame.at(&[y, x, channel])
                            * weight.at(&[i[2], channel, input.tap, dy, dx]);
                    }
                }
            }
        }
        sum
    })
}

/// Signal `[t, in]` to `[t, out]` with an odd kernel `[out, in, k]`, zeros outside the signal.
pub fn conv1d(x: &Array, weight: &Array, bias: Option<&Array>, dilation: usize) -> Array {
    let [out, inp, taps] = weight.shape[..] else {
        panic!("weight [out, in, k]");
    };
    let len = x.shape[0];
    Array::from_fn(&[len, out], |i| {
        let mut sum = bias.map_or(0.0, |bias| bias.values[i[1]]);
        for tap in 0..taps {
            if let Some(t) = source(i[0], 1, tap * dilation, taps / 2 * dilation, len) {
                for channel in 0..inp {
                    sum += x.at(&[t, channel]) * weight.at(&[i[1], channel, tap]);
                }
            }
        }
        sum
    })
}

/// Signal `[t, in]` to `[t * stride, out]` with `weight` `[in, out, k]`: every input sample adds its
/// scaled kernel at `stride` times its position, and `(k - stride) / 2` samples go at both ends.
pub fn conv_transpose1d(x: &Array, weight: &Array, bias: Option<&Array>, stride: usize) -> Array {
    let [inp, out, taps] = weight.shape[..] else {
        panic!("weight [in, out, k]");
    };
    let (len, trim) = (x.shape[0], (taps - stride) / 2);
    Array::from_fn(&[len * stride, out], |i| {
        let mut sum = bias.map_or(0.0, |bias| bias.values[i[1]]);
        for t in 0..len {
            let tap = (i[0] + trim).checked_sub(t * stride);
            if let Some(tap) = tap.filter(|&tap| tap < taps) {
                for channel in 0..inp {
                    sum += x.at(&[t, channel]) * weight.at(&[channel, i[1], tap]);
                }
            }
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize], values: &[f64]) -> Array {
        Array {
            shape: shape.to_vec(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn a_dilated_kernel_reads_zeros_outside_the_signal() {
        let x = array(&[4, 1], &[1.0, 2.0, 3.0, 4.0]);
        let weight = array(&[1, 1, 3], &[100.0, 10.0, 1.0]);
        let y = conv1d(&x, &weight, None, 2);
        assert_eq!(y.values, [13.0, 24.0, 130.0, 240.0]);
    }

    #[test]
    fn a_transposed_kernel_spreads_each_sample() {
        let x = array(&[2, 1], &[1.0, 10.0]);
        let weight = array(&[1, 1, 4], &[1.0, 2.0, 3.0, 4.0]);
        let y = conv_transpose1d(&x, &weight, None, 2);
        assert_eq!(y.values, [2.0, 13.0, 24.0, 30.0]);
    }

    #[test]
    fn a_strided_window_starts_at_the_first_pixel_without_padding_before() {
        let frame = array(&[2, 2, 1], &[1.0, 2.0, 3.0, 4.0]);
        let weight = array(&[1, 1, 1, 1, 2], &[10.0, 1.0]);
        let spec = ConvSpec {
            stride: 2,
            pad_before: 0,
            pad_after: 1,
        };
        let input = ConvInput {
            frame: &frame,
            tap: 0,
        };
        let y = conv_frames(&[input], &weight, None, spec);
        assert_eq!((y.shape, y.values), (vec![2, 1, 1], vec![12.0, 0.0]));
    }
}
