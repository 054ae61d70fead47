//! Encoding blocks of 32 elements: fully determined, so the bytes are the reference's.

use super::stored_half;
use super::symmetric::largest;

/// `1 / d`, and 0 for a scale of 0.
fn inverse(d: f32) -> f32 {
    if d == 0.0 { 0.0 } else { 1.0 / d }
}

fn put_half(bytes: &mut [u8], at: usize, value: f32) {
    let (_, half) = stored_half(value);
    bytes[at..at + 2].copy_from_slice(&half);
}

fn put_nibbles(bytes: &mut [u8], codes: &[u8; 32]) {
    let (low, high) = codes.split_at(16);
    for ((byte, low), high) in bytes.iter_mut().zip(low).zip(high) {
        *byte = (low & 15) | ((high & 15) << 4);
    }
}

fn put_fifth_bits(bytes: &mut [u8], codes: &[u8; 32]) {
    let bits = codes.iter().enumerate().fold(0u32, |bits, (idx, code)| {
        bits | (u32::from(code >> 4) << idx)
    });
    bytes[..4].copy_from_slice(&bits.to_le_bytes());
}

/// Scale and codes around zero, `-levels` for the largest value.
fn around_zero(values: &[f32], levels: f32) -> (f32, [u8; 32]) {
    let d = largest(values) / -levels;
    let inverse = inverse(d);
    let top = 2.0 * levels - 1.0;
    // Casts of floats saturate, and the codes end at `top`.
    let codes = std::array::from_fn(|idx| (values[idx] * inverse + levels + 0.5).min(top) as u8);
    (d, codes)
}

/// Scale, minimum and codes from it.
fn from_minimum(values: &[f32], top: f32) -> (f32, f32, [u8; 32]) {
    let low = values.iter().fold(f32::MAX, |low, x| low.min(*x));
    let high = values.iter().fold(f32::MIN, |high, x| high.max(*x));
    let d = (high - low) / top;
    let inverse = inverse(d);
    let codes = std::array::from_fn(|idx| ((values[idx] - low) * inverse + 0.5).min(top) as u8);
    (d, low, codes)
}

pub(super) fn q4_0(values: &[f32], bytes: &mut [u8]) {
    let (d, codes) = around_zero(values, 8.0);
    put_half(bytes, 0, d);
    put_nibbles(&mut bytes[2..], &codes);
}

pub(super) fn q4_1(values: &[f32], bytes: &mut [u8]) {
    let (d, low, codes) = from_minimum(values, 15.0);
    put_half(bytes, 0, d);
    put_half(bytes, 2, low);
    put_nibbles(&mut bytes[4..], &codes);
}

pub(super) fn q5_0(values: &[f32], bytes: &mut [u8]) {
    let (d, codes) = around_zero(values, 16.0);
    put_half(bytes, 0, d);
    put_fifth_bits(&mut bytes[2..], &codes);
    put_nibbles(&mut bytes[6..], &codes);
}

pub(super) fn q5_1(values: &[f32], bytes: &mut [u8]) {
    let (d, low, codes) = from_minimum(values, 31.0);
    put_half(bytes, 0, d);
    put_half(bytes, 2, low);
    put_fifth_bits(&mut bytes[4..], &codes);
    put_nibbles(&mut bytes[8..], &codes);
}

pub(super) fn q8_0(values: &[f32], bytes: &mut [u8]) {
    let d = largest(values).abs() / 127.0;
    let inverse = inverse(d);
    put_half(bytes, 0, d);
    for (byte, x) in bytes[2..].iter_mut().zip(values) {
        *byte = (x * inverse).round() as i8 as u8;
    }
}
