//! Weight normalisation, folded at load (spec: audio-vae-vocoder 5.3).

use ovi_weights::StoredTensor;

use crate::{Result, Weights};

/// Names of magnitude and direction below a convolution, oldest spelling first.
const SPELLINGS: [[&str; 2]; 2] = [
    ["weight_g", "weight_v"],
    [
        "parametrizations.weight.original0",
        "parametrizations.weight.original1",
    ],
];

/// Shape of the weight of `name` in whichever spelling it is stored.
pub(super) fn shape(weights: &Weights, name: &str) -> Option<Vec<usize>> {
    let directions = SPELLINGS.iter().map(|[_, v]| *v).chain(["weight"]);
    directions
        .into_iter()
        .find_map(|v| weights.shape(&format!("{name}.{v}")))
        .map(<[usize]>::to_vec)
}

/// Final weight and bias of convolution `name`: `g * v / |v|`, the norm over all axes but the first.
pub(super) fn folded(weights: &Weights, name: &str) -> Result<(StoredTensor, StoredTensor)> {
    let bias = weights.get(&format!("{name}.bias"))?;
    for [g, v] in SPELLINGS {
        let direction = format!("{name}.{v}");
        if weights.contains(&direction) {
            let direction = weights.get(&direction)?;
            let magnitude = weights.get(&format!("{name}.{g}"))?.to_f32()?;
            return Ok((fold(name, &magnitude, &direction)?, bias));
        }
    }
    Ok((weights.get(&format!("{name}.weight"))?, bias))
}

fn fold(name: &str, magnitude: &[f32], direction: &StoredTensor) -> Result<StoredTensor> {
    let mut values = direction.to_f32()?;
    let row = values.len() / magnitude.len().max(1);
    for (row, &g) in values.chunks_exact_mut(row.max(1)).zip(magnitude) {
        let norm = row
            .iter()
            .map(|&v| f64::from(v) * f64::from(v))
            .sum::<f64>()
            .sqrt();
        let factor = f64::from(g) / norm;
        row.iter_mut()
            .for_each(|v| *v = (f64::from(*v) * factor) as f32);
    }
    Ok(StoredTensor::from_f32(name, &direction.shape, values))
}
