//! Kept latents decoded again, whole or one track.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{
    Clip, DecodeParts, DecodeTiles, ErrorCode, ErrorReport, Event, GenerateRequest, Redecode,
    SoundCodec, SoundLevel, Stage,
};
use ovi_media::{ClipReader, PixelFormat};
use ovi_weights::{StoredTensor, write_safetensors};

use crate::harness::{Engine, encoded_elsewhere, listing, request};

fn finished(events: &[Event]) -> Clip {
    match events.last() {
        Some(Event::Finished { clip, .. }) => (**clip).clone(),
        other => panic!("expected a finished clip, got {other:?}"),
    }
}

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

fn sound(path: &Path) -> Vec<f32> {
    ClipReader::open(path).unwrap().read_audio().unwrap()
}

/// A clip with its latents, and a request to decode them again.
fn made(engine: &mut Engine, folder: &Path) -> (Clip, GenerateRequest) {
    let asked = GenerateRequest {
        keep_latents: true,
        save_wav: false,
        ..request(folder)
    };
    let clip = finished(&engine.run(asked.clone()));
    let again = GenerateRequest {
        redecode: Some(Redecode {
            latents: clip.latents.clone().unwrap(),
            clip: Some(clip.path.clone()),
            parts: DecodeParts::Both,
        }),
        output: folder.join("again.mp4"),
        ..asked
    };
    (clip, again)
}

fn with_parts(request: &GenerateRequest, parts: DecodeParts) -> GenerateRequest {
    let mut request = request.clone();
    request.redecode.as_mut().unwrap().parts = parts;
    request
}

#[test]
fn both_tracks_come_back_as_they_were_without_sampling() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let (clip, again) = made(&mut engine, folder.path());
    let events = engine.run(again);
    let stages: Vec<Stage> = events
        .iter()
        .filter_map(|event| match event {
            Event::Stage { stage, .. } => Some(*stage),
            _ => None,
        })
        .collect();
    let want = [Stage::Prepare, Stage::Sound, Stage::Picture, Stage::Writing];
    assert_eq!(stages, want);
    let second = finished(&events);
    assert!(pixels(&clip.path) == pixels(&second.path));
    assert_eq!(sound(&clip.path), sound(&second.path));
    assert_eq!(engine.counted_bytes(), 0);
    // Its own latents, so that either clip can be deleted.
    assert_eq!(
        second.latents,
        Some(folder.path().join("again.latents.safetensors"))
    );
    let json = |path: &Path| -> serde_json::Value {
        let reader = ClipReader::open(path).unwrap();
        serde_json::from_str(reader.info().metadata_json.as_ref().unwrap()).unwrap()
    };
    let (first, second) = (json(&clip.path), json(&second.path));
    assert_eq!(second["redecoded"], "picture and sound");
    for key in ["prompts", "sampling", "clip", "model", "schema"] {
        assert_eq!(first[key], second[key], "{key}");
    }
}

#[test]
fn one_track_is_decoded_and_the_other_copied_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let (clip, again) = made(&mut engine, folder.path());
    let reader = ClipReader::open(&clip.path).unwrap();
    let picture = GenerateRequest {
        decode_tiles: DecodeTiles::Pixels(32),
        ..with_parts(&again, DecodeParts::Picture)
    };
    let second = finished(&engine.run(picture));
    let copied = ClipReader::open(&second.path).unwrap();
    assert_eq!(copied.copy_sound().unwrap(), reader.copy_sound().unwrap());
    assert!(second.warnings.iter().all(|w| w.code.code() == "W-TEST"));

    let louder = GenerateRequest {
        sound_level: SoundLevel::Limit,
        sound_codec: SoundCodec::Flac,
        ..with_parts(&again, DecodeParts::Sound)
    };
    let third = finished(&engine.run(louder.clone()));
    let copied = ClipReader::open(&third.path).unwrap();
    assert_eq!(
        copied.copy_pictures().unwrap(),
        reader.copy_pictures().unwrap()
    );
    assert_ne!(copied.info().sound_codec, reader.info().sound_codec);
    assert!(!third.stages.iter().any(|time| time.stage == Stage::Picture));

    // Another codec than the clip's: encoded again from what the clip holds.
    let encoded = with_parts(&louder, DecodeParts::Picture);
    let fourth = finished(&engine.run(encoded));
    let heard = sound(&fourth.path);
    let close = heard
        .iter()
        .zip(sound(&clip.path))
        .all(|(a, b)| (a - b.clamp(-1.0, 1.0)).abs() < 0.2);
    assert!(close && !heard.is_empty());
}

#[test]
fn latents_that_do_not_fit_are_refused_with_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let (clip, again) = made(&mut engine, folder.path());
    let mut refuse = |video: &[usize], audio: &[usize], value: f32| -> ErrorReport {
        let path = folder.path().join("other.safetensors");
        let tensor = |name: &str, shape: &[usize]| {
            StoredTensor::from_f32(name, shape, vec![value; shape.iter().product()])
        };
        let tensors = [tensor("video", video), tensor("audio", audio)];
        drop(std::fs::remove_file(&path));
        write_safetensors(&path, &Default::default(), &tensors).unwrap();
        let mut bad = again.clone();
        bad.redecode.as_mut().unwrap().latents = path;
        let before = listing(folder.path());
        let events = engine.run(bad);
        assert_eq!(listing(folder.path()), before);
        match events.last() {
            Some(Event::Failed { report, .. }) => (**report).clone(),
            other => panic!("expected a refusal, got {other:?}"),
        }
    };
    let audio: &[usize] = &[7, 20];
    let cases: [(&[usize], &[usize], f32, &str); 8] = [
        (&[16, 2, 4, 4], audio, 0.0, "16 channels"),
        (&[48, 2, 4], audio, 0.0, "[48, 2, 4]"),
        (&[48, 300, 2, 2], audio, 0.0, "300 latent frames"),
        (&[48, 2, 3, 4], audio, 0.0, "64x48"),
        (&[48, 1, 2, 600], audio, 0.0, "9600x32"),
        (&[48, 2, 4, 4], &[7, 40], 0.0, "[7, 40]"),
        (&[48, 2, 4, 4], &[3000, 20], 0.0, "[3000, 20]"),
        (&[48, 2, 4, 4], audio, f32::NAN, "not a finite number"),
    ];
    for (video, audio, value, want) in cases {
        let report = refuse(video, audio, value);
        assert!(report.message.contains(want), "{want}: {report:?}");
    }
    drop(clip);
}

#[test]
fn missing_pieces_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let (_, again) = made(&mut engine, folder.path());
    let mut refuse = |change: &dyn Fn(&mut Redecode)| -> ErrorReport {
        let mut bad = with_parts(&again, DecodeParts::Picture);
        change(bad.redecode.as_mut().unwrap());
        match engine.run(bad).last() {
            Some(Event::Failed { report, .. }) => (**report).clone(),
            other => panic!("expected a refusal, got {other:?}"),
        }
    };
    let gone = PathBuf::from("/nowhere/clip.latents.safetensors");
    let report = refuse(&|redecode| redecode.latents = gone.clone());
    assert_eq!(report.code, ErrorCode::Missing);
    let report = refuse(&|redecode| redecode.clip = None);
    assert_eq!(report.code, ErrorCode::Prompt);
    let report = refuse(&|redecode| redecode.clip = Some("/nowhere/clip.mp4".into()));
    assert_eq!(report.code, ErrorCode::Image);
    let short = folder.path().join("short.mp4");
    let spec = ovi_media::VideoSpec {
        width: 64,
        height: 64,
        fps: 24,
        quality: ovi_media::Quality::Draft,
    };
    let mut writer = ovi_media::ClipWriter::create(&short, spec).unwrap();
    writer.push_rgb(&[9; 64 * 64 * 3]).unwrap();
    let audio = ovi_media::AudioSpec {
        sample_rate_hz: 16_000,
    };
    writer.finish(&[], audio, "").unwrap();
    let report = refuse(&|redecode| redecode.clip = Some(short.clone()));
    assert!(report.message.contains("1 frames of 64x64"), "{report:?}");
    assert!(report.message.contains("one with 5 of 64x64"), "{report:?}");
}

#[test]
fn tracks_of_another_program_are_encoded_again_where_they_must_be() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let (clip, again) = made(&mut engine, folder.path());
    let Some(foreign) = encoded_elsewhere(&clip.path) else {
        return;
    };
    let mut decode = |parts| {
        let mut request = with_parts(&again, parts);
        request.redecode.as_mut().unwrap().clip = Some(foreign.clone());
        finished(&engine.run(request))
    };
    let second = decode(DecodeParts::Sound);
    let codes: Vec<_> = second.warnings.iter().map(|w| w.code.code()).collect();
    assert!(codes.contains(&"W-COPY"), "{codes:?}");
    assert_eq!(second.num_frames, 5);
    assert_eq!(sound(&second.path), sound(&clip.path));
    let third = decode(DecodeParts::Picture);
    assert!(pixels(&third.path) == pixels(&clip.path));
    let (a, b) = (sound(&third.path), sound(&foreign));
    assert!(
        a.len().abs_diff(b.len()) <= 1024 && !a.is_empty(),
        "{} {}",
        a.len(),
        b.len()
    );
}
