//! The operand of every definition: a shape and its elements, row-major.

use crate::{Device, Result, Tensor, TensorError};

/// Host array of `f64`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Extents, outermost first; empty for a single value.
    pub shape: Vec<usize>,
    /// As many elements as the product of `shape`.
    pub values: Vec<f64>,
}

impl Array {
    /// An array of `shape` with `values`.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the number of values is another.
    pub fn new(shape: &[usize], values: Vec<f64>) -> Result<Self> {
        if shape.iter().product::<usize>() != values.len() {
            let expected = format!("{} elements", values.len());
            return Err(TensorError::shape("array", expected, shape));
        }
        Ok(Self {
            shape: shape.to_vec(),
            values,
        })
    }

    /// Widened values.
    ///
    /// # Errors
    /// As [`Array::new`].
    pub fn from_f32(shape: &[usize], values: &[f32]) -> Result<Self> {
        Self::new(shape, values.iter().map(|&x| f64::from(x)).collect())
    }

    /// Elements of a tensor.
    ///
    /// # Errors
    /// If the device cannot give them back.
    pub fn from_tensor(x: &Tensor) -> Result<Self> {
        Self::from_f32(x.shape(), &x.to_vec()?)
    }

    /// The element at each index computed by `f`.
    pub fn from_fn(shape: &[usize], mut f: impl FnMut(&[usize]) -> f64) -> Self {
        let count = shape.iter().product();
        let mut index = vec![0; shape.len()];
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(f(&index));
            advance(&mut index, shape);
        }
        Self {
            shape: shape.to_vec(),
            values,
        }
    }

    /// Upload, rounded to `f32`.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn to_tensor(&self, device: &Device) -> Result<Tensor> {
        let values = self.values.iter().map(|&x| x as f32).collect();
        Tensor::from_vec(values, &self.shape, device)
    }

    /// Element at `index`, one position per axis.
    pub fn at(&self, index: &[usize]) -> f64 {
        assert_eq!(index.len(), self.shape.len(), "one position per axis");
        let mut offset = 0;
        for (position, extent) in index.iter().zip(&self.shape) {
            assert!(position < extent, "position outside its axis");
            offset = offset * extent + position;
        }
        self.values[offset]
    }

    /// Extent of the last axis.
    pub fn width(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Elements `[idx, ..]` when all axes but the last are counted as one.
    pub fn row(&self, idx: usize) -> &[f64] {
        &self.values[idx * self.width()..(idx + 1) * self.width()]
    }

    /// Number of rows as in [`Array::row`].
    pub fn num_rows(&self) -> usize {
        let outer = self.shape.split_last().map_or(&[][..], |(_, outer)| outer);
        outer.iter().product()
    }

    /// `f` of every element.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            shape: self.shape.clone(),
            values: self.values.iter().map(|&x| f(x)).collect(),
        }
    }

    /// Every row replaced by `f(row index, row)` of the same width.
    pub fn map_rows(&self, f: impl Fn(usize, &[f64]) -> Vec<f64>) -> Self {
        let rows = (0..self.num_rows()).flat_map(|idx| f(idx, self.row(idx)));
        Self {
            shape: self.shape.clone(),
            values: rows.collect(),
        }
    }
}

/// Step to the next index in row-major order.
fn advance(index: &mut [usize], shape: &[usize]) {
    for (position, extent) in index.iter_mut().zip(shape).rev() {
        *position += 1;
        if *position < *extent {
            return;
        }
        *position = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_fn_walks_in_row_major_order() {
        let x = Array::from_fn(&[2, 3], |i| (10 * i[0] + i[1]) as f64);
        assert_eq!(x.values, [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
        assert_eq!(x.at(&[1, 2]), 12.0);
        assert_eq!(x.row(1), [10.0, 11.0, 12.0]);
    }

    #[test]
    fn a_wrong_number_of_values_is_refused() {
        let error = Array::new(&[2, 3], vec![0.0; 5]);
        assert!(matches!(error, Err(TensorError::Shape { .. })));
    }
}
