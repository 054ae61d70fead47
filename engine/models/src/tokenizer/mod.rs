//! Text to token ids of UMT5: cleaning, a unigram tokenizer, the end token
//! (spec: text-encoder 5).
//!
//! Ids are read from the user's files, never assumed. Both kinds of file give the same ids: the
//! byte pieces of the SentencePiece model are never produced, as in the reference. Tokenizer files
//! are foreign bytes: sizes are bounded before anything is built from them, and a panic inside the
//! tokenizer library is an error of the file.

mod clean;
mod entities;
mod mojibake;
mod pieces;
mod sentencepiece;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tokenizers::utils::truncation::TruncationDirection;

pub use clean::clean_text;

use crate::{ModelError, Result};

/// Longest sequence the text encoder accepts, end token included.
pub const MAX_TOKENS: usize = 512;

/// Extra ids that a bare SentencePiece model of UMT5 lacks.
const NUM_EXTRA_IDS: usize = 300;
const MAX_FILE_BYTES: u64 = 64 << 20;
const MAX_MAP_BYTES: u64 = 4 << 20;
const MAX_ADDED_TOKENS: usize = 8;

/// Token ids of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// At most [`MAX_TOKENS`] ids, the end token last; no padding.
    pub ids: Vec<u32>,
    /// Tokens of the whole text, end token included.
    pub num_tokens_untruncated: usize,
    /// Whether the end of the text was cut off.
    pub truncated: bool,
}

/// A loaded tokenizer. Loading the real one takes about a second and 230 MB for a moment.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    /// Tokens the post-processor adds to every text: the end token.
    num_added: usize,
}

impl Tokenizer {
    /// Open `tokenizer.json` or `spiece.model`, or the folder that holds one of them (the first is
    /// preferred).
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] if neither is there, or the file is damaged, too large, or not a
    /// unigram tokenizer with an end token.
    pub fn open(path: &Path) -> Result<Self> {
        let file = if path.is_dir() {
            let candidates = ["tokenizer.json", "spiece.model"].map(|name| path.join(name));
            let found = candidates.into_iter().find(|file| file.is_file());
            found.ok_or_else(|| {
                let folder = path.display();
                error(format!(
                    "neither tokenizer.json nor spiece.model is in {folder}"
                ))
            })?
        } else {
            path.to_path_buf()
        };
        let bytes = read_bounded(&file, MAX_FILE_BYTES)?;
        // JSON starts with a brace; the first field of a SentencePiece model is tagged 0x0A.
        let loaded = if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
            Self::from_json(&bytes)
        } else {
            Self::from_sentencepiece(&bytes, num_extra_ids_beside(&file))
        };
        loaded.map_err(|source| match source {
            ModelError::Tokenizer(reason) => error(format!("{}: {reason}", file.display())),
            other => other,
        })
    }

    /// The contents of a `tokenizer.json`.
    ///
    /// # Errors
    /// As [`Tokenizer::open`].
    pub fn from_json(bytes: &[u8]) -> Result<Self> {
        pieces::check_json(bytes)?;
        Self::finish(guarded(|| tokenizers::Tokenizer::from_bytes(bytes))?)
    }

    /// The contents of a SentencePiece model, followed by `num_extra_ids` pieces
    /// `<extra_id_…>` in descending order.
    ///
    /// # Errors
    /// As [`Tokenizer::open`].
    pub fn from_sentencepiece(bytes: &[u8], num_extra_ids: usize) -> Result<Self> {
        let model = sentencepiece::Model::parse(bytes)?;
        Self::finish(guarded(|| pieces::build(model, num_extra_ids))?)
    }

    /// Ids of `text`, which is cleaned first; the text is cut so that the end token still fits.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] if the tokenizer's own rules fail on the text.
    pub fn encode(&self, text: &str) -> Result<Encoding> {
        let cleaned = clean_text(text);
        guarded(|| {
            let mut pieces = self.inner.encode_fast(cleaned.as_str(), false)?;
            let num_tokens_untruncated = pieces.len() + self.num_added;
            pieces.truncate(MAX_TOKENS - self.num_added, 0, TruncationDirection::Right);
            let encoding = self.inner.post_process(pieces, None, true)?;
            Ok(Encoding {
                ids: encoding.get_ids().to_vec(),
                num_tokens_untruncated,
                truncated: num_tokens_untruncated > MAX_TOKENS,
            })
        })
    }

    /// Drop the file's own truncation and padding and check that it ends its texts.
    fn finish(mut inner: tokenizers::Tokenizer) -> Result<Self> {
        guarded(|| inner.with_truncation(None).map(|_| ()))?;
        inner.with_padding(None);
        let empty = guarded(|| inner.encode_fast("", true))?;
        let num_added = empty.len();
        if num_added == 0 || num_added > MAX_ADDED_TOKENS {
            let reason = format!("adds {num_added} tokens to every text, expected the end token");
            return Err(error(reason));
        }
        Ok(Self { inner, num_added })
    }
}

/// Run code of the tokenizer library, which panics on some malformed files.
fn guarded<T>(run: impl FnOnce() -> tokenizers::Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|source| error(source.to_string())),
        Err(_) => Err(error("the tokenizer library failed on this file")),
    }
}

fn error(reason: impl Into<String>) -> ModelError {
    ModelError::Tokenizer(reason.into())
}

fn read_bounded(file: &Path, max_bytes: u64) -> Result<Vec<u8>> {
    let failed = |source: std::io::Error| error(format!("{}: {source}", file.display()));
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(failed)?;
    opened
        .take(max_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > max_bytes {
        let limit = max_bytes >> 20;
        return Err(error(format!(
            "{}: larger than {limit} MiB",
            file.display()
        )));
    }
    Ok(bytes)
}

/// Extra ids listed by the `special_tokens_map.json` next to a SentencePiece model.
fn num_extra_ids_beside(model: &Path) -> usize {
    let map = model.with_file_name("special_tokens_map.json");
    let Ok(bytes) = read_bounded(&map, MAX_MAP_BYTES) else {
        return NUM_EXTRA_IDS;
    };
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let Some(listed) = json["additional_special_tokens"].as_array() else {
        return NUM_EXTRA_IDS;
    };
    let text = |token: &serde_json::Value| {
        token["content"]
            .as_str()
            .or(token.as_str())
            .map(str::to_owned)
    };
    let is_extra = |token: &String| token.starts_with("<extra_id_");
    listed.iter().filter_map(text).filter(is_extra).count()
}

#[cfg(test)]
mod tests;
