//! Tensors and storages whose numbers are not true.

use super::*;

#[test]
fn a_key_that_is_a_path_is_refused() {
    for key in ["../x", "..", ".", "", "a/b", "a\\b", "/etc/passwd", "a\0b"] {
        let tensor = Tensor {
            key,
            ..Tensor::default()
        };
        check_tensor(tensor, |error| matches!(error, E::StorageKey { .. }));
    }
}

#[test]
fn a_storage_that_is_not_there_is_refused() {
    let pickle = dict_pickle(&[(
        "a",
        Tensor {
            key: "7",
            ..Tensor::default()
        }
        .pickled(),
    )]);
    check_zip(
        zip_file(&pickle, &[("0", &FOUR)]),
        |error| matches!(error, E::MissingStorage { key } if key == "7"),
    );
    check_zip(
        legacy_file(&pickle, &[], 4),
        |error| matches!(error, E::MissingStorage { key } if key == "7"),
    );
}

#[test]
fn a_storage_that_claims_too_much_is_refused() {
    for claim in [
        int(5),
        int(-1),
        join(&[b"\x8a\x08", &i64::MAX.to_le_bytes()]),
    ] {
        let tensor = Tensor {
            num_elements: claim,
            ..Tensor::default()
        };
        check_tensor(tensor, |error| {
            matches!(
                error,
                E::StorageSize {
                    found_bytes: 16,
                    ..
                }
            )
        });
    }
}

#[test]
fn a_tensor_out_of_its_storage_is_refused() {
    let out = |error: &E| matches!(error, E::OutOfRange { limit: 16, .. });
    check_tensor(
        Tensor {
            sizes: vec![4, 4],
            strides: vec![4, 1],
            ..Tensor::default()
        },
        out,
    );
    check_tensor(
        Tensor {
            offset: int(1),
            ..Tensor::default()
        },
        out,
    );
    let huge = join(&[b"\x8a\x08", &(i64::MAX / 2).to_le_bytes()]);
    check_tensor(
        Tensor {
            offset: huge,
            ..Tensor::default()
        },
        out,
    );
    // The declared storage counts, not the larger record.
    let small = Tensor {
        num_elements: int(3),
        ..Tensor::default()
    };
    check_tensor(small, |error| {
        matches!(error, E::OutOfRange { limit: 12, .. })
    });
}

#[test]
fn sizes_that_overflow_are_refused() {
    let tensor = Tensor {
        sizes: vec![i32::MAX; 4],
        strides: vec![0; 4],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| matches!(error, E::TooManyElements { .. }));
    let tensor = Tensor {
        sizes: vec![i32::MAX; 3],
        strides: vec![i32::MAX; 3],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| {
        matches!(error, E::TooManyElements { .. } | E::OutOfRange { .. })
    });
}

#[test]
fn a_view_that_repeats_without_bound_is_refused() {
    let tensor = Tensor {
        sizes: vec![1 << 20, 1 << 20],
        strides: vec![0, 0],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| {
        matches!(error, E::Expanded { stored: 4, .. })
    });
}

#[test]
fn negative_numbers_are_refused() {
    let bad =
        |field| move |error: &E| matches!(error, E::BadNumber { field: f, .. } if *f == field);
    check_tensor(
        Tensor {
            sizes: vec![-2, 2],
            ..Tensor::default()
        },
        bad("size"),
    );
    check_tensor(
        Tensor {
            strides: vec![-2, 1],
            ..Tensor::default()
        },
        bad("stride"),
    );
    check_tensor(
        Tensor {
            offset: int(-1),
            ..Tensor::default()
        },
        bad("offset"),
    );
}

#[test]
fn ranks_that_differ_or_are_absurd_are_refused() {
    let tensor = Tensor {
        strides: vec![1],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| matches!(error, E::RankMismatch { .. }));
    let tensor = Tensor {
        sizes: vec![1; 9],
        strides: vec![1; 9],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| {
        matches!(error, E::RankMismatch { num_sizes: 9, .. })
    });
}

#[test]
fn a_hostile_tensor_outside_the_state_dict_is_refused() {
    let bad = Tensor {
        offset: int(9),
        ..Tensor::default()
    };
    let list = join(&[b"](", &bad.pickled(), b"e"]);
    let pickle = dict_pickle(&[("skipped", list), ("a", Tensor::default().pickled())]);
    check_pickle(&pickle, |error| matches!(error, E::OutOfRange { .. }));
}

#[test]
fn duplicate_names_are_refused() {
    let tensor = Tensor::default().pickled();
    check_pickle(
        &dict_pickle(&[("a", tensor.clone()), ("a", tensor)]),
        |error| matches!(error, E::DuplicateName { .. }),
    );
}

#[test]
fn a_file_without_tensors_is_refused() {
    check_pickle(&dict_pickle(&[("a", int(1))]), |error| {
        matches!(error, E::NoTensors)
    });
    let root = join(&[PROTO2, &Tensor::default().pickled(), b"."]);
    check_pickle(&root, |error| matches!(error, E::NoTensors));
}

#[test]
fn more_tensors_than_any_file_has_are_refused() {
    let again: Vec<u8> = (0..60_000)
        .flat_map(|idx| join(&[&text(&format!("a{idx}")), b"h\x01"]))
        .collect();
    let tensor = Tensor::default().pickled();
    let pickle = join(&[PROTO2, b"}(", &text("a"), &tensor, b"q\x01", &again, b"u."]);
    check_pickle(&pickle, |error| {
        matches!(
            error,
            E::PickleLimit {
                resource: "tensors",
                ..
            }
        )
    });
    let calls = b"h\x02h\x03R0".repeat(60_000);
    let function = b"ctorch._utils\n_rebuild_tensor_v2\nq\x02";
    let arguments = &tensor[function.len() - 2..tensor.len() - 1];
    let unnamed = join(&[function, arguments, b"q\x03R", &calls]);
    check_pickle(&dict_pickle(&[("a", unnamed)]), |error| {
        matches!(
            error,
            E::PickleLimit {
                resource: "tensors",
                ..
            }
        )
    });
}
