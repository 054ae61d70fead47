//! Audio VAE, vocoder, activation, and the chains of them.

use anyhow::{Context, Result};
use ovi_models::Weights;
use ovi_models::audio_vae::{AudioDecoder, AudioEncoder, AudioVaeConfig};
use ovi_models::mel::MelFrontEnd;
use ovi_models::vocoder::{SnakeBeta, Vocoder, VocoderConfig, kaiser_sinc_taps};
use ovi_tensor::{Device, Tensor};
use ovi_weights::WeightSet;

use crate::golden::{Case, Check};

/// Items of a batch `[b, c, t]` as `[t, c]`.
fn signals(batch: &Tensor) -> Result<Vec<Tensor>> {
    let [items, channels, len] = batch.dims::<3>("batch")?;
    (0..items)
        .map(|idx| {
            Ok(batch
                .narrow(0, idx, 1)?
                .reshape(&[channels, len])?
                .permute(&[1, 0])?
                .contiguous()?)
        })
        .collect()
}

/// `[t, c]` items back to `[b, c, t]`.
fn batch(items: &[Tensor]) -> Result<Tensor> {
    let transposed: Vec<Tensor> = items
        .iter()
        .map(|item| {
            let [len, channels] = item.dims::<2>("item")?;
            item.permute(&[1, 0])?.reshape(&[1, channels, len])
        })
        .collect::<Result<_, _>>()?;
    Ok(Tensor::cat(&transposed.iter().collect::<Vec<_>>(), 0)?)
}

fn map_batch(x: &Tensor, f: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
    batch(&signals(x)?.iter().map(f).collect::<Result<Vec<_>>>()?)
}

fn decoder(set: &WeightSet, device: &Device) -> Result<AudioDecoder> {
    Ok(AudioDecoder::new(
        &Weights::new(set, device),
        &AudioVaeConfig::detect(set)?,
    )?)
}

fn vocoder_of(set: &WeightSet, device: &Device) -> Result<Vocoder> {
    Ok(Vocoder::new(
        &Weights::new(set, device),
        &VocoderConfig::detect(set)?,
    )?)
}

pub fn audio_vae_decode(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let decoder = decoder(&case.weights()?, device)?;
    let mel = map_batch(
        &case.input("latent")?,
        |latent| Ok(decoder.forward(latent)?),
    )?;
    check.tensor("mel", &mel)
}

pub fn audio_vae_encode(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let set = case.weights()?;
    let encoder = AudioEncoder::new(&Weights::new(&set, device), &AudioVaeConfig::detect(&set)?)?;
    let mel = case.input("mel")?;
    check.tensor(
        "mean",
        &map_batch(&mel, |mel| Ok(encoder.forward(mel)?.mean))?,
    )?;
    check.tensor(
        "logvar",
        &map_batch(&mel, |mel| Ok(encoder.forward(mel)?.log_variance))?,
    )
}

pub fn vocoder(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let vocoder = vocoder_of(&case.weights()?, device)?;
    for name in case.inputs() {
        let item = name
            .strip_prefix("mel_")
            .context("inputs are called mel_*")?;
        let waves = signals(&case.input(&name)?)?
            .iter()
            .map(|mel| {
                let wave = vocoder.forward(mel)?;
                wave.reshape(&[1, 1, wave.num_elements()])
                    .map_err(Into::into)
            })
            .collect::<Result<Vec<_>>>()?;
        check.tensor(
            &format!("wave_{item}"),
            &Tensor::cat(&waves.iter().collect::<Vec<_>>(), 0)?,
        )?;
    }
    Ok(())
}

pub fn antialias_activation(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    if let Some(filters) = case.config("filters").as_array() {
        for filter in filters {
            let number = |key: &str| filter[key].as_f64().with_context(|| key.to_owned());
            let taps = kaiser_sinc_taps(
                number("cutoff")?,
                number("half_width")?,
                number("kernel_size")? as usize,
            );
            let name = filter["output"].as_str().context("output")?;
            check.values(name, &taps, &[taps.len()])?;
        }
        return Ok(());
    }
    let set = case.weights()?;
    let name = |suffix: &str| {
        set.names()
            .find(|name| name.ends_with(suffix))
            .map(str::to_owned)
            .context("parameters")
    };
    let weights = Weights::new(&set, device);
    let snake = SnakeBeta::from_names(&weights, &name("alpha")?, &name("beta")?)?;
    for input in case.inputs() {
        let item = input.strip_prefix("x_").context("inputs are called x_*")?;
        let y = map_batch(&case.input(&input)?, |x| Ok(snake.forward(x)?))?;
        check.tensor(&format!("y_{item}"), &y)?;
    }
    Ok(())
}

/// The two networks of a chain, prefixed in one file or from their own pickles.
fn chain_files(case: &Case) -> Result<[WeightSet; 2]> {
    let files = &case.json["weight_files"];
    if let (Some(vae), Some(vocoder)) = (files["vae"].as_str(), files["vocoder"].as_str()) {
        return Ok([
            WeightSet::open(&[case.folder.join(vae)])?,
            WeightSet::open(&[case.folder.join(vocoder)])?,
        ]);
    }
    let set = case.weights()?;
    let part = |prefix: &'static str| {
        set.with_names_mapped(|name| name.strip_prefix(prefix).map(str::to_owned))
    };
    Ok([part("vae."), part("vocoder.")])
}

pub fn audio_chain(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let device = &case.device;
    let [vae, vocoder] = chain_files(case)?;
    if case.has("in.wave") {
        let wave = case.stored("in.wave")?.to_f32()?;
        let (mel, frames) = MelFrontEnd::new().log_mel(&wave)?;
        let mel = Tensor::from_vec(mel, &[frames, mel_bins(&vae)?], device)?;
        let encoder =
            AudioEncoder::new(&Weights::new(&vae, device), &AudioVaeConfig::detect(&vae)?)?;
        return check.tensor("latent", &batch(&[encoder.forward(&mel)?.mean])?);
    }
    let (decoder, vocoder) = (decoder(&vae, device)?, vocoder_of(&vocoder, device)?);
    let latents = signals(&case.input("latent")?)?;
    let mels = latents
        .iter()
        .map(|latent| Ok(decoder.forward(latent)?))
        .collect::<Result<Vec<_>>>()?;
    check.tensor("mel", &batch(&mels)?)?;
    let waves = mels
        .iter()
        .map(|mel| Ok(vocoder.forward(mel)?))
        .collect::<Result<Vec<_>>>()?;
    let waves = Tensor::cat(&waves.iter().collect::<Vec<_>>(), 0)?;
    check.tensor("wave", &waves)
}

fn mel_bins(vae: &WeightSet) -> Result<usize> {
    Ok(AudioVaeConfig::detect(vae)?.data_dim)
}

pub fn mel(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let wave = case.stored("in.wave")?.to_f32()?;
    let (mel, frames) = MelFrontEnd::new().log_mel(&wave)?;
    let mel = Tensor::from_vec(mel, &[frames, ovi_models::mel::NUM_MELS], &case.device)?;
    check.tensor("mel", &batch(&[mel])?)
}
