//! Containers around the pickle that are damaged or contradict themselves.

use super::*;

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
