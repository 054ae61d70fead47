//! A clip that goes on from another: frames, sound and time stay in step.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{
    Clip, ErrorCode, Event, GenerateRequest, SoundCodec, SoundLevel, Stage, WarningCode,
};
use ovi_media::{
    AudioSpec, ClipReader, ClipWriter, PixelFormat, Quality, SoundCodec as MediaCodec,
};

use crate::harness::{Engine, encoded_elsewhere, listing, request};

const RATE: usize = 16_000;

fn finished(events: &[Event]) -> Clip {
    match events.last() {
        Some(Event::Finished { clip, .. }) => (**clip).clone(),
        other => panic!("expected a finished clip, got {other:?}"),
    }
}

fn frames(path: &Path) -> Vec<Vec<u8>> {
    let mut frames = ClipReader::open(path).unwrap().into_frames();
    let (mut all, mut frame) = (Vec::new(), Vec::new());
    while frames
        .next_frame(PixelFormat::Rgb, &mut frame)
        .unwrap()
        .is_some()
    {
        all.push(frame.clone());
    }
    all
}

fn sound(path: &Path) -> Vec<f32> {
    ClipReader::open(path).unwrap().read_audio().unwrap()
}

/// A clip of `num_frames` moving frames with a steady tone, as the engine writes one.
fn parent(folder: &Path, [width, height]: [u32; 2], num_frames: u32) -> PathBuf {
    let path = folder.join("parent.mp4");
    let spec = ovi_media::VideoSpec {
        width,
        height,
        fps: 24,
        quality: Quality::High,
    };
    let mut writer = ClipWriter::create(&path, spec).unwrap();
    for frame in 0..num_frames {
        let pixel = |idx: u32| {
            let (x, y) = (idx % width, idx / width);
            [(x * 3 + frame * 2) as u8, (y * 3) as u8, 90 + frame as u8]
        };
        let rgb: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        writer.push_rgb(&rgb).unwrap();
    }
    let tone = |idx: usize| 0.3 * (idx as f32 * 300.0 * std::f32::consts::TAU / RATE as f32).sin();
    let samples: Vec<f32> = (0..num_frames as usize * RATE / 24).map(tone).collect();
    let audio = AudioSpec {
        sample_rate_hz: RATE as u32,
    };
    writer
        .finish_as(MediaCodec::Flac, &samples, audio, "")
        .unwrap();
    path
}

fn going_on(folder: &Path, from: PathBuf) -> GenerateRequest {
    GenerateRequest {
        continue_from: Some(from),
        latent_frames: Some(4),
        audio_steps: Some(17),
        sound_codec: SoundCodec::Flac,
        keep_latents: true,
        save_first_frame: true,
        ..request(folder)
    }
}

#[test]
fn both_parts_are_there_and_stay_in_step() {
    let folder = tempfile::tempdir().unwrap();
    // The last frame of the parent is one a player can start from, and the next one is another.
    let (n1, n2) = (25_usize, 13_usize);
    let parent = parent(folder.path(), [64, 64], n1 as u32);
    let mut engine = Engine::start();
    let events = engine.run(going_on(folder.path(), parent.clone()));
    let clip = finished(&events);
    let is_first_frame =
        |event: &Event| matches!(event, Event::Stage { stage, .. } if *stage == Stage::FirstFrame);
    assert!(events.iter().any(is_first_frame));
    assert_eq!(clip.num_frames as usize, n1 + n2 - 1);
    assert!((clip.duration_secs - (n1 + n2 - 1) as f64 / 24.0).abs() < 1e-9);
    let (before, all) = (frames(&parent), frames(&clip.path));
    assert_eq!(all.len(), n1 + n2 - 1);
    assert!(
        all[..n1] == before[..],
        "the parent's frames are copied as they are"
    );
    assert!(
        clip.warnings
            .iter()
            .all(|w| w.code != WarningCode::Reencoded)
    );
    let first = ovi_media::read_picture(&folder.path().join("clip.first.png")).unwrap();
    assert!(first.rgb == before[0]);

    let (old, new) = (sound(&parent), sound(&clip.path));
    assert_eq!(new.len(), ((n1 + n2 - 1) * RATE + 12) / 24);
    let seam = (n1 - 1) * RATE / 24;
    // Written with 16 bits again.
    let same = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(same(&new[..seam], &old[..seam]));
    // What the new part alone sounds like, from its own latents.
    let alone = engine.run(GenerateRequest {
        continue_from: None,
        redecode: Some(ovi_engine::protocol::Redecode {
            latents: clip.latents.clone().unwrap(),
            clip: None,
            parts: Default::default(),
        }),
        output: folder.path().join("alone.mp4"),
        ..going_on(folder.path(), parent)
    });
    let alone = sound(&finished(&alone).path);
    let fade = RATE * 40 / 1000;
    assert!(new[seam + fade..] == alone[fade..new.len() - seam]);
    // No click: no step at the seam is steeper than those of the two parts together.
    let steepest = |samples: &[f32]| {
        let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        steps.fold(0.0, f32::max)
    };
    let bound = steepest(&old) + steepest(&alone[..fade + 1]) + 2e-3;
    let found = steepest(&new[seam - 1..seam + fade + 1]);
    assert!(found <= bound, "{found} above {bound}");
    let json = ClipReader::open(&clip.path).unwrap();
    let json: serde_json::Value =
        serde_json::from_str(json.info().metadata_json.as_ref().unwrap()).unwrap();
    assert_eq!(json["mode"], "continuation");
    assert_eq!(json["parent"]["frames"], 25);
    assert_eq!(json["clip"]["frames"], 37);
    assert_eq!(engine.counted_bytes(), 0);
}

#[test]
fn decoding_a_continuation_again_joins_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let parent = parent(folder.path(), [64, 64], 5);
    let mut engine = Engine::start();
    let asked = going_on(folder.path(), parent);
    let clip = finished(&engine.run(asked.clone()));
    let mut again = |parts| {
        let redecode = ovi_engine::protocol::Redecode {
            latents: clip.latents.clone().unwrap(),
            clip: Some(clip.path.clone()),
            parts,
        };
        finished(&engine.run(GenerateRequest {
            redecode: Some(redecode),
            output: folder.path().join("again.mp4"),
            ..asked.clone()
        }))
    };
    use ovi_engine::protocol::DecodeParts;
    for parts in [DecodeParts::Both, DecodeParts::Picture, DecodeParts::Sound] {
        let second = again(parts);
        assert_eq!(second.num_frames, 17);
        assert!(frames(&second.path) == frames(&clip.path), "{parts:?}");
        assert!(sound(&second.path) == sound(&clip.path), "{parts:?}");
    }
}

#[test]
fn a_continuation_can_be_continued() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let mut from = finished(&engine.run(request(folder.path())));
    for round in 2..=3 {
        let asked = GenerateRequest {
            continue_from: Some(from.path.clone()),
            // The queue counts these seconds down; the engine only carries them.
            continue_secs: 10.0,
            seed: round,
            sound_level: SoundLevel::Limit,
            ..request(folder.path())
        };
        let longer = finished(&engine.run(asked));
        assert_eq!(longer.num_frames, from.num_frames + 4);
        let (old, new) = (frames(&from.path), frames(&longer.path));
        assert!(new[..old.len()] == old[..]);
        from = longer;
    }
    assert_eq!(from.num_frames, 13);
}

#[test]
fn a_clip_of_another_program_is_encoded_again_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ours = parent(folder.path(), [64, 64], 25);
    let Some(foreign) = encoded_elsewhere(&ours) else {
        return;
    };
    let mut engine = Engine::start();
    let clip = finished(&engine.run(going_on(folder.path(), foreign.clone())));
    let codes: Vec<_> = clip.warnings.iter().map(|w| w.code).collect();
    assert!(
        codes.contains(&WarningCode::Reencoded),
        "{:?}",
        clip.warnings
    );
    assert_eq!(clip.num_frames, 37);
    let (before, all) = (frames(&ours), frames(&clip.path));
    let far = |(a, b): (&Vec<u8>, &Vec<u8>)| {
        let squares = a
            .iter()
            .zip(b)
            .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
        (squares.sum::<f64>() / a.len() as f64).sqrt()
    };
    let worst = before.iter().zip(&all).map(far).fold(0.0, f64::max);
    assert!(worst < 8.0, "{worst} levels");
    // The tone is where it was.
    let (old, new) = (sound(&ours), sound(&clip.path));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let (a, b) = (&old[500..12_000], &new[500..12_000]);
    let correlation = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    assert!(correlation > 0.99, "{correlation}");
}

/// Scaled as a first frame this size would become another, as that of many clips made from text.
#[test]
fn every_size_made_from_text_can_be_continued() {
    let area = 960 * 960;
    let (height, width) = ovi_engine::picture::resolve_size(512, 992, area);
    let as_picture = ovi_engine::picture::first_frame_size(height, width, area);
    assert_ne!(as_picture, (height, width));
    let folder = tempfile::tempdir().unwrap();
    let parent = parent(folder.path(), [width, height].map(|side| side as u32), 2);
    let clip = finished(&Engine::start().run(GenerateRequest {
        video_area: Some(area as u32),
        latent_frames: Some(1),
        audio_steps: Some(3),
        steps: 1,
        ..going_on(folder.path(), parent)
    }));
    assert_eq!((clip.width, clip.height, clip.num_frames), (1344, 704, 2));
}

#[test]
fn frames_of_both_parts_are_kept_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let parent = parent(folder.path(), [64, 64], 3);
    let mut engine = Engine::start();
    engine.run(GenerateRequest {
        save_frames: true,
        ..going_on(folder.path(), parent)
    });
    assert_eq!(listing(&folder.path().join("clip.frames")).len(), 15);
}

#[test]
fn what_does_not_fit_is_refused_with_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let wide = parent(folder.path(), [128, 64], 2);
    let events = engine.run(going_on(folder.path(), wide));
    let Some(Event::Failed { report, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(report.code, ErrorCode::Prompt);
    assert!(
        report.message.contains("128x64") && report.message.contains("4096 pixels"),
        "{report:?}"
    );
    let events = engine.run(going_on(folder.path(), folder.path().join("gone.mp4")));
    let Some(Event::Failed { report, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(report.code, ErrorCode::Image);
    assert!(report.message.contains("gone.mp4"), "{report:?}");
}
