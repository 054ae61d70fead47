//! Noise streams, by kind, seed and length.

use anyhow::{Context, Result, bail};
use ovi_tensor::{HostNoise, NoiseSource, PhiloxNoise};

use crate::golden::case::size;
use crate::golden::{Case, Check};

pub fn noise_rng(case: &Case, check: &mut Check<'_>) -> Result<()> {
    for row in case.json["rows"].as_array().context("rows")? {
        let name = row["output"].as_str().context("output")?;
        let seed = row["seed"].as_u64().context("seed")?;
        let len = size(row, "n")?;
        let values = match row["kind"].as_str() {
            Some("torch_cpu") => HostNoise { seed }.normal(len),
            Some("philox") => {
                let max_threads = row["max_threads"].as_u64();
                PhiloxNoise { seed, max_threads }.normal(len)
            }
            other => bail!("unknown stream {other:?}"),
        };
        check.values(name, &values, &[len])?;
    }
    Ok(())
}
