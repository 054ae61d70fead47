//! UMT5 encoders, and the relatives that load without an error and give wrong embeddings.

use super::{FileKind, WrongKind, count, first_known, size};
use crate::names::{TextEncoderNaming, find_prefix, text_encoder_name};
use crate::set::WeightSet;

/// Rows of the embedding of T5 v1.1 and of mT5; UMT5 has 256,384.
const T5_VOCAB: usize = 32_128;
const MT5_VOCAB: usize = 250_112;

/// Starts of names that belong to a decoder.
const DECODER_STARTS: [&str; 3] = ["decoder.", "dec.", "lm_head."];

/// Second name of the embedding in Hugging Face files.
const EMBEDDING_ALIAS: &str = "encoder.embed_tokens.weight";

pub(super) fn recognise(set: &WeightSet) -> Option<FileKind> {
    let (naming, prefix) = TextEncoderNaming::ALL.into_iter().find_map(|naming| {
        find_prefix(set, &[naming.signature()]).map(|prefix| (naming, prefix))
    })?;
    let name = |official: &str| {
        format!(
            "{prefix}{}",
            text_encoder_name(official, naming).unwrap_or_default()
        )
    };
    let embedding = name("token_embedding.weight");
    let alias = format!("{prefix}{EMBEDDING_ALIAS}");
    let vocab = first_known([size(set, &embedding, 0), size(set, &alias, 0)]);
    let num_layers = count(set, |idx| name(&format!("blocks.{idx}.attn.q.weight")));
    let num_tables = (0..num_layers)
        .filter(|idx| {
            set.contains(&name(&format!(
                "blocks.{idx}.pos_embedding.embedding.weight"
            )))
        })
        .count();
    let wrong = match vocab {
        T5_VOCAB => Some(WrongKind::T5 { vocab }),
        MT5_VOCAB => Some(WrongKind::Mt5 { vocab }),
        _ if num_layers > 1 && num_tables == 1 => {
            Some(WrongKind::SharedTableT5 { vocab, num_layers })
        }
        _ => None,
    };
    if let Some(wrong) = wrong {
        return Some(FileKind::WrongFile(wrong));
    }
    let has_decoder = set.names().any(|name| {
        let name = name.strip_prefix(prefix).unwrap_or(name);
        DECODER_STARTS.iter().any(|start| name.starts_with(start))
    });
    let dim = size(set, &name("norm.weight"), 0);
    Some(FileKind::TextEncoder {
        naming,
        has_decoder,
        vocab,
        dim,
        num_layers,
    })
}
