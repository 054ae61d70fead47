//! The three timestep schedules (spec: samplers 2).

use super::Solver;
use crate::{ModelError, Result};

/// Training timesteps of the model.
const NUM_TRAIN_TIMESTEPS: f64 = 1000.0;

/// Sigmas and timesteps of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// `num_steps + 1` values, decreasing to 0.
    pub sigmas: Vec<f32>,
    /// `num_steps` values in 0..=1000, as handed to the network.
    pub timesteps: Vec<f64>,
}

impl Schedule {
    /// Schedule of `solver`.
    ///
    /// # Errors
    /// If `num_steps` is 0 or `shift` is not a positive number.
    pub fn new(solver: Solver, num_steps: usize, shift: f64) -> Result<Self> {
        if num_steps == 0 {
            return Err(ModelError::parameter("steps", "at least 1 is needed"));
        }
        if !(shift.is_finite() && shift > 0.0) {
            return Err(ModelError::parameter(
                "shift",
                format!("{shift} is not above 0"),
            ));
        }
        Ok(match solver {
            // 0.999 as the reference holds it: rounded to f32, then widened.
            Solver::UniPc => Self::truncated(f64::from(0.999_f32), num_steps, shift),
            Solver::DpmPlusPlus => Self::truncated(1.0, num_steps, shift),
            Solver::Euler => Self::twice_shifted(num_steps, shift),
        })
    }

    /// Number of steps.
    pub fn num_steps(&self) -> usize {
        self.timesteps.len()
    }

    fn truncated(start: f64, num_steps: usize, shift: f64) -> Self {
        let step = (0.0 - start) / num_steps as f64;
        let sigmas: Vec<f64> = (0..num_steps)
            .map(|i| shifted(start + i as f64 * step, shift))
            .collect();
        Self {
            timesteps: sigmas
                .iter()
                .map(|sigma| (sigma * NUM_TRAIN_TIMESTEPS).trunc())
                .collect(),
            sigmas: sigmas
                .iter()
                .map(|&sigma| sigma as f32)
                .chain([0.0])
                .collect(),
        }
    }

    fn twice_shifted(num_steps: usize, shift: f64) -> Self {
        let low = f64::from(shifted(1.0 / NUM_TRAIN_TIMESTEPS, shift) as f32);
        let (high, low) = (NUM_TRAIN_TIMESTEPS, low * NUM_TRAIN_TIMESTEPS);
        let base = |i: usize| {
            let share = if num_steps == 1 {
                0.0
            } else {
                i as f64 / (num_steps - 1) as f64
            };
            (high + (low - high) * share) / NUM_TRAIN_TIMESTEPS
        };
        let sigmas: Vec<f32> = (0..num_steps)
            .map(|i| shifted(base(i), shift) as f32)
            .collect();
        let timestep = |sigma: &f32| f64::from((f64::from(*sigma) * NUM_TRAIN_TIMESTEPS) as f32);
        Self {
            timesteps: sigmas.iter().map(timestep).collect(),
            sigmas: sigmas.into_iter().chain([0.0]).collect(),
        }
    }
}

/// `k s / (1 + (k - 1) s)`, in this order of operations: the truncation depends on it.
fn shifted(sigma: f64, shift: f64) -> f64 {
    shift * sigma / (1.0 + (shift - 1.0) * sigma)
}

/// Noise level as the multistep solvers see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) sigma: f64,
    pub(super) alpha: f64,
    /// `ln(alpha / sigma)`, infinite at the ends.
    pub(super) lambda: f64,
}

impl Schedule {
    pub(super) fn level(&self, idx: usize) -> Level {
        let sigma = f64::from(self.sigmas[idx]);
        let alpha = 1.0 - sigma;
        Level {
            sigma,
            alpha,
            lambda: alpha.ln() - sigma.ln(),
        }
    }

    /// # Errors
    /// If step `idx` is past the end.
    pub(super) fn expect_step(&self, idx: usize) -> Result<()> {
        if idx >= self.num_steps() {
            return Err(ModelError::parameter(
                "solver",
                format!("all {} steps are done", self.num_steps()),
            ));
        }
        Ok(())
    }
}
