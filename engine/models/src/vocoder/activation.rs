//! Anti-aliased SnakeBeta and its Kaiser-windowed filter (spec: audio-vae-vocoder 6).

use ovi_tensor::{MemoryKind, Tensor};

use crate::{ModelError, Result, Weights};

const TAPS: usize = 12;

/// Up-sampling, SnakeBeta with log-scale parameters, down-sampling.
#[derive(Clone, Debug)]
pub struct SnakeBeta {
    alpha: Tensor,
    inv_beta: Tensor,
    taps: Vec<f32>,
}

impl SnakeBeta {
    /// Tensors `act.alpha`, `act.beta`; stored filters are ignored, they are all the same.
    ///
    /// # Errors
    /// If the parameters are missing.
    pub fn new(weights: &Weights) -> Result<Self> {
        Self::from_names(weights, "act.alpha", "act.beta")
    }

    /// Parameters under other names.
    ///
    /// # Errors
    /// If the parameters are missing or differ in length.
    pub fn from_names(weights: &Weights, alpha: &str, beta: &str) -> Result<Self> {
        let (alpha, beta) = (weights.get(alpha)?.to_f32()?, weights.get(beta)?.to_f32()?);
        if alpha.len() != beta.len() {
            let reason = format!("{} alphas, {} betas", alpha.len(), beta.len());
            return Err(ModelError::parameter("SnakeBeta", reason));
        }
        let _scope = weights.device().enter_kind(MemoryKind::Weights);
        let upload = |values: Vec<f32>| Tensor::from_vec(values, &[alpha.len()], weights.device());
        Ok(Self {
            inv_beta: upload(
                beta.iter()
                    .map(|b| (1.0 / (f64::from(*b).exp() + 1e-9)) as f32)
                    .collect(),
            )?,
            alpha: upload(alpha.iter().map(|a| a.exp()).collect())?,
            taps: kaiser_sinc_taps(0.25, 0.3, TAPS),
        })
    }

    /// `[t, channels]` to the same.
    ///
    /// # Errors
    /// If the channels differ.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(x.snake(&self.alpha, &self.inv_beta, &self.taps)?)
    }
}

/// Low-pass of `num_taps` taps with unit gain at zero frequency; `cutoff` and `half_width` in cycles
/// per sample.
pub fn kaiser_sinc_taps(cutoff: f64, half_width: f64, num_taps: usize) -> Vec<f32> {
    use std::f64::consts::PI;
    let half = num_taps / 2;
    let attenuation = 2.285 * (half as f64 - 1.0) * PI * 4.0 * half_width + 7.95;
    let beta = if attenuation > 50.0 {
        0.1102 * (attenuation - 8.7)
    } else if attenuation >= 21.0 {
        0.5842 * (attenuation - 21.0).powf(0.4) + 0.07886 * (attenuation - 21.0)
    } else {
        0.0
    };
    let shift = if num_taps.is_multiple_of(2) { 0.5 } else { 0.0 };
    let tap = |n: usize| {
        let x = 2.0 * n as f64 / (num_taps as f64 - 1.0) - 1.0;
        let window = bessel_i0(beta * (1.0 - x * x).max(0.0).sqrt()) / bessel_i0(beta);
        let phase = PI * 2.0 * cutoff * (n as f64 - half as f64 + shift);
        let sinc = if phase == 0.0 {
            1.0
        } else {
            phase.sin() / phase
        };
        2.0 * cutoff * window * sinc
    };
    let taps: Vec<f64> = (0..num_taps).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..60 {
        term *= quarter / f64::from(k * k);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::kaiser_sinc_taps;

    #[test]
    fn the_official_filter_has_its_published_taps() {
        let want = [
            0.002_028_966_5,
            0.009_389_464,
            -0.025_543_464,
            -0.057_657_376,
            0.128_572_6,
            0.443_209_8,
        ];
        let taps = kaiser_sinc_taps(0.25, 0.3, 12);
        for (idx, want) in want.iter().enumerate() {
            assert!((taps[idx] - want).abs() < 1e-7, "{idx}");
            assert!((taps[idx] - taps[11 - idx]).abs() < 1e-9, "mirror {idx}");
        }
    }
}
