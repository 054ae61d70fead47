//! Hostile and damaged torch files: each must give its error, at once.

use super::fixtures::{
    PROTO2, Tensor, dict, dict_pickle, int, join, legacy_file, text, zip_file, zip_of,
};
use crate::error::WeightError as E;
use crate::file::WeightFile;

/// Content of storage `0`: the values 1, 2, 3, 4.
const FOUR: [u8; 16] = [
    0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40,
];

fn refusal(file: Vec<u8>) -> E {
    match WeightFile::from_bytes("file", file) {
        Ok(file) => panic!("accepted with {:?}", file.entries()),
        Err(E::InFile { cause, .. }) => *cause,
        Err(other) => panic!("an error without a path: {other}"),
    }
}

/// Checks the refusal of a pickle in both containers.
#[track_caller]
fn check_pickle(pickle: &[u8], is_expected: impl Fn(&E) -> bool) {
    for file in [
        zip_file(pickle, &[("0", &FOUR)]),
        legacy_file(pickle, &[("0", &FOUR)], FOUR.len() / 4),
    ] {
        let error = refusal(file);
        assert!(is_expected(&error), "{error:?}");
    }
}

#[track_caller]
fn check_value(value: &[u8], is_expected: impl Fn(&E) -> bool) {
    check_pickle(&dict_pickle(&[("a", value.to_vec())]), is_expected);
}

#[track_caller]
fn check_tensor(tensor: Tensor, is_expected: impl Fn(&E) -> bool) {
    check_value(&tensor.pickled(), is_expected);
}

#[track_caller]
fn check_zip(file: Vec<u8>, is_expected: impl Fn(&E) -> bool) {
    let error = refusal(file);
    assert!(is_expected(&error), "{error:?}");
}

fn names_global(error: &E, expected: (&str, &str)) -> bool {
    matches!(error, E::ForbiddenGlobal { module, name } if (module.as_str(), name.as_str()) == expected)
}

#[test]
fn a_call_of_a_forbidden_name_is_refused_by_name() {
    let call = join(&[b"cposix\nsystem\n", &text("true"), b"\x85R"]);
    check_value(&call, |error| names_global(error, ("posix", "system")));
}

#[test]
fn a_forbidden_name_is_refused_even_when_unused() {
    let unused = join(&[b"csubprocess\nPopen\n0", &Tensor::default().pickled()]);
    check_value(&unused, |error| {
        names_global(error, ("subprocess", "Popen"))
    });
}

#[test]
fn a_forbidden_name_from_the_stack_is_refused() {
    let name = join(&[&text("builtins"), &text("eval"), b"\x93"]);
    check_value(&name, |error| names_global(error, ("builtins", "eval")));
}

#[test]
fn an_unknown_storage_class_is_refused_by_name() {
    let tensor = Tensor {
        class: "EvilStorage",
        ..Tensor::default()
    };
    check_tensor(tensor, |error| {
        names_global(error, ("torch", "EvilStorage"))
    });
}

#[test]
fn a_name_with_the_right_ending_is_not_the_name() {
    check_value(b"ctorch._utils.x\n_rebuild_tensor_v2\n", |error| {
        names_global(error, ("torch._utils.x", "_rebuild_tensor_v2"))
    });
}

#[test]
fn only_functions_can_be_called() {
    check_value(b"ctorch\nfloat32\n)R", |error| {
        matches!(error, E::Pickle { .. })
    });
    check_value(b"ctorch\nFloatStorage\n)R", |error| {
        matches!(error, E::Pickle { .. })
    });
}

#[test]
fn every_instruction_that_data_does_not_need_is_refused() {
    let known = b".(012NJKMGXUTBC)t]ael}dsuqrhjcRbQ";
    let known_high = [
        0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x93, 0x94, 0x95,
    ];
    for opcode in 0..=u8::MAX {
        if known.contains(&opcode) || known_high.contains(&opcode) {
            continue;
        }
        check_pickle(
            &join(&[PROTO2, &[opcode], b"."]),
            |error| matches!(error, E::UnsupportedOpcode { opcode: found, at: 2 } if *found == opcode),
        );
    }
}

#[test]
fn deep_nesting_is_refused_without_deep_recursion() {
    let nested = join(&[PROTO2, b")", &b"\x85".repeat(300_000), b"."]);
    check_pickle(&nested, |error| {
        matches!(error, E::PickleLimit { limit: 100, .. })
    });
    let marks = join(&[PROTO2, &b"(".repeat(600_000), b"."]);
    check_pickle(&marks, |error| matches!(error, E::PickleLimit { .. }));
}

#[test]
fn a_memo_bomb_costs_nothing() {
    let mut bomb = join(&[PROTO2, b"]q\x00"]);
    for level in 0..60u8 {
        bomb.extend_from_slice(&[b']', b'(', b'h', level, b'h', level, b'e', b'q', level + 1]);
        // Keeps one value on the stack, as a pickler does.
        bomb.extend_from_slice(&[b'0', b'0', b'h', level + 1]);
    }
    bomb.push(b'.');
    check_pickle(&bomb, |error| matches!(error, E::NoTensors));
}

#[test]
fn a_container_in_itself_ends_nothing() {
    let cyclic = join(&[
        PROTO2,
        b"]q\x00h\x00a",
        b"0}q\x01",
        &text("model"),
        b"h\x01s.",
    ]);
    check_pickle(&cyclic, |error| matches!(error, E::NoTensors));
}

#[test]
fn more_memo_entries_than_any_file_needs_are_refused() {
    let entries: Vec<u8> = (0..500_000u32)
        .flat_map(|slot| join(&[b"r", &slot.to_le_bytes()]))
        .collect();
    let pickle = join(&[PROTO2, b"N", &entries, b"."]);
    check_pickle(&pickle, |error| {
        matches!(
            error,
            E::PickleLimit {
                resource: "memo entries",
                ..
            }
        )
    });
}

#[test]
fn a_length_beyond_the_file_is_refused_before_use() {
    for claim in [
        join(&[b"X", &u32::MAX.to_le_bytes()]),
        join(&[b"B", &u32::MAX.to_le_bytes()]),
        join(&[b"\x8d", &u64::MAX.to_le_bytes()]),
        join(&[b"\x8e", &u64::MAX.to_le_bytes()]),
        join(&[b"\x8b", &i32::MAX.to_le_bytes()]),
    ] {
        check_pickle(&join(&[PROTO2, &claim, b"abc"]), |error| {
            matches!(error, E::Truncated { .. })
        });
    }
}

#[test]
fn a_text_that_is_not_utf8_is_refused() {
    check_value(b"X\x02\x00\x00\x00\xff\xfe", |error| {
        matches!(error, E::Pickle { .. })
    });
}

#[test]
fn stack_and_memo_faults_are_refused() {
    for pickle in [
        &b"R."[..],
        b"0.",
        b"t.",
        b"h\x05.",
        b"(t\x85",
        b"N",
        b"NN.",
        b"(.",
        b"Na.",
        b"]NNs.",
        b"N(Nu.",
    ] {
        check_pickle(&join(&[PROTO2, pickle]), |error| {
            matches!(
                error,
                E::Pickle { .. } | E::Truncated { .. } | E::UnsupportedOpcode { .. }
            )
        });
    }
}

#[test]
fn a_protocol_that_is_not_supported_is_refused() {
    check_zip(zip_file(b"\x80\x05N.", &[]), |error| {
        matches!(error, E::Pickle { .. })
    });
}

#[test]
fn a_short_persistent_id_is_refused() {
    let id = join(&[
        b"(",
        &text("storage"),
        b"ctorch\nFloatStorage\n",
        &text("0"),
        b"tQ",
    ]);
    check_value(&id, |error| matches!(error, E::Pickle { .. }));
    check_value(b"NQ", |error| matches!(error, E::Pickle { .. }));
    check_value(b"]Q", |error| matches!(error, E::Pickle { .. }));
}

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
    let tensor = Tensor {
        key: "7",
        ..Tensor::default()
    };
    check_tensor(tensor, |error| matches!(error, E::MissingStorage { .. }));
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
        sizes: vec![1; 17],
        strides: vec![1; 17],
        ..Tensor::default()
    };
    check_tensor(tensor, |error| {
        matches!(error, E::RankMismatch { num_sizes: 17, .. })
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
fn state_is_set_on_dicts_only() {
    let with_state = join(&[&Tensor::default().pickled(), b"}b"]);
    check_value(&with_state, |error| matches!(error, E::Pickle { .. }));
}

#[test]
fn big_endian_data_is_refused() {
    let pickle = dict_pickle(&[("a", Tensor::default().pickled())]);
    let members = [
        ("r/data.pkl".to_owned(), &pickle[..]),
        ("r/data/0".to_owned(), &FOUR[..]),
        ("r/byteorder".to_owned(), &b"big"[..]),
    ];
    check_zip(zip_of(&members), |error| matches!(error, E::BigEndian));
    let mut legacy = legacy_file(&pickle, &[("0", &FOUR)], 4);
    let flag = legacy.iter().position(|byte| *byte == 0x88).unwrap();
    legacy[flag] = 0x89;
    check_zip(legacy, |error| matches!(error, E::BigEndian));
}

#[test]
fn archives_without_one_index_are_refused() {
    let pickle = dict_pickle(&[("a", Tensor::default().pickled())]);
    let none = zip_of(&[("a/version".to_owned(), b"3\n")]);
    check_zip(none, |error| matches!(error, E::IndexCount { found: 0 }));
    let two = [
        ("a/data.pkl".to_owned(), &pickle[..]),
        ("b/data.pkl".to_owned(), &pickle[..]),
    ];
    check_zip(zip_of(&two), |error| {
        matches!(error, E::IndexCount { found: 2 })
    });
}

#[test]
fn a_member_that_occurs_twice_is_refused() {
    let twice = [("a/x".to_owned(), &b"1"[..]), ("a/x".to_owned(), &b"2"[..])];
    check_zip(zip_of(&twice), |error| {
        matches!(error, E::DuplicateName { .. })
    });
}

/// Offset of the only directory entry of an archive.
fn entry_at(file: &[u8]) -> usize {
    file.windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap()
}

#[test]
fn compressed_and_encrypted_members_are_refused() {
    let file = zip_of(&[("a/data.pkl".to_owned(), b"\x80\x02}.")]);
    let entry = entry_at(&file);
    let mut compressed = file.clone();
    compressed[entry + 10] = 8;
    check_zip(compressed, |error| {
        matches!(error, E::CompressedMember { method: 8, .. })
    });
    let mut encrypted = file;
    encrypted[entry + 8] |= 1;
    check_zip(encrypted, |error| matches!(error, E::Archive { .. }));
}

#[test]
fn members_beyond_the_directory_are_refused() {
    let file = zip_of(&[("a/data.pkl".to_owned(), b"\x80\x02}.")]);
    let entry = entry_at(&file);
    let mut long = file.clone();
    for at in [20, 24] {
        long[entry + at..entry + at + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    check_zip(long, |error| {
        matches!(
            error,
            E::Truncated {
                expected_bytes: 1000,
                ..
            }
        )
    });
    let mut saturated = file;
    saturated[entry + 24..entry + 28].copy_from_slice(&[0xff; 4]);
    check_zip(saturated, |error| matches!(error, E::Archive { .. }));
}

#[test]
fn members_that_overlap_are_refused() {
    let mut file = zip_of(&[("a/1".to_owned(), b"x"), ("a/2".to_owned(), b"y")]);
    let first = entry_at(&file);
    let second = first
        + 4
        + file[first + 4..]
            .windows(4)
            .position(|b| b == b"PK\x01\x02")
            .unwrap();
    // The second entry points at the first member, whose header gets the same name.
    file.copy_within(first + 42..first + 46, second + 42);
    file[second + 46 + 2] = b'1';
    file[first + 46 + 2] = b'1';
    check_zip(file, |error| {
        matches!(
            error,
            E::DuplicateName { .. } | E::Overlap { .. } | E::Archive { .. }
        )
    });
}

#[test]
fn a_local_header_that_contradicts_the_directory_is_refused() {
    let mut file = zip_of(&[("a/data.pkl".to_owned(), b"\x80\x02}.")]);
    file[30] = b'b';
    check_zip(file, |error| matches!(error, E::Archive { at: 0, .. }));
}

#[test]
fn legacy_storages_are_checked_against_the_file() {
    let pickle = dict_pickle(&[("a", Tensor::default().pickled())]);
    let whole = legacy_file(&pickle, &[("0", &FOUR)], 4);
    let mut lying = whole.clone();
    let count_at = whole.len() - FOUR.len() - 8;
    lying[count_at..count_at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    check_zip(lying, |error| {
        matches!(
            error,
            E::StorageSize {
                found_bytes: 16,
                ..
            }
        )
    });
    let strange = legacy_file(&pickle, &[("0", &FOUR), ("1", &FOUR)], 4);
    check_zip(strange, |error| matches!(error, E::UnknownStorage { .. }));
    let twice = legacy_file(&pickle, &[("0", &FOUR), ("0", &FOUR)], 4);
    check_zip(twice, |error| matches!(error, E::DuplicateName { .. }));
}

#[test]
fn legacy_views_of_storages_are_refused() {
    let tensor = Tensor {
        id_tail: b"K\x01",
        ..Tensor::default()
    };
    check_tensor(tensor, |error| matches!(error, E::Pickle { .. }));
}

#[test]
fn an_outer_dict_that_names_itself_is_no_wrapper_forever() {
    let inner = dict(&[("model", dict(&[("state_dict", dict(&[]))]))]);
    check_pickle(&join(&[PROTO2, &inner, b"."]), |error| {
        matches!(error, E::NoTensors)
    });
}
