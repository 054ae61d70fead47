//! Functions of single elements.

use super::Array;
use super::norm::group;
use crate::{Binary, Unary};

/// `op` of every element.
pub fn unary(x: &Array, op: Unary) -> Array {
    x.map(|x| unary_value(x, op))
}

/// `op` of one value; not a number stays not a number.
pub(super) fn unary_value(x: f64, op: Unary) -> f64 {
    match op {
        Unary::Silu => x / (1.0 + (-x).exp()),
        Unary::GeluTanh => {
            let root = (2.0 / std::f64::consts::PI).sqrt();
            0.5 * x * (1.0 + (root * (x + 0.044715 * x * x * x)).tanh())
        }
        Unary::Tanh => x.tanh(),
        Unary::Clamp { low, .. } if x < f64::from(low) => f64::from(low),
        Unary::Clamp { high, .. } if x > f64::from(high) => f64::from(high),
        Unary::Clamp { .. } => x,
        Unary::Affine { mul, add } => x * f64::from(mul) + f64::from(add),
    }
}

/// `op` of `x` and `y`; `y` has the shape of `x` or is a vector over its last axis.
pub fn binary(x: &Array, y: &Array, op: Binary) -> Array {
    let same_shape = x.shape == y.shape;
    x.map_rows(|idx, row| {
        let other = if same_shape { y.row(idx) } else { &y.values };
        let pairs = row.iter().zip(other);
        match op {
            Binary::Add => pairs.map(|(x, y)| x + y).collect(),
            Binary::Mul => pairs.map(|(x, y)| x * y).collect(),
        }
    })
}

/// `x + y * gate`; `x`, `y` `[tokens, dim]`, `gate` `[1|2, dim]`, the first group before row `split`.
pub fn gated_add(x: &Array, y: &Array, gate: &Array, split: usize) -> Array {
    x.map_rows(|idx, row| {
        let gate = group(gate, idx, split);
        let parts = row.iter().zip(y.row(idx)).zip(gate);
        parts.map(|((x, y), gate)| x + y * gate).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_have_their_known_values() {
        assert!((unary_value(1.0, Unary::Silu) - 0.731_058_578_630_004_9).abs() < 1e-15);
        assert!((unary_value(1.0, Unary::GeluTanh) - 0.841_191_990_608_067_8).abs() < 1e-9);
        let clamp = Unary::Clamp {
            low: -1.0,
            high: 2.0,
        };
        assert_eq!(unary_value(-3.0, clamp), -1.0);
        assert_eq!(unary_value(3.0, clamp), 2.0);
        assert!(unary_value(f64::NAN, clamp).is_nan());
    }
}
