//! What a finished job leaves.

use ovi_engine::protocol::{Event, GenerateRequest, JobId, Stage};
use ovi_media::{ClipReader, PixelFormat};

use crate::harness::{Engine, listing, path_of, request};

fn stages(events: &[Event]) -> Vec<Stage> {
    let stage = |event: &Event| match event {
        Event::Stage { stage, .. } => Some(*stage),
        _ => None,
    };
    events.iter().filter_map(stage).collect()
}

/// Every decoded byte of picture and sound.
fn contents(path: &std::path::Path) -> (Vec<u8>, Vec<f32>) {
    let mut reader = ClipReader::open(path).unwrap();
    let (mut all, mut frame) = (Vec::new(), Vec::new());
    while reader
        .frames()
        .next_frame(PixelFormat::Rgb, &mut frame)
        .unwrap()
        .is_some()
    {
        all.extend_from_slice(&frame);
    }
    (all, reader.read_audio().unwrap())
}

#[test]
fn events_follow_the_grammar() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let events = engine.run(request(folder.path()));
    assert!(matches!(events[0], Event::Queued { position: 0, .. }));
    let want = [
        Stage::Prepare,
        Stage::Text,
        Stage::Sampling,
        Stage::Sound,
        Stage::Picture,
        Stage::Writing,
    ];
    assert_eq!(stages(&events), want);
    assert_eq!(engine.counted_bytes(), 0);
    let after = engine.stop();
    assert!(matches!(after.as_slice(), [Event::Stopped]), "{after:?}");
}

#[test]
fn the_file_is_what_the_event_says() {
    let folder = tempfile::tempdir().unwrap();
    let events = Engine::start().run(request(folder.path()));
    let Some(Event::Finished { clip, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(listing(folder.path()), ["clip.mp4", "clip.wav"]);
    assert!(clip.is_test_pattern);
    assert!(
        clip.peak_bytes > 1_000_000 && clip.stages.len() == 6,
        "{clip:?}"
    );
    let reader = ClipReader::open(&clip.path).unwrap();
    let info = reader.info();
    assert_eq!(
        (
            info.width,
            info.height,
            info.num_frames,
            info.sample_rate_hz
        ),
        (64, 64, 5, 16_000)
    );
    assert!((info.fps - 24.0).abs() < 1e-9 && (info.duration_secs - 5.0 / 24.0).abs() < 1e-3);
    let json: serde_json::Value =
        serde_json::from_str(info.metadata_json.as_ref().unwrap()).unwrap();
    assert_eq!(json["sampling"]["seed"], 11);
    assert_eq!(json["sampling"]["solver"], "unipc");
    assert_eq!(json["clip"]["frames"], 5);
    assert_eq!(json["model"]["test_pattern"], true);
    assert_eq!(json["prompts"]["typed"], "A bell rings. Audio: one bell.");
}

#[test]
fn the_sound_in_the_clip_is_the_sound_that_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_of(&Engine::start().run(request(folder.path())));
    let decoded = ClipReader::open(&path).unwrap().read_audio().unwrap();
    let wav = std::fs::read(path.with_extension("wav")).unwrap();
    let made: Vec<f32> = wav[44..]
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0)
        .collect();
    let len = made.len().min(decoded.len());
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum::<f64>();
    let (a, b) = (&made[..len], &decoded[..len]);
    let correlation = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    assert!(
        len > 3000 && correlation > 0.9,
        "{len} samples, correlation {correlation}"
    );
}

#[test]
fn the_same_seed_gives_the_same_picture_and_sound() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let first = path_of(&engine.run(request(folder.path())));
    let second = path_of(&engine.run(request(folder.path())));
    assert_ne!(first, second, "the first clip must not be replaced");
    assert_eq!(contents(&first), contents(&second));
    let wav = |path: &std::path::Path| std::fs::read(path.with_extension("wav")).unwrap();
    assert_eq!(wav(&first), wav(&second));
    let mut other = request(folder.path());
    other.seed = 12;
    let third = path_of(&engine.run(other));
    assert_ne!(contents(&first).0, contents(&third).0);
}

#[test]
fn a_first_frame_decides_the_shape_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("first.png");
    ovi_media::write_png(&picture, &[200; 96 * 48 * 3], 96, 48).unwrap();
    let mut with_picture = request(folder.path());
    with_picture.first_frame = Some(picture);
    let events = Engine::start().run(with_picture);
    assert!(stages(&events).contains(&Stage::FirstFrame));
    let Some(Event::Finished { clip, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert!(clip.width > clip.height, "{}x{}", clip.width, clip.height);
}

#[test]
fn frames_are_kept_beside_their_own_clip() {
    let folder = tempfile::tempdir().unwrap();
    let mut with_frames = request(folder.path());
    with_frames.save_frames = true;
    let mut engine = Engine::start();
    engine.run(with_frames.clone());
    engine.run(with_frames);
    let want = [
        "clip.frames",
        "clip.mp4",
        "clip.wav",
        "clip_2.frames",
        "clip_2.mp4",
        "clip_2.wav",
    ];
    assert_eq!(listing(folder.path()), want);
    assert_eq!(listing(&folder.path().join("clip_2.frames")).len(), 5);
}

/// The JSON inside a clip.
fn embedded(path: &std::path::Path) -> serde_json::Value {
    let reader = ClipReader::open(path).unwrap();
    serde_json::from_str(reader.info().metadata_json.as_ref().unwrap()).unwrap()
}

#[test]
fn a_clip_carries_its_whole_request_and_the_number_of_its_job() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("first.png");
    ovi_media::write_png(&picture, &[200; 64 * 64 * 3], 64, 64).unwrap();
    let mut told = request(folder.path());
    told.job = Some(JobId(u64::MAX));
    told.first_frame = Some(picture);
    let mut engine = Engine::start();
    let json = embedded(&path_of(&engine.run(told.clone())));
    assert_eq!(json["job"], "18446744073709551615");
    let back: GenerateRequest = serde_json::from_value(json["request"].clone()).unwrap();
    assert_eq!(back, told);
    assert_eq!(json["first_frame"]["sha256"].as_str().unwrap().len(), 64);
    let private = GenerateRequest {
        omit_prompts: true,
        ..told
    };
    let json = embedded(&path_of(&engine.run(private)));
    assert!(!json.to_string().contains("bell"), "{json}");
    assert_eq!(json["request"]["prompt"], "");
    assert_eq!(json["request"]["steps"], 2);
}
