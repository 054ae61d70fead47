//! Settings and facts that travel inside a clip (spec: product 13).
//!
//! `request` is what was asked for, as the engine takes it; the other fields say what came of it. The
//! number of the job is decimal text, because other readers of JSON keep only 53 bits of a number.

use ovi_tensor::NoiseSource;
use serde_json::{Value, json};

use super::settings::{ClipShape, FPS, SAMPLE_RATE_HZ, Settings};
use crate::protocol::{CheckpointInfo, GenerateRequest, StageTime, Warning};

/// Version of the JSON layout.
const SCHEMA: u32 = 1;

/// What a clip's JSON is made of.
pub(super) struct Facts<'a> {
    pub request: &'a GenerateRequest,
    pub settings: &'a Settings,
    pub shape: ClipShape,
    pub checkpoint: &'a CheckpointInfo,
    pub noise: &'a dyn NoiseSource,
    /// SHA-256 of the given picture's file, in hexadecimal digits.
    pub first_frame_sha256: Option<&'a str>,
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
    let prompts = (!request.omit_prompts).then(|| {
        json!({
            "typed": request.prompt,
            "used": settings.prompt,
            "video_negative": request.video_negative,
            "audio_negative": request.audio_negative,
        })
    });
    let files = checkpoint.files.iter().map(|file| {
        let name = file
            .path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        json!({ "part": file.role.label(), "file": name, "bytes": file.num_bytes, "is": file.description })
    });
    let stages = facts.stages.iter().map(|time| {
        json!({ "stage": time.stage.name(), "secs": time.secs, "peak_bytes": time.peak_bytes })
    });
    let warnings = facts
        .warnings
        .iter()
        .map(|w| json!({ "code": w.code.code(), "message": w.message }));
    let value = json!({
        "schema": SCHEMA,
        "app": "Ovi Desktop",
        "app_version": env!("CARGO_PKG_VERSION"),
        "created_unix": unix_secs(),
        // Text, because numbers of this size lose digits in programs that read JSON into doubles.
        "job": request.job.map(|job| job.0.to_string()),
        "request": told_request(request),
        "mode": if request.first_frame.is_some() { "text and first frame" } else { "text" },
        "prompts": prompts,
        "first_frame": facts.first_frame_sha256.map(|sha256| json!({ "sha256": sha256 })),
        "model": {
            "variant": request.variant.or(checkpoint.variant).map(|variant| variant.name()),
            "test_pattern": checkpoint.is_test_pattern,
            "parameters": checkpoint.num_parameters,
            "files": files.collect::<Vec<_>>(),
        },
        "sampling": {
            "solver": settings.solver.name(),
            "solver_version": 1,
            "steps": settings.steps,
            "shift": settings.shift,
            "video_guidance": settings.guidance.video,
            "audio_guidance": settings.guidance.audio,
            "skip_layer": settings.guidance.skip_layer,
            "seed": request.seed,
            "noise": facts.noise.id(),
        },
        "clip": {
            "width": shape.width,
            "height": shape.height,
            "requested_width": request.width,
            "requested_height": request.height,
            "frames": shape.num_frames(),
            "fps": FPS,
            "sample_rate_hz": SAMPLE_RATE_HZ,
            "audio_steps": shape.audio_steps,
        },
        "device": facts.device,
        "peak_bytes": facts.stages.iter().map(|time| time.peak_bytes).max(),
        "stages": stages.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
        "reproducibility": "exact on the same build and processor kind",
    });
    without_nulls(value).to_string()
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
