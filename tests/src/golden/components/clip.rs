//! Whole generations from a complete checkpoint folder.

use anyhow::{Context, Result};
use ovi_engine::catalogue::Checkpoint;
use ovi_engine::picture::{resize_first_frame, resolve_size};
use ovi_engine::pipeline::{
    ClipShape, Latents, Previews, Sampling, Settings, Texts, decode_picture, decode_sound,
    encode_first_frame, encode_texts, sample,
};
use ovi_engine::protocol::{GenerateRequest, ModelVariant, SolverKind};
use ovi_models::tokenizer::Tokenizer;
use ovi_tensor::PhiloxNoise;

use crate::golden::{Case, Check};

/// The request a case describes.
fn request(case: &Case) -> Result<GenerateRequest> {
    let text = |key: &str| {
        case.config(key)
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("config.{key}"))
    };
    let whole = |key: &str| Ok::<_, anyhow::Error>(u32::try_from(case.size(key)?)?);
    let root = case
        .folder
        .join(case.json["checkpoint"].as_str().context("checkpoint")?);
    let first_frame = case.json["first_frame"]
        .as_str()
        .map(|name| case.folder.join(name));
    let requested = |key: &str| case.config(key).as_u64().map(|side| side as u32);
    Ok(GenerateRequest {
        variant: ModelVariant::from_name(&text("variant")?),
        video_negative: text("video_negative_prompt")?,
        audio_negative: text("audio_negative_prompt")?,
        height: requested("requested_height").unwrap_or(704),
        width: requested("requested_width").unwrap_or(704),
        video_area: Some(whole("video_area")?),
        latent_frames: Some(whole("video_latent_frames")?),
        audio_steps: Some(whole("audio_latent_length")?),
        seed: case.config("seed").as_u64().context("config.seed")?,
        solver: SolverKind::from_name(&text("solver")?).context("config.solver")?,
        steps: whole("steps")?,
        shift: case.number("shift")?,
        video_guidance: case.number("video_guidance_scale")?,
        audio_guidance: case.number("audio_guidance_scale")?,
        skip_layer: case.config("slg_layer").as_u64().map(|layer| layer as u32),
        first_frame,
        ..GenerateRequest::new(root, text("prompt")?, "unused.mp4")
    })
}

pub fn clip(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let request = request(case)?;
    let checkpoint = Checkpoint::open(&request.checkpoint, request.variant)?;
    let settings = Settings::new(&request, &checkpoint.info, &mut Vec::new())?;
    let formatted = case
        .config("prompt_formatted")
        .as_str()
        .context("config.prompt_formatted")?;
    anyhow::ensure!(
        settings.prompt == formatted,
        "prompt becomes {:?}",
        settings.prompt
    );
    let inputs = [
        settings.prompt.as_str(),
        &request.video_negative,
        &request.audio_negative,
    ];
    compare_tokens(case, &checkpoint, inputs)?;
    let texts = encode_texts(&checkpoint, &case.device, inputs, &mut ())?;
    compare_texts(check, &texts)?;

    let (shape, first_frame) = prepare_first_frame(case, &request, &settings, &checkpoint, check)?;
    anyhow::ensure!(
        [shape.height, shape.width] == [case.size("height")?, case.size("width")?],
        "size {shape:?}"
    );
    let noise = PhiloxNoise::new(request.seed);
    let start = Sampling {
        settings: &settings,
        shape,
        texts: &texts,
        first_frame: first_frame.as_ref(),
        noise: &noise,
        previews: Previews::default(),
    };
    let latents = sample(&checkpoint, &case.device, &start, &mut ())?;
    check.values("video_latents", &latents.video, &latents.video_shape)?;
    check.values("audio_latents", &latents.audio, &latents.audio_shape)?;
    let sound = decode_sound(&checkpoint, &case.device, &latents, &mut ())?;
    check.values(
        "mel",
        &transposed(&sound.mel, sound.mel_shape[1]),
        &[sound.mel_shape[1], sound.mel_shape[0]],
    )?;
    check.values("audio", &sound.samples, &[sound.samples.len()])?;
    compare_frames(case, check, &checkpoint, &latents, shape)
}

fn compare_tokens(case: &Case, checkpoint: &Checkpoint, inputs: [&str; 3]) -> Result<()> {
    let tokenizer = Tokenizer::open(checkpoint.tokenizer())?;
    for (key, text) in ["prompt", "video_negative", "audio_negative"]
        .into_iter()
        .zip(inputs)
    {
        let want = &case.config("token_ids")[key];
        if want.is_array() {
            let want: Vec<u32> = serde_json::from_value(want.clone())?;
            anyhow::ensure!(
                tokenizer.encode(text)?.ids == want,
                "token ids of the {key} differ"
            );
        }
    }
    Ok(())
}

fn compare_texts(check: &mut Check<'_>, texts: &Texts) -> Result<()> {
    let outputs = [
        ("text_prompt", &texts.prompt),
        ("text_video_neg", &texts.video_negative),
        ("text_audio_neg", &texts.audio_negative),
    ];
    for (name, rows) in outputs {
        check.optional_values(name, rows, &[rows.len() / texts.dim, texts.dim])?;
    }
    Ok(())
}

type Prepared = (ClipShape, Option<ovi_engine::pipeline::FirstFrame>);

fn prepare_first_frame(
    case: &Case,
    request: &GenerateRequest,
    settings: &Settings,
    checkpoint: &Checkpoint,
    check: &mut Check<'_>,
) -> Result<Prepared> {
    let area = settings.video_area as usize;
    let Some(path) = &request.first_frame else {
        let (height, width) = resolve_size(request.height as usize, request.width as usize, area);
        return Ok((settings.shape(height, width), None));
    };
    let picture = ovi_media::read_picture(path)?;
    let resized = resize_first_frame(
        &picture.rgb,
        picture.height as usize,
        picture.width as usize,
        area,
    )?;
    check.optional_values(
        "first_frame",
        &resized.values,
        &[3, resized.height, resized.width],
    )?;
    let frame = encode_first_frame(checkpoint, &case.device, &resized)?;
    check.optional_values("first_frame_latent", &frame.values, &frame.shape)?;
    Ok((settings.shape(resized.height, resized.width), Some(frame)))
}

/// Frames before and after quantisation, in the layouts `[3, f, h, w]` and `[f, h, w, 3]`.
fn compare_frames(
    case: &Case,
    check: &mut Check<'_>,
    checkpoint: &Checkpoint,
    latents: &Latents,
    shape: ClipShape,
) -> Result<()> {
    let mut frames = Vec::new();
    decode_picture(checkpoint, &case.device, latents, &mut |frame| {
        frames.extend_from_slice(frame);
        Ok(())
    })?;
    let (num, height, width) = (shape.num_frames(), shape.height, shape.width);
    check.values("frames", &transposed(&frames, 3), &[3, num, height, width])?;
    let bytes: Vec<f32> = ovi_engine::pipeline::to_bytes(&frames)
        .into_iter()
        .map(f32::from)
        .collect();
    check.values("frames_u8", &bytes, &[num, height, width, 3])
}

/// `[rows, cols]` to `[cols, rows]`.
fn transposed(values: &[f32], cols: usize) -> Vec<f32> {
    let rows = values.len() / cols;
    (0..cols * rows)
        .map(|idx| values[(idx % rows) * cols + idx / rows])
        .collect()
}
