//! Test clips and the comparisons the suites share.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ovi_media::{AudioSpec, ClipWriter, Quality, SoundCodec, VideoSpec, WrittenClip};

pub const RATE_HZ: u32 = 16_000;
pub const SOUND: AudioSpec = AudioSpec {
    sample_rate_hz: RATE_HZ,
};

pub fn spec(width: u32, height: u32) -> VideoSpec {
    VideoSpec {
        width,
        height,
        fps: 24,
        quality: Quality::Good,
    }
}

/// Smooth colors that drift, and a soft bright spot that crosses the picture in five seconds.
pub fn smooth_frame(spec: VideoSpec, frame_idx: u32) -> Vec<u8> {
    let (width, height) = (spec.width as f32, spec.height as f32);
    let time = frame_idx as f32 / spec.fps as f32;
    let spot = (width * (0.1 + 0.16 * time), height * 0.5);
    let mut rgb = Vec::with_capacity(spec.frame_bytes());
    for y in 0..spec.height {
        for x in 0..spec.width {
            let (x, y) = (x as f32, y as f32);
            let distance = ((x - spot.0).powi(2) + (y - spot.1).powi(2)) / (0.01 * width * width);
            let glow = 110.0 * (-distance).exp();
            let wave =
                |phase: f32| 40.0 * (6.0 * x / width + 4.0 * y / height + time + phase).sin();
            rgb.push((100.0 + glow + wave(0.0)) as u8);
            rgb.push((90.0 + glow + wave(2.0)) as u8);
            rgb.push((110.0 + 0.3 * glow + wave(4.0)) as u8);
        }
    }
    rgb
}

/// A moving texture that needs bits.
pub fn textured_frame(spec: VideoSpec, frame_idx: u32) -> Vec<u8> {
    let mut rgb = smooth_frame(spec, frame_idx);
    for (idx, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        let (x, y) = (
            idx as u32 % spec.width + 3 * frame_idx,
            idx as u32 / spec.width,
        );
        let hash = (x / 2).wrapping_mul(2_654_435_761) ^ (y / 2).wrapping_mul(2_246_822_519);
        let grain = ((hash ^ (hash >> 15)).wrapping_mul(2_654_435_761) >> 27) as u8;
        for value in pixel {
            *value = value.saturating_add(grain);
        }
    }
    rgb
}

/// A voice-like sound that never repeats: a glide with harmonics under a slow swell.
pub fn speech_like(num_samples: usize) -> Vec<f32> {
    let mut phase = 0.0f32;
    (0..num_samples)
        .map(|idx| {
            let time = idx as f32 / RATE_HZ as f32;
            let pitch = 140.0 + 60.0 * (2.1 * time).sin() + 25.0 * (5.3 * time).sin();
            phase += std::f32::consts::TAU * pitch / RATE_HZ as f32;
            let tone: f32 = (1..=8).map(|n| (phase * n as f32).sin() / n as f32).sum();
            0.35 * tone * (0.6 + 0.4 * (9.0 * time).sin())
        })
        .collect()
}

/// Samples that last as long as `num_frames` at 24 frames per second.
pub fn samples_of_frames(num_frames: u32) -> usize {
    (f64::from(num_frames) * f64::from(RATE_HZ) / 24.0).round() as usize
}

pub fn write_clip(path: &Path, spec: VideoSpec, num_frames: u32, json: &str) -> WrittenClip {
    let mut writer = ClipWriter::create(path, spec).unwrap();
    for frame_idx in 0..num_frames {
        writer.push_rgb(&smooth_frame(spec, frame_idx)).unwrap();
    }
    assert_eq!(writer.num_frames(), num_frames);
    let sound = speech_like(samples_of_frames(num_frames));
    writer.finish(&sound, SOUND, json).unwrap()
}

/// As [`write_clip`] with lossless sound.
pub fn write_flac_clip(path: &Path, spec: VideoSpec, num_frames: u32, json: &str) -> WrittenClip {
    let mut writer = ClipWriter::create(path, spec).unwrap();
    for frame_idx in 0..num_frames {
        writer.push_rgb(&smooth_frame(spec, frame_idx)).unwrap();
    }
    let sound = speech_like(samples_of_frames(num_frames));
    writer
        .finish_as(SoundCodec::Flac, &sound, SOUND, json)
        .unwrap()
}

/// The 16-bit numbers that lossless sound keeps, as the reader gives them.
pub fn as_16_bit(samples: &[f32]) -> Vec<f32> {
    let number = |sample: &f32| (sample.clamp(-1.0, 1.0) * 32767.0) as i16;
    samples
        .iter()
        .map(|sample| f32::from(number(sample)) / 32768.0)
        .collect()
}

/// Lag of `found` behind `expected` with the highest correlation, and that correlation.
pub fn best_lag(expected: &[f32], found: &[f32], max_lag: i64) -> (i64, f64) {
    let correlation = |lag: i64| {
        let (mut dot, mut a2, mut b2) = (0.0f64, 1e-12f64, 1e-12f64);
        for (idx, a) in expected.iter().enumerate() {
            let Some(b) = usize::try_from(idx as i64 + lag)
                .ok()
                .and_then(|idx| found.get(idx))
            else {
                continue;
            };
            let (a, b) = (f64::from(*a), f64::from(*b));
            dot += a * b;
            a2 += a * a;
            b2 += b * b;
        }
        dot / (a2 * b2).sqrt()
    };
    (-max_lag..=max_lag)
        .map(|lag| (lag, correlation(lag)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap()
}

pub fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    10.0 * (255.0f64.powi(2) / (squares / a.len() as f64).max(1e-9)).log10()
}

pub fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs an optional tool; says so and returns None where it is not installed.
pub fn run_tool(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            eprintln!("skipped: no {program}");
            None
        }
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    (folder, path)
}
