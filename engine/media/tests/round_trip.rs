//! What the writer wrote is what the reader finds.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use ovi_media::{ClipReader, ClipWriter, MediaError, PixelFormat, Quality, VideoSpec};

const JSON: &str =
    r#"{"schema":1,"prompt":"A dog says <S>\"Héllo\" 🎬<E>","seed":18446744073709551615}"#;

#[test]
fn information_and_metadata_survive() {
    let (_folder, path) = temporary();
    let written = write_clip(&path, spec(192, 128), 121, JSON);
    assert_eq!(written.path, path);
    assert_eq!(written.num_frames, 121);
    assert_eq!(written.num_limited_samples, 0);
    assert_eq!(written.num_bytes, path.metadata().unwrap().len());

    let reader = ClipReader::open(&path).unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height, info.num_frames), (192, 128, 121));
    assert!((info.fps - 24.0).abs() < 1e-9, "{}", info.fps);
    assert!((info.duration_secs - 121.0 / 24.0).abs() < 1e-9);
    assert!((written.duration_secs - info.duration_secs).abs() < 1e-9);
    assert_eq!(info.sample_rate_hz, RATE_HZ);
    assert_eq!(info.metadata_json.as_deref(), Some(JSON));
}

#[test]
fn pictures_survive_in_order_and_by_index() {
    let (_folder, path) = temporary();
    let spec = spec(320, 320);
    let num_frames = 61;
    write_clip(&path, spec, num_frames, "");
    let mut reader = ClipReader::open(&path).unwrap();
    assert_eq!(reader.info().metadata_json, None);

    let mut pixels = Vec::new();
    let mut worst = f64::INFINITY;
    for expected_idx in 0..num_frames {
        let found = reader
            .frames()
            .next_frame(PixelFormat::Rgb, &mut pixels)
            .unwrap();
        assert_eq!(found, Some(expected_idx));
        worst = worst.min(psnr(&smooth_frame(spec, expected_idx), &pixels));
    }
    println!("worst frame: {worst:.1} dB");
    assert!(worst >= 34.0, "worst frame has {worst:.1} dB");
    assert_eq!(
        reader
            .frames()
            .next_frame(PixelFormat::Rgb, &mut pixels)
            .unwrap(),
        None
    );

    for frame_idx in [60, 0, 30, 31, 30, 24, 23, 59] {
        reader.frames().seek_frame(frame_idx).unwrap();
        assert_eq!(reader.frames().position(), frame_idx);
        let found = reader
            .frames()
            .next_frame(PixelFormat::Rgba, &mut pixels)
            .unwrap();
        assert_eq!(found, Some(frame_idx));
        assert!(pixels.chunks_exact(4).all(|pixel| pixel[3] == 255));
        let rgb: Vec<u8> = pixels
            .chunks_exact(4)
            .flat_map(|pixel| pixel[..3].to_vec())
            .collect();
        assert!(
            psnr(&smooth_frame(spec, frame_idx), &rgb) >= 34.0,
            "frame {frame_idx}"
        );
    }
    let picture = reader.read_frame(12).unwrap();
    assert!(psnr(&smooth_frame(spec, 12), &picture.rgb) >= 34.0);
    assert!(matches!(
        reader.frames().seek_frame(61),
        Err(MediaError::FrameOutOfRange {
            frame_idx: 61,
            num_frames: 61
        })
    ));
}

#[test]
fn good_quality_of_a_smooth_moving_picture_is_at_least_34_db() {
    let (_folder, path) = temporary();
    let spec = spec(960, 544);
    write_clip(&path, spec, 30, "");
    let mut frames = ClipReader::open(&path).unwrap().into_frames();
    let mut pixels = Vec::new();
    for frame_idx in 0..30 {
        frames.next_frame(PixelFormat::Rgb, &mut pixels).unwrap();
        let found = psnr(&smooth_frame(spec, frame_idx), &pixels);
        assert!(found >= 34.0, "frame {frame_idx} has {found:.1} dB");
    }
}

#[test]
fn better_quality_costs_more_bytes_and_gives_more_decibels() {
    let measure = |quality| {
        let (_folder, path) = temporary();
        let spec = VideoSpec {
            quality,
            ..spec(256, 256)
        };
        let mut writer = ClipWriter::create(&path, spec).unwrap();
        let textured: Vec<Vec<u8>> = (0..30)
            .map(|frame_idx| textured_frame(spec, frame_idx))
            .collect();
        for frame in &textured {
            writer.push_rgb(frame).unwrap();
        }
        let written = writer.finish(&[], SOUND, "").unwrap();
        let mut frames = ClipReader::open(&path).unwrap().into_frames();
        let mut pixels = Vec::new();
        let mut sum = 0.0;
        for frame in &textured {
            frames.next_frame(PixelFormat::Rgb, &mut pixels).unwrap();
            sum += psnr(frame, &pixels);
        }
        println!(
            "{quality:?}: {} bytes, {:.1} dB",
            written.num_bytes,
            sum / 30.0
        );
        (written.num_bytes, sum / 30.0)
    };
    let [draft, good, high] = [Quality::Draft, Quality::Good, Quality::High].map(measure);
    assert!(draft.0 < good.0 && good.0 < high.0);
    assert!(draft.1 < good.1 && good.1 < high.1);
}

#[test]
fn sound_comes_back_without_lag_and_with_the_length_of_the_pictures() {
    let (_folder, path) = temporary();
    write_clip(&path, spec(64, 64), 121, "");
    let found = ClipReader::open(&path).unwrap().read_audio().unwrap();
    let expected = speech_like(samples_of_frames(121));
    assert_eq!(found.len(), expected.len());
    let (lag, correlation) = best_lag(&expected, &found, 2100);
    println!("lag {lag}, correlation {correlation:.5}");
    assert!(lag.abs() <= 16, "lag {lag}");
    assert!(correlation > 0.99, "correlation {correlation}");
}

#[test]
fn sound_is_padded_or_cut_to_the_pictures() {
    let check = |num_given: usize| {
        let (_folder, path) = temporary();
        let mut writer = ClipWriter::create(&path, spec(64, 64)).unwrap();
        for frame_idx in 0..48 {
            writer
                .push_rgb(&smooth_frame(spec(64, 64), frame_idx))
                .unwrap();
        }
        let written = writer.finish(&speech_like(num_given), SOUND, "").unwrap();
        assert!((written.duration_secs - 2.0).abs() < 1e-9);
        let found = ClipReader::open(&path).unwrap().read_audio().unwrap();
        assert_eq!(found.len(), 32_000, "{num_given} samples given");
        let silent_from = num_given + 1100;
        let tail = found.get(silent_from..).unwrap_or_default();
        assert!(
            tail.iter().all(|sample| sample.abs() < 1e-3),
            "{num_given} samples given"
        );
        found
    };
    check(0);
    check(1);
    let half = check(16_000);
    assert!(best_lag(&speech_like(16_000), &half[..16_000], 64).1 > 0.98);
    check(80_384);
}

#[test]
fn peaks_are_limited_and_counted_and_non_finite_samples_refused() {
    let (folder, path) = temporary();
    let writer_with_frame = || {
        let mut writer = ClipWriter::create(&path, spec(64, 64)).unwrap();
        writer.push_rgb(&smooth_frame(spec(64, 64), 0)).unwrap();
        writer
    };
    let mut loud: Vec<f32> = speech_like(600);
    loud[100] = 1.5;
    loud[101] = -40.0;
    let written = writer_with_frame().finish(&loud, SOUND, "").unwrap();
    assert_eq!(written.num_limited_samples, 2);

    loud[7] = f32::NAN;
    let refused = writer_with_frame().finish(&loud, SOUND, "");
    assert!(matches!(
        refused,
        Err(MediaError::NonFiniteSound { sample_idx: 7 })
    ));
    assert_eq!(files_in(folder.path()), ["clip.mp4"]);
}

#[test]
fn flash_and_beep_agree_within_a_millisecond() {
    let (_folder, path) = temporary();
    let spec = spec(96, 96);
    let mut writer = ClipWriter::create(&path, spec).unwrap();
    for frame_idx in 0..121u32 {
        let value = if frame_idx > 0 && frame_idx.is_multiple_of(24) {
            255
        } else {
            0
        };
        writer.push_rgb(&vec![value; spec.frame_bytes()]).unwrap();
    }
    let beep = |idx: usize| {
        let since = idx % RATE_HZ as usize;
        let is_on = idx >= RATE_HZ as usize && since < 800;
        if is_on {
            0.8 * (since as f32 * 0.4).cos()
        } else {
            0.0
        }
    };
    let sound: Vec<f32> = (0..samples_of_frames(121)).map(beep).collect();
    writer.finish(&sound, SOUND, "").unwrap();

    let mut reader = ClipReader::open(&path).unwrap();
    let mut pixels = Vec::new();
    let mut flash_secs = Vec::new();
    while let Some(frame_idx) = reader
        .frames()
        .next_frame(PixelFormat::Rgb, &mut pixels)
        .unwrap()
    {
        if pixels[0] > 128 {
            flash_secs.push(f64::from(frame_idx) / 24.0);
        }
    }
    assert_eq!(flash_secs, [1.0, 2.0, 3.0, 4.0, 5.0]);
    let heard = reader.read_audio().unwrap();
    for flash in flash_secs {
        let center = (flash * f64::from(RATE_HZ)) as usize;
        let from = center - 2000;
        let until = (center + 600).min(heard.len());
        let (lag, _) = best_lag(&sound[from..until], &heard[from..until], 200);
        let first_loud = (from..until).find(|idx| heard[*idx].abs() > 0.4).unwrap();
        let onset_secs = first_loud as f64 / f64::from(RATE_HZ) - flash;
        println!(
            "flash at {flash}: beep lag {lag} samples, onset {:.2} ms",
            onset_secs * 1000.0
        );
        assert!(lag.abs() <= 16, "lag {lag}");
        assert!(onset_secs.abs() <= 0.001, "onset {onset_secs}");
    }
}

#[test]
fn other_rates_and_sizes_work() {
    let check = |width, height, fps, sample_rate_hz, num_frames: u32| {
        let (_folder, path) = temporary();
        let spec = VideoSpec {
            width,
            height,
            fps,
            quality: Quality::Draft,
        };
        let mut writer = ClipWriter::create(&path, spec).unwrap();
        for frame_idx in 0..num_frames {
            writer.push_rgb(&smooth_frame(spec, frame_idx)).unwrap();
        }
        let sound = ovi_media::AudioSpec { sample_rate_hz };
        writer.finish(&speech_like(5000), sound, "{}").unwrap();
        let mut reader = ClipReader::open(&path).unwrap();
        let info = reader.info().clone();
        assert_eq!(
            (info.width, info.height, info.num_frames),
            (width, height, num_frames)
        );
        assert!((info.fps - f64::from(fps)).abs() < 1e-9);
        assert_eq!(info.sample_rate_hz, sample_rate_hz);
        let last = reader.read_frame(num_frames - 1).unwrap();
        assert!(psnr(&smooth_frame(spec, num_frames - 1), &last.rgb) > 25.0);
        let expected = f64::from(num_frames) / f64::from(fps) * f64::from(sample_rate_hz);
        assert!((reader.read_audio().unwrap().len() as f64 - expected).abs() <= 1.0);
    };
    check(16, 16, 24, 16_000, 1);
    check(1088, 480, 24, 16_000, 3);
    check(46, 98, 25, 44_100, 26);
    check(64, 64, 30, 48_000, 31);
}

#[test]
fn wrong_input_is_refused_with_numbers() {
    let (folder, path) = temporary();
    let create = |width, height, fps| {
        ClipWriter::create(
            &path,
            VideoSpec {
                width,
                height,
                fps,
                quality: Quality::Good,
            },
        )
    };
    assert!(matches!(
        create(63, 64, 24),
        Err(MediaError::VideoSize {
            width: 63,
            height: 64
        })
    ));
    assert!(matches!(
        create(0, 64, 24),
        Err(MediaError::VideoSize { .. })
    ));
    assert!(matches!(
        create(4000, 64, 24),
        Err(MediaError::VideoSize { .. })
    ));
    assert!(matches!(
        create(2400, 2400, 24),
        Err(MediaError::VideoSize { .. })
    ));
    assert!(matches!(
        create(64, 64, 0),
        Err(MediaError::FrameRate { fps: 0 })
    ));

    let mut writer = create(64, 64, 24).unwrap();
    let short = writer.push_rgb(&[0; 100]);
    assert!(matches!(
        short,
        Err(MediaError::FrameLength {
            expected: 12_288,
            found: 100
        })
    ));
    assert!(matches!(
        writer.finish(&[], SOUND, ""),
        Err(MediaError::NoFrames)
    ));

    let finish = |rate, json: &str| {
        let mut writer = create(64, 64, 24).unwrap();
        writer.push_rgb(&[9; 12_288]).unwrap();
        writer.finish(
            &[],
            ovi_media::AudioSpec {
                sample_rate_hz: rate,
            },
            json,
        )
    };
    assert!(matches!(
        finish(16_000, "{broken"),
        Err(MediaError::Metadata { .. })
    ));
    assert!(matches!(
        finish(0, ""),
        Err(MediaError::SampleRate { sample_rate_hz: 0 })
    ));
    assert!(matches!(
        finish(96_000, ""),
        Err(MediaError::SampleRate { .. })
    ));
    assert!(matches!(
        finish(12_345, ""),
        Err(MediaError::SoundEncode { .. })
    ));
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}
