//! Hostile and damaged torch files: each must give its error, at once.

mod archive;
mod pickle;
mod tensors;

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
