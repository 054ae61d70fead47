//! Processor kernels over slices: tiles sized for the caches, threads over disjoint rows.
//!
//! Work is partitioned by shape alone, never by timing, so the same input gives the same bits.

pub(crate) mod attention;
pub(crate) mod conv1d;
pub(crate) mod conv2d;
pub(crate) mod elementwise;
pub(crate) mod linear;
pub(crate) mod norm;
pub(crate) mod snake;

use candle_core::{CpuStorage, Device as CandleDevice, Storage as CandleStorage, Tensor as Candle};

use super::{inner, named, stored};
use crate::backend::Storage;
use crate::{Result, Tensor, TensorError};

/// Rows that one task of an element-wise kernel takes, by elements.
const ELEMENTS_PER_TASK: usize = 1 << 16;

/// Below this many elements a kernel stays on the calling thread: waking another costs more.
const MIN_PARALLEL_ELEMENTS: usize = 1 << 15;

/// Contiguous host data of a tensor.
pub(crate) struct Host(Candle);

impl Host {
    pub(crate) fn new(op: &'static str, x: &Tensor) -> Result<Self> {
        Ok(Self(named(op, inner(x).contiguous())?))
    }

    /// Run `work` on the elements, row-major.
    pub(crate) fn with<R>(
        &self,
        op: &'static str,
        work: impl FnOnce(&[f32]) -> Result<R>,
    ) -> Result<R> {
        let (storage, layout) = self.0.storage_and_layout();
        let CandleStorage::Cpu(CpuStorage::F32(values)) = &*storage else {
            return Err(TensorError::backend(
                op,
                "expected f32 values in host memory",
            ));
        };
        let start = layout.start_offset();
        let end = start + layout.shape().elem_count();
        let values = values
            .get(start..end)
            .ok_or_else(|| TensorError::backend(op, "view outside its storage"))?;
        work(values)
    }
}

/// Run `work` on the elements of `x`, row-major.
pub(crate) fn with_host<R>(
    op: &'static str,
    x: &Tensor,
    work: impl FnOnce(&[f32]) -> Result<R>,
) -> Result<R> {
    Host::new(op, x)?.with(op, work)
}

/// As [`with_host`] for an optional operand.
pub(crate) fn with_optional<R>(
    op: &'static str,
    x: Option<&Tensor>,
    work: impl FnOnce(Option<&[f32]>) -> Result<R>,
) -> Result<R> {
    match x {
        Some(x) => with_host(op, x, |values| work(Some(values))),
        None => work(None),
    }
}

/// Zeroed result buffer. An impossible size is an error, not an abort.
pub(crate) fn alloc(len: usize) -> Result<Vec<f32>> {
    let mut values: Vec<f32> = Vec::new();
    let failed = |_| TensorError::OutOfMemory {
        device: "cpu".into(),
        requested_bytes: 4 * len as u64,
    };
    values.try_reserve_exact(len).map_err(failed)?;
    drop(values);
    // `vec!` asks the system for zero pages instead of writing zeros; the size was just granted.
    Ok(vec![0.0; len])
}

/// Wrap a finished buffer.
pub(crate) fn finish(op: &'static str, values: Vec<f32>, shape: &[usize]) -> Result<Storage> {
    stored(op, Candle::from_vec(values, shape, &CandleDevice::Cpu))
}

/// Rows per task for rows of `width` elements.
pub(crate) fn rows_per_task(width: usize) -> usize {
    (ELEMENTS_PER_TASK / width.max(1)).max(1)
}

/// Fill `out` task by task, each `rows` rows of `width`; `work` gets the first row's index.
pub(crate) fn for_row_blocks(
    out: &mut [f32],
    width: usize,
    rows: usize,
    work: impl Fn(usize, &mut [f32]) + Sync,
) {
    use rayon::prelude::*;
    let block = (rows * width).max(1);
    if out.len() <= MIN_PARALLEL_ELEMENTS {
        out.chunks_mut(block)
            .enumerate()
            .for_each(|(idx, rows_out)| work(idx * rows, rows_out));
    } else {
        out.par_chunks_mut(block)
            .enumerate()
            .for_each(|(idx, rows_out)| work(idx * rows, rows_out));
    }
}
