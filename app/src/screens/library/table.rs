//! The settings and facts of a clip as names and values, for the pane and as copied text.

use ovi_engine::protocol::{ClipRecord, GenerateRequest, NoiseStream, SoundCodec, SoundLevel};

use crate::state::{ClipFacts, FileFact, clip_title, model_of};
use crate::text;

/// Names and values under a title.
pub struct Section {
    /// Title.
    pub title: &'static str,
    /// Names and values.
    pub rows: Vec<(String, String)>,
}

/// All sections that have something to tell.
pub fn sections(
    record: &ClipRecord,
    facts: Option<&ClipFacts>,
    utc_offset_secs: i64,
) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(request) = &record.request {
        sections.push(Section {
            title: text::settings_of_clip(),
            rows: settings(record, request),
        });
    }
    sections.push(Section {
        title: text::file(),
        rows: file(record, facts, utc_offset_secs),
    });
    sections
}

/// Everything as lines of text.
pub fn text(record: &ClipRecord, facts: Option<&ClipFacts>, utc_offset_secs: i64) -> String {
    let mut lines = vec![clip_title(record)];
    for section in sections(record, facts, utc_offset_secs) {
        lines.push(String::new());
        lines.push(section.title.to_owned());
        let rows = section.rows.into_iter();
        lines.extend(rows.map(|(name, value)| format!("{name}: {value}")));
    }
    if !record.clip.stages.is_empty() {
        lines.push(String::new());
        lines.push(text::times_and_memory().to_owned());
    }
    for time in &record.clip.stages {
        let (secs, peak) = (text::duration(time.secs), text::bytes(time.peak_bytes));
        lines.push(format!("{}: {secs}, {peak}", text::stage(time.stage)));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn settings(record: &ClipRecord, request: &GenerateRequest) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            rows.push((name.to_owned(), value));
        }
    };
    row(text::prompt(), request.prompt.clone());
    if request.video_guidance != 1.0 {
        row(text::video_negative(), request.video_negative.clone());
    }
    if request.audio_guidance != 1.0 {
        row(text::audio_negative(), request.audio_negative.clone());
    }
    let model = model_of(record);
    row(
        text::model(),
        model
            .map_or(text::unknown(), |model| model.name())
            .to_owned(),
    );
    if let Some(picture) = &request.first_frame {
        row(text::first_frame(), picture.display().to_string());
    }
    if let Some(before) = &request.continue_from {
        row(text::continued_from(), before.display().to_string());
    }
    row(
        text::requested_size(),
        text::size_px(request.width, request.height),
    );
    row(text::seed(), record.clip.seed.to_string());
    row(text::steps(), request.steps.to_string());
    row(
        text::solver_label(),
        text::solver(request.solver).to_owned(),
    );
    row(text::shift(), text::decimal(request.shift));
    row(
        text::video_guidance(),
        text::decimal(request.video_guidance),
    );
    row(
        text::audio_guidance(),
        text::decimal(request.audio_guidance),
    );
    row(text::skip_layer(), skip_layer(request));
    row(text::noise_stream(), noise(request.noise));
    row(text::tiles(), text::tiles_name(request.decode_tiles));
    row(
        text::quality_label(),
        text::quality(request.quality).to_owned(),
    );
    row(text::sound(), sound(request));
    row(text::reproducible(), reproducible(record).to_owned());
    rows
}

fn skip_layer(request: &GenerateRequest) -> String {
    let Some(layer) = request.skip_layer else {
        return text::off().to_owned();
    };
    let percent = |share: f64| text::percent(share as f32);
    match request.skip_window {
        [0.0, 1.0] => layer.to_string(),
        [from, to] => format!("{layer} ({} – {})", percent(from), percent(to)),
    }
}

fn noise(noise: NoiseStream) -> String {
    match noise {
        NoiseStream::Philox => text::noise_philox().to_owned(),
        NoiseStream::PhiloxMatching { max_threads } => text::noise_matching(max_threads),
        NoiseStream::Host => text::noise_host().to_owned(),
    }
}

fn sound(request: &GenerateRequest) -> String {
    let level = match request.sound_level {
        SoundLevel::Leave => text::sound_leave(),
        SoundLevel::Limit => text::sound_limit(),
        SoundLevel::Normalise => text::sound_normalise(),
    };
    let codec = match request.sound_codec {
        SoundCodec::Aac => "AAC",
        SoundCodec::Flac => "FLAC",
    };
    format!("{codec}, {level}")
}

/// What the same settings give again, and where.
fn reproducible(record: &ClipRecord) -> &'static str {
    match record.clip.device.as_str() {
        "" => text::unknown(),
        "cpu" => text::reproducible_exact(),
        _ => text::reproducible_same_device(),
    }
}

fn file(
    record: &ClipRecord,
    facts: Option<&ClipFacts>,
    utc_offset_secs: i64,
) -> Vec<(String, String)> {
    let clip = &record.clip;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |name: &str, value: String| rows.push((name.to_owned(), value));
    row(text::file(), clip.path.display().to_string());
    row(
        text::made_on(),
        text::day_and_time(record.created_unix, utc_offset_secs),
    );
    row(text::picture(), text::size_px(clip.width, clip.height));
    row(
        text::length(),
        text::frames_and_length(clip.num_frames, clip.duration_secs),
    );
    if clip.sample_rate_hz > 0 {
        row(text::sound(), text::sample_rate(clip.sample_rate_hz));
    }
    let num_bytes = facts.and_then(|facts| facts.clip.num_bytes);
    row(
        text::file_size(),
        text::bytes(num_bytes.unwrap_or(clip.num_bytes)),
    );
    match (
        &clip.latents,
        facts.and_then(|facts| facts.latents.as_ref()),
    ) {
        (None, _) => {}
        (Some(_), Some(found)) => row(text::kept_latents(), fact(found)),
        (Some(path), None) => row(text::kept_latents(), name(path)),
    }
    for extra in facts
        .map(|facts| facts.extra_files.as_slice())
        .unwrap_or_default()
    {
        if Some(&extra.path) != clip.latents.as_ref() {
            row(text::further_file(), fact(extra));
        }
    }
    if !clip.device.is_empty() {
        row(text::device(), clip.device.clone());
    }
    rows
}

fn fact(file: &FileFact) -> String {
    let size = file.num_bytes.map(text::bytes);
    let size = size.unwrap_or_else(|| text::file_missing().to_owned());
    format!("{} ({size})", name(&file.path))
}

fn name(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
