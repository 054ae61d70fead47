//! Spatial repetition and the anti-aliased activation of the vocoder.

use super::Array;
use crate::UpsampleSpec;

/// `[h, w, c]` to `[h * factor, w * factor, out_channels]` by the channel rule of [`UpsampleSpec`].
pub fn upsample(x: &Array, spec: UpsampleSpec) -> Array {
    let (factor, factor_t) = (spec.factor, spec.factor_t);
    let repeats = spec.out_channels * factor_t * factor * factor / x.width();
    let shape = [x.shape[0] * factor, x.shape[1] * factor, spec.out_channels];
    Array::from_fn(&shape, |i| {
        let (iy, ix) = (i[0] % factor, i[1] % factor);
        let position = ((i[2] * factor_t + spec.frame_idx) * factor + iy) * factor + ix;
        x.at(&[i[0] / factor, i[1] / factor, position / repeats])
    })
}

/// Operands of [`snake`].
#[derive(Clone, Copy, Debug)]
pub struct SnakeInputs<'a> {
    /// Signal `[t, c]`.
    pub x: &'a Array,
    /// `exp(alpha)` `[c]`.
    pub alpha: &'a Array,
    /// `1 / (exp(beta) + 1e-9)` `[c]`.
    pub inv_beta: &'a Array,
    /// The low-pass used in both directions.
    pub taps: &'a [f32; 12],
}

/// Up-sample x2, `u + sin^2(alpha u) / beta`, down-sample x2 (spec: audio-vae-vocoder 6.2).
pub fn snake(inputs: SnakeInputs<'_>) -> Array {
    let SnakeInputs {
        x,
        alpha,
        inv_beta,
        taps,
    } = inputs;
    let len = x.shape[0];
    let tap = |k: usize| f64::from(taps[k]);
    let doubled = Array::from_fn(&[2 * len, x.width()], |i| {
        let (t, parity, channel) = (i[0] / 2, i[0] % 2, i[1]);
        let mut up = 0.0;
        for k in 0..6 {
            let at = clamped(t + k + parity, 3, len);
            up += 2.0 * tap(2 * k + parity) * x.at(&[at, channel]);
        }
        let wave = (up * alpha.values[channel]).sin();
        up + wave * wave * inv_beta.values[channel]
    });
    Array::from_fn(&x.shape, |i| {
        let sample = |k: usize| doubled.at(&[clamped(2 * i[0] + k, 5, 2 * len), i[1]]);
        (0..12).map(|k| tap(k) * sample(k)).sum()
    })
}

/// `position - shift`, kept inside `0..len`.
fn clamped(position: usize, shift: usize, len: usize) -> usize {
    position.saturating_sub(shift).min(len - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_enlargement_repeats_every_pixel() {
        let x = Array::from_fn(&[1, 2, 3], |i| (10 * i[1] + i[2]) as f64);
        let y = upsample(&x, UpsampleSpec::nearest(2, 3));
        assert_eq!(y.shape, [2, 4, 3]);
        assert_eq!(y.at(&[1, 1, 2]), 2.0);
        assert_eq!(y.at(&[0, 2, 1]), 11.0);
    }

    #[test]
    fn a_linear_snake_keeps_a_constant() {
        let constant = |shape: &[usize], value: f64| Array::from_fn(shape, |_| value);
        let taps = [1.0 / 12.0; 12];
        let y = snake(SnakeInputs {
            x: &constant(&[5, 1], 3.0),
            alpha: &constant(&[1], 1.0),
            inv_beta: &constant(&[1], 0.0),
            taps: &taps,
        });
        assert!(y.values.iter().all(|y| (y - 3.0).abs() < 1e-6));
    }
}
