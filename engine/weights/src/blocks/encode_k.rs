//! Encoding blocks of 256 elements: search each sub-block, round the scales, code again.

use super::affine::AffineSearch;
use super::k_planes::q3_scale;
use super::symmetric::{EPSILON, descend, largest, search};
use super::{LARGE, nearest, stored_half};

const FOUR_BITS: AffineSearch = AffineSearch {
    max_code: 15,
    first: -1.0,
    num_steps: 20,
    is_absolute: false,
};
const FIVE_BITS: AffineSearch = AffineSearch {
    max_code: 31,
    first: -0.5,
    num_steps: 15,
    is_absolute: false,
};
const TWO_BITS: AffineSearch = AffineSearch {
    max_code: 3,
    first: -0.5,
    num_steps: 15,
    is_absolute: true,
};

/// Scales, minima and codes of the sub-blocks of `N` elements, all rounded as they are stored.
struct Rounded<const N: usize> {
    d: [u8; 2],
    dmin: [u8; 2],
    scales: Vec<u8>,
    mins: Vec<u8>,
    codes: [u8; LARGE],
}

fn affine_blocks<const N: usize>(
    values: &[f32],
    search: &AffineSearch,
    top: f32,
    weigh: impl Fn(&[f32; N]) -> [f32; N],
) -> Rounded<N> {
    let (subs, _) = values.as_chunks::<N>();
    let found: Vec<_> = subs
        .iter()
        .map(|sub| search.run(sub, &weigh(sub)))
        .collect();
    let max_scale = found.iter().fold(0.0f32, |max, sub| max.max(sub.scale));
    let max_min = found.iter().fold(0.0f32, |max, sub| max.max(sub.min));
    let inverse = |max: f32| if max > 0.0 { top / max } else { 0.0 };
    let (inverse_scale, inverse_min) = (inverse(max_scale), inverse(max_min));
    let round = |value: f32| nearest(value).clamp(0, top as i32) as u8;
    let scales: Vec<u8> = found
        .iter()
        .map(|sub| round(inverse_scale * sub.scale))
        .collect();
    let mins: Vec<u8> = found
        .iter()
        .map(|sub| round(inverse_min * sub.min))
        .collect();
    let (d, d_bytes) = stored_half(max_scale / top);
    let (dmin, dmin_bytes) = stored_half(max_min / top);
    let mut codes = [0; LARGE];
    for (idx, (sub, out)) in subs.iter().zip(codes.chunks_exact_mut(N)).enumerate() {
        let (scale, min) = (d * f32::from(scales[idx]), dmin * f32::from(mins[idx]));
        for ((out, x), found) in out.iter_mut().zip(sub).zip(found[idx].codes) {
            *out = match scale == 0.0 {
                true => found,
                false => nearest((x + min) / scale).clamp(0, search.max_code) as u8,
            };
        }
    }
    Rounded {
        d: d_bytes,
        dmin: dmin_bytes,
        scales,
        mins,
        codes,
    }
}

/// Large values count more.
fn by_size(sub: &[f32; 32]) -> [f32; 32] {
    let mean_square = sub.iter().map(|x| x * x).sum::<f32>() / 32.0;
    sub.map(|x| mean_square.sqrt() + x.abs())
}

/// The 12 bytes of eight 6-bit scales and minima.
fn put_scales(bytes: &mut [u8], scales: &[u8], mins: &[u8]) {
    bytes.fill(0);
    for (j, (scale, min)) in scales.iter().zip(mins).enumerate() {
        if j < 4 {
            bytes[j] |= scale;
            bytes[j + 4] |= min;
        } else {
            bytes[j + 4] = (scale & 15) | ((min & 15) << 4);
            bytes[j - 4] |= (scale >> 4) << 6;
            bytes[j] |= (min >> 4) << 6;
        }
    }
}

/// Low four bits of the codes, 64 elements in 32 bytes.
fn put_pairs(bytes: &mut [u8], codes: &[u8; LARGE]) {
    for (bytes, codes) in bytes.chunks_exact_mut(32).zip(codes.chunks_exact(64)) {
        let (low, high) = codes.split_at(32);
        for ((byte, low), high) in bytes.iter_mut().zip(low).zip(high) {
            *byte = (low & 15) | ((high & 15) << 4);
        }
    }
}

pub(super) fn q4_k(values: &[f32], bytes: &mut [u8]) {
    let rounded = affine_blocks::<32>(values, &FOUR_BITS, 63.0, by_size);
    bytes[..2].copy_from_slice(&rounded.d);
    bytes[2..4].copy_from_slice(&rounded.dmin);
    put_scales(&mut bytes[4..16], &rounded.scales, &rounded.mins);
    put_pairs(&mut bytes[16..], &rounded.codes);
}

pub(super) fn q5_k(values: &[f32], bytes: &mut [u8]) {
    let rounded = affine_blocks::<32>(values, &FIVE_BITS, 63.0, by_size);
    bytes[..2].copy_from_slice(&rounded.d);
    bytes[2..4].copy_from_slice(&rounded.dmin);
    put_scales(&mut bytes[4..16], &rounded.scales, &rounded.mins);
    let (fifth, quants) = bytes[16..].split_at_mut(32);
    fifth.fill(0);
    for (j, codes) in rounded.codes.chunks_exact(32).enumerate() {
        for (bits, code) in fifth.iter_mut().zip(codes) {
            *bits |= (code >> 4) << j;
        }
    }
    put_pairs(quants, &rounded.codes);
}

/// Two bits of each code, in planes of 32.
fn put_planes(bytes: &mut [u8], codes: &[u8; LARGE]) {
    bytes.fill(0);
    for (idx, code) in codes.iter().enumerate() {
        let (half, within) = (idx / 128, idx % 128);
        bytes[32 * half + within % 32] |= (code & 3) << (2 * (within / 32));
    }
}

pub(super) fn q2_k(values: &[f32], bytes: &mut [u8]) {
    let magnitudes = |sub: &[f32; 16]| sub.map(f32::abs);
    let rounded = affine_blocks::<16>(values, &TWO_BITS, 15.0, magnitudes);
    for ((byte, scale), min) in bytes.iter_mut().zip(&rounded.scales).zip(&rounded.mins) {
        *byte = scale | (min << 4);
    }
    put_planes(&mut bytes[16..80], &rounded.codes);
    bytes[80..82].copy_from_slice(&rounded.d);
    bytes[82..84].copy_from_slice(&rounded.dmin);
}

pub(super) fn q6_k(values: &[f32], bytes: &mut [u8]) {
    let (subs, _) = values.as_chunks::<16>();
    let found: Vec<_> = subs.iter().map(|sub| search(sub, 32)).collect();
    let scales: Vec<f32> = found.iter().map(|sub| sub.scale).collect();
    let max_scale = largest(&scales);
    bytes.fill(0);
    if max_scale.abs() < EPSILON {
        return;
    }
    let inverse = -128.0 / max_scale;
    let (d, d_bytes) = stored_half(1.0 / inverse);
    bytes[208..210].copy_from_slice(&d_bytes);
    let mut codes = [0u8; LARGE];
    for (idx, (sub, out)) in subs.iter().zip(codes.chunks_exact_mut(16)).enumerate() {
        let stored = nearest(inverse * scales[idx]).clamp(-128, 127) as i8;
        bytes[192 + idx] = stored as u8;
        let scale = d * f32::from(stored);
        for ((out, x), found) in out.iter_mut().zip(sub).zip(found[idx].codes) {
            let code = match scale == 0.0 {
                true => i32::from(found),
                false => nearest(x / scale).clamp(-32, 31),
            };
            *out = (code + 32) as u8;
        }
    }
    for h in 0..2 {
        for l in 0..32 {
            let code = |quarter: usize| codes[128 * h + 32 * quarter + l];
            let (a, b, c, d) = (code(0), code(1), code(2), code(3));
            bytes[64 * h + l] = (a & 15) | ((c & 15) << 4);
            bytes[64 * h + l + 32] = (b & 15) | ((d & 15) << 4);
            bytes[128 + 32 * h + l] =
                (a >> 4) | ((b >> 4) << 2) | ((c >> 4) << 4) | ((d >> 4) << 6);
        }
    }
}

pub(super) fn q3_k(values: &[f32], bytes: &mut [u8]) {
    let (subs, _) = values.as_chunks::<16>();
    let found: Vec<_> = subs.iter().map(|sub| descend(sub, 4)).collect();
    let scales: Vec<f32> = found.iter().map(|sub| sub.scale).collect();
    let max_scale = largest(&scales);
    bytes.fill(0);
    let mut d = 0.0;
    if max_scale != 0.0 {
        let inverse = -32.0 / max_scale;
        for (k, scale) in scales.iter().enumerate() {
            let code = (nearest(inverse * scale).clamp(-32, 31) + 32) as u8;
            match k {
                0..8 => bytes[96 + k] |= code & 15,
                _ => bytes[96 + k - 8] |= (code & 15) << 4,
            }
            bytes[96 + 8 + k % 4] |= (code >> 4) << (2 * (k / 4));
        }
        let (stored, d_bytes) = stored_half(1.0 / inverse);
        bytes[108..110].copy_from_slice(&d_bytes);
        d = stored;
    }
    let mut codes = [0u8; LARGE];
    for (idx, (sub, out)) in subs.iter().zip(codes.chunks_exact_mut(16)).enumerate() {
        let scale = d * f32::from(q3_scale(&bytes[96..108], idx));
        for ((out, x), found) in out.iter_mut().zip(sub).zip(found[idx].codes) {
            let code = match scale == 0.0 {
                true => i32::from(found),
                false => nearest(x / scale).clamp(-4, 3),
            };
            *out = (code + 4) as u8;
        }
    }
    for (idx, code) in codes.iter_mut().enumerate() {
        if *code > 3 {
            bytes[idx % 32] |= 1 << (idx / 32);
            *code -= 4;
        }
    }
    put_planes(&mut bytes[32..96], &codes);
}
