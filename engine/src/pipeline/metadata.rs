//! Settings and facts that travel inside a clip (spec: product 13).
//!
//! `request` is what was asked for, as the engine takes it; the other fields say what came of it. The
//! number of the job is decimal text, because other readers of JSON keep only 53 bits of a number.

use std::path::Path;

use ovi_tensor::NoiseSource;
use serde_json::{Value, json};

use super::parent::Parent;
use super::settings::{ClipShape, FPS, SAMPLE_RATE_HZ, Settings};
use crate::protocol::{
    CheckpointInfo, DecodeParts, DecodeTiles, GenerateRequest, SoundCodec, SoundLevel, StageTime,
    Warning,
};

/// Version of the JSON layout.
const SCHEMA: u32 = 1;
const REPRODUCIBILITY: &str = "exact on the same build and processor kind";

/// What a clip's JSON is made of.
pub(super) struct Facts<'a> {
    pub request: &'a GenerateRequest,
    pub settings: &'a Settings,
    pub shape: ClipShape,
    pub checkpoint: &'a CheckpointInfo,
    pub noise: &'a dyn NoiseSource,
    /// SHA-256 of the given picture's file, in hexadecimal digits.
    pub first_frame_sha256: Option<&'a str>,
    /// Clip that is gone on from.
    pub parent: Option<&'a Parent>,
    pub device: String,
    pub stages: &'a [StageTime],
    pub warnings: &'a [Warning],
}

/// The JSON text embedded in the clip.
pub(super) fn to_json(facts: &Facts<'_>) -> String {
    let Facts {
        request,
        settings,
        shape,
        checkpoint,
        ..
    } = facts;
    // The shared frame is counted once.
    let num_new = shape.num_frames();
    let with_parent = |parent: &Parent| parent.num_frames_with(num_new);
    let num_frames = facts.parent.map_or(num_new, with_parent);
    let prompts = (!request.omit_prompts).then(|| {
        json!({
            "typed": request.prompt,
            "used": settings.prompt,
            "video_negative": request.video_negative,
            "audio_negative": request.audio_negative,
        })
    });
    let value = json!({
        "schema": SCHEMA,
        "app": "Ovi Desktop",
        "app_version": env!("CARGO_PKG_VERSION"),
        "created_unix": unix_secs(),
        // Text, because numbers of this size lose digits in programs that read JSON into doubles.
        "job": request.job.map(|job| job.0.to_string()),
        "request": told_request(request),
        "mode": mode(facts),
        "prompts": prompts,
        "first_frame": facts.first_frame_sha256.map(|sha256| json!({ "sha256": sha256 })),
        "parent": facts.parent.map(told_parent),
        "model": model(request, checkpoint),
        "sampling": {
            "solver": settings.solver.name(),
            "solver_version": 1,
            "steps": settings.steps,
            "shift": settings.shift,
            "video_guidance": settings.guidance.video,
            "audio_guidance": settings.guidance.audio,
            "skip_layer": settings.guidance.skip_layer,
            "skip_window": settings.guidance.skip_window,
            "seed": request.seed,
            "noise": facts.noise.id(),
        },
        "clip": {
            "width": shape.width,
            "height": shape.height,
            "requested_width": request.width,
            "requested_height": request.height,
            "frames": num_frames,
            "fps": FPS,
            "sample_rate_hz": SAMPLE_RATE_HZ,
            "audio_steps": shape.audio_steps,
        },
        "decoder": decoder(request),
        "sound": sound(request),
        "device": facts.device,
        "peak_bytes": peak_bytes(facts.stages),
        "stages": stages(facts.stages),
        "warnings": warnings(facts.warnings),
        "reproducibility": REPRODUCIBILITY,
    });
    without_nulls(value).to_string()
}

/// What is told of latents that were decoded again.
pub(super) struct Redecoded<'a> {
    pub request: &'a GenerateRequest,
    /// What the file of latents tells of the clip they first became.
    pub told: Option<Value>,
    pub checkpoint: &'a CheckpointInfo,
    /// Width and height.
    pub size: [usize; 2],
    /// Clip that is gone on from, again.
    pub parent: Option<&'a Parent>,
    pub num_frames: usize,
    pub audio_steps: usize,
    pub parts: DecodeParts,
    pub device: String,
    pub stages: &'a [StageTime],
    pub warnings: &'a [Warning],
}

/// The JSON of such a clip: what its latents were made of, and how they were decoded this time.
pub(super) fn redecoded_json(facts: &Redecoded<'_>) -> String {
    let request = facts.request;
    let mut told = match &facts.told {
        Some(Value::Object(map)) => map.clone(),
        _ => serde_json::Map::new(),
    };
    if request.omit_prompts {
        told.remove("prompts");
    }
    let [width, height] = facts.size;
    let mut clip = json!({
        "width": width,
        "height": height,
        "frames": facts.num_frames,
        "fps": FPS,
        "sample_rate_hz": SAMPLE_RATE_HZ,
        "audio_steps": facts.audio_steps,
    });
    if let (Some(clip), Some(Value::Object(before))) = (clip.as_object_mut(), told.get("clip")) {
        for (key, value) in before {
            clip.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    let now = json!({
        "schema": SCHEMA,
        "app": "Ovi Desktop",
        "app_version": env!("CARGO_PKG_VERSION"),
        "created_unix": unix_secs(),
        "job": request.job.map(|job| job.0.to_string()),
        "request": told_request(request),
        "redecoded": match facts.parts {
            DecodeParts::Both => "picture and sound",
            DecodeParts::Picture => "picture",
            DecodeParts::Sound => "sound",
        },
        "parent": facts.parent.map(told_parent),
        "model": model(request, facts.checkpoint),
        "clip": clip,
        "decoder": decoder(request),
        "sound": sound(request),
        "device": facts.device,
        "peak_bytes": peak_bytes(facts.stages),
        "stages": stages(facts.stages),
        "warnings": warnings(facts.warnings),
        "reproducibility": REPRODUCIBILITY,
    });
    // Without it, only what was new in the first clip is in this one.
    if facts.parent.is_none() {
        told.remove("parent");
    }
    if let Value::Object(now) = now {
        told.extend(now);
    }
    without_nulls(Value::Object(told)).to_string()
}

fn mode(facts: &Facts<'_>) -> &'static str {
    if facts.parent.is_some() {
        "continuation"
    } else if facts.request.first_frame.is_some() {
        "text and first frame"
    } else {
        "text"
    }
}

fn told_parent(parent: &Parent) -> Value {
    json!({ "file": file_name(&parent.path), "frames": parent.num_frames })
}

fn model(request: &GenerateRequest, checkpoint: &CheckpointInfo) -> Value {
    let files = checkpoint.files.iter().map(|file| {
        json!({
            "part": file.role.label(),
            "file": file_name(&file.path),
            "bytes": file.num_bytes,
            "is": file.description,
        })
    });
    json!({
        "variant": request.variant.or(checkpoint.variant).map(|variant| variant.name()),
        "test_pattern": checkpoint.is_test_pattern,
        "parameters": checkpoint.num_parameters,
        "files": files.collect::<Vec<_>>(),
    })
}

fn decoder(request: &GenerateRequest) -> Value {
    match request.decode_tiles {
        DecodeTiles::Off => json!({ "tiles": "off" }),
        DecodeTiles::Pixels(side) => json!({ "tiles": "exact", "tile_pixels": side }),
    }
}

fn sound(request: &GenerateRequest) -> Value {
    json!({
        "level": match request.sound_level {
            SoundLevel::Leave => "as made",
            SoundLevel::Limit => "limited to -1 dB",
            SoundLevel::Normalise => "normalised to -16 LUFS",
        },
        "codec": match request.sound_codec {
            SoundCodec::Aac => "aac",
            SoundCodec::Flac => "flac",
        },
    })
}

fn stages(stages: &[StageTime]) -> Vec<Value> {
    let told = stages.iter().map(|time| {
        json!({ "stage": time.stage.name(), "secs": time.secs, "peak_bytes": time.peak_bytes })
    });
    told.collect()
}

fn warnings(warnings: &[Warning]) -> Vec<Value> {
    let told = warnings
        .iter()
        .map(|warning| json!({ "code": warning.code.code(), "message": warning.message }));
    told.collect()
}

fn peak_bytes(stages: &[StageTime]) -> Option<u64> {
    stages.iter().map(|time| time.peak_bytes).max()
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

/// The request without what `omit_prompts` keeps private. The file name goes too: it is made from
/// the prompt.
///
/// `None` if a path is not Unicode, which JSON cannot say.
fn told_request(request: &GenerateRequest) -> Option<Value> {
    let mut told = request.clone();
    if request.omit_prompts {
        let texts = [
            &mut told.prompt,
            &mut told.video_negative,
            &mut told.audio_negative,
        ];
        texts.into_iter().for_each(String::clear);
        told.output = std::path::PathBuf::new();
    }
    serde_json::to_value(told).ok()
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.retain(|_, entry| !entry.is_null());
    }
    value
}

fn unix_secs() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}
