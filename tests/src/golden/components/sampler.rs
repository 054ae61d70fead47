//! Schedules and trajectories with a linear velocity.

use anyhow::{Context, Result};
use ovi_models::schedulers::{Solver, scheduler};

use crate::golden::{Case, Check};

pub fn sampler(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let _device = &case.device;
    let name = case.config("solver").as_str().context("config.solver")?;
    let solver = Solver::from_name(name).with_context(|| format!("unknown solver {name}"))?;
    let mut run = scheduler(solver, case.size("steps")?, case.number("shift")?)?;
    let schedule = run.schedule().clone();
    let timesteps: Vec<f32> = schedule.timesteps.iter().map(|&t| t as f32).collect();
    check.values("sigmas", &schedule.sigmas, &[schedule.sigmas.len()])?;
    check.values("timesteps", &timesteps, &[timesteps.len()])?;
    let (a, b, c) = (case.input("a")?, case.input("b")?, case.input("c")?);
    let mut x = case.input("x0")?;
    let mut trajectory = x.to_vec()?;
    for &timestep in &schedule.timesteps {
        let velocity = a
            .mul(&x)?
            .add(&b.affine((timestep / 1000.0) as f32, 0.0)?)?
            .add(&c)?;
        x = run.step(&x, &velocity)?;
        trajectory.extend(x.to_vec()?);
    }
    let want = case.stored("out.trajectory")?;
    check.values("trajectory", &trajectory, &want.shape)?;
    check.tensor("final", &x)
}
