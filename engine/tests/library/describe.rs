//! A clip on disk becomes a record, whatever its JSON says.

use std::path::PathBuf;

use ovi_engine::library::describe_clip;
use ovi_engine::protocol::{
    ClipId, ErrorCode, GenerateRequest, JobId, ModelVariant, NoiseStream, SolverKind, Stage,
    WarningCode,
};
use serde_json::{Value, json};

use super::write_clip;

fn described(json: &str) -> ovi_engine::protocol::ClipRecord {
    let folder = tempfile::tempdir().unwrap();
    let path = write_clip(&folder.path().join("clip.mp4"), json);
    let record = describe_clip(&path).unwrap();
    assert_eq!(record.clip.path, path);
    assert_eq!(record.clip.num_bytes, path.metadata().unwrap().len());
    let clip = &record.clip;
    assert_eq!((clip.width, clip.height, clip.num_frames), (64, 32, 2));
    assert_eq!((clip.fps, clip.sample_rate_hz), (24, 16_000));
    record
}

/// As the first versions wrote it.
fn facts() -> Value {
    json!({
        "schema": 1, "app": "Ovi Desktop", "app_version": "0.1.0", "created_unix": 1_700_000_000,
        "prompts": { "typed": "a heron", "used": "a heron.", "video_negative": "blur", "audio_negative": "hiss" },
        "model": { "variant": "960x960_10s", "test_pattern": true },
        "sampling": { "solver": "dpm++", "steps": 30, "shift": 4.5, "video_guidance": 3.5,
            "audio_guidance": 2.5, "seed": 77, "noise": "philox4x32-10/threads-1024" },
        "clip": { "requested_width": 900, "requested_height": 500, "frames": 121, "audio_steps": 157 },
        "device": "processor",
        "stages": [{ "stage": "first frame", "secs": 1.5, "peak_bytes": 10 }, { "stage": "picture", "secs": 2.0 },
            { "stage": "unheard of", "secs": 2.0 }],
        "warnings": [{ "code": "W-FLAT", "message": "flat" }, { "code": "W-NEW", "message": "?" }],
    })
}

#[test]
fn clips_without_an_embedded_request_tell_it_in_facts() {
    let record = described(&facts().to_string());
    let request = record.request.unwrap();
    let expected = GenerateRequest {
        prompt: "a heron".into(),
        video_negative: "blur".into(),
        audio_negative: "hiss".into(),
        variant: Some(ModelVariant::Square960Secs10),
        solver: SolverKind::DpmPlusPlus,
        steps: 30,
        shift: 4.5,
        video_guidance: 3.5,
        audio_guidance: 2.5,
        skip_layer: None,
        seed: 77,
        noise: NoiseStream::PhiloxMatching { max_threads: 1024 },
        width: 900,
        height: 500,
        latent_frames: Some(31),
        audio_steps: Some(157),
        output: PathBuf::new(),
        ..GenerateRequest::default()
    };
    assert_eq!(request, expected);
    assert_eq!(record.created_unix, 1_700_000_000);
    let clip = record.clip;
    assert!(clip.is_test_pattern);
    assert_eq!((clip.seed, clip.device.as_str()), (77, "processor"));
    let stages: Vec<Stage> = clip.stages.iter().map(|time| time.stage).collect();
    assert_eq!(stages, [Stage::FirstFrame, Stage::Picture]);
    assert_eq!((clip.total_secs, clip.peak_bytes), (3.5, 10));
    assert_eq!(clip.warnings.len(), 1);
    assert_eq!(clip.warnings[0].code, WarningCode::Flat);
}

#[test]
fn an_embedded_request_comes_back_whole_but_for_where_it_went() {
    let mut told = facts();
    let request = GenerateRequest {
        first_frame: Some("/p/heron.png".into()),
        steps: 12,
        skip_layer: None,
        job: Some(JobId(5)),
        keep_latents: true,
        ..GenerateRequest::new("/models", "another prompt", "/out/clip.mp4")
    };
    told["request"] = serde_json::to_value(&request).unwrap();
    told["job"] = json!("18446744073709551615");
    let record = described(&told.to_string());
    assert_eq!(record.id, ClipId(u64::MAX));
    let expected = GenerateRequest {
        output: PathBuf::new(),
        job: None,
        ..request
    };
    assert_eq!(record.request, Some(expected));
}

#[test]
fn fields_of_another_kind_take_their_defaults_one_by_one() {
    let mut told = facts();
    told["request"] = json!({
        "prompt": "kept", "steps": "many", "solver": "of the future", "seed": 5, "shift": null,
        "unknown": [1, 2], "skip_window": [0.25, 0.75], "quality": 7,
    });
    told["job"] = json!(12);
    told["created_unix"] = json!(-5);
    told["stages"] = json!({ "stage": 1 });
    told["warnings"] = json!("none");
    told["model"] = json!([]);
    let record = described(&told.to_string());
    let expected = GenerateRequest {
        prompt: "kept".into(),
        seed: 5,
        skip_window: [0.25, 0.75],
        output: PathBuf::new(),
        ..GenerateRequest::default()
    };
    assert_eq!(record.request, Some(expected));
    assert!(record.created_unix > 1_700_000_000, "the time of the file");
    assert_ne!(record.id, ClipId(12), "a number is told as text");
}

#[test]
fn other_programs_and_newer_layouts_tell_only_what_the_file_tells() {
    let mut newer = facts();
    newer["schema"] = json!(2);
    let mut other = facts();
    other["app"] = json!("Another");
    for json in [
        String::new(),
        "[]".into(),
        newer.to_string(),
        other.to_string(),
    ] {
        let record = described(&json);
        assert_eq!(record.request, None, "{json}");
        assert_eq!(record.clip.seed, 0, "{json}");
        assert!(record.id.0 > 0 && record.id.0 < 1 << 63, "{json}");
    }
}

#[test]
fn what_is_no_clip_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    std::fs::write(&path, "no clip").unwrap();
    assert_eq!(
        describe_clip(&path).unwrap_err().report().code,
        ErrorCode::Kind
    );
    let absent = folder.path().join("absent.mp4");
    assert_eq!(
        describe_clip(&absent).unwrap_err().report().code,
        ErrorCode::Kind
    );
}
