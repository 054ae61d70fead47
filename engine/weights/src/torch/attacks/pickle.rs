//! Instructions that no data needs, and values that cost too much.

use super::*;

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
fn state_is_set_on_dicts_only() {
    let with_state = join(&[&Tensor::default().pickled(), b"}b"]);
    check_value(&with_state, |error| matches!(error, E::Pickle { .. }));
}

#[test]
fn an_outer_dict_that_names_itself_is_no_wrapper_forever() {
    let inner = dict(&[("model", dict(&[("state_dict", dict(&[]))]))]);
    check_pickle(&join(&[PROTO2, &inner, b"."]), |error| {
        matches!(error, E::NoTensors)
    });
}
