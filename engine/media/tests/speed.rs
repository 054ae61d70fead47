//! How fast a clip is written and read: `cargo test -p ovi-media --test speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Instant;

use common::*;
use ovi_media::{ClipReader, ClipWriter, PixelFormat, Quality, VideoSpec};

#[test]
#[ignore = "a measurement, run alone"]
fn five_seconds_at_960x960() {
    let good = spec(960, 960);
    let frames: Vec<Vec<u8>> = (0..48)
        .map(|frame_idx| textured_frame(good, frame_idx))
        .collect();
    for quality in [Quality::Draft, Quality::Good, Quality::High] {
        let (_folder, path) = temporary();
        let start = Instant::now();
        let mut writer = ClipWriter::create(&path, VideoSpec { quality, ..good }).unwrap();
        for frame_idx in 0..121 {
            // Forth and back, so that motion never jumps.
            let turn = frame_idx % 94;
            writer.push_rgb(&frames[turn.min(94 - turn)]).unwrap();
        }
        let encode_secs = start.elapsed().as_secs_f64();
        let written = writer.finish(&speech_like(80_384), SOUND, "{}").unwrap();
        let total_secs = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let mut reader = ClipReader::open(&path).unwrap();
        let open_secs = start.elapsed().as_secs_f64();
        let mut pixels = Vec::new();
        let mut num_read = 0;
        let mut sum = 0.0;
        let start = Instant::now();
        while let Some(frame_idx) = reader
            .frames()
            .next_frame(PixelFormat::Rgba, &mut pixels)
            .unwrap()
        {
            num_read += 1;
            if frame_idx == 47 {
                let rgb: Vec<u8> = pixels
                    .chunks_exact(4)
                    .flat_map(|pixel| pixel[..3].to_vec())
                    .collect();
                sum = psnr(&frames[47], &rgb);
            }
        }
        let decode_secs = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let heard = reader.read_audio().unwrap();
        let sound_secs = start.elapsed().as_secs_f64();
        assert_eq!((num_read, heard.len()), (121, samples_of_frames(121)));
        println!(
            "{quality:?}: encode {:.0} fps, whole clip {total_secs:.2} s, {:.2} MB, {sum:.1} dB; \
             open {:.1} ms, decode {:.0} fps, sound {:.0} ms",
            121.0 / encode_secs,
            written.num_bytes as f64 / 1e6,
            open_secs * 1e3,
            121.0 / decode_secs,
            sound_secs * 1e3,
        );
    }
}
