//! Pictures: the first frame a user gives, PNG output, thumbnails.
//!
//! Pixels are 8-bit RGB, `[height, width, 3]`, row by row.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::guard::contain;
use crate::{MediaError, Result, write_new_file};

/// Shortest side of a picture that can start a clip: one token of the model (spec: product 5.1).
pub const MIN_PICTURE_SIDE: u32 = 32;
/// Longest side of a picture that is read.
pub const MAX_PICTURE_SIDE: u32 = 16_384;
/// Most bytes a decoded picture may need before conversion.
const MAX_DECODED_BYTES: u64 = 512 << 20;

/// An 8-bit RGB picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `[height, width, 3]`.
    pub rgb: Vec<u8>,
}

/// Reads a PNG, JPEG, WebP or BMP picture as 8-bit RGB.
///
/// The camera's orientation is applied, grey becomes RGB, transparency is dropped, 16 bits are rounded to 8.
/// The format is recognised by content. Sides must lie in [`MIN_PICTURE_SIDE`]..=[`MAX_PICTURE_SIDE`].
/// Errors carry sizes and positions (spec: product 10, E-IMG).
pub fn read_picture(path: &Path) -> Result<Picture> {
    let file = File::open(path).map_err(|error| MediaError::io("open", path, error))?;
    let num_bytes = file
        .metadata()
        .map_err(|error| MediaError::io("read", path, error))?
        .len();
    let position = Rc::new(Cell::new(0));
    let counted = CountedReader {
        file,
        position: Rc::clone(&position),
    };
    let reader = ImageReader::new(BufReader::with_capacity(4096, counted))
        .with_guessed_format()
        .map_err(|error| MediaError::io("read", path, error))?;
    let format = reader.format().and_then(format_name);
    let Some(format) = format else {
        return Err(MediaError::PictureFormat {
            path: path.to_owned(),
        });
    };
    let damaged = |reason: String| MediaError::PictureDamaged {
        format,
        byte: position.get().min(num_bytes),
        num_bytes,
        reason,
        path: path.to_owned(),
    };
    let image = match contain("picture decoder", || Ok(decode(reader, path))) {
        Ok(Ok(image)) => image,
        Ok(Err(DecodeFailure::Size(error))) => return Err(error),
        Ok(Err(DecodeFailure::Library(error))) => return Err(damaged(error.to_string())),
        Err(panic) => return Err(damaged(panic.to_string())),
    };
    let rgb = image.into_rgb8();
    Ok(Picture {
        width: rgb.width(),
        height: rgb.height(),
        rgb: rgb.into_raw(),
    })
}

/// Writes `[height, width, 3]` pixels as a new PNG file; a taken name becomes `name_2`, … Returns the final path.
pub fn write_png(path: &Path, rgb: &[u8], width: u32, height: u32) -> Result<PathBuf> {
    write_new_file(path, &encode_png(rgb, width, height)?)
}

/// `[height, width, 3]` pixels as the bytes of a PNG file.
pub fn encode_png(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let wrong_count = || MediaError::PixelCount {
        width,
        height,
        num_bytes: rgb.len(),
    };
    if rgb.is_empty() || rgb.len() as u128 != num_rgb_bytes(width, height) {
        return Err(wrong_count());
    }
    let mut bytes = Cursor::new(Vec::new());
    image::write_buffer_with_format(
        &mut bytes,
        rgb,
        width,
        height,
        image::ExtendedColorType::Rgb8,
        ImageFormat::Png,
    )
    .map_err(|error| MediaError::PictureEncode {
        reason: error.to_string(),
    })?;
    Ok(bytes.into_inner())
}

/// Reads the bytes of a PNG file as 8-bit RGB, of any size up to [`MAX_PICTURE_SIDE`].
///
/// The bytes can come from anywhere: damaged ones give an error.
pub fn decode_png(bytes: &[u8]) -> Result<Picture> {
    let num_bytes = bytes.len() as u64;
    let damaged = |reason: String| MediaError::PictureDamaged {
        format: "PNG",
        byte: num_bytes,
        num_bytes,
        reason,
        path: PathBuf::new(),
    };
    let read = || {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
        let mut limits = Limits::no_limits();
        limits.max_alloc = Some(MAX_DECODED_BYTES);
        limits.max_image_width = Some(MAX_PICTURE_SIDE);
        limits.max_image_height = Some(MAX_PICTURE_SIDE);
        reader.limits(limits);
        Ok(reader.decode())
    };
    let rgb = contain("picture decoder", read)?
        .map_err(|error| damaged(error.to_string()))?
        .into_rgb8();
    Ok(Picture {
        width: rgb.width(),
        height: rgb.height(),
        rgb: rgb.into_raw(),
    })
}

/// A copy no larger than `max_side` on either side, averaged over the covered pixels; never enlarged.
///
/// Fails when `picture.rgb` does not match its size.
pub fn thumbnail(picture: &Picture, max_side: u32) -> Result<Picture> {
    let Picture { width, height, rgb } = picture;
    let image = RgbImage::from_raw(*width, *height, rgb.clone())
        .filter(|image| image.as_raw().len() as u128 == num_rgb_bytes(*width, *height))
        .ok_or(MediaError::PixelCount {
            width: *width,
            height: *height,
            num_bytes: rgb.len(),
        })?;
    let longest = (*width).max(*height);
    if longest <= max_side.max(1) {
        return Ok(picture.clone());
    }
    let scaled = |side: u32| {
        let rounded =
            (u64::from(side) * u64::from(max_side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(max_side).max(1)
    };
    let small = image::imageops::thumbnail(&image, scaled(*width), scaled(*height));
    Ok(Picture {
        width: small.width(),
        height: small.height(),
        rgb: small.into_raw(),
    })
}

/// Wide enough for any claim.
fn num_rgb_bytes(width: u32, height: u32) -> u128 {
    u128::from(width) * u128::from(height) * 3
}

enum DecodeFailure {
    Size(MediaError),
    Library(ImageError),
}

impl From<ImageError> for DecodeFailure {
    fn from(error: ImageError) -> Self {
        Self::Library(error)
    }
}

fn decode(
    mut reader: ImageReader<BufReader<CountedReader>>,
    path: &Path,
) -> Result<DynamicImage, DecodeFailure> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    let range = MIN_PICTURE_SIDE..=MAX_PICTURE_SIDE;
    if !range.contains(&width)
        || !range.contains(&height)
        || decoder.total_bytes() > MAX_DECODED_BYTES
    {
        return Err(DecodeFailure::Size(MediaError::PictureSize {
            width,
            height,
            min: MIN_PICTURE_SIDE,
            max: MAX_PICTURE_SIDE,
            path: path.to_owned(),
        }));
    }
    // A broken orientation tag must not hide a readable picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn format_name(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Png => Some("PNG"),
        ImageFormat::Jpeg => Some("JPEG"),
        ImageFormat::WebP => Some("WebP"),
        ImageFormat::Bmp => Some("BMP"),
        _ => None,
    }
}

/// Remembers how far the decoder read, for the message about a damaged file.
struct CountedReader {
    file: File,
    position: Rc<Cell<u64>>,
}

impl Read for CountedReader {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(target)?;
        self.position.set(self.position.get() + count as u64);
        Ok(count)
    }
}

impl Seek for CountedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = self.file.seek(to)?;
        self.position.set(position);
        Ok(position)
    }
}
