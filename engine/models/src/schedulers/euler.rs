//! Euler (spec: samplers 3).

use ovi_tensor::Tensor;

use super::{Schedule, Scheduler, combine};
use crate::Result;

/// `x + (sigma_next - sigma) * velocity`.
pub(super) struct Euler {
    schedule: Schedule,
    step: usize,
}

impl Euler {
    pub(super) fn new(schedule: Schedule) -> Self {
        Self { schedule, step: 0 }
    }
}

impl Scheduler for Euler {
    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    fn step(&mut self, sample: &Tensor, velocity: &Tensor) -> Result<Tensor> {
        self.schedule.expect_step(self.step)?;
        let (now, next) = (
            self.schedule.level(self.step),
            self.schedule.level(self.step + 1),
        );
        self.step += 1;
        combine(&[(1.0, sample), (next.sigma - now.sigma, velocity)])
    }
}
