//! The sequence parameter set: size and color space of a clip, read before the decoder sees the stream.
//!
//! The decoder allocates by these numbers, so they are checked here first.

use crate::color::{ColorMatrix, ColorSpace};
use crate::h264::nal::raw_payload;
use crate::h264::{MAX_LONG_SIDE, MAX_SHORT_SIDE};
use crate::{MediaError, Result};

/// Profiles whose header carries chroma format, bit depth and scaling lists.
const HIGH_PROFILES: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/// "See the aspect ratio that follows".
const EXTENDED_ASPECT_RATIO: u32 = 255;
/// Without a stated matrix, players take clips above these sides for BT.709.
const STANDARD_DEFINITION: (u32, u32) = (1279, 576);

/// What a sequence parameter set says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SequenceInfo {
    /// Width in pixels after cropping.
    pub(crate) width: u32,
    /// Height in pixels after cropping.
    pub(crate) height: u32,
    pub(crate) color_space: ColorSpace,
}

impl SequenceInfo {
    /// Parses one unit, without start code. Fails on sizes and formats the decoder does not take.
    pub(crate) fn parse(unit: &[u8]) -> Result<Self> {
        let payload = raw_payload(unit);
        let mut bits = Bits {
            bytes: payload.get(1..).unwrap_or_default(),
            position: 0,
        };
        bits.sequence()
            .ok_or_else(|| MediaError::damaged("the video header ends early"))?
    }
}

/// Reads bits from the most significant down; `None` past the end.
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn sequence(&mut self) -> Option<Result<SequenceInfo>> {
        let profile = self.number(8)?;
        self.number(16)?; // constraint flags and level
        self.code()?; // identifier
        let mut chroma_format = 1;
        let mut bit_depth = 8;
        if HIGH_PROFILES.contains(&profile) {
            chroma_format = self.code()?;
            if chroma_format == 3 {
                self.number(1)?;
            }
            bit_depth = self
                .code()?
                .checked_add(8)?
                .max(self.code()?.checked_add(8)?);
            self.number(1)?;
            if self.flag()? {
                self.skip_scaling_lists(if chroma_format == 3 { 12 } else { 8 })?;
            }
        }
        self.skip_picture_order()?;
        self.code()?; // reference frames
        self.number(1)?;
        let width_blocks = self.code()?.checked_add(1)?;
        let height_units = self.code()?.checked_add(1)?;
        let frames_only = self.flag()?;
        if !frames_only {
            self.number(1)?;
        }
        self.number(1)?;
        let crop = if self.flag()? {
            [self.code()?, self.code()?, self.code()?, self.code()?]
        } else {
            [0; 4]
        };
        if chroma_format != 1 || bit_depth != 8 {
            let what = format!(
                "H.264 with chroma format {chroma_format} and {bit_depth} bits (only 4:2:0, 8 bits)"
            );
            return Some(Err(MediaError::unsupported(what)));
        }
        if !frames_only {
            return Some(Err(MediaError::unsupported("interlaced video")));
        }
        let (width, height) = match cropped_size([width_blocks, height_units], crop) {
            Ok(size) => size,
            Err(error) => return Some(Err(error)),
        };
        let color_space = self.color_space((width, height))?;
        Some(Ok(SequenceInfo {
            width,
            height,
            color_space,
        }))
    }

    fn skip_scaling_lists(&mut self, num_lists: usize) -> Option<()> {
        for list_idx in 0..num_lists {
            if !self.flag()? {
                continue;
            }
            let (mut last, mut next) = (8i64, 8i64);
            for _ in 0..if list_idx < 6 { 16 } else { 64 } {
                if next != 0 {
                    next = (last + self.signed_code()? + 256).rem_euclid(256);
                }
                if next != 0 {
                    last = next;
                }
            }
        }
        Some(())
    }

    fn skip_picture_order(&mut self) -> Option<()> {
        self.code()?; // frame number bits
        match self.code()? {
            0 => {
                self.code()?;
            }
            1 => {
                self.number(1)?;
                self.signed_code()?;
                self.signed_code()?;
                for _ in 0..self.code()? {
                    self.signed_code()?;
                }
            }
            _ => {}
        }
        Some(())
    }

    /// The usability information, if present; else the guess players make.
    fn color_space(&mut self, (width, height): (u32, u32)) -> Option<ColorSpace> {
        let is_large = width > STANDARD_DEFINITION.0 || height > STANDARD_DEFINITION.1;
        let matrix = if is_large {
            ColorMatrix::Bt709
        } else {
            ColorMatrix::Bt601
        };
        let mut space = ColorSpace {
            matrix,
            is_full_range: false,
        };
        if !self.flag()? {
            return Some(space);
        }
        if self.flag()? && self.number(8)? == EXTENDED_ASPECT_RATIO {
            self.number(32)?;
        }
        if self.flag()? {
            self.number(1)?; // overscan
        }
        if self.flag()? {
            self.number(3)?; // video format
            space.is_full_range = self.flag()?;
            if self.flag()? {
                self.number(16)?; // primaries, transfer
                space.matrix = match self.number(8)? {
                    1 => ColorMatrix::Bt709,
                    4..=6 => ColorMatrix::Bt601,
                    _ => space.matrix,
                };
            }
        }
        Some(space)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.number(1)? == 1)
    }

    fn number(&mut self, num_bits: u32) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..num_bits {
            let byte = self.bytes.get(self.position / 8)?;
            let bit = (byte >> (7 - self.position % 8)) & 1;
            value = (value << 1) | u32::from(bit);
            self.position += 1;
        }
        Some(value)
    }

    /// An unsigned Exp-Golomb code.
    fn code(&mut self) -> Option<u32> {
        let mut num_zeros = 0;
        while !self.flag()? {
            num_zeros += 1;
            if num_zeros > 31 {
                return None;
            }
        }
        let rest = self.number(num_zeros)?;
        (1u32 << num_zeros).checked_add(rest)?.checked_sub(1)
    }

    /// A signed Exp-Golomb code.
    fn signed_code(&mut self) -> Option<i64> {
        let code = i64::from(self.code()?);
        Some(if code % 2 == 0 {
            -(code / 2)
        } else {
            (code + 1) / 2
        })
    }
}

/// Pixels left after cropping; fails on sizes beyond the decoder's limit.
fn cropped_size(blocks: [u32; 2], [left, right, top, bottom]: [u32; 4]) -> Result<(u32, u32)> {
    let side = |blocks: u32, crop: [u32; 2]| {
        let pixels = u64::from(blocks) * 16;
        let cropped = (u64::from(crop[0]) + u64::from(crop[1])) * 2;
        (pixels, pixels.saturating_sub(cropped))
    };
    let (coded_width, width) = side(blocks[0], [left, right]);
    let (coded_height, height) = side(blocks[1], [top, bottom]);
    // Coded sides are rounded up to whole blocks of 16 pixels.
    let (long, short) = (coded_width.max(coded_height), coded_width.min(coded_height));
    if long > u64::from(MAX_LONG_SIDE) + 15 || short > u64::from(MAX_SHORT_SIDE) + 15 {
        return Err(MediaError::unsupported(format!(
            "video of {coded_width}x{coded_height} pixels"
        )));
    }
    if width == 0 || height == 0 {
        return Err(MediaError::damaged(format!(
            "video of {width}x{height} pixels"
        )));
    }
    Ok((width as u32, height as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes bits for headers that no encoder here makes.
    #[derive(Default)]
    struct Writer(Vec<bool>);

    impl Writer {
        fn number(mut self, value: u32, num_bits: u32) -> Self {
            self.0
                .extend((0..num_bits).rev().map(|bit| (value >> bit) & 1 == 1));
            self
        }

        fn code(self, value: u32) -> Self {
            let num_bits = 32 - (value + 1).leading_zeros();
            self.number(0, num_bits - 1).number(value + 1, num_bits)
        }

        fn unit(self) -> Vec<u8> {
            let bytes = self.0.chunks(8).map(|bits| {
                bits.iter()
                    .enumerate()
                    .fold(0u8, |byte, (idx, bit)| byte | (u8::from(*bit) << (7 - idx)))
            });
            std::iter::once(0x67).chain(bytes).collect()
        }
    }

    fn baseline(width_blocks: u32, height_blocks: u32) -> Writer {
        Writer::default()
            .number(66, 8)
            .number(0, 16)
            .code(0)
            .code(0)
            .code(2)
            .code(1)
            .number(0, 1)
            .code(width_blocks - 1)
            .code(height_blocks - 1)
            .number(1, 1)
            .number(1, 1)
    }

    #[test]
    fn cropping_and_unstated_colors() {
        let unit = baseline(4, 3)
            .number(1, 1)
            .code(0)
            .code(1)
            .code(0)
            .code(4)
            .number(0, 1)
            .unit();
        let info = SequenceInfo::parse(&unit).unwrap();
        assert_eq!((info.width, info.height), (62, 40));
        assert_eq!(info.color_space.matrix, ColorMatrix::Bt601);
        let large = baseline(60, 60).number(0, 2).unit();
        assert_eq!(
            SequenceInfo::parse(&large).unwrap().color_space.matrix,
            ColorMatrix::Bt709
        );
    }

    #[test]
    fn sizes_nobody_can_decode_are_refused() {
        let check = |unit: Vec<u8>| assert!(SequenceInfo::parse(&unit).is_err(), "{unit:?}");
        check(baseline(60_000, 60_000).number(0, 2).unit());
        check(baseline(u32::MAX - 1, 2).number(0, 2).unit());
        check(
            baseline(1, 1)
                .number(1, 1)
                .code(9)
                .code(0)
                .code(0)
                .code(0)
                .number(0, 1)
                .unit(),
        );
        check(vec![0x67]);
        check(vec![0x67, 66, 0, 0, 0, 0, 0, 0, 0, 0]);
        check(Vec::new());
    }
}
