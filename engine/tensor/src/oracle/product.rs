//! Products with stored matrices and look-ups in them.

use super::Array;

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `x W^T + b`; `x` `[rows, in]`, `weight` `[out, in]`, `bias` `[out]`, giving `[rows, out]`.
pub fn linear(x: &Array, weight: &Array, bias: Option<&Array>) -> Array {
    Array::from_fn(&[x.shape[0], weight.shape[0]], |i| {
        let (row, out) = (i[0], i[1]);
        dot(x.row(row), weight.row(out)) + bias.map_or(0.0, |bias| bias.values[out])
    })
}

/// Rows `ids` of `table` `[rows, dim]`.
pub fn embedding(table: &Array, ids: &[u32]) -> Array {
    Array::from_fn(&[ids.len(), table.width()], |i| {
        table.at(&[ids[i[0]] as usize, i[1]])
    })
}
