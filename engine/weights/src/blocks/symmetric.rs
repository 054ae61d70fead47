//! The search for the scale of a sub-block whose codes lie around zero (spec: gguf-and-weights 4).

use super::nearest;

/// Elements of a sub-block.
const N: usize = 16;
/// Values below this are zero.
pub(super) const EPSILON: f32 = 1e-15;
/// Passes of the coordinate descent.
const NUM_PASSES: usize = 5;

/// Scale such that `scale * code` is near each value, and the codes.
#[derive(Default)]
pub(super) struct Symmetric {
    pub(super) scale: f32,
    pub(super) codes: [i8; N],
}

/// Weighted sums over values and codes.
#[derive(Clone, Copy, Default)]
struct Sums {
    xl: f32,
    ll: f32,
}

impl Sums {
    fn of(values: &[f32; N], codes: &[i8; N]) -> Self {
        let mut sums = Self::default();
        for (x, code) in values.iter().zip(codes) {
            sums.add(*x, *code, 1.0);
        }
        sums
    }

    fn add(&mut self, x: f32, code: i8, sign: f32) {
        let (w, l) = (x * x * sign, f32::from(code));
        self.xl += w * x * l;
        self.ll += w * l * l;
    }

    fn scale(self) -> f32 {
        if self.ll > 0.0 {
            self.xl / self.ll
        } else {
            0.0
        }
    }
}

/// The element of largest magnitude, the first of several, with its sign.
pub(super) fn largest(values: &[f32]) -> f32 {
    let mut largest = 0.0f32;
    for x in values {
        if x.abs() > largest.abs() {
            largest = *x;
        }
    }
    largest
}

fn codes(values: &[f32; N], inverse: f32, num_levels: i32) -> [i8; N] {
    values.map(|x| nearest(inverse * x).clamp(-num_levels, num_levels - 1) as i8)
}

/// Try scales around the one of the largest value; codes from `-num_levels`.
pub(super) fn search(values: &[f32; N], num_levels: i32) -> Symmetric {
    let largest = largest(values);
    if largest.abs() < EPSILON {
        return Symmetric::default();
    }
    let mut best_codes = codes(values, -(num_levels as f32) / largest, num_levels);
    let first = Sums::of(values, &best_codes);
    let mut scale = first.scale();
    let mut best = scale * first.xl;
    for step in (-9..=9).filter(|step| *step != 0) {
        let inverse = -(num_levels as f32 + 0.1 * step as f32) / largest;
        let tried = codes(values, inverse, num_levels);
        let sums = Sums::of(values, &tried);
        if sums.ll > 0.0 && sums.xl * sums.xl > best * sums.ll {
            (scale, best_codes) = (sums.scale(), tried);
            best = scale * sums.xl;
        }
    }
    Symmetric {
        scale,
        codes: best_codes,
    }
}

/// Start at the scale of the largest value and change one code at a time while that helps.
pub(super) fn descend(values: &[f32; N], num_levels: i32) -> Symmetric {
    let largest = largest(values);
    if largest.abs() < EPSILON {
        return Symmetric::default();
    }
    let mut codes = codes(values, -(num_levels as f32) / largest, num_levels);
    let mut sums = Sums::of(values, &codes);
    for _ in 0..NUM_PASSES {
        let mut has_changed = false;
        for (x, code) in values.iter().zip(&mut codes) {
            let mut rest = sums;
            rest.add(*x, *code, -1.0);
            if rest.xl <= 0.0 {
                continue;
            }
            let wanted = nearest(x * rest.ll / rest.xl).clamp(-num_levels, num_levels - 1) as i8;
            if wanted == *code {
                continue;
            }
            rest.add(*x, wanted, 1.0);
            if rest.ll > 0.0 && rest.xl * rest.xl * sums.ll > sums.xl * sums.xl * rest.ll {
                (*code, sums, has_changed) = (wanted, rest, true);
            }
        }
        if !has_changed {
            break;
        }
    }
    Symmetric {
        scale: sums.scale(),
        codes,
    }
}
