//! Shapes and strides in checked arithmetic: how many elements, which bytes, in which order.
//!
//! Shapes are outermost first; strides count elements.

/// Number of elements of a shape, or `None` when the product does not fit.
pub(crate) fn num_elements(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape
        .iter()
        .try_fold(1usize, |product, size| product.checked_mul(*size))
}

/// Elements between the first and the last one of a view, both included; 0 for an empty view.
pub(crate) fn extent(shape: &[usize], strides: &[usize]) -> Option<usize> {
    if shape.len() != strides.len() {
        return None;
    }
    if shape.contains(&0) {
        return Some(0);
    }
    shape
        .iter()
        .zip(strides)
        .try_fold(1usize, |reach, (size, stride)| {
            reach.checked_add((size - 1).checked_mul(*stride)?)
        })
}

/// Whether the strides describe elements that follow each other in row-major order.
/// Strides of dimensions of size 1 mean nothing and are not looked at.
pub(crate) fn is_row_major(shape: &[usize], strides: &[usize]) -> bool {
    if shape.len() != strides.len() {
        return false;
    }
    if shape.contains(&0) {
        return true;
    }
    let mut expected = 1usize;
    for (size, stride) in shape.iter().zip(strides).rev() {
        if *size != 1 && *stride != expected {
            return false;
        }
        expected = expected.saturating_mul(*size);
    }
    true
}

/// Copies the elements of a strided view into row-major order.
/// `None` when the view reaches beyond `bytes` or its size does not fit.
pub(crate) fn gather(
    bytes: &[u8],
    item_bytes: usize,
    shape: &[usize],
    strides: &[usize],
) -> Option<Vec<u8>> {
    let needed_bytes = extent(shape, strides)?.checked_mul(item_bytes)?;
    let out_bytes = num_elements(shape)?.checked_mul(item_bytes)?;
    if needed_bytes > bytes.len() {
        return None;
    }
    let mut out = Vec::with_capacity(out_bytes);
    let (Some((inner_size, outer_shape)), Some((inner_stride, outer_strides))) =
        (shape.split_last(), strides.split_last())
    else {
        return bytes.get(..item_bytes).map(<[u8]>::to_vec);
    };
    if out_bytes == 0 {
        return Some(out);
    }
    let mut position = vec![0usize; outer_shape.len()];
    let mut start = 0usize;
    loop {
        if *inner_stride == 1 {
            let from = start * item_bytes;
            out.extend_from_slice(bytes.get(from..from + inner_size * item_bytes)?);
        } else {
            for step in 0..*inner_size {
                let from = (start + step * inner_stride) * item_bytes;
                out.extend_from_slice(bytes.get(from..from + item_bytes)?);
            }
        }
        if !advance(&mut position, &mut start, outer_shape, outer_strides) {
            return Some(out);
        }
    }
}

/// Moves to the next outer position; false after the last one.
fn advance(position: &mut [usize], start: &mut usize, shape: &[usize], strides: &[usize]) -> bool {
    for ((at, size), stride) in position.iter_mut().zip(shape).zip(strides).rev() {
        *at += 1;
        *start += stride;
        if *at < *size {
            return true;
        }
        *start -= *at * stride;
        *at = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_gather(shape: &[usize], strides: &[usize], expected: Option<&[u8]>) {
        let bytes: Vec<u8> = (0..24).collect();
        assert_eq!(gather(&bytes, 1, shape, strides).as_deref(), expected);
    }

    #[test]
    fn gathers_in_row_major_order() {
        check_gather(&[2, 3], &[3, 1], Some(&[0, 1, 2, 3, 4, 5]));
        check_gather(&[3, 2], &[1, 3], Some(&[0, 3, 1, 4, 2, 5]));
        check_gather(&[2, 1, 2], &[12, 99, 2], Some(&[0, 2, 12, 14]));
        check_gather(&[2, 2], &[0, 1], Some(&[0, 1, 0, 1]));
        check_gather(&[], &[], Some(&[0]));
        check_gather(&[0, 4], &[4, 1], Some(&[]));
        check_gather(&[25], &[1], None);
        check_gather(&[2], &[usize::MAX], None);
        check_gather(&[2], &[1, 1], None);
    }

    #[test]
    fn gathers_whole_items() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(gather(&bytes, 2, &[2], &[3]), Some(vec![1, 2, 7, 8]));
    }

    #[test]
    fn counts_without_wrapping() {
        assert_eq!(num_elements(&[]), Some(1));
        assert_eq!(num_elements(&[usize::MAX, 2]), None);
        assert_eq!(num_elements(&[usize::MAX, 2, 0]), Some(0));
        assert_eq!(extent(&[3, 4], &[4, 1]), Some(12));
        assert_eq!(extent(&[3, 4], &[usize::MAX, 1]), None);
    }

    #[test]
    fn sees_row_major_order() {
        assert!(is_row_major(&[2, 1, 3], &[3, 77, 1]));
        assert!(is_row_major(&[], &[]));
        assert!(!is_row_major(&[2, 3], &[1, 2]));
        assert!(!is_row_major(&[2, 3], &[1]));
    }
}
