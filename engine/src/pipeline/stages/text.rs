//! Prompts to embeddings.

use ovi_models::text_encoder::{TextEncoder, TextEncoderConfig};
use ovi_models::tokenizer::Tokenizer;
use ovi_models::{ModelError, Weights};
use ovi_tensor::{Device, MemoryKind};

use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::pipeline::observer::Observer;
use crate::protocol::{Role, Warning, WarningCode};

/// Embeddings in host memory, `[rows, dim]` each.
#[derive(Clone, Debug)]
pub struct Texts {
    /// Width of the embeddings.
    pub dim: usize,
    /// Prompt.
    pub prompt: Vec<f32>,
    /// What the picture should avoid.
    pub video_negative: Vec<f32>,
    /// What the sound should avoid.
    pub audio_negative: Vec<f32>,
}

impl Texts {
    /// Bytes of host memory.
    pub fn num_bytes(&self) -> u64 {
        let rows = [&self.prompt, &self.video_negative, &self.audio_negative];
        rows.map(|row| size_of_val(row.as_slice()) as u64)
            .into_iter()
            .sum()
    }
}

/// Encode prompt and negatives; unused negatives stay empty texts.
///
/// # Errors
/// If tokenizer or encoder cannot be read, or the job is cancelled.
pub fn encode_texts(
    checkpoint: &Checkpoint,
    device: &Device,
    texts: [&str; 3],
    observer: &mut dyn Observer,
) -> Result<Texts, EngineError> {
    let failed = EngineError::part(Role::TextEncoder);
    let _scope = device.enter("text encoder", MemoryKind::Activations);
    let tokenizer =
        Tokenizer::open(checkpoint.tokenizer()).map_err(EngineError::part(Role::Tokenizer))?;
    let set = checkpoint.weights(Role::TextEncoder);
    let config = TextEncoderConfig::detect(set).map_err(&failed)?;
    let encoder = TextEncoder::new(&Weights::new(set, device), &config).map_err(&failed)?;
    let mut rows = Vec::new();
    for (idx, text) in texts.into_iter().enumerate() {
        observer.progress(idx as u32, texts.len() as u32);
        let encoding = tokenizer
            .encode(text)
            .map_err(EngineError::part(Role::Tokenizer))?;
        if idx == 0 && encoding.truncated {
            let message = format!(
                "The prompt has {} tokens; the model reads 512, the end was left out.",
                encoding.num_tokens_untruncated
            );
            observer.warning(Warning {
                code: WarningCode::Tokens,
                message,
            });
        }
        let embedding = encoder.forward(&encoding.ids).map_err(&failed)?;
        rows.push(
            embedding
                .to_vec()
                .map_err(ModelError::from)
                .map_err(&failed)?,
        );
    }
    observer.progress(texts.len() as u32, texts.len() as u32);
    let mut rows = rows.into_iter();
    let mut next = || rows.next().unwrap_or_default();
    Ok(Texts {
        dim: config.dim,
        prompt: next(),
        video_negative: next(),
        audio_negative: next(),
    })
}
