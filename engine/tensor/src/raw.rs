//! The one module with `unsafe` code: matrix products on borrowed slices and disjoint column tiles.
//!
//! Everything exported is safe: extents are checked against the slices before any pointer is formed.

#![allow(unsafe_code)]

use std::marker::PhantomData;

use gemm::{Parallelism, gemm};

/// Read-only strided `f32` matrix over a slice; rows may overlap (sliding windows).
#[derive(Clone, Copy)]
pub(crate) struct MatRef<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> MatRef<'a> {
    /// `data[r * row_stride + c]` for `r < rows`, `c < cols`.
    pub(crate) fn rows(data: &'a [f32], rows: usize, cols: usize, row_stride: usize) -> Self {
        Self::strided(data, [rows, cols], [row_stride, 1])
    }

    /// The transpose of [`MatRef::rows`]: `data[c * stride + r]`.
    pub(crate) fn columns(data: &'a [f32], rows: usize, cols: usize, stride: usize) -> Self {
        Self::strided(data, [rows, cols], [1, stride])
    }

    fn strided(data: &'a [f32], [rows, cols]: [usize; 2], [rs, cs]: [usize; 2]) -> Self {
        if rows > 0 && cols > 0 {
            let last = (rows - 1) * rs + (cols - 1) * cs;
            assert!(last < data.len(), "matrix exceeds its slice");
        }
        Self {
            data,
            rows,
            cols,
            row_stride: rs,
            col_stride: cs,
        }
    }
}

/// Writable row-major matrix; rows are disjoint.
pub(crate) struct MatMut<'a> {
    ptr: *mut f32,
    rows: usize,
    cols: usize,
    row_stride: usize,
    _data: PhantomData<&'a mut [f32]>,
}

// SAFETY: a `MatMut` has exclusive access to its elements, which are plain `f32`.
unsafe impl Send for MatMut<'_> {}

impl<'a> MatMut<'a> {
    /// `data[r * row_stride + c]` for `r < rows`, `c < cols`, with `cols <= row_stride`.
    pub(crate) fn new(data: &'a mut [f32], rows: usize, cols: usize, row_stride: usize) -> Self {
        assert!(cols <= row_stride || rows <= 1, "rows overlap");
        if rows > 0 && cols > 0 {
            assert!(
                (rows - 1) * row_stride + cols <= data.len(),
                "matrix exceeds its slice"
            );
        }
        Self {
            ptr: data.as_mut_ptr(),
            rows,
            cols,
            row_stride,
            _data: PhantomData,
        }
    }

    /// Cut into column tiles of at most `width`, for threads that each fill their own columns.
    pub(crate) fn split_columns(self, width: usize) -> Vec<MatMut<'a>> {
        let tile = |start: usize| MatMut {
            // Wrapping, because without rows the slice may be shorter than a row.
            ptr: self.ptr.wrapping_add(start),
            rows: self.rows,
            cols: width.min(self.cols - start),
            row_stride: self.row_stride,
            _data: PhantomData,
        };
        (0..self.cols).step_by(width.max(1)).map(tile).collect()
    }

    /// Row `idx` of this tile.
    pub(crate) fn row_mut(&mut self, idx: usize) -> &mut [f32] {
        assert!(idx < self.rows, "row out of range");
        // SAFETY: the row lies inside the slice checked in `new`, and column tiles are disjoint.
        unsafe { std::slice::from_raw_parts_mut(self.ptr.add(idx * self.row_stride), self.cols) }
    }

    /// Number of columns.
    pub(crate) fn cols(&self) -> usize {
        self.cols
    }
}

/// `out = lhs * rhs`, or `out += lhs * rhs` when `accumulate`. On the calling thread.
pub(crate) fn matmul(out: &mut MatMut<'_>, lhs: MatRef<'_>, rhs: MatRef<'_>, accumulate: bool) {
    assert!(
        lhs.cols == rhs.rows && out.rows == lhs.rows && out.cols == rhs.cols,
        "matmul extents"
    );
    if out.rows == 0 || out.cols == 0 {
        return;
    }
    // SAFETY: all extents were checked against their slices when the views were made; `out` is
    // exclusively borrowed and its rows do not overlap; strides fit `isize` because slices do.
    unsafe {
        gemm(
            out.rows,
            out.cols,
            lhs.cols,
            out.ptr,
            1,
            out.row_stride as isize,
            accumulate,
            lhs.data.as_ptr(),
            lhs.col_stride as isize,
            lhs.row_stride as isize,
            rhs.data.as_ptr(),
            rhs.col_stride as isize,
            rhs.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_tiles_fill_the_whole_product() {
        let (m, k, n) = (5, 7, 9);
        let lhs: Vec<f32> = (0..m * k).map(|i| i as f32 * 0.5 - 3.0).collect();
        let rhs: Vec<f32> = (0..k * n).map(|i| (i % 11) as f32 - 5.0).collect();
        let mut out = vec![1.0; m * n];
        for (idx, mut tile) in MatMut::new(&mut out, m, n, n)
            .split_columns(4)
            .into_iter()
            .enumerate()
        {
            let cols = tile.cols();
            let rhs = MatRef::rows(&rhs[idx * 4..], k, cols, n);
            matmul(&mut tile, MatRef::rows(&lhs, m, k, k), rhs, false);
        }
        for r in 0..m {
            for c in 0..n {
                let want: f32 = (0..k).map(|i| lhs[r * k + i] * rhs[i * n + c]).sum();
                assert!((out[r * n + c] - want).abs() < 1e-4);
            }
        }
    }

    #[test]
    #[should_panic(expected = "matrix exceeds its slice")]
    fn a_view_larger_than_its_slice_is_refused() {
        MatRef::rows(&[0.0; 10], 3, 4, 4);
    }
}
