//! Hostile and damaged safetensors files: each must give its error.

use crate::error::WeightError as E;
use crate::file::WeightFile;

fn file_of(header: &[u8], num_data_bytes: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header);
    file.resize(file.len() + num_data_bytes, 0);
    file
}

#[track_caller]
fn check_bytes(file: Vec<u8>, is_expected: impl Fn(&E) -> bool) {
    match WeightFile::from_bytes("file", file) {
        Ok(file) => panic!("accepted with {:?}", file.entries()),
        Err(error) => assert!(is_expected(error.cause()), "{error:?}"),
    }
}

/// Checks a header in front of 16 data bytes.
#[track_caller]
fn check(header: &str, is_expected: impl Fn(&E) -> bool) {
    check_bytes(file_of(header.as_bytes(), 16), is_expected);
}

#[test]
fn a_valid_header_is_read() {
    let header =
        r#"{"__metadata__":{"k":"v"},"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]}} "#;
    let file = WeightFile::from_bytes("file", file_of(header.as_bytes(), 16)).unwrap();
    let [entry] = file.entries() else {
        panic!("{:?}", file.entries())
    };
    assert_eq!((entry.name.as_str(), &entry.shape[..]), ("a", &[2, 3][..]));
    let start = 8 + header.len();
    assert_eq!(entry.range, start + 4..start + 16);
    assert_eq!(file.metadata().get("k").map(String::as_str), Some("v"));
    assert_eq!(file.mapped_bytes(), 0);
}

#[test]
fn overflow_is_refused() {
    check(
        r#"{"a":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,16]}}"#,
        |error| matches!(error, E::TooManyElements { .. }),
    );
    check(
        r#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#,
        |error| matches!(error, E::TooManyElements { .. }),
    );
    check(
        r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,18446744073709551615]}}"#,
        |error| matches!(error, E::OutOfRange { limit: 16, .. }),
    );
}

#[test]
fn a_header_that_is_too_large_is_refused() {
    let mut file = file_of(b"{}", 0);
    file[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    check_bytes(file.clone(), |error| {
        matches!(error, E::HeaderTooLarge { .. })
    });
    file[..8].copy_from_slice(&100_000_001u64.to_le_bytes());
    check_bytes(file.clone(), |error| {
        matches!(error, E::HeaderTooLarge { .. })
    });
    file[..8].copy_from_slice(&3u64.to_le_bytes());
    check_bytes(file, |error| {
        matches!(
            error,
            E::Truncated {
                expected_bytes: 3,
                found_bytes: 2,
                ..
            }
        )
    });
}

#[test]
fn overlap_is_refused() {
    check(
        r#"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[7,15]}}"#,
        |error| matches!(error, E::Overlap { first, second } if first == "a" && second == "b"),
    );
}

#[test]
fn duplicates_are_refused() {
    let place = r#"{"dtype":"U8","shape":[8],"data_offsets":[0,8]}"#;
    check(
        &format!(r#"{{"a":{place},"a":{place}}}"#),
        |error| matches!(error, E::DuplicateName { name } if name == "a"),
    );
    check(r#"{"__metadata__":{"k":"1","k":"2"}}"#, |error| {
        matches!(error, E::HeaderSyntax { .. })
    });
    check(
        r#"{"a":{"dtype":"U8","dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
        |error| matches!(error, E::HeaderSyntax { .. }),
    );
}

#[test]
fn a_header_that_is_not_utf8_is_refused() {
    check_bytes(file_of(b"{\"\xff\":1}", 0), |error| {
        matches!(error, E::HeaderNotUtf8 { at: 2 })
    });
}

#[test]
fn deep_nesting_is_refused() {
    let nested = format!(r#"{{"a":{}"#, "[".repeat(100_000));
    check(&nested, |error| matches!(error, E::HeaderSyntax { .. }));
    let object = format!(r#"{{"a":{}"#, r#"{"x":"#.repeat(100_000));
    check(&object, |error| matches!(error, E::HeaderSyntax { .. }));
}

#[test]
fn byte_ranges_must_be_true() {
    check(
        r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}"#,
        |error| {
            matches!(
                error,
                E::ByteCount {
                    expected_bytes: 16,
                    found_bytes: 12,
                    ..
                }
            )
        },
    );
    check(
        r#"{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}"#,
        |error| {
            matches!(
                error,
                E::OutOfRange {
                    end: 32,
                    limit: 16,
                    ..
                }
            )
        },
    );
    check(
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#,
        |error| {
            matches!(
                error,
                E::ReversedRange {
                    start: 8,
                    end: 4,
                    ..
                }
            )
        },
    );
}

#[test]
fn strange_headers_are_refused() {
    for header in [
        "{",
        "{}x",
        r#"{"a":1}"#,
        r#"{"a":{"dtype":"F32","shape":[4]}}"#,
        r#"{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#,
        r#"{"a":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}}"#,
        r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16,32]}}"#,
        r#"{"__metadata__":{"k":1}}"#,
    ] {
        check(header, |error| matches!(error, E::HeaderSyntax { .. }));
    }
    check(
        r#"{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,16]}}"#,
        |error| matches!(error, E::UnsupportedType { found, .. } if found == "F4"),
    );
}
