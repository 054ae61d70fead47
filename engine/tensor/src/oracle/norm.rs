//! Statistics over the last axis.

use super::Array;
use super::elementwise::unary_value;
use crate::{RmsMode, Unary};

fn mean(row: &[f64]) -> f64 {
    row.iter().sum::<f64>() / row.len() as f64
}

/// Mean over the last axis, which disappears.
pub fn mean_last(x: &Array) -> Array {
    let values = (0..x.num_rows()).map(|idx| mean(x.row(idx))).collect();
    Array {
        shape: x.shape[..x.shape.len() - 1].to_vec(),
        values,
    }
}

/// `(x - mean) / sqrt(variance + eps)` with the biased variance.
fn normalised(row: &[f64], eps: f32) -> Vec<f64> {
    let centre = mean(row);
    let squares: Vec<f64> = row.iter().map(|x| (x - centre) * (x - centre)).collect();
    let deviation = (mean(&squares) + f64::from(eps)).sqrt();
    row.iter().map(|x| (x - centre) / deviation).collect()
}

/// Layer norm over the last axis; `affine` is (weight, bias), each `[dim]`.
pub fn layer_norm(x: &Array, affine: Option<(&Array, &Array)>, eps: f32) -> Array {
    x.map_rows(|_, row| {
        let y = normalised(row, eps);
        let Some((weight, bias)) = affine else {
            return y;
        };
        let parts = y.iter().zip(&weight.values).zip(&bias.values);
        parts.map(|((y, weight), bias)| y * weight + bias).collect()
    })
}

/// Row of `[1|2, dim]` that belongs to token `idx`.
pub(super) fn group(groups: &Array, idx: usize, split: usize) -> &[f64] {
    if groups.shape[0] == 1 || idx < split {
        groups.row(0)
    } else {
        groups.row(1)
    }
}

/// `layer_norm(x) * (1 + scale) + shift`; `x` `[tokens, dim]`, `shift` and `scale` `[1|2, dim]`, the
/// first group before row `split`.
pub fn modulate(x: &Array, shift: &Array, scale: &Array, eps: f32, split: usize) -> Array {
    x.map_rows(|idx, row| {
        let (shift, scale) = (group(shift, idx, split), group(scale, idx, split));
        let y = normalised(row, eps);
        let parts = y.iter().zip(scale).zip(shift);
        parts
            .map(|((y, scale), shift)| y * (1.0 + scale) + shift)
            .collect()
    })
}

/// `x / rms(x) * weight`, then `act`. The floor of [`RmsMode::Floor`] lets not-a-number through.
pub fn rms_norm(x: &Array, weight: Option<&Array>, mode: RmsMode, act: Option<Unary>) -> Array {
    x.map_rows(|_, row| {
        let squares: Vec<f64> = row.iter().map(|x| x * x).collect();
        let mean_square = mean(&squares);
        let divisor = match mode {
            RmsMode::EpsInside(eps) => (mean_square + f64::from(eps)).sqrt(),
            RmsMode::Floor(floor) if mean_square.sqrt() < f64::from(floor) => f64::from(floor),
            RmsMode::Floor(_) => mean_square.sqrt(),
            RmsMode::EpsOutside(eps) => f64::from(eps) + mean_square.sqrt(),
        };
        let weighted = row.iter().enumerate().map(|(column, x)| {
            let weight = weight.map_or(1.0, |weight| weight.values[column]);
            x / divisor * weight
        });
        weighted
            .map(|y| act.map_or(y, |act| unary_value(y, act)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normalised_row_has_mean_zero_and_variance_one() {
        let y = normalised(&[1.0, 2.0, 4.0, 9.0], 0.0);
        let squares: Vec<f64> = y.iter().map(|y| y * y).collect();
        assert!(mean(&y).abs() < 1e-15 && (mean(&squares) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_three_guards_of_the_root_mean_square_differ() {
        let x = Array {
            shape: vec![1, 2],
            values: vec![3.0, 4.0],
        };
        let first = |mode| rms_norm(&x, None, mode, None).values[0];
        let rms = 12.5_f64.sqrt();
        assert!((first(RmsMode::EpsInside(0.5)) - 3.0 / 13.0_f64.sqrt()).abs() < 1e-12);
        assert!((first(RmsMode::Floor(5.0)) - 0.6).abs() < 1e-12);
        assert!((first(RmsMode::EpsOutside(0.5)) - 3.0 / (rms + 0.5)).abs() < 1e-12);
    }
}
