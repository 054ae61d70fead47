//! Decoding Q4_K, Q5_K and Q6_K.

use super::{LARGE, half_at};

/// 6-bit scale and minimum of sub-block `j`, from the 12 bytes `b`.
pub(super) fn scale_and_min(b: &[u8], j: usize) -> (u8, u8) {
    match j {
        0..4 => (b[j] & 63, b[j + 4] & 63),
        _ => (
            (b[j + 4] & 15) | ((b[j - 4] >> 6) << 4),
            (b[j + 4] >> 4) | ((b[j] >> 6) << 4),
        ),
    }
}

/// Scale and minimum of every sub-block of 32, as multiplied out.
fn sub_blocks<const N: usize>(block: &[u8; N]) -> [(f32, f32); 8] {
    let (d, dmin) = (half_at(block, 0), half_at(block, 2));
    std::array::from_fn(|j| {
        let (scale, min) = scale_and_min(&block[4..16], j);
        (d * f32::from(scale), dmin * f32::from(min))
    })
}

pub(super) fn q4_k(block: &[u8; 144], out: &mut [f32; LARGE]) {
    let subs = sub_blocks(block);
    for (g, (out, quants)) in out
        .chunks_exact_mut(64)
        .zip(block[16..].chunks_exact(32))
        .enumerate()
    {
        let [(d1, m1), (d2, m2)] = [subs[2 * g], subs[2 * g + 1]];
        let (low, high) = out.split_at_mut(32);
        for ((low, high), q) in low.iter_mut().zip(high).zip(quants) {
            *low = d1 * f32::from(q & 15) - m1;
            *high = d2 * f32::from(q >> 4) - m2;
        }
    }
}

pub(super) fn q5_k(block: &[u8; 176], out: &mut [f32; LARGE]) {
    let subs = sub_blocks(block);
    let fifth = &block[16..48];
    for (g, (out, quants)) in out
        .chunks_exact_mut(64)
        .zip(block[48..].chunks_exact(32))
        .enumerate()
    {
        let [(d1, m1), (d2, m2)] = [subs[2 * g], subs[2 * g + 1]];
        let (low, high) = out.split_at_mut(32);
        for (((low, high), q), bits) in low.iter_mut().zip(high).zip(quants).zip(fifth) {
            let bits = bits >> (2 * g);
            *low = d1 * f32::from((q & 15) | ((bits & 1) << 4)) - m1;
            *high = d2 * f32::from((q >> 4) | ((bits & 2) << 3)) - m2;
        }
    }
}

pub(super) fn q6_k(block: &[u8; 210], out: &mut [f32; LARGE]) {
    let d = half_at(block, 208);
    for h in 0..2 {
        let (ql, qh) = (&block[64 * h..], &block[128 + 32 * h..]);
        let scales = &block[192 + 8 * h..];
        let out = &mut out[128 * h..];
        for l in 0..32 {
            let quarters = [
                (ql[l] & 15, qh[l]),
                (ql[l + 32] & 15, qh[l] >> 2),
                (ql[l] >> 4, qh[l] >> 4),
                (ql[l + 32] >> 4, qh[l] >> 6),
            ];
            for (quarter, (low, high)) in quarters.into_iter().enumerate() {
                let at = 32 * quarter + l;
                let code = f32::from(low | ((high & 3) << 4)) - 32.0;
                out[at] = (d * f32::from(scales[at / 16] as i8)) * code;
            }
        }
    }
}
