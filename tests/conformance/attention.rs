//! Softmax attention around the tile sizes, with and without a relative bias.

use ovi_tensor::oracle::{self, Array, AttentionInputs};
use ovi_tensor::{AttentionSpec, Device, Tensor, TensorError};

use crate::check::{Cases, Tolerance, family};
use crate::data::{VIEWS, View, place, values, with};

const CLOSE: Tolerance = Tolerance::new(2e-6, 5e-6);

/// Operands of one call.
struct Call {
    q: Array,
    k: Array,
    v: Array,
    bias: Option<Array>,
    spec: AttentionSpec,
}

impl Call {
    fn new([lq, lk]: [usize; 2], num_heads: usize, head_dim: usize) -> Self {
        let width = num_heads * head_dim;
        Self {
            q: values(1, &[lq, width]).map(|x| 4.0 * x),
            k: values(2, &[lk, width]),
            v: values(3, &[lk, width]),
            bias: None,
            spec: AttentionSpec {
                num_heads,
                scale: 1.0 / (head_dim as f32).sqrt(),
            },
        }
    }

    fn biased(mut self) -> Self {
        let span = self.q.shape[0] + self.k.shape[0] - 1;
        self.bias = Some(values(4, &[span, self.spec.num_heads]).map(|x| 3.0 * x));
        self
    }

    fn want(&self) -> Array {
        let inputs = AttentionInputs {
            q: &self.q,
            k: &self.k,
            v: &self.v,
            bias: self.bias.as_ref(),
        };
        oracle::attention(inputs, self.spec)
    }

    fn compute(&self, view: View, device: &Device) -> Result<Tensor, TensorError> {
        let (k, v) = (place(&self.k, view, device)?, place(&self.v, view, device)?);
        let bias = self.bias.as_ref().map(|bias| place(bias, view, device));
        place(&self.q, view, device)?.attention(&k, &v, bias.transpose()?.as_ref(), self.spec)
    }

    fn name(&self) -> String {
        let (lq, lk, heads) = (self.q.shape[0], self.k.shape[0], self.spec.num_heads);
        let head_dim = self.q.width() / heads;
        let biased = self.bias.is_some();
        format!("{lq} queries, {lk} keys, {heads} heads of {head_dim}, bias={biased}")
    }

    fn check(&self, cases: &mut Cases, tolerance: Tolerance) {
        cases.check(&self.name(), tolerance, &self.want(), |d| {
            self.compute(View::Plain, d)
        });
    }
}

#[test]
fn lengths_around_the_tiles() {
    let lengths = [1, 7, 129, 513, 1025];
    family(|cases| {
        for lq in lengths {
            for lk in lengths {
                Call::new([lq, lk], 3, 4).check(cases, CLOSE);
                Call::new([lq, lk], 1, 20).biased().check(cases, CLOSE);
            }
        }
    });
}

#[test]
fn more_than_a_thousand_tokens_of_wide_heads() {
    family(|cases| {
        Call::new([513, 1025], 1, 128).biased().check(cases, CLOSE);
        Call::new([1, 1025], 3, 128).check(cases, CLOSE);
        Call::new([1025, 7], 3, 64).biased().check(cases, CLOSE);
        Call::new([7, 1025], 1, 64).biased().check(cases, CLOSE);
        Call::new([129, 1025], 1, 128).check(cases, CLOSE);
    });
}

#[test]
fn head_sizes() {
    family(|cases| {
        for num_heads in [1, 3] {
            for head_dim in [1, 4, 20, 64, 128] {
                Call::new([33, 65], num_heads, head_dim).check(cases, CLOSE);
                Call::new([33, 65], num_heads, head_dim)
                    .biased()
                    .check(cases, CLOSE);
            }
        }
    });
}

#[test]
fn views_as_operands() {
    family(|cases| {
        for call in [
            Call::new([17, 33], 3, 20),
            Call::new([17, 33], 3, 20).biased(),
            Call::new([1, 5], 1, 4).biased(),
        ] {
            let want = call.want();
            for view in VIEWS {
                let name = format!("{} {view:?}", call.name());
                cases.check(&name, CLOSE, &want, |d| call.compute(view, d));
            }
        }
    });
}

#[test]
fn scores_of_ten_thousand_leave_one_winner() {
    family(|cases| {
        for lk in [5, 600, 1025] {
            let mut call = Call::new([19, lk], 2, 4);
            // Small integers, so that scores up to 10^4 are exact in every arm.
            call.q = call.q.map(|x| (x * 12.5).round());
            call.k = call.k.map(|x| (x * 50.0).round());
            call.spec.scale = 1.0;
            call.check(cases, CLOSE);
            // The largest score comes last, after sums relative to smaller ones.
            let last = (lk - 1) * 8;
            for idx in 0..8 {
                call.k.values[last + idx] = 64.0;
            }
            call.q = call.q.map(f64::abs);
            call.check(cases, CLOSE);
        }
    });
}

#[test]
fn equal_scores_give_the_mean() {
    family(|cases| {
        let mut call = Call::new([3, 700], 1, 8);
        call.q = call.q.map(|_| 0.0);
        call.check(cases, CLOSE);
        call.spec.scale = 0.0;
        call.q = call.q.map(|_| 1.0);
        call.check(cases, CLOSE);
    });
}

#[test]
fn not_a_number_reaches_what_depends_on_it() {
    family(|cases| {
        for lk in [9, 700] {
            let fresh = || Call::new([5, lk], 2, 4);
            let mut query = fresh();
            query.q = with(query.q, &[17], f64::NAN);
            query.check(cases, CLOSE);
            for key in [0, lk - 1] {
                let mut keys = fresh();
                keys.k = with(keys.k, &[key * 8 + 5], f64::NAN);
                keys.check(cases, CLOSE);
                let mut sources = fresh();
                sources.v = with(sources.v, &[key * 8 + 2], f64::NAN);
                sources.check(cases, CLOSE);
            }
        }
    });
}

#[test]
fn no_queries_give_no_rows() {
    family(|cases| Call::new([0, 5], 2, 4).check(cases, Tolerance::EXACT));
}
