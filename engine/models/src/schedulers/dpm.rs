//! DPM++ 2M: second order, multistep, data prediction, midpoint (spec: samplers 4).

use ovi_tensor::Tensor;

use super::{Schedule, Scheduler, combine};
use crate::Result;

/// Keeps the previous clean estimate.
pub(super) struct DpmPlusPlus {
    schedule: Schedule,
    step: usize,
    previous: Option<Tensor>,
}

impl DpmPlusPlus {
    pub(super) fn new(schedule: Schedule) -> Self {
        Self {
            schedule,
            step: 0,
            previous: None,
        }
    }
}

impl Scheduler for DpmPlusPlus {
    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    fn step(&mut self, sample: &Tensor, velocity: &Tensor) -> Result<Tensor> {
        let idx = self.step;
        self.schedule.expect_step(idx)?;
        let (now, next) = (self.schedule.level(idx), self.schedule.level(idx + 1));
        let clean = combine(&[(1.0, sample), (-now.sigma, velocity)])?;
        let previous = self.previous.replace(clean.clone());
        self.step += 1;
        // The ends of lambda are infinite: at the last step the clean estimate is the result, at the
        // first the history is unused, at the second its ratio is infinite and the correction zero.
        if next.sigma == 0.0 {
            return Ok(clean);
        }
        let step = next.lambda - now.lambda;
        let decay = if step.is_finite() {
            (-step).exp_m1()
        } else {
            -1.0
        };
        let (ratio, weight) = (next.sigma / now.sigma, -next.alpha * decay);
        match previous {
            Some(previous) if idx > 1 => {
                let slope = 0.5 * step / (now.lambda - self.schedule.level(idx - 1).lambda);
                combine(&[
                    (ratio, sample),
                    (weight * (1.0 + slope), &clean),
                    (-weight * slope, &previous),
                ])
            }
            _ => combine(&[(ratio, sample), (weight, &clean)]),
        }
    }
}
