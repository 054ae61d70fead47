//! Schedules and trajectories with a linear velocity.

use anyhow::{Context, Result};
use ovi_models::schedulers::{Solver, scheduler};
use ovi_tensor::Device;

use crate::golden::{Case, Check};

pub fn sampler(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = Device::cpu();
    let name = case.config("solver").as_str().context("config.solver")?;
    let solver = Solver::from_name(name).with_context(|| format!("unknown solver {name}"))?;
    let mut run = scheduler(solver, case.size("steps")?, case.number("shift")?)?;
    let schedule = run.schedule().clone();
    let timesteps: Vec<f32> = schedule.timesteps.iter().map(|&t| t as f32).collect();
    check.values("sigmas", &schedule.sigmas, &[schedule.sigmas.len()])?;
    check.values("timesteps", &timesteps, &[timesteps.len()])?;
    let (a, b, c) = (case.input("a", &device)?, case.input("b", &device)?, case.input("c", &device)?);
    let mut x = case.input("x0", &device)?;
    let mut trajectory = x.to_vec()?;
    for &timestep in &schedule.timesteps {
        let velocity = a.mul(&x)?.add(&b.affine((timestep / 1000.0) as f32, 0.0)?)?.add(&c)?;
        x = run.step(&x, &velocity)?;
        trajectory.extend(x.to_vec()?);
    }
    let want = case.stored("out.trajectory")?;
    check.values("trajectory", &trajectory, &want.shape)?;
    check.tensor("final", &x)
}
