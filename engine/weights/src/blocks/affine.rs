//! The search for scale and minimum of a sub-block (spec: gguf-and-weights 4).

use super::nearest;

/// What the search is about.
pub(super) struct AffineSearch {
    /// Largest code.
    pub(super) max_code: i32,
    /// Where the candidates of the largest code begin, relative to it.
    pub(super) first: f32,
    /// Number of candidates after the first.
    pub(super) num_steps: u32,
    /// Judge by absolute instead of squared deviations.
    pub(super) is_absolute: bool,
}

/// Distance between candidates.
const STEP: f32 = 0.1;

/// Scale and minimum such that `scale * code - min` is near each value; `min` is not negative.
pub(super) struct Affine<const N: usize> {
    pub(super) scale: f32,
    pub(super) min: f32,
    pub(super) codes: [u8; N],
}

impl AffineSearch {
    /// Search for `values` with these `weights`.
    pub(super) fn run<const N: usize>(&self, values: &[f32; N], weights: &[f32; N]) -> Affine<N> {
        let mut low = values.iter().fold(0.0f32, |low, x| low.min(*x));
        let high = values.iter().fold(f32::MIN, |high, x| high.max(*x));
        if high == low {
            return Affine {
                scale: 0.0,
                min: -low,
                codes: [0; N],
            };
        }
        let max_code = self.max_code as f32;
        let inverse = max_code / (high - low);
        let mut scale = 1.0 / inverse;
        let mut codes = self.codes(values, inverse, low);
        let mut least = self.deviation(values, weights, &codes, scale, low);
        for step in 0..=self.num_steps {
            let inverse = (max_code + self.first + STEP * step as f32) / (high - low);
            let tried = self.codes(values, inverse, low);
            let Some((tried_scale, tried_low)) = least_squares(values, weights, &tried) else {
                continue;
            };
            let deviation = self.deviation(values, weights, &tried, tried_scale, tried_low);
            if deviation < least {
                (least, codes, scale, low) = (deviation, tried, tried_scale, tried_low);
            }
        }
        Affine {
            scale,
            min: -low,
            codes,
        }
    }

    fn codes<const N: usize>(&self, values: &[f32; N], inverse: f32, low: f32) -> [u8; N] {
        values.map(|x| nearest(inverse * (x - low)).clamp(0, self.max_code) as u8)
    }

    fn deviation<const N: usize>(
        &self,
        values: &[f32; N],
        weights: &[f32; N],
        codes: &[u8; N],
        scale: f32,
        low: f32,
    ) -> f32 {
        let mut sum = 0.0;
        for ((x, w), code) in values.iter().zip(weights).zip(codes) {
            let difference = scale * f32::from(*code) + low - x;
            sum += w * if self.is_absolute {
                difference.abs()
            } else {
                difference * difference
            };
        }
        sum
    }
}

/// Scale and lowest value (at most 0) with the least weighted squared error for given codes.
fn least_squares<const N: usize>(
    values: &[f32; N],
    weights: &[f32; N],
    codes: &[u8; N],
) -> Option<(f32, f32)> {
    let (mut sum_w, mut sum_x, mut sum_l, mut sum_ll, mut sum_xl) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for ((x, w), code) in values.iter().zip(weights).zip(codes) {
        let l = f32::from(*code);
        sum_w += w;
        sum_x += w * x;
        sum_l += w * l;
        sum_ll += w * l * l;
        sum_xl += w * l * x;
    }
    let determinant = sum_w * sum_ll - sum_l * sum_l;
    if determinant <= 0.0 {
        return None;
    }
    let scale = (sum_w * sum_xl - sum_x * sum_l) / determinant;
    let low = (sum_ll * sum_x - sum_l * sum_xl) / determinant;
    Some(match low > 0.0 {
        true => (sum_xl / sum_ll, 0.0),
        false => (scale, low),
    })
}
