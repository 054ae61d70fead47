//! Four-bit codes into a table of values: IQ4_NL, IQ4_XS, MXFP4.

use super::small::nibbles;
use super::{LARGE, SMALL, half_at, stored_half};

/// Values of the codes of IQ4_NL and IQ4_XS.
const UNEVEN: [i8; 16] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
];
/// Twice the values of the codes of MXFP4 (E2M1).
const E2M1: [i8; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];
/// Scales of IQ4_NL that are tried on either side of the first.
const NUM_TRIES: i32 = 7;

pub(super) fn iq4_nl(block: &[u8; 18], out: &mut [f32; SMALL]) {
    let d = half_at(block, 0);
    for (out, q) in out.iter_mut().zip(nibbles(block, 2)) {
        *out = d * f32::from(UNEVEN[usize::from(q)]);
    }
}

pub(super) fn mxfp4(block: &[u8; 17], out: &mut [f32; SMALL]) {
    let scale = half_of_power(block[0]);
    for (out, q) in out.iter_mut().zip(nibbles(block, 1)) {
        *out = scale * f32::from(E2M1[usize::from(q)]);
    }
}

/// `2^(e - 128)`; the two smallest are subnormal.
fn half_of_power(e: u8) -> f32 {
    f32::from_bits(match e {
        0 | 1 => 0x0020_0000 << e,
        _ => (u32::from(e) - 1) << 23,
    })
}

pub(super) fn iq4_xs(block: &[u8; 136], out: &mut [f32; LARGE]) {
    let d = half_at(block, 0);
    let high = u16::from_le_bytes([block[2], block[3]]);
    for (j, (out, quants)) in out
        .chunks_exact_mut(SMALL)
        .zip(block[8..].chunks_exact(16))
        .enumerate()
    {
        let low = (block[4 + j / 2] >> (4 * (j % 2))) & 15;
        let scale = i16::from(low) | ((((high >> (2 * j)) & 3) as i16) << 4);
        let scale = d * f32::from(scale - 32);
        let (first, second) = out.split_at_mut(16);
        for ((first, second), q) in first.iter_mut().zip(second).zip(quants) {
            *first = scale * f32::from(UNEVEN[usize::from(q & 15)]);
            *second = scale * f32::from(UNEVEN[usize::from(q >> 4)]);
        }
    }
}

/// Code of the value of `table` that is nearest to `value`.
fn nearest_code(table: &[i8; 16], value: f32) -> usize {
    let distance = |code: &usize| (f32::from(table[*code]) - value).abs();
    (0..16)
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or(0)
}

fn pack(codes: [usize; SMALL], bytes: &mut [u8]) {
    let (low, high) = codes.split_at(16);
    for ((byte, low), high) in bytes.iter_mut().zip(low).zip(high) {
        *byte = (*low | (*high << 4)) as u8;
    }
}

/// The scale with the least squared error, weighted by the squares of the values, of several.
pub(super) fn encode_iq4_nl(values: &[f32], bytes: &mut [u8]) {
    let largest = values
        .iter()
        .fold(0.0f32, |max, x| if x.abs() > max.abs() { *x } else { max });
    bytes.fill(0);
    if largest.abs() < 1e-15 {
        // A scale of zero makes every code a zero.
        return;
    }
    let first = f32::from(UNEVEN[0]);
    let mut best = (0.0f32, 0.0f32);
    let around = (-NUM_TRIES..=NUM_TRIES).map(|step| first + step as f32);
    for edge in std::iter::once(-first).chain(around) {
        let inverse = edge / largest;
        let (mut qx, mut q2) = (0.0f32, 0.0f32);
        for x in values {
            let q = f32::from(UNEVEN[nearest_code(&UNEVEN, inverse * x)]);
            qx += x * x * q * x;
            q2 += x * x * q * q;
        }
        if q2 > 0.0 && qx * qx > best.1 * q2 {
            best = (qx / q2, qx * qx / q2);
        }
    }
    let (_, half) = stored_half(best.0);
    bytes[..2].copy_from_slice(&half);
    if best.0 == 0.0 {
        return;
    }
    let inverse = 1.0 / best.0;
    let codes = std::array::from_fn(|idx| nearest_code(&UNEVEN, inverse * values[idx]));
    pack(codes, &mut bytes[2..]);
}

pub(super) fn encode_mxfp4(values: &[f32], bytes: &mut [u8]) {
    let largest = values.iter().fold(0.0f32, |max, x| max.max(x.abs()));
    let exponent = match largest > 0.0 {
        true => (largest.log2().floor() as i32 - 2 + 127).clamp(0, 254) as u8,
        false => 0,
    };
    let scale = half_of_power(exponent);
    bytes[0] = exponent;
    let codes = std::array::from_fn(|idx| nearest_code(&E2M1, values[idx] / scale));
    pack(codes, &mut bytes[1..]);
}
