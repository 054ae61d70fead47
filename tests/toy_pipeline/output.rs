//! Sound and files of a finished clip, measured in what was written.

use ovi_engine::protocol::{
    Clip, DecodeTiles, Event, GenerateRequest, SoundCodec, SoundLevel, WarningCode,
};
use ovi_media::{ClipReader, SoundCodec as MediaCodec};

use crate::harness::{Engine, checkpoint, listing, request};

fn finished(events: &[Event]) -> Clip {
    match events.last() {
        Some(Event::Finished { clip, .. }) => (**clip).clone(),
        other => panic!("expected a finished clip, got {other:?}"),
    }
}

/// The samples of a 16-bit WAV file.
fn wav(path: &std::path::Path) -> Vec<f32> {
    let bytes = std::fs::read(path).unwrap();
    bytes[44..]
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
        .collect()
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

fn loudness(samples: &[f32]) -> f64 {
    let mut meter = ebur128::EbuR128::new(1, 16_000, ebur128::Mode::I).unwrap();
    meter.add_frames_f32(samples).unwrap();
    meter.loudness_global().unwrap()
}

/// One second of sound, lossless, at `level`.
fn sound_at(level: SoundLevel) -> (Clip, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let clip = finished(&Engine::start().run(GenerateRequest {
        latent_frames: Some(7),
        audio_steps: Some(33),
        sound_level: level,
        sound_codec: SoundCodec::Flac,
        ..request(folder.path())
    }));
    let reader = ClipReader::open(&clip.path).unwrap();
    assert_eq!(reader.info().sound_codec, Some(MediaCodec::Flac));
    (clip, reader.read_audio().unwrap())
}

#[test]
fn lossless_sound_is_the_wav_file_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let clip = finished(&Engine::start().run(GenerateRequest {
        sound_codec: SoundCodec::Flac,
        ..request(folder.path())
    }));
    let heard = ClipReader::open(&clip.path).unwrap().read_audio().unwrap();
    let made = wav(&folder.path().join("clip.wav"));
    let len = heard.len().min(made.len());
    assert!(len > 3000 && heard[..len] == made[..len]);
}

#[test]
fn the_level_of_the_written_sound_is_the_one_asked_for() {
    let (_, left) = sound_at(SoundLevel::Leave);
    let (_, limited) = sound_at(SoundLevel::Limit);
    let ceiling = 0.8913;
    assert!(peak(&limited) <= ceiling, "{}", peak(&limited));
    if peak(&left) <= ceiling {
        assert_eq!(left, limited);
    }
    let (clip, normal) = sound_at(SoundLevel::Normalise);
    assert!(peak(&normal) <= ceiling);
    let measured = loudness(&normal);
    assert!((measured + 16.0).abs() < 0.5, "{measured} LUFS");
    assert!(
        (loudness(&left) + 16.0).abs() > 0.5,
        "the test needs sound of another level"
    );
    assert!(!clip.warnings.iter().any(|w| w.code == WarningCode::Limited));
}

#[test]
fn files_beside_the_clip_are_named_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let asked = GenerateRequest {
        save_first_frame: true,
        save_settings: true,
        save_frames: true,
        keep_latents: true,
        ..request(folder.path())
    };
    let mut engine = Engine::start();
    finished(&engine.run(asked.clone()));
    let clip = finished(&engine.run(asked));
    let files = [
        "clip_2.first.png",
        "clip_2.frames",
        "clip_2.json",
        "clip_2.latents.safetensors",
        "clip_2.mp4",
        "clip_2.wav",
    ];
    let found = listing(folder.path());
    assert!(
        files
            .iter()
            .all(|file| found.iter().any(|name| name == file)),
        "{found:?}"
    );
    assert_eq!(found.len(), 12, "{found:?}");
    assert_eq!(clip.extra_files.len(), 4);
    let kept = clip.latents.unwrap();
    assert_eq!(kept, folder.path().join("clip_2.latents.safetensors"));
    let png = |name: &str| ovi_media::read_picture(&folder.path().join(name)).unwrap();
    assert_eq!(
        png("clip_2.first.png").rgb,
        png("clip_2.frames/00001.png").rgb
    );
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let inside = ClipReader::open(&clip.path).unwrap();
    let inside = json(inside.info().metadata_json.as_ref().unwrap());
    let beside = std::fs::read_to_string(folder.path().join("clip_2.json")).unwrap();
    assert_eq!(json(&beside), inside);
    let set = ovi_weights::WeightSet::open(std::slice::from_ref(&kept)).unwrap();
    assert_eq!(set.shape("video"), Some(&[48, 2, 4, 4][..]));
    assert_eq!(set.shape("audio"), Some(&[7, 20][..]));
    assert_eq!(json(&set.files()[0].metadata()["ovi.clip"]), inside);
}

#[test]
fn tiles_give_the_picture_of_whole_frames() {
    let folder = tempfile::tempdir().unwrap();
    let wide = GenerateRequest {
        height: 64,
        width: 320,
        video_area: Some(64 * 320),
        save_frames: true,
        ..request(folder.path())
    };
    let mut engine = Engine::start();
    let frames = |clip: &Clip| -> Vec<u8> {
        let folder = clip.path.with_extension("frames");
        let names = listing(&folder);
        assert_eq!(names.len(), 5);
        let read = |name: &String| ovi_media::read_picture(&folder.join(name)).unwrap().rgb;
        names.iter().flat_map(read).collect()
    };
    let whole = finished(&engine.run(wide.clone()));
    assert_eq!((whole.width, whole.height), (320, 64));
    for side in [32, 64, 160, 4096] {
        let tiled = finished(&engine.run(GenerateRequest {
            decode_tiles: DecodeTiles::Pixels(side),
            ..wide.clone()
        }));
        let (a, b) = (frames(&whole), frames(&tiled));
        let far = a
            .iter()
            .zip(&b)
            .filter(|(a, b)| a.abs_diff(**b) > 1)
            .count();
        let near = a.iter().zip(&b).filter(|(a, b)| a != b).count();
        // Rounding can move a value over the edge of a byte.
        assert!(
            far == 0 && near * 1000 < a.len(),
            "{side}: {near} of {}",
            a.len()
        );
    }
    assert_eq!(engine.counted_bytes(), 0);
}

/// Whole frames and tiles in numbers: the error the documents state, and the memory that is saved.
#[test]
fn tiles_differ_by_rounding_and_need_less_memory() {
    use ovi_engine::protocol::Role;
    use ovi_models::video_vae::{LatentStats, VideoDecoder, decode_exact};

    let device = ovi_tensor::Device::cpu();
    let checkpoint = ovi_engine::catalogue::Checkpoint::open(checkpoint(), None).unwrap();
    let weights = ovi_models::Weights::new(checkpoint.weights(Role::VideoVae), &device);
    let stats = LatentStats::wan22(&device).unwrap();
    let decoder = VideoDecoder::new(&weights, stats).unwrap();
    let shape = [48, 3, 40, 40];
    let noise = ovi_tensor::PhiloxNoise::new(5);
    let values = ovi_tensor::NoiseSource::normal(&noise, shape.iter().product());
    let latents = ovi_tensor::Tensor::from_vec(values, &shape, &device).unwrap();
    let (height, width) = (640, 640);
    let peak_of = |decode: &mut dyn FnMut()| {
        device.ledger().reset_peaks();
        let before = device.ledger().current_bytes(device.kind());
        decode();
        device.ledger().peak_bytes(device.kind()) - before
    };
    let mut whole: Vec<Vec<f32>> = Vec::new();
    let whole_peak = peak_of(&mut || {
        let mut keep = |frame: ovi_tensor::Tensor| {
            whole.push(frame.to_vec()?);
            Ok(())
        };
        decoder.decode(&latents, &mut keep).unwrap();
    });
    assert_eq!(whole.len(), 9);
    let (mut worst, mut covered) = (0.0_f32, 0);
    let tiled_peak = peak_of(&mut || {
        decode_exact(&decoder, &latents, 8, &mut |part| {
            let [rows, columns, _] = part.pixels.dims::<3>("part")?;
            for (row, line) in part.pixels.to_vec()?.chunks(columns * 3).enumerate() {
                let at = ((part.top + row) * width + part.left) * 3;
                let same = &whole[part.frame_idx][at..at + columns * 3];
                let far = line.iter().zip(same).map(|(a, b)| (a - b).abs());
                worst = far.fold(worst, f32::max);
            }
            covered += rows * columns;
            Ok(())
        })
        .unwrap();
    });
    assert_eq!(covered, 9 * height * width, "every pixel once");
    println!("worst difference {worst:e}; peak {whole_peak} whole, {tiled_peak} in tiles");
    assert!(worst <= 2e-6, "{worst:e}");
    assert!(tiled_peak * 2 < whole_peak, "{tiled_peak} of {whole_peak}");
}

#[test]
fn a_file_that_cannot_be_written_beside_the_clip_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    // Too long for a file system once `.latents.safetensors` stands behind it, but not as a clip.
    let name = format!("{}.mp4", "x".repeat(240));
    let asked = GenerateRequest {
        output: folder.path().join(name),
        save_first_frame: true,
        ..request(folder.path())
    };
    let events = Engine::start().run(asked);
    let Some(Event::Failed { report, .. }) = events.last() else {
        panic!("{events:?}")
    };
    // The latents come first and need the longest name, so this is noticed before the decode.
    assert!(report.message.contains("latents"), "{report:?}");
    assert!(listing(folder.path()).is_empty());
}
