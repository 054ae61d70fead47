//! Vocabularies: bounds for those of foreign files, and the UMT5 tokenizer around the pieces of a
//! SentencePiece model (spec: text-encoder 5.3).

use serde_json::Value;
use tokenizers::models::unigram::Unigram;
use tokenizers::normalizers::{Precompiled, Replace, Sequence, replace::ReplacePattern};
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, NormalizerWrapper};

use super::error;
use super::sentencepiece::{Kind, Model};
use crate::Result;

const MAX_PIECES: usize = 1 << 20;
/// A piece is a path in a tree that is freed recursively, so its length bounds the stack.
const MAX_PIECE_BYTES: usize = 1 << 10;
const MAX_TOTAL_BYTES: usize = 8 << 20;
const MAX_RULE_BYTES: usize = 4 << 10;
/// Replacements may follow one another, so a text could grow by the product of these.
const MAX_REPLACEMENTS: usize = 4;
const MAX_CONTENT_BYTES: usize = 4;
const CHARACTER_MAP: &str = "precompiled_charsmap";
const END_TOKEN: &str = "</s>";

/// Counts pieces and refuses sizes no tokenizer has.
#[derive(Default)]
pub struct Limits {
    num_pieces: usize,
    total_bytes: usize,
}

impl Limits {
    /// Count one more piece.
    pub fn count(&mut self, piece: &str) -> Result<()> {
        self.num_pieces += 1;
        self.total_bytes += piece.len();
        if piece.len() > MAX_PIECE_BYTES {
            return Err(error(format!("a piece is {} bytes long", piece.len())));
        }
        if self.num_pieces > MAX_PIECES || self.total_bytes > MAX_TOTAL_BYTES {
            return Err(error("the vocabulary is too large"));
        }
        Ok(())
    }
}

/// Whether a `tokenizer.json` holds a unigram model of sane sizes.
pub fn check_json(bytes: &[u8]) -> Result<()> {
    let json: Value = serde_json::from_slice(bytes).map_err(|source| error(source.to_string()))?;
    let kind = json["model"]["type"].as_str().unwrap_or("none");
    if kind != "Unigram" {
        return Err(error(format!("model of type {kind}, expected Unigram")));
    }
    let vocab = json["model"]["vocab"].as_array();
    let vocab = vocab.ok_or_else(|| error("model.vocab is missing"))?;
    let mut limits = Limits::default();
    for entry in vocab {
        let piece = entry[0].as_str();
        limits.count(piece.ok_or_else(|| error("model.vocab holds no pieces"))?)?;
    }
    for added in json["added_tokens"].as_array().into_iter().flatten() {
        limits.count(added["content"].as_str().unwrap_or_default())?;
    }
    let mut num_replacements = 0;
    check_rules(&json["normalizer"], &mut num_replacements)?;
    check_rules(&json["pre_tokenizer"], &mut num_replacements)
}

/// Refuse patterns that compile slowly and replacements that together could inflate a text.
fn check_rules(json: &Value, num_replacements: &mut usize) -> Result<()> {
    match json {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            let len = value.as_str().map_or(0, str::len);
            let is_content = name == "content";
            *num_replacements += usize::from(is_content);
            let max = if is_content {
                MAX_CONTENT_BYTES
            } else {
                MAX_RULE_BYTES
            };
            if *num_replacements > MAX_REPLACEMENTS || (len > max && name != CHARACTER_MAP) {
                return Err(error(format!("the rule {name:?} is too long")));
            }
            check_rules(value, num_replacements)
        }),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| check_rules(item, num_replacements)),
        _ => Ok(()),
    }
}

/// The tokenizer around the pieces of a SentencePiece model.
pub fn build(model: Model, num_extra_ids: usize) -> tokenizers::Result<tokenizers::Tokenizer> {
    let unknown = position(&model, |piece| piece.kind == Kind::Unknown, "unknown piece")?;
    let end = position(&model, |piece| piece.text == END_TOKEN, "end token")?;
    let marks = model
        .pieces
        .iter()
        .filter(|piece| piece.kind != Kind::Ordinary);
    let mut special: Vec<String> = marks.map(|piece| piece.text.clone()).collect();
    let extra: Vec<String> = (0..num_extra_ids)
        .rev()
        .map(|idx| format!("<extra_id_{idx}>"))
        .collect();
    special.extend(extra.iter().cloned());
    let vocab = model
        .pieces
        .into_iter()
        .map(|piece| (piece.text, piece.score));
    let vocab = vocab
        .chain(extra.into_iter().map(|text| (text, 0.0)))
        .collect();
    let mut tokenizer = tokenizers::Tokenizer::new(Unigram::from(vocab, Some(unknown), false)?);

    let mut normalizers: Vec<NormalizerWrapper> = Vec::new();
    if !model.character_map.is_empty() {
        normalizers.push(Precompiled::from(&model.character_map)?.into());
    }
    let spaces = ReplacePattern::Regex(" {2,}".into());
    normalizers.push(Replace::new(spaces, " ")?.into());
    tokenizer.with_normalizer(Some(Sequence::new(normalizers)))?;
    tokenizer.with_pre_tokenizer(Some(Metaspace::new('▁', PrependScheme::Always, true)));
    let template = TemplateProcessing::builder()
        .try_single(format!("$A {END_TOKEN}"))?
        .special_tokens(vec![(END_TOKEN, u32::try_from(end)?)])
        .build()?;
    tokenizer.with_post_processor(Some(template));
    tokenizer.add_special_tokens(special.into_iter().map(|text| AddedToken::from(text, true)))?;
    Ok(tokenizer)
}

fn position(
    model: &Model,
    is_wanted: impl Fn(&super::sentencepiece::Piece) -> bool,
    what: &str,
) -> tokenizers::Result<usize> {
    let found = model.pieces.iter().position(is_wanted);
    found.ok_or_else(|| format!("the SentencePiece model has no {what}").into())
}
