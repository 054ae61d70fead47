//! `x W^T + b` with the matrix read where it lies: 16-bit rows are widened tile by tile.

use half::slice::HalfFloatSliceExt;
use ovi_weights::StoredType;
use rayon::prelude::*;

use super::{alloc, finish, with_host, with_optional};
use crate::backend::Storage;
use crate::linear::{PackedWeight, WeightData};
use crate::raw::{MatMut, MatRef, matmul};
use crate::{Result, Tensor, TensorError, simd};

/// Widened weights one task holds: large enough that packing the inputs is amortised over many
/// columns, small enough for the second-level cache and a share of the third.
const TILE_ELEMENTS: usize = 1 << 21;

pub(crate) fn linear(x: &Tensor, weight: &PackedWeight, bias: Option<&Tensor>) -> Result<Storage> {
    let op = "linear";
    let [rows, width] = x.dims::<2>(op)?;
    let out_dim = weight.out_dim;
    let token = x.device().cancel_token();
    with_host(op, x, |xs| {
        with_optional(op, bias, |bias| {
            with_weight(weight, |source| {
                let mut out = alloc(rows * out_dim)?;
                let threads = rayon::current_num_threads();
                let by_cache = TILE_ELEMENTS / width.max(1);
                let columns = by_cache
                    .clamp(16, 512)
                    .min(out_dim.div_ceil(threads))
                    .max(1);
                let tiles = MatMut::new(&mut out, rows, out_dim, out_dim).split_columns(columns);
                tiles
                    .into_par_iter()
                    .enumerate()
                    .try_for_each(|(idx, mut tile)| {
                        token.check()?;
                        let first = idx * columns;
                        let cols = tile.cols();
                        let lhs = MatRef::rows(xs, rows, width, width);
                        source.with_rows(first, cols, width, |w| {
                            matmul(
                                &mut tile,
                                lhs,
                                MatRef::columns(w, width, cols, width),
                                false,
                            );
                        })?;
                        if let Some(bias) = bias {
                            let bias = &bias[first..first + cols];
                            (0..rows).for_each(|row| add_row(tile.row_mut(row), bias));
                        }
                        Ok::<(), TensorError>(())
                    })?;
                finish(op, out, &[rows, out_dim])
            })
        })
    })
}

fn add_row(row: &mut [f32], bias: &[f32]) {
    simd::dispatch(|| row.iter_mut().zip(bias).for_each(|(x, b)| *x += b));
}

/// Rows of the matrix in whatever type they are stored.
enum RowSource<'a> {
    F32(&'a [f32]),
    Bytes(&'a [u8], StoredType),
}

fn with_weight<R>(
    weight: &PackedWeight,
    work: impl FnOnce(&RowSource<'_>) -> Result<R>,
) -> Result<R> {
    match &weight.data {
        WeightData::Device(tensor) => {
            with_host("linear", tensor, |values| work(&RowSource::F32(values)))
        }
        WeightData::Host(stored) => {
            let bytes = stored.bytes.as_slice();
            match bytemuck::try_cast_slice(bytes) {
                Ok(values) if stored.stored == StoredType::F32 => work(&RowSource::F32(values)),
                _ => work(&RowSource::Bytes(bytes, stored.stored)),
            }
        }
    }
}

impl RowSource<'_> {
    /// Run `work` on rows `first..first + count` of `width` as `f32`.
    fn with_rows(
        &self,
        first: usize,
        count: usize,
        width: usize,
        work: impl FnOnce(&[f32]),
    ) -> Result<()> {
        let (start, end) = (first * width, (first + count) * width);
        match self {
            Self::F32(values) => work(&values[start..end]),
            Self::Bytes(bytes, stored) => {
                let size = stored.size_in_bytes();
                let mut tile = vec![0.0; end - start];
                widen(&bytes[start * size..end * size], *stored, &mut tile)?;
                work(&tile);
            }
        }
        Ok(())
    }
}

/// Decode stored elements of any alignment.
fn widen(bytes: &[u8], stored: StoredType, out: &mut [f32]) -> Result<()> {
    match stored {
        StoredType::Bf16 => simd::dispatch(|| {
            for (out, pair) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *out = f32::from_bits(u32::from(u16::from_le_bytes(*pair)) << 16);
            }
        }),
        StoredType::F16 => match bytemuck::try_cast_slice::<u8, half::f16>(bytes) {
            Ok(halves) => halves.convert_to_f32_slice(out),
            Err(_) => {
                for (out, pair) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                    *out = half::f16::from_le_bytes(*pair).to_f32();
                }
            }
        },
        StoredType::F32 => {
            for (out, quad) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *out = f32::from_le_bytes(*quad);
            }
        }
        other => {
            return Err(TensorError::backend(
                "linear",
                format!("{other} matrices are not multiplied in place"),
            ));
        }
    }
    Ok(())
}
