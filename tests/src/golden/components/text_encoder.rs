//! The UMT5 encoder under its different namings.

use anyhow::{Context, Result};
use ovi_models::Weights;
use ovi_models::text_encoder::{TextEncoder, TextEncoderConfig};
use ovi_tensor::Tensor;
use ovi_weights::names;

use crate::golden::{Case, Check};

pub fn text_encoder(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let set = names::with_official_names(&case.weights()?);
    let encoder = TextEncoder::new(
        &Weights::new(&set, device),
        &TextEncoderConfig::detect(&set)?,
    )?;
    let (ids, shape) = case.integers("ids")?;
    let (lengths, _) = case.integers("seq_lens")?;
    let [_, padded] = <[usize; 2]>::try_from(shape).ok().context("ids")?;
    let full = case.stored("out.full")?;
    let dim = full.shape[2];
    let full = full.to_f32()?;
    let mut rows = Vec::new();
    let mut valid = Vec::new();
    for (batch, &length) in lengths.iter().enumerate() {
        let length = usize::try_from(length)?;
        let ids: Vec<u32> = ids[batch * padded..][..length]
            .iter()
            .map(|&id| u32::try_from(id))
            .collect::<Result<_, _>>()?;
        rows.push(encoder.forward(&ids)?);
        valid.extend_from_slice(&full[batch * padded * dim..][..length * dim]);
    }
    let all = Tensor::cat(&rows.iter().collect::<Vec<_>>(), 0)?;
    check.slice("full", &all.to_vec()?, &valid)?;
    check.tensor("trimmed_concat", &all)
}
