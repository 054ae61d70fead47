//! Reads the JSON that a clip carries, as `pipeline/metadata.rs` writes it.
//!
//! A file can come from anyone, so nothing in it is relied on: what is missing or of another kind
//! takes its default, what is unknown is passed over, and of a newer layout nothing is believed.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::protocol::{
    GenerateRequest, JobId, ModelVariant, NoiseStream, SolverKind, Stage, StageTime, Warning,
    WarningCode,
};

/// The layout this version reads.
const SCHEMA: u64 = 1;
/// The last second of the year 9999; a later time is damage.
const MAX_UNIX_SECS: i64 = 253_402_300_799;
/// Most warnings of a clip that are kept; a run gives a few.
const MAX_WARNINGS: usize = 64;
/// Longest stage that is believed, in seconds: a century.
const MAX_STAGE_SECS: f64 = 3.2e9;

/// What a clip tells about itself.
#[derive(Default)]
pub(super) struct Embedded {
    pub job: Option<JobId>,
    pub created_unix: Option<i64>,
    pub seed: u64,
    pub is_test_pattern: bool,
    pub variant: Option<ModelVariant>,
    pub device: String,
    pub stages: Vec<StageTime>,
    pub warnings: Vec<Warning>,
    pub request: Option<GenerateRequest>,
}

impl Embedded {
    /// What `json` tells; `None` if this program did not write it, or a newer version did.
    pub fn read(json: &str) -> Option<Self> {
        let told: Value = serde_json::from_str(json).ok()?;
        let is_ours = told["app"] == "Ovi Desktop" && told["schema"] == SCHEMA;
        is_ours.then(|| Self {
            job: told["job"]
                .as_str()
                .and_then(|text| text.parse().ok())
                .map(JobId),
            created_unix: told["created_unix"]
                .as_i64()
                .filter(|secs| (0..=MAX_UNIX_SECS).contains(secs)),
            seed: told["sampling"]["seed"].as_u64().unwrap_or(0),
            is_test_pattern: told["model"]["test_pattern"].as_bool().unwrap_or(false),
            variant: variant(&told),
            device: told["device"].as_str().unwrap_or_default().to_owned(),
            stages: list(&told["stages"]).filter_map(stage).collect(),
            warnings: list(&told["warnings"])
                .filter_map(warning)
                .take(MAX_WARNINGS)
                .collect(),
            request: Some(request(&told)),
        })
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn variant(told: &Value) -> Option<ModelVariant> {
    ModelVariant::from_name(told["model"]["variant"].as_str()?)
}

fn stage(told: &Value) -> Option<StageTime> {
    let name = told["stage"].as_str()?;
    let secs = told["secs"].as_f64()?;
    Some(StageTime {
        stage: Stage::ALL.into_iter().find(|stage| stage.name() == name)?,
        secs: Some(secs).filter(|secs| (0.0..=MAX_STAGE_SECS).contains(secs))?,
        peak_bytes: told["peak_bytes"].as_u64().unwrap_or(0),
    })
}

fn warning(told: &Value) -> Option<Warning> {
    Some(Warning {
        code: WarningCode::from_code(told["code"].as_str()?)?,
        message: told["message"].as_str()?.to_owned(),
    })
}

/// The request that made the clip. Where it went and which job it was is of no use to another clip.
fn request(told: &Value) -> GenerateRequest {
    let mut request = match &told["request"] {
        Value::Object(fields) => lenient(fields),
        _ => from_facts(told),
    };
    request.output = PathBuf::new();
    request.job = None;
    request
}

/// A request whose fields are taken one by one if they cannot be taken together.
fn lenient(fields: &Map<String, Value>) -> GenerateRequest {
    let whole = serde_json::from_value(Value::Object(fields.clone()));
    whole.unwrap_or_else(|_| {
        let mut request = GenerateRequest::default();
        let Ok(Value::Object(mut known)) = serde_json::to_value(&request) else {
            return request;
        };
        for (name, value) in fields {
            let Some(before) = known.insert(name.clone(), value.clone()) else {
                known.remove(name);
                continue;
            };
            match serde_json::from_value(Value::Object(known.clone())) {
                Ok(with_it) => request = with_it,
                Err(_) => drop(known.insert(name.clone(), before)),
            }
        }
        request
    })
}

/// The request as the readable facts tell it: clips of the first versions carry nothing else.
fn from_facts(told: &Value) -> GenerateRequest {
    let mut request = GenerateRequest::default();
    let (prompts, sampling, clip) = (&told["prompts"], &told["sampling"], &told["clip"]);
    let whole = |value: &Value| value.as_u64().and_then(|value| u32::try_from(value).ok());
    let take_text = |target: &mut String, value: &Value| {
        if let Some(text) = value.as_str() {
            text.clone_into(target);
        }
    };
    take_text(&mut request.prompt, &prompts["typed"]);
    take_text(&mut request.video_negative, &prompts["video_negative"]);
    take_text(&mut request.audio_negative, &prompts["audio_negative"]);
    request.variant = variant(told);
    let take_whole = |target: &mut u32, value: &Value| {
        if let Some(value) = whole(value) {
            *target = value;
        }
    };
    take_whole(&mut request.height, &clip["requested_height"]);
    take_whole(&mut request.width, &clip["requested_width"]);
    take_whole(&mut request.steps, &sampling["steps"]);
    let take_number = |target: &mut f64, value: &Value| {
        if let Some(value) = value.as_f64() {
            *target = value;
        }
    };
    take_number(&mut request.shift, &sampling["shift"]);
    take_number(&mut request.video_guidance, &sampling["video_guidance"]);
    take_number(&mut request.audio_guidance, &sampling["audio_guidance"]);
    // No skipped block is no entry.
    if sampling.is_object() {
        request.skip_layer = whole(&sampling["skip_layer"]);
    }
    request.latent_frames = whole(&clip["frames"])
        .and_then(|frames| frames.checked_sub(1))
        .map(|frames| frames / 4 + 1);
    request.audio_steps = whole(&clip["audio_steps"]);
    request.seed = sampling["seed"].as_u64().unwrap_or(request.seed);
    let solver = sampling["solver"].as_str().and_then(SolverKind::from_name);
    request.solver = solver.unwrap_or_default();
    request.noise = sampling["noise"]
        .as_str()
        .map_or_else(Default::default, noise);
    request.omit_prompts = !prompts.is_object();
    request
}

/// The random stream by its name in files.
fn noise(name: &str) -> NoiseStream {
    let threads = name.strip_prefix("philox4x32-10/threads-");
    match threads.and_then(|threads| threads.parse().ok()) {
        Some(max_threads) => NoiseStream::PhiloxMatching { max_threads },
        None if name == "mt19937/host" => NoiseStream::Host,
        None => NoiseStream::Philox,
    }
}
