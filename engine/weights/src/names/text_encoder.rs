//! UMT5 encoder: official, Hugging Face and llama.cpp names (spec: text-encoder 2).

use super::pattern::{fill, numbers_in};
use crate::names::find_prefix;
use crate::set::WeightSet;

/// Spelling of the names of a text encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoderNaming {
    /// As in `models_t5_umt5-xxl-enc-bf16.pth`.
    Official,
    /// As in the Hugging Face class of the encoder.
    HuggingFace,
    /// As in GGUF files of the architecture `t5encoder`.
    LlamaCpp,
}

impl TextEncoderNaming {
    /// A name that only files of this naming have.
    pub(crate) fn signature(self) -> &'static str {
        match self {
            Self::Official => "blocks.0.attn.q.weight",
            Self::HuggingFace => "encoder.block.0.layer.0.SelfAttention.q.weight",
            Self::LlamaCpp => "enc.blk.0.attn_q.weight",
        }
    }

    /// All namings.
    pub(crate) const ALL: [Self; 3] = [Self::Official, Self::HuggingFace, Self::LlamaCpp];
}

/// One tensor in three spellings.
struct Row {
    official: &'static str,
    hugging_face: &'static str,
    llama_cpp: &'static str,
}

const fn row(official: &'static str, hugging_face: &'static str, llama_cpp: &'static str) -> Row {
    Row {
        official,
        hugging_face,
        llama_cpp,
    }
}

const TABLE: [Row; 13] = [
    row(
        "token_embedding.weight",
        "shared.weight",
        "token_embd.weight",
    ),
    row(
        "token_embedding.weight",
        EMBEDDING_ALIAS,
        "token_embd.weight",
    ),
    row(
        "blocks.{}.norm1.weight",
        "encoder.block.{}.layer.0.layer_norm.weight",
        "enc.blk.{}.attn_norm.weight",
    ),
    row(
        "blocks.{}.attn.q.weight",
        "encoder.block.{}.layer.0.SelfAttention.q.weight",
        "enc.blk.{}.attn_q.weight",
    ),
    row(
        "blocks.{}.attn.k.weight",
        "encoder.block.{}.layer.0.SelfAttention.k.weight",
        "enc.blk.{}.attn_k.weight",
    ),
    row(
        "blocks.{}.attn.v.weight",
        "encoder.block.{}.layer.0.SelfAttention.v.weight",
        "enc.blk.{}.attn_v.weight",
    ),
    row(
        "blocks.{}.attn.o.weight",
        "encoder.block.{}.layer.0.SelfAttention.o.weight",
        "enc.blk.{}.attn_o.weight",
    ),
    row(
        "blocks.{}.pos_embedding.embedding.weight",
        "encoder.block.{}.layer.0.SelfAttention.relative_attention_bias.weight",
        "enc.blk.{}.attn_rel_b.weight",
    ),
    row(
        "blocks.{}.norm2.weight",
        "encoder.block.{}.layer.1.layer_norm.weight",
        "enc.blk.{}.ffn_norm.weight",
    ),
    row(
        "blocks.{}.ffn.gate.0.weight",
        "encoder.block.{}.layer.1.DenseReluDense.wi_0.weight",
        "enc.blk.{}.ffn_gate.weight",
    ),
    row(
        "blocks.{}.ffn.fc1.weight",
        "encoder.block.{}.layer.1.DenseReluDense.wi_1.weight",
        "enc.blk.{}.ffn_up.weight",
    ),
    row(
        "blocks.{}.ffn.fc2.weight",
        "encoder.block.{}.layer.1.DenseReluDense.wo.weight",
        "enc.blk.{}.ffn_down.weight",
    ),
    row(
        "norm.weight",
        "encoder.final_layer_norm.weight",
        "enc.output_norm.weight",
    ),
];

/// Second name of the embedding in Hugging Face files; the first one is preferred.
const EMBEDDING_ALIAS: &str = "encoder.embed_tokens.weight";
const EMBEDDING: &str = "shared.weight";

/// Endings that FP8 files put in the place of `.weight` for its scale
/// (spec: gguf-and-weights 8.2).
const SCALE_ENDINGS: [&str; 2] = [".scale_weight", ".weight_scale"];
const WEIGHT_ENDING: &str = ".weight";

impl Row {
    fn spelling(&self, naming: TextEncoderNaming) -> &'static str {
        match naming {
            TextEncoderNaming::Official => self.official,
            TextEncoderNaming::HuggingFace => self.hugging_face,
            TextEncoderNaming::LlamaCpp => self.llama_cpp,
        }
    }
}

/// The official spelling of a name; `None` for names that belong to no tensor of the encoder.
pub fn text_encoder_official_name(name: &str, naming: TextEncoderNaming) -> Option<String> {
    TABLE.iter().find_map(|row| {
        numbers_in(row.spelling(naming), name).map(|numbers| fill(row.official, &numbers))
    })
}

/// Another spelling of an official name; `None` for names that belong to no tensor of the encoder.
pub fn text_encoder_name(official: &str, naming: TextEncoderNaming) -> Option<String> {
    TABLE.iter().find_map(|row| {
        numbers_in(row.official, official).map(|numbers| fill(row.spelling(naming), &numbers))
    })
}

/// The encoder under official names, without everything else in the file.
pub(super) fn official_view(set: &WeightSet, naming: TextEncoderNaming) -> WeightSet {
    let prefix = find_prefix(set, &[naming.signature()]).unwrap_or_default();
    let has_shared = set.contains(&format!("{prefix}{EMBEDDING}"));
    set.with_names_mapped(|name| {
        let name = name.strip_prefix(prefix)?;
        if has_shared && name == EMBEDDING_ALIAS {
            return None;
        }
        text_encoder_official_name(name, naming).or_else(|| scale_name(name, naming))
    })
}

/// A scale under the official name of its weight.
fn scale_name(name: &str, naming: TextEncoderNaming) -> Option<String> {
    SCALE_ENDINGS.iter().find_map(|ending| {
        let weight = format!("{}{WEIGHT_ENDING}", name.strip_suffix(ending)?);
        let official = text_encoder_official_name(&weight, naming)?;
        Some(format!("{}{ending}", official.strip_suffix(WEIGHT_ENDING)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored_tensor::StoredTensor;

    #[test]
    fn every_spelling_leads_to_the_official_name_and_back() {
        for row in &TABLE {
            let official = fill(row.official, &[23]);
            for naming in TextEncoderNaming::ALL {
                let other = fill(row.spelling(naming), &[23]);
                assert_eq!(
                    text_encoder_official_name(&other, naming).as_ref(),
                    Some(&official),
                    "{other}"
                );
                if other != EMBEDDING_ALIAS {
                    assert_eq!(text_encoder_name(&official, naming), Some(other));
                }
            }
        }
    }

    #[test]
    fn names_of_no_tensor_have_no_spelling() {
        for name in [
            "decoder.block.0.layer.0.layer_norm.weight",
            "lm_head.weight",
            "scaled_fp8",
        ] {
            assert_eq!(
                text_encoder_official_name(name, TextEncoderNaming::HuggingFace),
                None
            );
        }
    }

    #[test]
    fn the_view_prefers_the_shared_embedding_and_keeps_scales() {
        let tensor = |name: &str, value| StoredTensor::from_f32(name, &[1], vec![value]);
        let set = WeightSet::from_tensors(vec![
            tensor("model.encoder.embed_tokens.weight", 1.0),
            tensor("model.shared.weight", 2.0),
            tensor("model.encoder.block.0.layer.0.SelfAttention.q.weight", 3.0),
            tensor(
                "model.encoder.block.0.layer.0.SelfAttention.q.scale_weight",
                4.0,
            ),
            tensor("model.decoder.final_layer_norm.weight", 5.0),
            tensor("unrelated", 6.0),
        ]);
        let view = official_view(&set, TextEncoderNaming::HuggingFace);
        let mut names: Vec<&str> = view.names().collect();
        names.sort_unstable();
        let expected = [
            "blocks.0.attn.q.scale_weight",
            "blocks.0.attn.q.weight",
            "token_embedding.weight",
        ];
        assert_eq!(names, expected);
        let embedding = view
            .get("token_embedding.weight")
            .and_then(|tensor| tensor.to_f32());
        assert_eq!(embedding.ok(), Some(vec![2.0]));
    }
}
