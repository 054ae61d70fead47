//! Network abstraction layer units: the pieces of an H.264 stream, and the two ways to delimit them.
//!
//! Encoder and decoder use start codes (Annex B of the standard); MP4 uses lengths.

use crate::{MediaError, Result};

/// A delta slice, an IDR slice, the sequence and picture parameter sets.
pub(crate) const SLICE: u8 = 1;
pub(crate) const IDR_SLICE: u8 = 5;
pub(crate) const SEQUENCE_SET: u8 = 7;
pub(crate) const PICTURE_SET: u8 = 8;

const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// The type of a unit given without delimiter; 0 (unspecified) when empty.
pub(crate) fn unit_type(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |byte| byte & 0x1f)
}

/// The unit without its leading start code of three or four bytes.
pub(crate) fn without_start_code(unit: &[u8]) -> &[u8] {
    unit.strip_prefix(&START_CODE)
        .or_else(|| unit.strip_prefix(&[0, 0, 1]))
        .unwrap_or(unit)
}

/// Appends `unit` behind a start code.
pub(crate) fn append_annex_b(target: &mut Vec<u8>, unit: &[u8]) {
    target.extend_from_slice(&START_CODE);
    target.extend_from_slice(unit);
}

/// Rewrites one MP4 sample with start codes, slices only.
///
/// Parameter sets inside samples are left out: the sizes the decoder may allocate are those that were
/// checked when the clip was opened. Returns whether any slice was found.
pub(crate) fn append_slices(
    target: &mut Vec<u8>,
    sample: &[u8],
    length_size: usize,
) -> Result<bool> {
    let mut rest = sample;
    let mut has_slice = false;
    while !rest.is_empty() {
        let (length, after) = split_length(rest, length_size)
            .ok_or_else(|| MediaError::damaged(format!("{} stray bytes in a frame", rest.len())))?;
        if length > after.len() {
            let what = format!(
                "a frame part of {length} bytes where {} remain",
                after.len()
            );
            return Err(MediaError::damaged(what));
        }
        let (unit, next) = after.split_at(length);
        if matches!(unit_type(unit), SLICE | IDR_SLICE) {
            append_annex_b(target, unit);
            has_slice = true;
        }
        rest = next;
    }
    Ok(has_slice)
}

fn split_length(bytes: &[u8], length_size: usize) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_at_checked(length_size)?;
    let length = length
        .iter()
        .fold(0u32, |value, byte| (value << 8) | u32::from(*byte));
    Some((usize::try_from(length).ok()?, rest))
}

/// The raw bytes of a unit: emulation prevention (`0 0 3`) removed.
pub(crate) fn raw_payload(unit: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(unit.len());
    let mut num_zeros = 0;
    for byte in unit {
        if num_zeros >= 2 && *byte == 3 {
            num_zeros = 0;
            continue;
        }
        num_zeros = if *byte == 0 { num_zeros + 1 } else { 0 };
        payload.push(*byte);
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_keep_slices_and_lose_the_rest() {
        let mut target = Vec::new();
        let sample = [0, 2, 0x67, 9, 0, 3, 0x65, 1, 2, 0, 1, 0x41];
        assert!(append_slices(&mut target, &sample, 2).unwrap());
        assert_eq!(target, [0, 0, 0, 1, 0x65, 1, 2, 0, 0, 0, 1, 0x41]);
        assert!(!append_slices(&mut Vec::new(), &[0, 0, 0, 1, 9], 4).unwrap());
    }

    #[test]
    fn lengths_beyond_the_sample_are_refused() {
        assert!(append_slices(&mut Vec::new(), &[0xff, 0xff, 0xff, 0xff, 0x65], 4).is_err());
        assert!(append_slices(&mut Vec::new(), &[0, 0], 4).is_err());
    }

    #[test]
    fn emulation_prevention_is_removed() {
        assert_eq!(raw_payload(&[1, 0, 0, 3, 1, 0, 0, 3]), [1, 0, 0, 1, 0, 0]);
        assert_eq!(without_start_code(&[0, 0, 1, 5]), [5]);
        assert_eq!(without_start_code(&[0, 0, 0, 1, 5]), [5]);
    }
}
