//! RGB to and from 4:2:0 YUV, 8 bit, in 16.16 fixed point.
//!
//! Our clips are BT.709, limited range, as their H.264 header says; clips of other programs may be BT.601
//! or full range. Chroma is the mean of 2x2 pixels on the way in and repeated on the way out.

/// Planes of one 4:2:0 picture with even sides; chroma planes are `[height / 2, width / 2]`.
pub(crate) struct YuvPicture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) y: Vec<u8>,
    pub(crate) u: Vec<u8>,
    pub(crate) v: Vec<u8>,
}

impl YuvPicture {
    /// A zeroed picture; `width` and `height` are even.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let chroma = vec![0; (width / 2) * (height / 2)];
        Self {
            width,
            height,
            y: vec![0; width * height],
            u: chroma.clone(),
            v: chroma,
        }
    }

    /// Fills the planes from `[height, width, 3]` pixels as BT.709, limited range.
    pub(crate) fn fill_from_rgb(&mut self, rgb: &[u8]) {
        let half = self.width / 2;
        let row_pairs = rgb.chunks_exact(self.width * 6);
        let y_pairs = self.y.chunks_exact_mut(self.width * 2);
        let chroma = self
            .u
            .chunks_exact_mut(half)
            .zip(self.v.chunks_exact_mut(half));
        for ((rgb_pair, y_pair), (u_row, v_row)) in row_pairs.zip(y_pairs).zip(chroma) {
            for (pixel, y) in rgb_pair.chunks_exact(3).zip(y_pair) {
                *y = luma(pixel);
            }
            let (top, bottom) = rgb_pair.split_at(self.width * 3);
            let pairs = top.chunks_exact(6).zip(bottom.chunks_exact(6));
            for ((a, b), (u, v)) in pairs.zip(u_row.iter_mut().zip(v_row)) {
                (*u, *v) = chroma_of(a, b);
            }
        }
    }
}

/// 1 << 16, the fixed-point one; sums below add half of the divisor to round.
const ONE: i32 = 1 << 16;

fn luma(pixel: &[u8]) -> u8 {
    let &[r, g, b] = pixel else { return 0 };
    let sum = 11_966 * i32::from(r) + 40_254 * i32::from(g) + 4_064 * i32::from(b);
    (((sum + ONE / 2) >> 16) + 16) as u8
}

/// Chroma of two pixels of one row and the two below them.
fn chroma_of(top: &[u8], bottom: &[u8]) -> (u8, u8) {
    let (&[r0, g0, b0, r1, g1, b1], &[r2, g2, b2, r3, g3, b3]) = (top, bottom) else {
        return (128, 128);
    };
    let sum =
        |a: u8, b: u8, c: u8, d: u8| i32::from(a) + i32::from(b) + i32::from(c) + i32::from(d);
    let (r, g, b) = (
        sum(r0, r1, r2, r3),
        sum(g0, g1, g2, g3),
        sum(b0, b1, b2, b3),
    );
    let scale = |value: i32| (((value + 2 * ONE) >> 18) + 128) as u8;
    (
        scale(-6_596 * r - 22_189 * g + 28_785 * b),
        scale(28_785 * r - 26_146 * g - 2_639 * b),
    )
}

/// How a clip's YUV relates to RGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColorSpace {
    pub(crate) matrix: ColorMatrix,
    /// True when luma spans 0 to 255 instead of 16 to 235.
    pub(crate) is_full_range: bool,
}

/// The two matrices in use for 8-bit H.264.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColorMatrix {
    Bt601,
    Bt709,
}

/// Borrowed planes of a decoded picture; rows are `stride` bytes apart.
pub(crate) struct YuvView<'a> {
    pub(crate) y: &'a [u8],
    pub(crate) u: &'a [u8],
    pub(crate) v: &'a [u8],
    pub(crate) y_stride: usize,
    pub(crate) chroma_stride: usize,
}

/// Fills `[height, width, CHANNELS]` pixels; a fourth channel becomes opaque.
///
/// `false` if the planes or `target` do not cover every row; the rows before are filled.
pub(crate) fn fill_pixels<const CHANNELS: usize>(
    planes: &YuvView<'_>,
    size: (usize, usize),
    space: ColorSpace,
    target: &mut [u8],
) -> bool {
    let (width, height) = size;
    let gains = Gains::of(space);
    if target.len() != width * height * CHANNELS {
        return false;
    }
    for (row_idx, row) in target.chunks_exact_mut(width * CHANNELS).enumerate() {
        let chroma_start = (row_idx / 2) * planes.chroma_stride;
        let y_start = row_idx * planes.y_stride;
        let y = planes.y.get(y_start..y_start + width);
        let u = planes.u.get(chroma_start..chroma_start + width.div_ceil(2));
        let v = planes.v.get(chroma_start..chroma_start + width.div_ceil(2));
        let (Some(y), Some(u), Some(v)) = (y, u, v) else {
            return false;
        };
        let chroma = u.iter().zip(v);
        for ((pixels, y), (u, v)) in row.chunks_mut(2 * CHANNELS).zip(y.chunks(2)).zip(chroma) {
            let tint = gains.tint(*u, *v);
            for (pixel, y) in pixels.chunks_exact_mut(CHANNELS).zip(y) {
                let [r, g, b] = gains.rgb(*y, tint);
                match pixel {
                    [red, green, blue, alpha] => {
                        [*red, *green, *blue, *alpha] = [r, g, b, 255];
                    }
                    [red, green, blue] => [*red, *green, *blue] = [r, g, b],
                    _ => {}
                }
            }
        }
    }
    true
}

/// Factors of one color space, 16.16.
struct Gains {
    luma_offset: i32,
    luma: i32,
    v_to_r: i32,
    u_to_g: i32,
    v_to_g: i32,
    u_to_b: i32,
}

impl Gains {
    fn of(space: ColorSpace) -> Self {
        let (red, blue) = match space.matrix {
            ColorMatrix::Bt601 => (0.299, 0.114),
            ColorMatrix::Bt709 => (0.2126, 0.0722),
        };
        let (luma_span, chroma_span) = if space.is_full_range {
            (255.0, 255.0)
        } else {
            (219.0, 224.0)
        };
        let green = 1.0 - red - blue;
        let fixed = |value: f64| (value * f64::from(ONE)).round() as i32;
        let chroma = 255.0 / chroma_span * 2.0;
        Self {
            luma_offset: if space.is_full_range { 0 } else { 16 },
            luma: fixed(255.0 / luma_span),
            v_to_r: fixed(chroma * (1.0 - red)),
            u_to_g: fixed(-chroma * (1.0 - blue) * blue / green),
            v_to_g: fixed(-chroma * (1.0 - red) * red / green),
            u_to_b: fixed(chroma * (1.0 - blue)),
        }
    }

    fn tint(&self, u: u8, v: u8) -> [i32; 3] {
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        [
            self.v_to_r * v,
            self.u_to_g * u + self.v_to_g * v,
            self.u_to_b * u,
        ]
    }

    fn rgb(&self, y: u8, tint: [i32; 3]) -> [u8; 3] {
        let y = self.luma * (i32::from(y) - self.luma_offset) + ONE / 2;
        tint.map(|tint| ((y + tint) >> 16).clamp(0, 255) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: ColorSpace = ColorSpace {
        matrix: ColorMatrix::Bt709,
        is_full_range: false,
    };

    fn yuv_of(color: [u8; 3]) -> YuvPicture {
        let mut picture = YuvPicture::new(4, 2);
        picture.fill_from_rgb(&color.repeat(8));
        picture
    }

    fn rgb_of(picture: &YuvPicture, space: ColorSpace) -> Vec<u8> {
        let view = YuvView {
            y: &picture.y,
            u: &picture.u,
            v: &picture.v,
            y_stride: picture.width,
            chroma_stride: picture.width / 2,
        };
        let mut pixels = vec![0; picture.width * picture.height * 3];
        let size = (picture.width, picture.height);
        assert!(fill_pixels::<3>(&view, size, space, &mut pixels));
        pixels
    }

    #[test]
    fn primaries_have_the_values_of_bt709() {
        let check = |color: [u8; 3], expected: (u8, u8, u8)| {
            let yuv = yuv_of(color);
            assert_eq!((yuv.y[0], yuv.u[0], yuv.v[0]), expected, "{color:?}");
            assert!(yuv.y.iter().all(|y| *y == yuv.y[0]));
        };
        check([0, 0, 0], (16, 128, 128));
        check([255, 255, 255], (235, 128, 128));
        check([255, 0, 0], (63, 102, 240));
        check([0, 255, 0], (173, 42, 26));
        check([0, 0, 255], (32, 240, 118));
    }

    #[test]
    fn flat_colors_come_back_within_two_steps() {
        for r in (0..=255u16).step_by(51) {
            for g in (0..=255u16).step_by(51) {
                for b in (0..=255u16).step_by(51) {
                    let color = [r as u8, g as u8, b as u8];
                    let pixels = rgb_of(&yuv_of(color), OURS);
                    assert_eq!(pixels.len(), 24);
                    for pixel in pixels.chunks(3) {
                        let worst = pixel.iter().zip(color).map(|(a, b)| a.abs_diff(b)).max();
                        assert!(worst <= Some(2), "{color:?} became {pixel:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn other_spaces_differ_where_they_should() {
        let red = YuvPicture {
            width: 2,
            height: 2,
            y: vec![81; 4],
            u: vec![90],
            v: vec![240],
        };
        let bt601 = ColorSpace {
            matrix: ColorMatrix::Bt601,
            is_full_range: false,
        };
        assert_eq!(rgb_of(&red, bt601)[..3], [254, 0, 0]);
        let grey = YuvPicture {
            width: 2,
            height: 2,
            y: vec![16; 4],
            u: vec![128],
            v: vec![128],
        };
        let full = ColorSpace {
            matrix: ColorMatrix::Bt709,
            is_full_range: true,
        };
        assert_eq!(rgb_of(&grey, full)[..3], [16, 16, 16]);
        assert_eq!(rgb_of(&grey, OURS)[..3], [0, 0, 0]);
    }

    #[test]
    fn planes_that_are_too_short_are_noticed() {
        let view = YuvView {
            y: &[16; 6],
            u: &[128; 1],
            v: &[128; 1],
            y_stride: 2,
            chroma_stride: 1,
        };
        let mut pixels = vec![7; 2 * 4 * 4];
        assert!(!fill_pixels::<4>(&view, (2, 4), OURS, &mut pixels));
        assert_eq!(
            (pixels[3], pixels[2 * 2 * 4]),
            (255, 7),
            "two rows are there"
        );
        assert!(!fill_pixels::<4>(&view, (2, 2), OURS, &mut pixels));
    }
}
