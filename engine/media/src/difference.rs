//! How two frames differ, as a picture.

/// Fills `target` with the absolute difference of two RGBA pictures times `gain`, opaque.
///
/// All three hold as many pixels; `false`, and nothing is filled, if they do not.
pub fn absolute_difference(a: &[u8], b: &[u8], gain: u8, target: &mut [u8]) -> bool {
    if a.len() != b.len() || a.len() != target.len() || !a.len().is_multiple_of(4) {
        return false;
    }
    for ((a, b), target) in a.chunks(4).zip(b.chunks(4)).zip(target.chunks_mut(4)) {
        if let ([ar, ag, ab, _], [br, bg, bb, _], [r, g, blue, alpha]) = (a, b, target) {
            *r = ar.abs_diff(*br).saturating_mul(gain);
            *g = ag.abs_diff(*bg).saturating_mul(gain);
            *blue = ab.abs_diff(*bb).saturating_mul(gain);
            *alpha = 255;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_absolute_amplified_and_limited() {
        let (a, b) = ([10, 200, 0, 255], [13, 100, 255, 0]);
        let mut target = [0; 4];
        assert!(absolute_difference(&a, &b, 1, &mut target));
        assert_eq!(target, [3, 100, 255, 255]);
        assert!(absolute_difference(&b, &a, 4, &mut target));
        assert_eq!(target, [12, 255, 255, 255]);
        assert!(!absolute_difference(&a, &b[..3], 1, &mut target));
        assert!(!absolute_difference(&a, &b, 1, &mut target[..3]));
    }
}
