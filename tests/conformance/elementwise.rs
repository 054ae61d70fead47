//! Functions of single elements, rotary positions and spatial repetition.

use ovi_tensor::oracle::{self, Array};
use ovi_tensor::{Binary, Unary, UpsampleSpec};

use crate::check::{Tolerance, family};
use crate::data::{VIEWS, View, place, values, with};

const CLOSE: Tolerance = Tolerance::new(2e-6, 5e-6);

const UNARY: [Unary; 5] = [
    Unary::Silu,
    Unary::GeluTanh,
    Unary::Tanh,
    Unary::Clamp {
        low: -0.5,
        high: 0.25,
    },
    Unary::Affine {
        mul: -1.5,
        add: 0.25,
    },
];

/// Short, odd, and longer than one task of a kernel.
const SHAPES: [&[usize]; 5] = [&[1], &[7], &[3, 5, 2], &[129, 17], &[257, 263]];

#[test]
fn unary_functions_of_all_shapes() {
    family(|cases| {
        for op in UNARY {
            for (seed, shape) in SHAPES.iter().enumerate() {
                let x = values(seed as u64, shape).map(|x| 12.0 * x);
                let want = oracle::unary(&x, op);
                for view in VIEWS {
                    cases.check(&format!("{op:?} {shape:?} {view:?}"), CLOSE, &want, |d| {
                        place(&x, view, d)?.unary(op)
                    });
                }
            }
        }
    });
}

#[test]
fn unary_functions_of_extreme_values() {
    let tiny = f64::from(f32::from_bits(1));
    let extreme = [
        0.0,
        -0.0,
        tiny,
        -tiny,
        1e-39,
        f64::from(f32::MIN_POSITIVE),
        88.5,
        -88.5,
        1e4,
        -1e4,
        1e10,
        -1e10,
    ];
    family(|cases| {
        for value in extreme {
            let x = Array::from_fn(&[19], |_| f64::from(value as f32));
            for op in UNARY {
                let want = oracle::unary(&x, op);
                // Results near the end of the range may be flushed to zero.
                let largest = want.values[0].abs().max(value.abs());
                let tolerance = Tolerance::new(f64::INFINITY, 1e-6 * largest.max(1e-36));
                cases.check(&format!("{op:?} of {value:e}"), tolerance, &want, |d| {
                    place(&x, View::Plain, d)?.unary(op)
                });
            }
        }
    });
}

#[test]
fn not_a_number_stays_where_it_is() {
    family(|cases| {
        let x = with(values(1, &[5, 23]), &[0, 22, 60, 114], f64::NAN);
        for op in UNARY {
            let want = oracle::unary(&x, op);
            cases.check(&format!("{op:?}"), CLOSE, &want, |d| {
                place(&x, View::Plain, d)?.unary(op)
            });
        }
        let y = with(values(2, &[5, 23]), &[1, 22], f64::NAN);
        let want = oracle::binary(&x, &y, Binary::Add);
        cases.check("add", CLOSE, &want, |d| {
            place(&x, View::Plain, d)?.add(&place(&y, View::Plain, d)?)
        });
    });
}

#[test]
fn sums_and_products_with_equal_shapes_and_rows() {
    family(|cases| {
        for op in [Binary::Add, Binary::Mul] {
            for shape in SHAPES {
                let x = values(3, shape);
                for y_shape in [shape, &shape[shape.len() - 1..]] {
                    let y = values(4, y_shape);
                    let want = oracle::binary(&x, &y, op);
                    for view in VIEWS {
                        let name = format!("{op:?} {shape:?} {y_shape:?} {view:?}");
                        cases.check(&name, CLOSE, &want, |d| {
                            let (x, y) = (place(&x, view, d)?, place(&y, view, d)?);
                            match op {
                                Binary::Add => x.add(&y),
                                Binary::Mul => x.mul(&y),
                            }
                        });
                    }
                }
            }
        }
    });
}

#[test]
fn gated_sums_of_one_and_two_groups() {
    family(|cases| {
        for (tokens, dim) in [(1, 1), (7, 5), (65, 129), (300, 257)] {
            let (x, y) = (values(5, &[tokens, dim]), values(6, &[tokens, dim]));
            for (groups, split) in [(1, 0), (2, 0), (2, tokens / 2), (2, tokens)] {
                let gate = values(7, &[groups, dim]);
                let want = oracle::gated_add(&x, &y, &gate, split);
                for view in VIEWS {
                    let name = format!("{tokens}x{dim}, {groups} groups at {split}, {view:?}");
                    cases.check(&name, CLOSE, &want, |d| {
                        let (y, gate) = (place(&y, view, d)?, place(&gate, view, d)?);
                        place(&x, view, d)?.gated_add(&y, &gate, split)
                    });
                }
            }
        }
    });
}

#[test]
fn rotary_positions() {
    family(|cases| {
        for (tokens, heads, dim) in [(1, 1, 2), (7, 3, 20), (129, 3, 128), (33, 1, 4)] {
            let x = values(8, &[tokens, heads * dim]);
            let angles = values(9, &[tokens, dim / 2]).map(|x| 3.0 * x);
            let exact = |x: f64| f64::from(x as f32);
            let (cos, sin) = (
                angles.map(|a| exact(a.cos())),
                angles.map(|a| exact(a.sin())),
            );
            let want = oracle::rope(&x, &cos, &sin, heads);
            for view in VIEWS {
                let name = format!("{tokens} tokens, {heads} heads of {dim}, {view:?}");
                cases.check(&name, CLOSE, &want, |d| {
                    let (cos, sin) = (place(&cos, view, d)?, place(&sin, view, d)?);
                    place(&x, view, d)?.rope(&cos, &sin, heads)
                });
            }
        }
    });
}

#[test]
fn spatial_repetition() {
    let spread = |factor, factor_t, frame_idx, out_channels| UpsampleSpec {
        factor,
        factor_t,
        frame_idx,
        out_channels,
    };
    let specs = [
        ([1, 1, 1], UpsampleSpec::nearest(1, 1)),
        ([5, 3, 7], UpsampleSpec::nearest(2, 7)),
        ([2, 17, 3], UpsampleSpec::nearest(3, 3)),
        ([3, 5, 8], spread(2, 1, 0, 4)),
        ([3, 5, 4], spread(2, 2, 0, 2)),
        ([3, 5, 4], spread(2, 2, 1, 2)),
        ([1, 7, 6], spread(1, 2, 1, 3)),
        ([2, 2, 16], spread(2, 2, 1, 4)),
    ];
    family(|cases| {
        for (shape, spec) in specs {
            let x = values(10, &shape);
            let want = oracle::upsample(&x, spec);
            for view in VIEWS {
                let name = format!("{shape:?} {spec:?} {view:?}");
                cases.check(&name, Tolerance::EXACT, &want, |d| {
                    place(&x, view, d)?.upsample(spec)
                });
            }
        }
    });
}
