//! Means and norms over the last axis.

use ovi_tensor::oracle::{self, Array};
use ovi_tensor::{RmsMode, Unary};

use crate::check::{Tolerance, family};
use crate::data::{VIEWS, View, place, values, with};

const CLOSE: Tolerance = Tolerance::new(5e-6, 5e-5);

const SHAPES: [&[usize]; 6] = [
    &[1, 1],
    &[3, 7],
    &[1, 16],
    &[2, 5, 129],
    &[70, 1000],
    &[1, 4099],
];

const MODES: [RmsMode; 3] = [
    RmsMode::EpsInside(1e-6),
    RmsMode::Floor(1e-12),
    RmsMode::EpsOutside(1e-4),
];

#[test]
fn means_of_the_last_axis() {
    family(|cases| {
        for shape in SHAPES {
            let x = values(1, shape);
            let want = oracle::mean_last(&x);
            for view in VIEWS {
                cases.check(&format!("{shape:?} {view:?}"), CLOSE, &want, |d| {
                    place(&x, view, d)?.mean_last()
                });
            }
        }
    });
}

#[test]
fn layer_norms_with_and_without_weights() {
    family(|cases| {
        for shape in SHAPES {
            // A mean far from zero, as activations have.
            let x = values(2, shape).map(|x| x + 3.0);
            let row = &shape[shape.len() - 1..];
            let (weight, bias) = (values(3, row), values(4, row));
            let plain = oracle::layer_norm(&x, None, 1e-6);
            let scaled = oracle::layer_norm(&x, Some((&weight, &bias)), 1e-6);
            for view in VIEWS {
                cases.check(&format!("plain {shape:?} {view:?}"), CLOSE, &plain, |d| {
                    place(&x, view, d)?.layer_norm(None, 1e-6)
                });
                cases.check(&format!("scaled {shape:?} {view:?}"), CLOSE, &scaled, |d| {
                    let (weight, bias) = (place(&weight, view, d)?, place(&bias, view, d)?);
                    place(&x, view, d)?.layer_norm(Some((&weight, &bias)), 1e-6)
                });
            }
        }
    });
}

#[test]
fn modulated_norms_of_one_and_two_groups() {
    family(|cases| {
        for (tokens, dim) in [(1, 1), (7, 5), (65, 129), (70, 1000)] {
            let x = values(5, &[tokens, dim]);
            for (groups, split) in [(1, 0), (2, 0), (2, tokens / 2), (2, tokens)] {
                let (shift, scale) = (values(6, &[groups, dim]), values(7, &[groups, dim]));
                let want = oracle::modulate(&x, &shift, &scale, 1e-6, split);
                for view in VIEWS {
                    let name = format!("{tokens}x{dim}, {groups} groups at {split}, {view:?}");
                    cases.check(&name, CLOSE, &want, |d| {
                        let (shift, scale) = (place(&shift, view, d)?, place(&scale, view, d)?);
                        place(&x, view, d)?.modulate(&shift, &scale, 1e-6, split)
                    });
                }
            }
        }
    });
}

#[test]
fn the_two_operands_of_a_modulation_may_have_different_groups() {
    family(|cases| {
        let x = values(8, &[9, 20]);
        let (shift, scale) = (values(9, &[2, 20]), values(10, &[1, 20]));
        let want = oracle::modulate(&x, &shift, &scale, 1e-6, 4);
        cases.check("two shifts, one scale", CLOSE, &want, |d| {
            let (shift, scale) = (
                place(&shift, View::Plain, d)?,
                place(&scale, View::Plain, d)?,
            );
            place(&x, View::Plain, d)?.modulate(&shift, &scale, 1e-6, 4)
        });
    });
}

#[test]
fn root_mean_square_norms_in_every_mode() {
    family(|cases| {
        for shape in SHAPES {
            let x = values(11, shape);
            let weight = values(12, &shape[shape.len() - 1..]);
            for mode in MODES {
                for (weight, act) in [
                    (None, None),
                    (Some(&weight), None),
                    (Some(&weight), Some(Unary::Silu)),
                ] {
                    let want = oracle::rms_norm(&x, weight, mode, act);
                    for view in VIEWS {
                        let weighted = weight.is_some();
                        let name = format!("{shape:?} {mode:?} {weighted} {act:?} {view:?}");
                        cases.check(&name, CLOSE, &want, |d| {
                            let weight = weight.map(|w| place(w, view, d)).transpose()?;
                            place(&x, view, d)?.rms_norm(weight.as_ref(), mode, act)
                        });
                    }
                }
            }
        }
    });
}

#[test]
fn rows_of_zeros_and_constants_stay_finite() {
    family(|cases| {
        for value in [0.0, -0.0, 0.5, f64::from(f32::from_bits(3))] {
            let x = Array::from_fn(&[3, 37], |_| value);
            let want = oracle::layer_norm(&x, None, 1e-6);
            cases.check(&format!("layer norm of {value:e}"), CLOSE, &want, |d| {
                place(&x, View::Plain, d)?.layer_norm(None, 1e-6)
            });
        }
        for value in [0.0, -0.0, 0.5] {
            let x = Array::from_fn(&[3, 37], |_| value);
            for mode in MODES {
                let want = oracle::rms_norm(&x, None, mode, None);
                cases.check(&format!("{mode:?} of {value:e}"), CLOSE, &want, |d| {
                    place(&x, View::Plain, d)?.rms_norm(None, mode, None)
                });
            }
        }
    });
}

#[test]
fn not_a_number_fills_its_row_and_no_other() {
    family(|cases| {
        for at in [0, 17, 36] {
            let x = with(values(13, &[3, 37]), &[37 + at], f64::NAN);
            let want = oracle::layer_norm(&x, None, 1e-6);
            cases.check(&format!("layer norm, column {at}"), CLOSE, &want, |d| {
                place(&x, View::Plain, d)?.layer_norm(None, 1e-6)
            });
            for mode in [MODES[0], MODES[2]] {
                let want = oracle::rms_norm(&x, None, mode, None);
                cases.check(&format!("{mode:?}, column {at}"), CLOSE, &want, |d| {
                    place(&x, View::Plain, d)?.rms_norm(None, mode, None)
                });
            }
        }
    });
}

#[test]
fn a_floor_does_not_hide_not_a_number() {
    family(|cases| {
        for at in [0, 17, 36] {
            let x = with(values(14, &[3, 37]), &[37 + at], f64::NAN);
            let mode = RmsMode::Floor(1e-12);
            let want = oracle::rms_norm(&x, None, mode, None);
            cases.check(&format!("column {at}"), CLOSE, &want, |d| {
                place(&x, View::Plain, d)?.rms_norm(None, mode, None)
            });
        }
    });
}
