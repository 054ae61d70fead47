//! Decoding Q2_K and Q3_K: two bits an element in planes of 32, four planes a half.

use super::{LARGE, half_at};

/// Two-bit code of element `idx`.
fn two_bits(quants: &[u8], idx: usize) -> u8 {
    let (half, within) = (idx / 128, idx % 128);
    (quants[32 * half + within % 32] >> (2 * (within / 32))) & 3
}

pub(super) fn q2_k(block: &[u8; 84], out: &mut [f32; LARGE]) {
    let (d, dmin) = (half_at(block, 80), half_at(block, 82));
    for (idx, out) in out.iter_mut().enumerate() {
        let scale = block[idx / 16];
        let q = two_bits(&block[16..80], idx);
        *out = (d * f32::from(scale & 15)) * f32::from(q) - dmin * f32::from(scale >> 4);
    }
}

/// Scale of sub-block `k`, -32 to 31, from the 12 bytes `b`.
pub(super) fn q3_scale(b: &[u8], k: usize) -> i8 {
    let low = match k {
        0..8 => b[k] & 15,
        _ => b[k - 8] >> 4,
    };
    let high = (b[8 + k % 4] >> (2 * (k / 4))) & 3;
    (low | (high << 4)) as i8 - 32
}

pub(super) fn q3_k(block: &[u8; 110], out: &mut [f32; LARGE]) {
    let d = half_at(block, 108);
    let (mask, quants) = (&block[..32], &block[32..96]);
    let scales: [f32; 16] = std::array::from_fn(|k| d * f32::from(q3_scale(&block[96..108], k)));
    for (idx, out) in out.iter_mut().enumerate() {
        let is_high = (mask[idx % 32] >> (idx / 32)) & 1 == 1;
        let q = two_bits(quants, idx) as i8 - if is_high { 0 } else { 4 };
        *out = scales[idx / 16] * f32::from(q);
    }
}
