//! Decoding blocks of 32 elements: byte j of the quants holds element j in its low and element
//! j + 16 in its high nibble.

use super::{SMALL, half_at};

pub(super) fn decode<const N: usize>(
    bytes: &[u8],
    out: &mut [f32],
    decode: impl Fn(&[u8; N], &mut [f32; SMALL]),
) {
    let (blocks, _) = bytes.as_chunks::<N>();
    let (outs, _) = out.as_chunks_mut::<SMALL>();
    for (block, out) in blocks.iter().zip(outs) {
        decode(block, out);
    }
}

/// Codes 0 to 15 of the 16 bytes from `at`.
pub(super) fn nibbles<const N: usize>(block: &[u8; N], at: usize) -> [u8; SMALL] {
    std::array::from_fn(|idx| match idx {
        0..16 => block[at + idx] & 15,
        _ => block[at + idx - 16] >> 4,
    })
}

pub(super) fn q4_0(block: &[u8; 18], out: &mut [f32; SMALL]) {
    let d = half_at(block, 0);
    for (out, q) in out.iter_mut().zip(nibbles(block, 2)) {
        *out = d * (f32::from(q) - 8.0);
    }
}

pub(super) fn q4_1(block: &[u8; 20], out: &mut [f32; SMALL]) {
    let (d, m) = (half_at(block, 0), half_at(block, 2));
    for (out, q) in out.iter_mut().zip(nibbles(block, 4)) {
        *out = d * f32::from(q) + m;
    }
}

/// Codes 0 to 31: nibbles from `at + 4`, fifth bits from the four bytes at `at`.
fn five_bits<const N: usize>(block: &[u8; N], at: usize) -> [u8; SMALL] {
    let high = u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
    let low = nibbles(block, at + 4);
    std::array::from_fn(|idx| low[idx] | ((((high >> idx) & 1) as u8) << 4))
}

pub(super) fn q5_0(block: &[u8; 22], out: &mut [f32; SMALL]) {
    let d = half_at(block, 0);
    for (out, q) in out.iter_mut().zip(five_bits(block, 2)) {
        *out = d * (f32::from(q) - 16.0);
    }
}

pub(super) fn q5_1(block: &[u8; 24], out: &mut [f32; SMALL]) {
    let (d, m) = (half_at(block, 0), half_at(block, 2));
    for (out, q) in out.iter_mut().zip(five_bits(block, 4)) {
        *out = d * f32::from(q) + m;
    }
}

pub(super) fn q8_0(block: &[u8; 34], out: &mut [f32; SMALL]) {
    let d = half_at(block, 0);
    for (out, q) in out.iter_mut().zip(&block[2..]) {
        *out = d * f32::from(*q as i8);
    }
}
