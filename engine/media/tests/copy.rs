//! Lossless sound, and tracks that move from clip to clip without being encoded again.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::*;
use ovi_media::{ClipReader, ClipWriter, MediaError, PixelFormat, SoundCodec};

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
