//! Our side of the rows.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use half::bf16;
use ovi_engine::demo::{
    AudioVaeSizes, Init, TensorPlan, TextEncoderSizes, TransformerSizes, VideoVaeSizes,
    VocoderSizes,
};
use ovi_models::Weights;
use ovi_models::audio_vae::{AudioDecoder, AudioVaeConfig};
use ovi_models::text_encoder::{TextEncoder, TextEncoderConfig};
use ovi_models::transformer::{FusionBlock, FusionConfig, RopeTable, TowerState};
use ovi_models::video_vae::{LatentStats, VideoDecoder};
use ovi_models::vocoder::{Vocoder, VocoderConfig};
use ovi_tensor::{Device, NoiseSource, PhiloxNoise, Tensor};
use ovi_weights::{SafetensorsWriter, StoredType, TensorSpec, WeightSet};

use super::Measurement;

/// One row: its name in both languages, and timed runs per process.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Name.
    pub name: &'static str,
    /// Timed runs.
    pub runs: usize,
    /// What it is.
    pub description: &'static str,
}

/// Every row.
pub const ROWS: [Row; 5] = [
    Row {
        name: "fusion_block",
        runs: 5,
        description: "one fusion block, 512 video and 157 audio tokens",
    },
    Row {
        name: "video_decoder_frame",
        runs: 3,
        description: "a later latent frame of the video decoder, 8x8 grid",
    },
    Row {
        name: "vocoder",
        runs: 3,
        description: "vocoder, 157 audio latents (5 s)",
    },
    Row {
        name: "audio_decoder",
        runs: 5,
        description: "audio decoder, 157 latents (5 s)",
    },
    Row {
        name: "umt5_layer",
        runs: 7,
        description: "one text encoder layer, 200 tokens",
    },
];

/// Run one row in this process.
///
/// # Errors
/// If the row is unknown or its network fails.
pub fn measure(name: &str) -> Result<Measurement> {
    let row = ROWS
        .iter()
        .find(|row| row.name == name)
        .context("unknown row")?;
    let folder = tempfile::tempdir()?;
    let device = Device::cpu();
    let mut run = prepare(name, folder.path(), &device)?;
    run()?;
    let mut secs = Vec::new();
    for _ in 0..row.runs {
        let started = Instant::now();
        run()?;
        secs.push(started.elapsed().as_secs_f64());
    }
    Ok(Measurement {
        secs,
        peak_mb: peak_resident_mb()?,
    })
}

type Work<'a> = Box<dyn FnMut() -> Result<()> + 'a>;

fn prepare<'a>(name: &str, folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    match name {
        "fusion_block" => fusion_block(folder, device),
        "video_decoder_frame" => video_decoder_frame(folder, device),
        "vocoder" => vocoder(folder, device),
        "audio_decoder" => audio_decoder(folder, device),
        "umt5_layer" => umt5_layer(folder, device),
        _ => anyhow::bail!("unknown row {name}"),
    }
}

fn fusion_block<'a>(folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    let sizes = TransformerSizes {
        num_layers: 1,
        ..TransformerSizes::published()
    };
    let plans = sizes
        .tensors()
        .into_iter()
        .filter(|plan| needs_values(&plan.name));
    let set = random_file(folder, plans.collect(), StoredType::Bf16)?;
    let config = FusionConfig::detect(&set)?;
    let block = FusionBlock::new(&Weights::new(&set, device), 0, &config)?;
    let head_dim = config.video.dim / config.video.num_heads;
    let rope = [
        RopeTable::video([2, 16, 16], head_dim, device)?,
        RopeTable::audio(157, config.audio.rope_scaling, head_dim, device)?,
    ];
    let states = [noise(&[512, 3072], device)?, noise(&[157, 3072], device)?];
    let text = noise(&[512, 3072], device)?;
    let time = noise(&[1, 6 * 3072], device)?.affine(0.1, 0.0)?;
    Ok(Box::new(move || {
        let state = |idx: usize| TowerState {
            x: states[idx].clone(),
            text: &text,
            time: time.clone(),
            split: 0,
            rope: &rope[idx],
        };
        block.forward(&mut state(0), &mut state(1))?;
        Ok(())
    }))
}

/// What the sizes are read from, and the block.
fn needs_values(name: &str) -> bool {
    name.contains(".blocks.0.")
        || [
            "time_embedding.0.weight",
            "text_embedding.0.weight",
            "head.head.weight",
        ]
        .iter()
        .any(|part| name.ends_with(part))
}

fn video_decoder_frame<'a>(folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    let set = random_file(
        folder,
        VideoVaeSizes::published().decoder_tensors(),
        StoredType::F32,
    )?;
    let decoder = VideoDecoder::new(&Weights::new(&set, device), LatentStats::wan22(device)?)?;
    drop(set);
    let latent = noise(&[48, 8, 8], device)?;
    let mut stream = decoder.stream();
    decoder.push(&mut stream, &latent, &mut |_| Ok(()))?;
    Ok(Box::new(move || {
        Ok(decoder.push(&mut stream, &latent, &mut |_| Ok(()))?)
    }))
}

fn vocoder<'a>(folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    let set = random_file(folder, VocoderSizes::published().tensors(), StoredType::F32)?;
    let vocoder = Vocoder::new(&Weights::new(&set, device), &VocoderConfig::detect(&set)?)?;
    drop(set);
    let mel = noise(&[314, 80], device)?.affine(1.0, -2.0)?;
    Ok(Box::new(move || {
        vocoder.forward(&mel)?;
        Ok(())
    }))
}

fn audio_decoder<'a>(folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    let plans = AudioVaeSizes::published()
        .tensors()
        .into_iter()
        .filter(|plan| !plan.name.starts_with("encoder."));
    let set = random_file(folder, plans.collect(), StoredType::F32)?;
    let decoder = AudioDecoder::new(&Weights::new(&set, device), &AudioVaeConfig::detect(&set)?)?;
    drop(set);
    let latent = noise(&[157, 20], device)?;
    Ok(Box::new(move || {
        decoder.forward(&latent)?;
        Ok(())
    }))
}

fn umt5_layer<'a>(folder: &Path, device: &'a Device) -> Result<Work<'a>> {
    let sizes = TextEncoderSizes {
        num_layers: 1,
        ..TextEncoderSizes::published()
    };
    let set = random_file(folder, sizes.tensors(256), StoredType::Bf16)?;
    let encoder = TextEncoder::new(
        &Weights::new(&set, device),
        &TextEncoderConfig::detect(&set)?,
    )?;
    let ids: Vec<u32> = (0..200).collect();
    Ok(Box::new(move || {
        encoder.forward(&ids)?;
        Ok(())
    }))
}

fn noise(shape: &[usize], device: &Device) -> Result<Tensor> {
    Ok(Tensor::from_vec(
        PhiloxNoise::new(1).normal(shape.iter().product()),
        shape,
        device,
    )?)
}

/// A file of uniform random numbers with the planned deviations; fast to make, mapped like a real one.
fn random_file(folder: &Path, plans: Vec<TensorPlan>, stored: StoredType) -> Result<WeightSet> {
    let path = folder.join("weights.safetensors");
    let specs = plans
        .iter()
        .map(|plan| TensorSpec::new(plan.name.clone(), stored, &plan.shape));
    let file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    let mut writer = SafetensorsWriter::new(file, &Default::default(), specs.collect())?;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for plan in &plans {
        let mut bytes = Vec::new();
        for _ in 0..plan.shape.iter().product::<usize>() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let uniform = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
            let value = match plan.init {
                Init::Normal { mean, std } => uniform.mul_add(1.732 * std, mean),
                Init::Constant(value) => value,
            };
            match stored {
                StoredType::Bf16 => bytes.extend(bf16::from_f32(value).to_le_bytes()),
                _ => bytes.extend(value.to_le_bytes()),
            }
        }
        writer.write(bytes.as_slice())?;
    }
    writer.finish()?;
    Ok(WeightSet::open(&[path])?)
}

/// `VmHWM` of this process, counted from the moment the networks are built.
fn peak_resident_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")
        .context("peak memory is only read on Linux")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .context("VmHWM")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).context("VmHWM")?.parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}
