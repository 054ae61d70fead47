//! Views, joins and padding, which move elements and change none; and rows that are not there.

use ovi_tensor::oracle::{self, Array};
use ovi_tensor::{Binary, RmsMode, Tensor, Unary};

use crate::check::{Tolerance, family};
use crate::data::{VIEWS, View, place, values, with};

/// Values that only survive if they are moved and not computed with.
fn awkward(seed: u64, shape: &[usize]) -> Array {
    let last = shape.iter().product::<usize>() - 1;
    let x = with(values(seed, shape), &[0], f64::NAN);
    let x = with(x, &[last / 2], f64::from(f32::from_bits(1)));
    with(x, &[last], f64::INFINITY)
}

#[test]
fn joins_along_every_axis() {
    family(|cases| {
        for axis in 0..3 {
            let parts: Vec<Array> = [1, 4, 2]
                .iter()
                .enumerate()
                .map(|(idx, &extent)| {
                    let mut shape = [3, 5, 7];
                    shape[axis] = extent;
                    awkward(idx as u64, &shape)
                })
                .collect();
            let want = oracle::cat(&parts.iter().collect::<Vec<_>>(), axis);
            for view in VIEWS {
                let name = format!("axis {axis} {view:?}");
                cases.check(&name, Tolerance::EXACT, &want, |d| {
                    let parts = parts.iter().map(|x| place(x, view, d));
                    let parts: Vec<Tensor> = parts.collect::<Result<_, _>>()?;
                    Tensor::cat(&parts.iter().collect::<Vec<_>>(), axis)
                });
            }
        }
    });
}

#[test]
fn a_join_of_one_and_of_nothing_with_something() {
    family(|cases| {
        let x = awkward(1, &[4, 3]);
        let empty = Array::from_fn(&[0, 3], |_| 0.0);
        cases.check("one part", Tolerance::EXACT, &x, |d| {
            Tensor::cat(&[&place(&x, View::Gaps, d)?], 0)
        });
        cases.check("an empty part", Tolerance::EXACT, &x, |d| {
            let (x, empty) = (place(&x, View::Plain, d)?, place(&empty, View::Plain, d)?);
            Tensor::cat(&[&empty, &x, &empty], 0)
        });
    });
}

#[test]
fn zero_padding_of_every_axis() {
    family(|cases| {
        let x = awkward(2, &[3, 5, 2]);
        for axis in 0..3 {
            for (before, after) in [(0, 0), (1, 0), (0, 2), (3, 1)] {
                let want = oracle::pad_zero(&x, axis, before, after);
                for view in VIEWS {
                    let name = format!("axis {axis} {before}+{after} {view:?}");
                    cases.check(&name, Tolerance::EXACT, &want, |d| {
                        place(&x, view, d)?.pad_zero(axis, before, after)
                    });
                }
            }
        }
    });
}

#[test]
fn permutations_and_ranges_of_views() {
    family(|cases| {
        let x = awkward(3, &[3, 5, 2, 4]);
        for axes in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]] {
            let want = oracle::permute(&x, &axes);
            let part = oracle::narrow(&want, 1, 1, want.shape[1] - 1);
            for view in VIEWS {
                let name = format!("{axes:?} {view:?}");
                cases.check(&name, Tolerance::EXACT, &want, |d| {
                    place(&x, view, d)?.permute(&axes)
                });
                cases.check(&format!("range of {name}"), Tolerance::EXACT, &part, |d| {
                    let y = place(&x, view, d)?.permute(&axes)?;
                    y.narrow(1, 1, part.shape[1])
                });
            }
        }
    });
}

#[test]
fn other_shapes_and_row_major_copies() {
    family(|cases| {
        let x = awkward(4, &[6, 5, 2]);
        for shape in [&[60][..], &[2, 3, 10], &[6, 10], &[1, 60, 1]] {
            let want = oracle::reshape(&x, shape);
            for view in VIEWS {
                let name = format!("{shape:?} {view:?}");
                cases.check(&name, Tolerance::EXACT, &want, |d| {
                    place(&x, view, d)?.reshape(shape)
                });
            }
        }
        for view in VIEWS {
            cases.check(&format!("copy {view:?}"), Tolerance::EXACT, &x, |d| {
                place(&x, view, d)?.contiguous()
            });
        }
    });
}

#[test]
fn no_rows_give_no_rows() {
    let empty = |shape: &[usize]| Array::from_fn(shape, |_| 0.0);
    let x = empty(&[0, 6]);
    let (row, table) = (values(5, &[6]), empty(&[0, 3]));
    let group = values(6, &[2, 6]);
    family(|cases| {
        let exact = Tolerance::EXACT;
        let on = |array: &Array, d: &_| place(array, View::Plain, d);
        cases.check("unary", exact, &x, |d| on(&x, d)?.unary(Unary::GeluTanh));
        let sum = oracle::binary(&x, &row, Binary::Add);
        cases.check("add a row", exact, &sum, |d| on(&x, d)?.add(&on(&row, d)?));
        cases.check("mul", exact, &x, |d| on(&x, d)?.mul(&on(&x, d)?));
        cases.check("mean", exact, &oracle::mean_last(&x), |d| {
            on(&x, d)?.mean_last()
        });
        cases.check("layer norm", exact, &x, |d| {
            on(&x, d)?.layer_norm(None, 1e-6)
        });
        cases.check("modulate", exact, &x, |d| {
            let group = on(&group, d)?;
            on(&x, d)?.modulate(&group, &group, 1e-6, 0)
        });
        cases.check("gated add", exact, &x, |d| {
            on(&x, d)?.gated_add(&on(&x, d)?, &on(&group, d)?, 0)
        });
        cases.check("rms norm", exact, &x, |d| {
            on(&x, d)?.rms_norm(Some(&on(&row, d)?), RmsMode::EpsInside(1e-6), None)
        });
        cases.check("rope", exact, &x, |d| {
            on(&x, d)?.rope(&on(&table, d)?, &on(&table, d)?, 1)
        });
        cases.check("pad", exact, &oracle::pad_zero(&x, 0, 1, 1), |d| {
            on(&x, d)?.pad_zero(0, 1, 1)
        });
        cases.check("reshape", exact, &empty(&[3, 0]), |d| {
            on(&x, d)?.reshape(&[3, 0])
        });
    });
}
