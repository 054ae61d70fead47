//! Quantised blocks: their layouts, exact decoding, and encoding (spec: gguf-and-weights 3, 4).
//!
//! A row is a whole number of blocks. Decoding forms products of scales first, multiplies, then
//! subtracts, without fused steps: the values are those of the reference, bit for bit.

mod affine;
mod encode_k;
mod encode_small;
mod iq4;
mod k_packed;
mod k_planes;
mod small;
mod symmetric;

use half::f16;

use crate::error::WeightError;
use crate::stored_type::StoredType;

/// Elements of the large blocks.
pub(crate) const LARGE: usize = 256;
/// Elements of the small blocks.
pub(crate) const SMALL: usize = 32;

/// Widen whole blocks to `f32`. `None` if `stored` has no blocks, or if `bytes` and `out` are not
/// the same whole number of them.
pub fn decode(stored: StoredType, bytes: &[u8], out: &mut [f32]) -> Option<()> {
    let block = stored.block();
    let is_whole = out.len().is_multiple_of(block.elements)
        && bytes.len() == out.len() / block.elements * block.bytes;
    if !is_whole {
        return None;
    }
    match stored {
        StoredType::Q4_0 => small::decode(bytes, out, small::q4_0),
        StoredType::Q4_1 => small::decode(bytes, out, small::q4_1),
        StoredType::Q5_0 => small::decode(bytes, out, small::q5_0),
        StoredType::Q5_1 => small::decode(bytes, out, small::q5_1),
        StoredType::Q8_0 => small::decode(bytes, out, small::q8_0),
        StoredType::Iq4Nl => small::decode(bytes, out, iq4::iq4_nl),
        StoredType::Mxfp4 => small::decode(bytes, out, iq4::mxfp4),
        StoredType::Iq4Xs => large(bytes, out, iq4::iq4_xs),
        StoredType::Q2K => large(bytes, out, k_planes::q2_k),
        StoredType::Q3K => large(bytes, out, k_planes::q3_k),
        StoredType::Q4K => large(bytes, out, k_packed::q4_k),
        StoredType::Q5K => large(bytes, out, k_packed::q5_k),
        StoredType::Q6K => large(bytes, out, k_packed::q6_k),
        _ => return None,
    }
    Some(())
}

/// Whether [`encode`] writes this type.
pub fn can_encode(stored: StoredType) -> bool {
    stored.block().elements > 1 && stored != StoredType::Iq4Xs
}

/// Quantise whole rows of finite values; `bytes` is filled completely.
///
/// # Errors
/// [`WeightError::Conversion`] for a type without an encoder, [`WeightError::ByteCount`] if `bytes`
/// has another size than the values need. `tensor` names them.
pub fn encode(
    stored: StoredType,
    tensor: &str,
    values: &[f32],
    bytes: &mut [u8],
) -> Result<(), WeightError> {
    let block = stored.block();
    let expected = values.len() / block.elements * block.bytes;
    if !values.len().is_multiple_of(block.elements) || expected != bytes.len() {
        return Err(WeightError::ByteCount {
            tensor: tensor.to_owned(),
            expected_bytes: expected as u64,
            found_bytes: bytes.len() as u64,
        });
    }
    let encode_block = match stored {
        StoredType::Q4_0 => encode_small::q4_0,
        StoredType::Q4_1 => encode_small::q4_1,
        StoredType::Q5_0 => encode_small::q5_0,
        StoredType::Q5_1 => encode_small::q5_1,
        StoredType::Q8_0 => encode_small::q8_0,
        StoredType::Iq4Nl => iq4::encode_iq4_nl,
        StoredType::Mxfp4 => iq4::encode_mxfp4,
        StoredType::Q2K => encode_k::q2_k,
        StoredType::Q3K => encode_k::q3_k,
        StoredType::Q4K => encode_k::q4_k,
        StoredType::Q5K => encode_k::q5_k,
        StoredType::Q6K => encode_k::q6_k,
        _ => {
            return Err(WeightError::Conversion {
                tensor: tensor.to_owned(),
                stored: StoredType::F32,
                wanted: "blocks",
            });
        }
    };
    let blocks = bytes.chunks_exact_mut(block.bytes);
    for (values, bytes) in values.chunks_exact(block.elements).zip(blocks) {
        encode_block(values, bytes);
    }
    Ok(())
}

fn large<const N: usize>(
    bytes: &[u8],
    out: &mut [f32],
    decode: impl Fn(&[u8; N], &mut [f32; LARGE]),
) {
    let (blocks, _) = bytes.as_chunks::<N>();
    let (outs, _) = out.as_chunks_mut::<LARGE>();
    for (block, out) in blocks.iter().zip(outs) {
        decode(block, out);
    }
}

/// The half at byte `at`.
fn half_at<const N: usize>(block: &[u8; N], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

/// Round to the nearest integer, halves to even.
fn nearest(value: f32) -> i32 {
    value.round_ties_even() as i32
}

/// `value` as stored in a half, and its two bytes.
fn stored_half(value: f32) -> (f32, [u8; 2]) {
    let half = f16::from_f32(value);
    (half.to_f32(), half.to_le_bytes())
}
