//! Softmax attention and rotary positions. Head `h` owns columns `h * d .. (h + 1) * d`.

use super::Array;
use super::product::dot;
use crate::AttentionSpec;

/// Operands of [`attention`].
#[derive(Clone, Copy, Debug)]
pub struct AttentionInputs<'a> {
    /// Queries `[lq, heads * d]`.
    pub q: &'a Array,
    /// Keys `[lk, heads * d]`.
    pub k: &'a Array,
    /// Values `[lk, heads * d]`.
    pub v: &'a Array,
    /// `[lq + lk - 1, heads]`, row `j - i + lq - 1` for query `i` and key `j`.
    pub bias: Option<&'a Array>,
}

/// `softmax(q k^T * scale + bias) v` per head.
pub fn attention(inputs: AttentionInputs<'_>, spec: AttentionSpec) -> Array {
    let AttentionInputs { q, k, v, bias } = inputs;
    let head_dim = q.width() / spec.num_heads;
    let (num_queries, num_keys) = (q.shape[0], k.shape[0]);
    q.map_rows(|query, row| {
        let mut out = Vec::with_capacity(row.len());
        for head in 0..spec.num_heads {
            let columns = head * head_dim..(head + 1) * head_dim;
            let score = |key: usize| {
                let relative =
                    bias.map_or(0.0, |bias| bias.at(&[key + num_queries - 1 - query, head]));
                let product = dot(&row[columns.clone()], &k.row(key)[columns.clone()]);
                product * f64::from(spec.scale) + relative
            };
            let weights = softmax(&(0..num_keys).map(score).collect::<Vec<_>>());
            let mut sums = vec![0.0; head_dim];
            for (key, weight) in weights.iter().enumerate() {
                for (sum, value) in sums.iter_mut().zip(&v.row(key)[columns.clone()]) {
                    *sum += weight * value;
                }
            }
            out.extend(sums);
        }
        out
    })
}

fn softmax(scores: &[f64]) -> Vec<f64> {
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.iter().map(|power| power / total).collect()
}

/// Pair `(2p, 2p + 1)` of every head turned by the angle of its token and pair; `x`
/// `[tokens, heads * d]`, `cos` and `sin` `[tokens, d / 2]` (spec: fusion-dit 5.5).
pub fn rope(x: &Array, cos: &Array, sin: &Array, num_heads: usize) -> Array {
    let head_dim = x.width() / num_heads;
    Array::from_fn(&x.shape, |i| {
        let (token, column) = (i[0], i[1]);
        let pair = column % head_dim / 2;
        let (cos, sin) = (cos.at(&[token, pair]), sin.at(&[token, pair]));
        if column % 2 == 0 {
            x.at(&[token, column]) * cos - x.at(&[token, column + 1]) * sin
        } else {
            x.at(&[token, column - 1]) * sin + x.at(&[token, column]) * cos
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_sums_to_one_and_survives_large_scores() {
        let weights = softmax(&[1e4, 1e4, 1e4 - 1e3]);
        assert_eq!(weights, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn one_key_gives_its_value_whatever_the_query() {
        let one = |values: &[f64]| Array {
            shape: vec![1, values.len()],
            values: values.to_vec(),
        };
        let (q, k, v) = (one(&[3.0, -1.0]), one(&[0.5, 2.0]), one(&[7.0, 8.0]));
        let inputs = AttentionInputs {
            q: &q,
            k: &k,
            v: &v,
            bias: None,
        };
        let spec = AttentionSpec {
            num_heads: 2,
            scale: 1.0,
        };
        assert_eq!(attention(inputs, spec), v);
    }
}
