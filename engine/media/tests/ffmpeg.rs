//! What other programs say about our clips, and ours about theirs; skipped where FFmpeg is not installed.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use ovi_media::{ClipReader, PixelFormat};

const JSON: &str = r#"{"schema":1,"prompt":"a \"quoted\" prompt"}"#;

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn ffprobe_agrees_with_every_number() {
    let (_folder, path) = temporary();
    write_clip(&path, spec(320, 192), 121, JSON);
    let arguments = [
        "-v",
        "error",
        "-of",
        "json",
        "-count_frames",
        "-show_streams",
        "-show_format",
        text(&path),
    ];
    let Some(output) = run_tool("ffprobe", &arguments) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report = json(&output.stdout);
    let [video, sound] = [0, 1].map(|idx| &report["streams"][idx]);
    let check = |stream: &serde_json::Value, key: &str, expected: &str| {
        assert_eq!(stream[key].as_str(), Some(expected), "{key}");
    };
    check(video, "codec_name", "h264");
    check(video, "profile", "High");
    check(video, "codec_tag_string", "avc1");
    check(video, "r_frame_rate", "24/1");
    check(video, "avg_frame_rate", "24/1");
    check(video, "nb_frames", "121");
    check(video, "nb_read_frames", "121");
    check(video, "pix_fmt", "yuv420p");
    check(video, "color_space", "bt709");
    check(video, "color_range", "tv");
    check(video, "start_time", "0.000000");
    check(sound, "codec_name", "aac");
    check(sound, "profile", "LC");
    check(sound, "sample_rate", "16000");
    check(sound, "start_time", "0.000000");
    assert_eq!(
        (video["width"].as_u64(), video["height"].as_u64()),
        (Some(320), Some(192))
    );
    assert_eq!(sound["channels"].as_u64(), Some(1));
    assert_eq!(report["format"]["tags"]["description"].as_str(), Some(JSON));
    let secs =
        |value: &serde_json::Value| value["duration"].as_str().unwrap().parse::<f64>().unwrap();
    for duration in [secs(video), secs(&report["format"])] {
        assert!((duration - 121.0 / 24.0).abs() < 1e-3, "{duration}");
    }
}

#[test]
fn ffmpeg_decodes_without_a_complaint() {
    let (_folder, path) = temporary();
    write_clip(&path, spec(320, 192), 61, JSON);
    let arguments = [
        "-v",
        "warning",
        "-xerror",
        "-i",
        text(&path),
        "-f",
        "null",
        "-",
    ];
    let Some(output) = run_tool("ffmpeg", &arguments) else {
        return;
    };
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn ffmpeg_hears_our_sound_without_lag_and_sees_our_colors() {
    let (_folder, path) = temporary();
    let spec = spec(320, 192);
    write_clip(&path, spec, 121, "");
    let arguments = [
        "-v",
        "error",
        "-i",
        text(&path),
        "-f",
        "f32le",
        "-ac",
        "1",
        "-",
    ];
    let Some(output) = run_tool("ffmpeg", &arguments) else {
        return;
    };
    let heard: Vec<f32> = output
        .stdout
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    let expected = speech_like(samples_of_frames(121));
    let (lag, correlation) = best_lag(&expected, &heard, 2100);
    println!(
        "ffmpeg: lag {lag}, correlation {correlation:.5}, {} of {} samples",
        heard.len(),
        expected.len()
    );
    assert!(lag.abs() <= 16, "lag {lag}");
    assert!(correlation > 0.99, "correlation {correlation}");
    assert!(heard.len().abs_diff(expected.len()) <= 1024);
    let ours = ClipReader::open(&path).unwrap().read_audio().unwrap();
    assert!(best_lag(&ours, &heard, 0).1 > 0.9999);

    let scale =
        "scale=in_color_matrix=bt709:out_color_matrix=bt709:flags=accurate_rnd+full_chroma_int";
    let arguments = [
        "-v",
        "error",
        "-i",
        text(&path),
        "-vf",
        scale,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ];
    let output = run_tool("ffmpeg", &arguments).unwrap();
    assert_eq!(output.stdout.len(), 121 * spec.frame_bytes());
    for (frame_idx, frame) in output.stdout.chunks_exact(spec.frame_bytes()).enumerate() {
        let found = psnr(&smooth_frame(spec, frame_idx as u32), frame);
        assert!(found >= 34.0, "frame {frame_idx} has {found:.1} dB");
    }
}

/// B-frames, stereo sound, a fast start and a comment, as other programs write them.
#[test]
fn clips_of_other_encoders_are_read_in_display_order() {
    let (folder, path) = temporary();
    let ours = folder.path().join("ours.mp4");
    let spec = spec(256, 144);
    write_clip(&ours, spec, 61, "");
    let comment = format!("comment={JSON}");
    let arguments = [
        "-v",
        "error",
        "-i",
        text(&ours),
        "-c:v",
        "libx264",
        "-bf",
        "3",
        "-g",
        "20",
        "-crf",
        "16",
        "-c:a",
        "aac",
        "-b:a",
        "128k",
        "-ac",
        "2",
        "-ar",
        "44100",
        "-metadata",
        &comment,
        "-movflags",
        "+faststart",
        text(&path),
    ];
    let Some(output) = run_tool("ffmpeg", &arguments) else {
        return;
    };
    if !output.status.success() {
        println!("skipped: this ffmpeg has no libx264");
        return;
    }
    let mut reader = ClipReader::open(&path).unwrap();
    let info = reader.info().clone();
    assert_eq!((info.num_frames, info.sample_rate_hz), (61, 44_100));
    assert_eq!(info.metadata_json.as_deref(), Some(JSON));
    let mut pixels = Vec::new();
    for frame_idx in 0..61 {
        let found = reader
            .frames()
            .next_frame(PixelFormat::Rgb, &mut pixels)
            .unwrap();
        assert_eq!(found, Some(frame_idx));
        let quality = psnr(&smooth_frame(spec, frame_idx), &pixels);
        assert!(quality > 33.0, "frame {frame_idx} has {quality:.1} dB");
    }
    assert_eq!(
        reader
            .frames()
            .next_frame(PixelFormat::Rgb, &mut pixels)
            .unwrap(),
        None
    );
    for frame_idx in [50, 5, 59] {
        let picture = reader.read_frame(frame_idx).unwrap();
        let quality = psnr(&smooth_frame(spec, frame_idx), &picture.rgb);
        assert!(
            quality > 33.0,
            "frame {frame_idx} after a seek has {quality:.1} dB"
        );
    }
    let heard = reader.read_audio().unwrap();
    assert!((heard.len() as f64 / 44_100.0 - 61.0 / 24.0).abs() < 0.05);
    let expected = speech_like(samples_of_frames(61));
    let at_16k: Vec<f32> = (0..expected.len())
        .map(|idx| heard.get(idx * 44_100 / 16_000).copied().unwrap_or(0.0))
        .collect();
    let (lag, correlation) = best_lag(&expected, &at_16k, 200);
    println!("other encoder: lag {lag}, correlation {correlation:.4}");
    assert!(lag.abs() <= 16, "lag {lag}");
    assert!(correlation > 0.9, "correlation {correlation}");
}

#[test]
fn ffmpeg_decodes_lossless_sound_to_our_numbers() {
    let (_folder, path) = temporary();
    write_flac_clip(&path, spec(320, 192), 61, JSON);
    let probe = [
        "-v",
        "error",
        "-of",
        "json",
        "-show_streams",
        "-show_format",
        text(&path),
    ];
    let Some(output) = run_tool("ffprobe", &probe) else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report = json(&output.stdout);
    let sound = &report["streams"][1];
    assert_eq!(sound["codec_name"].as_str(), Some("flac"));
    assert_eq!(sound["sample_rate"].as_str(), Some("16000"));
    assert_eq!(sound["start_time"].as_str(), Some("0.000000"));
    let decode = [
        "-v",
        "warning",
        "-xerror",
        "-i",
        text(&path),
        "-f",
        "s16le",
        "-ac",
        "1",
        "-",
    ];
    let output = run_tool("ffmpeg", &decode).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let heard: Vec<f32> = output
        .stdout
        .chunks_exact(2)
        .map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32768.0)
        .collect();
    assert!(heard == as_16_bit(&speech_like(samples_of_frames(61))));
}
