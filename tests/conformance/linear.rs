//! Products with stored matrices in every type, alignment and layout, and look-ups.

use ovi_tensor::oracle::{self, Array};
use ovi_tensor::{Embedding, Linear};
use ovi_weights::{StoredTensor, StoredType};

use crate::check::{Cases, Tolerance, family};
use crate::data::{VIEWS, View, held, place, stored, stored_as, values, with};

const CLOSE: Tolerance = Tolerance::new(2e-6, 5e-5);
const TYPES: [StoredType; 3] = [StoredType::F32, StoredType::Bf16, StoredType::F16];

#[test]
fn sizes_that_are_no_multiples_of_tiles() {
    family(|cases| {
        for rows in [1, 3, 65] {
            for inp in [1, 7, 256, 1000] {
                for (out, kind) in [1, 5, 513].into_iter().zip(TYPES) {
                    check_size(cases, [rows, inp, out], kind);
                    check_size(cases, [rows, inp, out], StoredType::F32);
                }
            }
        }
    });
}

fn check_size(cases: &mut Cases, [rows, inp, out]: [usize; 3], kind: StoredType) {
    let x = values(1, &[rows, inp]);
    let weight = stored_as(&values(2, &[out, inp]), kind, false);
    let bias = values(3, &[out]);
    let want = oracle::linear(&x, &held(&weight), Some(&bias));
    let name = format!("{rows}x{inp} to {out} {kind}");
    cases.check(&name, CLOSE, &want, |d| {
        let layer = Linear::new(&weight, Some(&stored(&bias)), d)?;
        layer.forward(&place(&x, View::Plain, d)?)
    });
}

#[test]
fn stored_types_at_odd_addresses() {
    family(|cases| {
        for kind in TYPES {
            for misaligned in [false, true] {
                for (rows, inp, out) in [(1, 7, 5), (3, 256, 513), (65, 1000, 129)] {
                    let x = values(4, &[rows, inp]);
                    let weight = stored_as(&values(5, &[out, inp]), kind, misaligned);
                    let want = oracle::linear(&x, &held(&weight), None);
                    let name = format!("{kind} misaligned={misaligned} {rows}x{inp} to {out}");
                    cases.check(&name, CLOSE, &want, |d| {
                        Linear::new(&weight, None, d)?.forward(&place(&x, View::Plain, d)?)
                    });
                }
            }
        }
    });
}

#[test]
fn views_as_inputs() {
    family(|cases| {
        for (rows, inp, out) in [(1, 1, 1), (1, 7, 5), (65, 33, 17), (7, 1, 3)] {
            let (x, weight) = (values(6, &[rows, inp]), values(7, &[out, inp]));
            let want = oracle::linear(&x, &weight, None);
            for view in VIEWS {
                let name = format!("{rows}x{inp} to {out} {view:?}");
                cases.check(&name, CLOSE, &want, |d| {
                    Linear::new(&stored(&weight), None, d)?.forward(&place(&x, view, d)?)
                });
            }
        }
    });
}

#[test]
fn a_matrix_stored_transposed_or_with_more_axes() {
    family(|cases| {
        let (x, weight) = (values(8, &[3, 12]), values(9, &[5, 12]));
        let want = oracle::linear(&x, &weight, None);
        let transposed = StoredTensor {
            shape: vec![5, 12],
            strides: Some(vec![1, 5]),
            ..stored(&oracle::permute(&weight, &[1, 0]))
        };
        cases.check("strides of a transpose", CLOSE, &want, |d| {
            Linear::new(&transposed, None, d)?.forward(&place(&x, View::Plain, d)?)
        });
        let folded = stored(&oracle::reshape(&weight, &[5, 3, 2, 2]));
        cases.check("a patch kernel", CLOSE, &want, |d| {
            Linear::new(&folded, None, d)?.forward(&place(&x, View::Plain, d)?)
        });
    });
}

#[test]
fn subnormal_weights_and_large_inputs() {
    family(|cases| {
        let x = values(10, &[3, 65]).map(|x| f64::from((x * 1e30) as f32));
        for (kind, scale) in [(StoredType::F16, 2e-6), (StoredType::Bf16, 1e-30)] {
            let weight = stored_as(&values(11, &[7, 65]).map(|w| w * scale), kind, false);
            let want = oracle::linear(&x, &held(&weight), None);
            let tolerance = Tolerance::new(2e-6, 1e-4 * scale * 1e30);
            cases.check(&format!("{kind} near {scale:e}"), tolerance, &want, |d| {
                Linear::new(&weight, None, d)?.forward(&place(&x, View::Plain, d)?)
            });
        }
    });
}

#[test]
fn not_a_number_reaches_its_row_or_its_column() {
    family(|cases| {
        let (x, weight) = (values(12, &[9, 40]), values(13, &[33, 40]));
        let spoiled = [
            (with(x.clone(), &[45], f64::NAN), weight.clone()),
            (x, with(weight, &[1319], f64::NAN)),
        ];
        for (x, weight) in spoiled {
            let want = oracle::linear(&x, &weight, None);
            cases.check("not a number", CLOSE, &want, |d| {
                Linear::new(&stored(&weight), None, d)?.forward(&place(&x, View::Plain, d)?)
            });
        }
    });
}

#[test]
fn embeddings_in_every_type() {
    family(|cases| {
        for kind in TYPES {
            for misaligned in [false, true] {
                let table = stored_as(&values(14, &[11, 13]), kind, misaligned);
                for ids in [&[0][..], &[10, 0, 10, 5], &[]] {
                    let want = oracle::embedding(&held(&table), ids);
                    let name = format!("{kind} misaligned={misaligned} {ids:?}");
                    cases.check(&name, Tolerance::EXACT, &want, |d| {
                        Embedding::new(&table, d)?.forward(ids)
                    });
                }
            }
        }
    });
}

#[test]
fn no_rows_give_no_rows() {
    family(|cases| {
        let weight = values(15, &[5, 7]);
        let bias = values(16, &[5]);
        let empty = Array::from_fn(&[0, 7], |_| 0.0);
        let want = oracle::linear(&empty, &weight, Some(&bias));
        cases.check("linear of no rows", Tolerance::EXACT, &want, |d| {
            let layer = Linear::new(&stored(&weight), Some(&stored(&bias)), d)?;
            layer.forward(&place(&empty, View::Plain, d)?)
        });
    });
}
