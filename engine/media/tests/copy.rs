//! Lossless sound, and tracks that move from clip to clip without being encoded again.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::*;
use ovi_media::{ClipReader, ClipWriter, MediaError, PixelFormat, Quality, SoundCodec};

/// All decoded pixels of a clip.
fn pixels(path: &Path) -> Vec<u8> {
    let mut frames = ClipReader::open(path).unwrap().into_frames();
    let (mut all, mut frame) = (Vec::new(), Vec::new());
    while frames
        .next_frame(PixelFormat::Rgb, &mut frame)
        .unwrap()
        .is_some()
    {
        all.extend_from_slice(&frame);
    }
    all
}

#[test]
fn lossless_sound_comes_back_to_the_last_bit() {
    // One short packet, one nearly whole, and several.
    for num_frames in [1, 5, 13, 61] {
        let (_folder, path) = temporary();
        write_flac_clip(&path, spec(64, 64), num_frames, "");
        let reader = ClipReader::open(&path).unwrap();
        let info = reader.info();
        assert_eq!(info.sound_codec, Some(SoundCodec::Flac));
        assert_eq!(
            (info.sample_rate_hz, info.num_frames),
            (RATE_HZ, num_frames)
        );
        let made = as_16_bit(&speech_like(samples_of_frames(num_frames)));
        assert!(reader.read_audio().unwrap() == made, "{num_frames} frames");
    }
}

#[test]
fn sound_beyond_full_scale_is_limited_in_lossless_clips_too() {
    let (_folder, path) = temporary();
    let mut writer = ClipWriter::create(&path, spec(64, 64)).unwrap();
    writer.push_rgb(&smooth_frame(spec(64, 64), 0)).unwrap();
    let sound = vec![2.0; samples_of_frames(1)];
    let written = writer
        .finish_as(SoundCodec::Flac, &sound, SOUND, "")
        .unwrap();
    assert_eq!(written.num_limited_samples, sound.len());
    let heard = ClipReader::open(&path).unwrap().read_audio().unwrap();
    assert_eq!(heard, vec![32767.0 / 32768.0; sound.len()]);
}

#[test]
fn copied_tracks_are_the_same_to_the_last_bit() {
    for is_lossless in [false, true] {
        let (folder, path) = temporary();
        let spec = spec(96, 64);
        match is_lossless {
            true => write_flac_clip(&path, spec, 30, ""),
            false => write_clip(&path, spec, 30, ""),
        };
        let reader = ClipReader::open(&path).unwrap();
        let (pictures, sound) = (
            reader.copy_pictures().unwrap(),
            reader.copy_sound().unwrap(),
        );
        let sound = sound.unwrap();
        assert_eq!((pictures.num_frames(), sound.num_samples()), (30, 20_000));
        let copy = folder.path().join("copy.mp4");
        let writer = ClipWriter::create_with_pictures(&copy, pictures.clone()).unwrap();
        writer.finish_with_sound(&sound, r#"{"a":1}"#).unwrap();
        let copied = ClipReader::open(&copy).unwrap();
        assert_eq!(copied.copy_pictures().unwrap(), pictures);
        assert_eq!(copied.copy_sound().unwrap().unwrap(), sound);
        assert_eq!(copied.info().metadata_json.as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(copied.read_audio().unwrap(), reader.read_audio().unwrap());
        assert!(pixels(&copy) == pixels(&path));
    }
}

#[test]
fn a_copied_track_takes_no_further_frames() {
    let (folder, path) = temporary();
    write_clip(&path, spec(64, 64), 2, "");
    let pictures = ClipReader::open(&path).unwrap().copy_pictures().unwrap();
    let copy = folder.path().join("copy.mp4");
    let mut writer = ClipWriter::create_with_pictures(&copy, pictures).unwrap();
    let refused = writer.push_rgb(&smooth_frame(spec(64, 64), 0));
    assert!(matches!(
        refused,
        Err(MediaError::VideoEncode { frame_idx: 2, .. })
    ));
    drop(writer);
    assert_eq!(files_in(folder.path()), ["clip.mp4"]);
}

/// Frames of one clip, then new ones behind them in the same track.
#[test]
fn a_clip_that_goes_on_keeps_its_first_frames_and_can_be_played_by_others() {
    let (folder, path) = temporary();
    // The last of 25 frames is one a player can start from, and so is the first new one.
    let (first, second) = (
        spec(96, 64),
        ovi_media::VideoSpec {
            quality: Quality::High,
            ..spec(96, 64)
        },
    );
    write_clip(&path, first, 25, "");
    let before = ClipReader::open(&path).unwrap().copy_pictures().unwrap();
    let longer = folder.path().join("longer.mp4");
    let mut writer = ClipWriter::create_after(&longer, second, before).unwrap();
    for frame_idx in 25..50 {
        writer.push_rgb(&smooth_frame(second, frame_idx)).unwrap();
    }
    let sound = speech_like(samples_of_frames(50));
    assert_eq!(writer.finish(&sound, SOUND, "").unwrap().num_frames, 50);
    let (old, new) = (pixels(&path), pixels(&longer));
    assert_eq!(new.len(), 50 * first.frame_bytes());
    assert!(new[..old.len()] == old[..]);
    for (idx, frame) in new.chunks_exact(first.frame_bytes()).enumerate() {
        let quality = psnr(&smooth_frame(first, idx as u32), frame);
        assert!(quality > 33.0, "frame {idx} has {quality:.1} dB");
    }
    let mut reader = ClipReader::open(&longer).unwrap();
    for frame_idx in [49, 24, 25, 0, 26] {
        let quality = psnr(
            &smooth_frame(first, frame_idx),
            &reader.read_frame(frame_idx).unwrap().rgb,
        );
        assert!(
            quality > 33.0,
            "frame {frame_idx} after a seek has {quality:.1} dB"
        );
    }
    let decode = [
        "-v",
        "warning",
        "-xerror",
        "-i",
        text(&longer),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-",
    ];
    let Some(output) = run_tool("ffmpeg", &decode) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.stdout.len(), 50 * 96 * 64 * 3 / 2);
}

#[test]
fn frames_of_another_size_are_not_gone_on_from() {
    let (folder, path) = temporary();
    write_clip(&path, spec(96, 64), 2, "");
    let before = ClipReader::open(&path).unwrap().copy_pictures().unwrap();
    let other = ClipWriter::create_after(&folder.path().join("other.mp4"), spec(64, 64), before);
    assert!(matches!(other, Err(MediaError::Unsupported { .. })));
}
