//! Element-wise functions on slices, compiled for the best instruction set found at run time.
//!
//! Accuracies (relative unless noted): `exp` 2e-7, `sin_squared` 4e-7 absolute for |x| < 1e4.

use pulp::Arch;

/// A kernel with its operands. `call` must be `#[inline(always)]`: only then is it compiled for the
/// instruction set that was found, and a fused multiply-add is an instruction instead of a function.
pub(crate) use pulp::NullaryFnOnce as Kernel;

/// Run `kernel` with the widest vector instructions of this processor. Closures serve for short loops.
#[inline(always)]
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    Arch::new().dispatch(kernel)
}

const ROUND_MAGIC: f32 = 12_582_912.0; // 1.5 * 2^23: adding and subtracting rounds to nearest even

/// `e^x`, clamped to the finite range.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.3, 88.37);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND_MAGIC);
    let n = shifted - ROUND_MAGIC;
    // ln 2 in two parts, so that the remainder keeps full precision.
    let r = n.mul_add(-0.693_359_4, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let p = 1.987_569_1e-4_f32;
    let p = p.mul_add(r, 1.398_2e-3);
    let p = p.mul_add(r, 8.333_452e-3);
    let p = p.mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1);
    let p = p.mul_add(r, 0.5);
    let p = p.mul_add(r * r, r + 1.0);
    // The low bits of `shifted` are n; adding the exponent bias makes 2^n.
    p * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// Logistic function.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// GELU, tanh approximation: `x * sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3))`.
#[inline(always)]
pub(crate) fn gelu_tanh(x: f32) -> f32 {
    let inner = x * (0.044_715 * x).mul_add(x, 1.0);
    x * sigmoid(1.595_769 * inner)
}

/// Hyperbolic tangent.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    // Near zero the quotient below cancels; the series is exact to rounding there.
    let x2 = x * x;
    let p = 0.133_333_33_f32.mul_add(x2, -0.333_333_34);
    let p = (-0.053_968_254_f32).mul_add(x2 * x2, p);
    let small = (p * x2).mul_add(x, x);
    let large = 1.0 - 2.0 / (exp(2.0 * x) + 1.0);
    if x2 < 0.01 { small } else { large }
}

/// `sin(x)^2`.
#[inline(always)]
pub(crate) fn sin_squared(x: f32) -> f32 {
    let n = x.mul_add(std::f32::consts::FRAC_1_PI, ROUND_MAGIC) - ROUND_MAGIC;
    // pi in three parts; sin^2 has period pi, so the parity of n does not matter.
    let r = n.mul_add(-3.140_625, x);
    let r = n.mul_add(-9.675_026e-4, r);
    let r = n.mul_add(-1.509_957_9e-7, r);
    let r2 = r * r;
    let p = 2.608_316e-6_f32;
    let p = p.mul_add(r2, -1.981_06e-4);
    let p = p.mul_add(r2, 8.333_078e-3);
    let p = p.mul_add(r2, -1.666_666e-1);
    let s = (p * r2).mul_add(r, r);
    s * s
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(
        f: impl Fn(f32) -> f32,
        reference: impl Fn(f64) -> f64,
        range: (f32, f32),
        relative: bool,
    ) -> f64 {
        let steps = 200_000;
        let at = |i: usize| range.0 + (range.1 - range.0) * i as f32 / steps as f32;
        let error = |x: f32| {
            let (got, want) = (f64::from(f(x)), reference(f64::from(x)));
            (got - want).abs() / if relative { want.abs().max(1e-30) } else { 1.0 }
        };
        (0..=steps).map(|i| error(at(i))).fold(0.0, f64::max)
    }

    #[test]
    fn exp_is_accurate_to_two_ulp() {
        assert!(worst(exp, f64::exp, (-87.0, 88.0), true) < 2.5e-7);
    }

    #[test]
    fn sin_squared_is_accurate_over_a_large_range() {
        for range in [(-4.0, 4.0), (-1000.0, 1000.0), (9_000.0, 10_000.0)] {
            assert!(
                worst(sin_squared, |x| x.sin().powi(2), range, false) < 4e-7,
                "{range:?}"
            );
        }
    }

    #[test]
    fn tanh_and_gelu_follow_their_definitions() {
        assert!(worst(tanh, f64::tanh, (-12.0, 12.0), false) < 2.5e-7);
        let gelu = |x: f64| {
            0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044715 * x.powi(3))).tanh())
        };
        assert!(worst(gelu_tanh, gelu, (-12.0, 12.0), false) < 2e-6);
    }
}
