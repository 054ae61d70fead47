//! UniPC, order 2, B(h) = expm1, data prediction, with corrector (spec: samplers 5).

use ovi_tensor::Tensor;

use super::schedule::Level;
use super::{Schedule, Scheduler, combine};
use crate::Result;

/// Clean estimates of the last two steps, and where the last predictor started.
pub(super) struct UniPc {
    schedule: Schedule,
    step: usize,
    /// Estimates at steps `i - 1` and `i - 2`, newest first.
    history: Vec<Tensor>,
    corrected: Option<Tensor>,
    order: usize,
}

impl UniPc {
    pub(super) fn new(schedule: Schedule) -> Self {
        Self {
            schedule,
            step: 0,
            history: Vec::new(),
            corrected: None,
            order: 0,
        }
    }

    /// Step 2: pull the state towards what its own clean estimate says.
    fn correct(&self, clean: &Tensor, sample: &Tensor) -> Result<Tensor> {
        let (Some(last), Some(m1)) = (&self.corrected, self.history.first()) else {
            return Ok(sample.clone());
        };
        let idx = self.step;
        let (before, now) = (self.schedule.level(idx - 1), self.schedule.level(idx));
        let advance = Advance::between(before, now);
        if let (2, Some(m2)) = (self.order, self.history.get(1)) {
            let r = (self.schedule.level(idx - 2).lambda - before.lambda) / advance.h;
            let (rho1, rho2) = corrector_weights(advance, r);
            // weight * (m1 + rho1 (m2 - m1) / r + rho2 (m - m1))
            let w = advance.weight;
            let terms = [
                (advance.ratio, last),
                (w * (1.0 - rho1 / r - rho2), m1),
                (w * rho1 / r, m2),
                (w * rho2, clean),
            ];
            return combine(&terms);
        }
        let w = advance.weight;
        combine(&[(advance.ratio, last), (0.5 * w, m1), (0.5 * w, clean)])
    }

    /// Step 4: from the corrected state to the next sigma.
    fn predict(&self, clean: &Tensor, corrected: &Tensor, order: usize) -> Result<Tensor> {
        let idx = self.step;
        let (now, next) = (self.schedule.level(idx), self.schedule.level(idx + 1));
        if next.sigma == 0.0 {
            return Ok(clean.clone());
        }
        let advance = Advance::between(now, next);
        match self.history.first() {
            Some(m1) if order == 2 => {
                let r = (self.schedule.level(idx - 1).lambda - now.lambda) / advance.h;
                let slope = 0.5 / r;
                let w = advance.weight;
                combine(&[
                    (advance.ratio, corrected),
                    (w * (1.0 - slope), clean),
                    (w * slope, m1),
                ])
            }
            _ => combine(&[(advance.ratio, corrected), (advance.weight, clean)]),
        }
    }
}

/// Scalars of a move between two noise levels.
#[derive(Clone, Copy)]
struct Advance {
    h: f64,
    /// `expm1(-h)`.
    decay: f64,
    ratio: f64,
    /// `-alpha * decay`, the weight of the clean estimate.
    weight: f64,
}

impl Advance {
    fn between(from: Level, to: Level) -> Self {
        let h = to.lambda - from.lambda;
        let decay = (-h).exp_m1();
        Self {
            h,
            decay,
            ratio: to.sigma / from.sigma,
            weight: -to.alpha * decay,
        }
    }
}

/// Solution of `rho1 + rho2 = b1`, `r rho1 + rho2 = b2`.
fn corrector_weights(advance: Advance, r: f64) -> (f64, f64) {
    let phi = advance.decay / -advance.h - 1.0;
    let b1 = phi / advance.decay;
    let b2 = 2.0 * (phi / -advance.h - 0.5) / advance.decay;
    let rho1 = (b1 - b2) / (1.0 - r);
    (rho1, b1 - rho1)
}

impl Scheduler for UniPc {
    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    fn step(&mut self, sample: &Tensor, velocity: &Tensor) -> Result<Tensor> {
        let (idx, num_steps) = (self.step, self.schedule.num_steps());
        self.schedule.expect_step(idx)?;
        let sigma = self.schedule.level(idx).sigma;
        let clean = combine(&[(1.0, sample), (-sigma, velocity)])?;
        let corrected = self.correct(&clean, sample)?;
        let order = 2.min(num_steps - idx).min(idx + 1);
        let next = self.predict(&clean, &corrected, order)?;
        self.history.insert(0, clean);
        self.history.truncate(2);
        self.corrected = Some(corrected);
        self.order = order;
        self.step += 1;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use ovi_tensor::{Device, Tensor};

    use crate::schedulers::{Solver, scheduler};

    fn check(solver: Solver, want: [f32; 4]) {
        let mut run = scheduler(solver, 4, 5.0).unwrap();
        let mut x = Tensor::from_vec(vec![1.0], &[1], &Device::cpu()).unwrap();
        for (idx, want) in want.into_iter().enumerate() {
            let t = run.schedule().timesteps[idx];
            let velocity = x.affine(0.5, (t / 1000.0 - 0.2) as f32).unwrap();
            x = run.step(&x, &velocity).unwrap();
            let got = x.to_vec().unwrap()[0];
            assert!(
                (got - want).abs() < 3e-6,
                "{solver:?} step {idx}: {got} {want}"
            );
        }
        assert!(run.step(&x, &x).is_err());
    }

    #[test]
    fn worked_scalar_examples() {
        check(Solver::UniPc, [0.918768, 0.797775, 0.606278, 0.152043]);
        check(
            Solver::DpmPlusPlus,
            [0.918750, 0.794128, 0.596855, 0.144713],
        );
        check(Solver::Euler, [0.882619, 0.661176, 0.073659, 0.077047]);
    }
}
