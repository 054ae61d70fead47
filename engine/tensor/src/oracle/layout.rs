//! The same elements elsewhere.

use super::Array;

/// Join along `axis`; the other extents agree.
pub fn cat(xs: &[&Array], axis: usize) -> Array {
    let mut shape = xs[0].shape.clone();
    shape[axis] = xs.iter().map(|x| x.shape[axis]).sum();
    Array::from_fn(&shape, |i| {
        let mut index = i.to_vec();
        for x in xs {
            if index[axis] < x.shape[axis] {
                return x.at(&index);
            }
            index[axis] -= x.shape[axis];
        }
        unreachable!("the extents of the parts add up to the whole")
    })
}

/// `before` and `after` zeros along `axis`.
pub fn pad_zero(x: &Array, axis: usize, before: usize, after: usize) -> Array {
    let mut shape = x.shape.clone();
    shape[axis] += before + after;
    Array::from_fn(&shape, |i| {
        let mut index = i.to_vec();
        match index[axis].checked_sub(before) {
            Some(position) if position < x.shape[axis] => {
                index[axis] = position;
                x.at(&index)
            }
            _ => 0.0,
        }
    })
}

/// Axis `n` of the result is axis `axes[n]` of `x`.
pub fn permute(x: &Array, axes: &[usize]) -> Array {
    let shape: Vec<usize> = axes.iter().map(|&axis| x.shape[axis]).collect();
    Array::from_fn(&shape, |i| {
        let mut index = vec![0; axes.len()];
        for (&axis, &position) in axes.iter().zip(i) {
            index[axis] = position;
        }
        x.at(&index)
    })
}

/// Entries `start..start + len` along `axis`.
pub fn narrow(x: &Array, axis: usize, start: usize, len: usize) -> Array {
    let mut shape = x.shape.clone();
    shape[axis] = len;
    Array::from_fn(&shape, |i| {
        let mut index = i.to_vec();
        index[axis] += start;
        x.at(&index)
    })
}

/// The same elements under another shape of as many.
pub fn reshape(x: &Array, shape: &[usize]) -> Array {
    let count: usize = shape.iter().product();
    assert_eq!(count, x.values.len(), "as many elements as before");
    Array {
        shape: shape.to_vec(),
        values: x.values.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permuting_twice_gives_the_start() {
        let x = Array::from_fn(&[2, 3, 4], |i| (100 * i[0] + 10 * i[1] + i[2]) as f64);
        let y = permute(&x, &[2, 0, 1]);
        assert_eq!(
            (y.shape.as_slice(), y.at(&[3, 1, 2])),
            (&[4, 2, 3][..], 123.0)
        );
        assert_eq!(permute(&y, &[1, 2, 0]), x);
    }

    #[test]
    fn a_padded_array_holds_its_parts() {
        let x = Array::from_fn(&[2, 3], |i| (10 * i[0] + i[1]) as f64);
        let padded = pad_zero(&x, 1, 2, 1);
        assert_eq!(padded.row(1), [0.0, 0.0, 10.0, 11.0, 12.0, 0.0]);
        assert_eq!(narrow(&padded, 1, 2, 3), x);
        let parts = [narrow(&x, 1, 0, 1), narrow(&x, 1, 1, 2)];
        assert_eq!(cat(&[&parts[0], &parts[1]], 1), x);
    }
}
