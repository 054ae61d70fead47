//! Solvers of the flow-matching ODE: schedules and steps (spec: samplers).
//!
//! sigma runs from 1 (noise) to 0 (clean), the network predicts `velocity = noise - clean`, and the
//! clean estimate at a state is `x - sigma * velocity`. Scalars are `f64`, tensors `f32`.

mod dpm;
mod euler;
mod schedule;
mod unipc;

use ovi_tensor::Tensor;

pub use schedule::Schedule;

use crate::Result;

/// Which solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Solver {
    /// UniPC, second order with corrector.
    #[default]
    UniPc,
    /// DPM++ 2M.
    DpmPlusPlus,
    /// Euler.
    Euler,
}

impl Solver {
    /// Name in settings and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::UniPc => "unipc",
            Self::DpmPlusPlus => "dpm++",
            Self::Euler => "euler",
        }
    }

    /// The solver called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::UniPc, Self::DpmPlusPlus, Self::Euler]
            .into_iter()
            .find(|solver| solver.name() == name)
    }
}

/// One solver run over one latent. Video and audio each have their own.
pub trait Scheduler: Send {
    /// Sigmas and timesteps of the run.
    fn schedule(&self) -> &Schedule;

    /// State after the next step, given the state the network saw and the velocity it predicted.
    ///
    /// # Errors
    /// If all steps were taken, the shapes differ, or the device fails.
    fn step(&mut self, sample: &Tensor, velocity: &Tensor) -> Result<Tensor>;
}

/// A fresh solver run of `num_steps` with the given shift.
///
/// # Errors
/// If `num_steps` is 0 or `shift` is not positive.
pub fn scheduler(solver: Solver, num_steps: usize, shift: f64) -> Result<Box<dyn Scheduler>> {
    let schedule = Schedule::new(solver, num_steps, shift)?;
    Ok(match solver {
        Solver::UniPc => Box::new(unipc::UniPc::new(schedule)),
        Solver::DpmPlusPlus => Box::new(dpm::DpmPlusPlus::new(schedule)),
        Solver::Euler => Box::new(euler::Euler::new(schedule)),
    })
}

/// `sum of factor * tensor`, left to right.
fn combine(terms: &[(f64, &Tensor)]) -> Result<Tensor> {
    let mut sum: Option<Tensor> = None;
    for (factor, tensor) in terms {
        let scaled = tensor.affine(*factor as f32, 0.0)?;
        sum = Some(match sum {
            Some(sum) => sum.add(&scaled)?,
            None => scaled,
        });
    }
    sum.ok_or_else(|| crate::ModelError::parameter("solver", "nothing to combine"))
}
