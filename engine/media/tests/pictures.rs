//! Pictures of every accepted kind, and the messages for those that are not.
#![allow(clippy::unwrap_used)]

mod common;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use common::*;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use ovi_media::{MediaError, Picture, read_picture, thumbnail, write_png};

/// Every pixel differs from its neighbours, so turned or swapped pictures are noticed.
fn pattern(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 3) as u8, (y * 3) as u8, ((x + y) * 2) as u8])
    })
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn formats_are_recognised_by_content() {
    let (folder, _) = temporary();
    let image = pattern(48, 40);
    let color = DynamicImage::ImageRgb8(image.clone());
    for (name, format) in [
        ("a.txt", ImageFormat::Png),
        ("b", ImageFormat::WebP),
        ("c.png", ImageFormat::Bmp),
    ] {
        let picture = read_picture(&write(folder.path(), name, &encoded(&color, format))).unwrap();
        assert_eq!((picture.width, picture.height), (48, 40));
        assert_eq!(&picture.rgb, image.as_raw(), "{format:?}");
    }
    let jpeg = read_picture(&write(
        folder.path(),
        "d.png",
        &encoded(&color, ImageFormat::Jpeg),
    ))
    .unwrap();
    assert!(psnr(&jpeg.rgb, image.as_raw()) > 28.0);
}

#[test]
fn grey_alpha_and_deep_colors_become_rgb() {
    let (folder, _) = temporary();
    let color = DynamicImage::ImageRgb8(pattern(32, 32));
    let read = |image: DynamicImage| {
        read_picture(&write(
            folder.path(),
            "x.png",
            &encoded(&image, ImageFormat::Png),
        ))
        .unwrap()
        .rgb
    };
    let grey = read(DynamicImage::ImageLuma8(color.to_luma8()));
    assert_eq!(grey.len(), 32 * 32 * 3);
    assert!(
        grey.chunks(3)
            .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
    );
    let mut transparent = color.to_rgba8();
    transparent.pixels_mut().for_each(|pixel| pixel[3] = 0);
    assert_eq!(&read(transparent.into()), color.as_bytes());
    assert_eq!(
        &read(DynamicImage::ImageRgb16(color.to_rgb16())),
        color.as_bytes()
    );
    let grey_alpha = read(DynamicImage::ImageLumaA16(color.to_luma_alpha16()));
    assert_eq!(grey_alpha.len(), 32 * 32 * 3);
}

/// A JPEG whose EXIF block says that the camera was turned.
fn turned_jpeg(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&DynamicImage::ImageRgb8(image.clone()), ImageFormat::Jpeg);
    let tiff = [
        &b"Exif\0\0II*\0\x08\0\0\0\x01\0"[..],
        &[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0],
        &[0; 4],
    ]
    .concat();
    let length = (tiff.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &tiff, &jpeg[2..]].concat()
}

#[test]
fn the_camera_orientation_is_applied() {
    let (folder, _) = temporary();
    let image = pattern(64, 32);
    let upright = read_picture(&write(folder.path(), "1.jpg", &turned_jpeg(&image, 1))).unwrap();
    assert_eq!((upright.width, upright.height), (64, 32));
    // 6: the picture must be turned clockwise by a quarter to stand upright.
    let turned = read_picture(&write(folder.path(), "6.jpg", &turned_jpeg(&image, 6))).unwrap();
    assert_eq!((turned.width, turned.height), (32, 64));
    let expected = image::imageops::rotate90(&image);
    assert!(psnr(&turned.rgb, expected.as_raw()) > 28.0);
}

#[test]
fn damaged_and_foreign_files_are_described_with_numbers() {
    let (folder, _) = temporary();
    let color = DynamicImage::ImageRgb8(pattern(200, 200));
    for (format, name) in [
        (ImageFormat::Png, "PNG"),
        (ImageFormat::WebP, "WebP"),
        (ImageFormat::Bmp, "BMP"),
    ] {
        let bytes = encoded(&color, format);
        let path = write(folder.path(), "cut", &bytes[..bytes.len() / 2]);
        match read_picture(&path) {
            Err(MediaError::PictureDamaged {
                format,
                byte,
                num_bytes,
                ..
            }) => {
                assert_eq!(format, name);
                assert_eq!(num_bytes, bytes.len() as u64 / 2);
                assert!(byte <= num_bytes);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let text = write(folder.path(), "text.png", b"not a picture at all");
    assert!(matches!(
        read_picture(&text),
        Err(MediaError::PictureFormat { .. })
    ));
    let empty = write(folder.path(), "empty.png", b"");
    assert!(matches!(
        read_picture(&empty),
        Err(MediaError::PictureFormat { .. })
    ));
    let missing = folder.path().join("missing.png");
    assert!(matches!(
        read_picture(&missing),
        Err(MediaError::Io { action: "open", .. })
    ));
}

#[test]
fn tiny_and_gigantic_pictures_are_refused_before_decoding() {
    let (folder, _) = temporary();
    let tiny = encoded(&DynamicImage::ImageRgb8(pattern(31, 40)), ImageFormat::Png);
    let refused = read_picture(&write(folder.path(), "tiny.png", &tiny));
    assert!(
        matches!(
            refused,
            Err(MediaError::PictureSize {
                width: 31,
                height: 40,
                ..
            })
        ),
        "{refused:?}"
    );

    // A BMP header that claims 30,000 x 30,000 pixels in a file of a few bytes.
    let mut bytes = encoded(&DynamicImage::ImageRgb8(pattern(32, 32)), ImageFormat::Bmp);
    bytes[18..22].copy_from_slice(&30_000u32.to_le_bytes());
    bytes[22..26].copy_from_slice(&30_000u32.to_le_bytes());
    let refused = read_picture(&write(folder.path(), "bomb.bmp", &bytes));
    assert!(
        matches!(refused, Err(MediaError::PictureSize { width: 30_000, .. })),
        "{refused:?}"
    );
}

#[test]
fn changed_bytes_never_panic() {
    let (folder, _) = temporary();
    let color = DynamicImage::ImageRgb8(pattern(40, 33));
    let mut num_read = 0;
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
    ] {
        let bytes = encoded(&color, format);
        for position in (0..bytes.len()).step_by(1 + bytes.len() / 60) {
            let mut changed = bytes.clone();
            changed[position] ^= 0xff;
            let found = read_picture(&write(folder.path(), "changed", &changed));
            assert!(
                !matches!(&found, Err(MediaError::LibraryPanic { .. })),
                "{format:?} byte {position}"
            );
            num_read += usize::from(found.is_ok());
        }
    }
    assert!(num_read > 0);
}

#[test]
fn png_files_survive_and_wrong_sizes_are_refused() {
    let (folder, _) = temporary();
    let image = pattern(50, 40);
    let path = folder.path().join("frame.png");
    let written = write_png(&path, image.as_raw(), 50, 40).unwrap();
    assert_eq!(read_picture(&written).unwrap().rgb, *image.as_raw());
    assert_eq!(
        write_png(&path, image.as_raw(), 50, 40).unwrap(),
        folder.path().join("frame_2.png")
    );
    for (width, height) in [(50, 41), (0, 0), (u32::MAX, u32::MAX)] {
        let refused = write_png(&path, image.as_raw(), width, height);
        assert!(matches!(refused, Err(MediaError::PixelCount { .. })));
    }
}

#[test]
fn thumbnails_keep_the_aspect_and_the_mean() {
    let picture = Picture {
        width: 400,
        height: 100,
        rgb: [10, 200, 90].repeat(40_000),
    };
    let small = thumbnail(&picture, 64).unwrap();
    assert_eq!((small.width, small.height), (64, 16));
    assert!(small.rgb.chunks(3).all(|pixel| pixel == [10, 200, 90]));
    assert_eq!(thumbnail(&picture, 4000).unwrap(), picture);
    let line = Picture {
        width: 4000,
        height: 1,
        rgb: vec![7; 12_000],
    };
    assert_eq!(thumbnail(&line, 10).unwrap().height, 1);
    let wrong = Picture {
        width: 5,
        height: 5,
        rgb: vec![0; 3],
    };
    assert!(matches!(
        thumbnail(&wrong, 4),
        Err(MediaError::PixelCount { .. })
    ));
}
