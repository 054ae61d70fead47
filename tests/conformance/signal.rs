//! Convolutions and the anti-aliased activation of sound signals.

use ovi_tensor::oracle::{self, Array, SnakeInputs};
use ovi_tensor::{Conv, ConvTranspose1d};

use crate::check::{Tolerance, family};
use crate::data::{VIEWS, View, place, stored, values, with};

const CLOSE: Tolerance = Tolerance::new(2e-6, 2e-5);

/// The low-pass of the vocoder, first half; the other mirrors it.
const HALF: [f32; 6] = [
    0.002_028_966_5,
    0.009_389_464,
    -0.025_543_464,
    -0.057_657_376,
    0.128_572_61,
    0.443_209_8,
];

fn low_pass() -> [f32; 12] {
    std::array::from_fn(|k| HALF[k.min(11 - k)])
}

#[test]
fn dilated_convolutions() {
    family(|cases| {
        for (len, inp, out) in [(1, 1, 1), (2, 3, 5), (7, 1, 5), (129, 17, 32), (2500, 3, 5)] {
            for taps in [1, 3, 7] {
                for dilation in [1, 3, 5] {
                    let (x, weight) = (values(1, &[len, inp]), values(2, &[out, inp, taps]));
                    let bias = values(3, &[out]);
                    let want = oracle::conv1d(&x, &weight, Some(&bias), dilation);
                    let name = format!("{len}x{inp} to {out}, {taps} taps, dilation {dilation}");
                    cases.check(&name, CLOSE, &want, |d| {
                        let layer = Conv::new(&stored(&weight), Some(&stored(&bias)), d)?;
                        layer.forward_1d(&place(&x, View::Plain, d)?, dilation)
                    });
                }
            }
        }
    });
}

#[test]
fn transposed_convolutions() {
    family(|cases| {
        for (taps, stride) in [(1, 1), (3, 1), (2, 2), (4, 2), (9, 3), (16, 8), (12, 4)] {
            for (len, inp, out) in [(1, 1, 1), (2, 3, 5), (7, 5, 2), (301, 17, 4), (1100, 2, 3)] {
                let (x, weight) = (values(4, &[len, inp]), values(5, &[inp, out, taps]));
                let bias = values(6, &[out]);
                let want = oracle::conv_transpose1d(&x, &weight, Some(&bias), stride);
                let name = format!("{len}x{inp} to {out}, {taps} taps, stride {stride}");
                cases.check(&name, CLOSE, &want, |d| {
                    let bias = stored(&bias);
                    let layer = ConvTranspose1d::new(&stored(&weight), Some(&bias), stride, d)?;
                    layer.forward(&place(&x, View::Plain, d)?)
                });
            }
        }
    });
}

#[test]
fn activations_of_all_lengths() {
    family(|cases| {
        let sizes = [
            (1, 1),
            (1, 33),
            (2, 3),
            (5, 16),
            (6, 1),
            (7, 17),
            (129, 33),
            (9000, 3),
        ];
        for (len, channels) in sizes {
            let x = values(7, &[len, channels]).map(|x| 3.0 * x);
            let exact = |x: f64| f64::from(x.exp() as f32);
            let (alpha, inv_beta) = (
                values(8, &[channels]).map(exact),
                values(9, &[channels]).map(exact),
            );
            let taps = low_pass();
            let inputs = SnakeInputs {
                x: &x,
                alpha: &alpha,
                inv_beta: &inv_beta,
                taps: &taps,
            };
            let want = oracle::snake(inputs);
            for view in VIEWS {
                cases.check(&format!("{len}x{channels} {view:?}"), CLOSE, &want, |d| {
                    let (alpha, inv_beta) = (place(&alpha, view, d)?, place(&inv_beta, view, d)?);
                    place(&x, view, d)?.snake(&alpha, &inv_beta, &taps)
                });
            }
        }
    });
}

#[test]
fn views_as_signals() {
    family(|cases| {
        let x = values(10, &[37, 5]);
        let weight = values(11, &[4, 5, 3]);
        let along = oracle::conv1d(&x, &weight, None, 2);
        let transposed = values(12, &[5, 4, 2]);
        let doubled = oracle::conv_transpose1d(&x, &transposed, None, 2);
        for view in VIEWS {
            cases.check(&format!("conv1d {view:?}"), CLOSE, &along, |d| {
                Conv::new(&stored(&weight), None, d)?.forward_1d(&place(&x, view, d)?, 2)
            });
            cases.check(&format!("transposed {view:?}"), CLOSE, &doubled, |d| {
                let layer = ConvTranspose1d::new(&stored(&transposed), None, 2, d)?;
                layer.forward(&place(&x, view, d)?)
            });
        }
    });
}

#[test]
fn not_a_number_reaches_the_samples_around_it() {
    family(|cases| {
        let x = with(values(13, &[41, 3]), &[61], f64::NAN);
        let weight = values(14, &[4, 3, 3]);
        let want = oracle::conv1d(&x, &weight, None, 5);
        cases.check("conv1d", CLOSE, &want, |d| {
            Conv::new(&stored(&weight), None, d)?.forward_1d(&place(&x, View::Plain, d)?, 5)
        });
        let ones = Array::from_fn(&[3], |_| 1.0);
        let taps = low_pass();
        let inputs = SnakeInputs {
            x: &x,
            alpha: &ones,
            inv_beta: &ones,
            taps: &taps,
        };
        let want = oracle::snake(inputs);
        cases.check("snake", CLOSE, &want, |d| {
            let ones = place(&ones, View::Plain, d)?;
            place(&x, View::Plain, d)?.snake(&ones, &ones, &taps)
        });
    });
}

#[test]
fn silence_of_no_length() {
    family(|cases| {
        let x = Array::from_fn(&[0, 3], |_| 0.0);
        let weight = values(15, &[4, 3, 3]);
        let want = oracle::conv1d(&x, &weight, None, 1);
        cases.check("conv1d", Tolerance::EXACT, &want, |d| {
            Conv::new(&stored(&weight), None, d)?.forward_1d(&place(&x, View::Plain, d)?, 1)
        });
        let weight = values(16, &[3, 4, 4]);
        let want = oracle::conv_transpose1d(&x, &weight, None, 2);
        cases.check("transposed", Tolerance::EXACT, &want, |d| {
            let layer = ConvTranspose1d::new(&stored(&weight), None, 2, d)?;
            layer.forward(&place(&x, View::Plain, d)?)
        });
        let ones = Array::from_fn(&[3], |_| 1.0);
        cases.check("snake", Tolerance::EXACT, &x, |d| {
            let ones = place(&ones, View::Plain, d)?;
            place(&x, View::Plain, d)?.snake(&ones, &ones, &low_pass())
        });
    });
}
