//! Cleaning and token ids.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use ovi_models::tokenizer::{Encoding, Tokenizer, clean_text};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Component;
use crate::golden::case::size;
use crate::golden::{Case, Check};

/// Names the folder or file of the real tokenizer, which is not part of the vectors.
const REAL_TOKENIZER: &str = "OVI_TOKENIZER";

/// Cases of the real tokenizer run only where it is at hand.
pub fn component(case: &Case) -> Component {
    if files(case).is_empty() {
        return Component::NotRead("needs the real tokenizer.json; name it in OVI_TOKENIZER");
    }
    Component::Runs(tokenizer)
}

/// Tokenizer files of the case, or the user's.
fn files(case: &Case) -> Vec<PathBuf> {
    let own = ["tokenizer.json", "spiece.model"].map(|name| case.folder.join(name));
    let mut files: Vec<PathBuf> = own.into_iter().filter(|file| file.is_file()).collect();
    if files.is_empty() {
        files.extend(std::env::var_os(REAL_TOKENIZER).map(PathBuf::from));
    }
    files
}

fn tokenizer(case: &Case, check: &mut Check<'_>) -> Result<()> {
    for file in files(case) {
        if let Some(hash) = case.config("vocab_pieces_sha256").as_str() {
            check_vocabulary(&file, hash)?;
        }
        let tokenizer = Tokenizer::open(&file)?;
        for row in case.json["cases"].as_array().context("cases")? {
            compare(row, &tokenizer, check)?;
        }
        if case.has("out.ids") {
            batch(case, &tokenizer, check)?;
        }
    }
    Ok(())
}

/// The ids belong to one vocabulary; another one is not a failure of the code.
fn check_vocabulary(file: &Path, hash: &str) -> Result<()> {
    let file = if file.is_dir() {
        file.join("tokenizer.json")
    } else {
        file.to_path_buf()
    };
    let json: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    let mut hasher = Sha256::new();
    for entry in json["model"]["vocab"].as_array().context("model.vocab")? {
        hasher.update(entry[0].as_str().context("model.vocab")?);
        hasher.update("\n");
    }
    let digest: String = hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ensure!(
        digest == hash,
        "{}: not the vocabulary of this case",
        file.display()
    );
    Ok(())
}

fn compare(row: &Value, tokenizer: &Tokenizer, check: &mut Check<'_>) -> Result<()> {
    let text = row["text"].as_str().context("text")?;
    let cleaned = clean_text(text);
    check.exact("ids", row["cleaned"].as_str() == Some(&cleaned), || {
        format!("{text:?} cleaned to {cleaned:?}")
    });
    let Encoding {
        ids,
        num_tokens_untruncated,
        truncated,
    } = tokenizer.encode(text)?;
    check.exact("ids", row["ids"] == Value::from(ids.clone()), || {
        format!("{text:?} gives {ids:?}")
    });
    if !row["n_tokens_untruncated"].is_null() {
        let agrees = row["n_tokens_untruncated"] == num_tokens_untruncated;
        check.exact("ids", agrees, || {
            format!("{text:?} has {num_tokens_untruncated} tokens")
        });
        let was_cut = row["truncated"].as_bool().unwrap_or_default();
        check.exact("ids", was_cut == truncated, || {
            format!("{text:?} cut: {truncated}")
        });
    }
    Ok(())
}

/// Texts padded to one length, with their mask and lengths.
fn batch(case: &Case, tokenizer: &Tokenizer, check: &mut Check<'_>) -> Result<()> {
    let max_length = size(&case.json["config"], "max_length")?;
    let pad_id = case.number("pad_id")? as f32;
    let (mut ids, mut mask, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for text in case.json["batch_texts"].as_array().context("batch_texts")? {
        let encoding = tokenizer.encode(text.as_str().context("batch_texts")?)?;
        let num_valid = encoding.ids.len();
        ids.extend(encoding.ids.iter().map(|&id| id as f32));
        ids.resize(ids.len() + max_length.saturating_sub(num_valid), pad_id);
        mask.extend((0..max_length).map(|idx| if idx < num_valid { 1.0 } else { 0.0 }));
        lengths.push(num_valid as f32);
    }
    let num_texts = lengths.len();
    check.values("ids", &ids, &[num_texts, max_length])?;
    check.values("mask", &mask, &[num_texts, max_length])?;
    check.values("seq_lens", &lengths, &[num_texts])
}
