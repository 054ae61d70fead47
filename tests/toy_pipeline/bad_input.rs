//! Requests that cannot be met: refused at once, with the code and the next step.

use std::path::Path;

use ovi_engine::protocol::{
    DecodeTiles, ErrorCode, ErrorReport, Event, GenerateRequest, SoundPreview,
};

use crate::harness::{Engine, listing, request};

fn refuse(change: impl FnOnce(&mut GenerateRequest, &Path)) -> ErrorReport {
    let folder = tempfile::tempdir().unwrap();
    let mut bad = request(folder.path());
    change(&mut bad, folder.path());
    let before = listing(folder.path());
    let events = Engine::start().run(bad);
    assert_eq!(listing(folder.path()), before, "a refused job left files");
    match events.last() {
        Some(Event::Failed { report, .. }) => (**report).clone(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn an_empty_prompt() {
    let report = refuse(|request, _| request.prompt = " \n ".into());
    assert_eq!(
        (report.code, report.message.as_str()),
        (ErrorCode::Prompt, "The prompt is empty.")
    );
}

#[test]
fn speech_that_never_ends() {
    let report = refuse(|request, _| request.prompt = "He says <S>hello".into());
    assert_eq!(report.code, ErrorCode::Prompt, "{report:?}");
}

#[test]
fn settings_outside_their_range() {
    for change in [
        (|request: &mut GenerateRequest| request.steps = 0) as fn(&mut GenerateRequest),
        |request| request.steps = 161,
        |request| request.shift = 0.0,
        |request| request.shift = f64::NAN,
        |request| request.video_guidance = 10.5,
        |request| request.width = 0,
        |request| request.latent_frames = Some(0),
        |request| request.audio_steps = Some(1_000_000),
        |request| request.video_area = Some(u32::MAX),
        |request| request.skip_window = [0.5, 0.25],
        |request| request.skip_window = [0.0, 1.5],
        |request| request.skip_window = [f64::NAN, 1.0],
        |request| request.preview_every = 161,
        |request| request.sound_preview = SoundPreview::Every(0),
        |request| request.decode_tiles = DecodeTiles::Pixels(48),
        |request| request.decode_tiles = DecodeTiles::Pixels(0),
        |request| request.decode_tiles = DecodeTiles::Pixels(8192),
        |request| request.continue_secs = 61.0,
        |request| request.continue_secs = f64::INFINITY,
    ] {
        let report = refuse(|request, _| change(request));
        assert_eq!(report.code, ErrorCode::Prompt);
        let has_numbers = report.message.chars().any(|c| c.is_ascii_digit());
        assert!(has_numbers, "{report:?}");
    }
}

#[test]
fn a_folder_without_a_checkpoint() {
    let report = refuse(|request, folder| request.checkpoint = folder.join("nowhere"));
    assert_eq!(report.code, ErrorCode::Missing);
}

#[test]
fn a_picture_that_is_none_or_too_small() {
    let report = refuse(|request, folder| {
        let path = folder.join("picture.png");
        std::fs::write(&path, b"not a picture").unwrap();
        request.first_frame = Some(path);
    });
    assert_eq!(report.code, ErrorCode::Image, "{report:?}");
    let report = refuse(|request, folder| {
        let path = folder.join("tiny.png");
        ovi_media::write_png(&path, &[0; 12], 2, 2).unwrap();
        request.first_frame = Some(path);
    });
    assert_eq!(report.code, ErrorCode::Image);
    assert!(report.message.contains("2x2"), "{report:?}");
}

#[test]
fn an_output_folder_that_is_not_there() {
    let report = refuse(|request, folder| request.output = folder.join("missing/clip.mp4"));
    assert_eq!(report.code, ErrorCode::Write, "{report:?}");
}

#[test]
fn a_prompt_that_is_too_long_is_cut_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = request(folder.path());
    long.prompt = "zebra quartz ".repeat(400);
    let events = Engine::start().run(long);
    let told = |event: &Event| matches!(event, Event::Warning { warning, .. } if warning.code.code() == "W-TOK");
    assert!(events.iter().any(told), "{events:?}");
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
}
