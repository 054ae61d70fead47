//! Cleaning and token ids.

use std::path::PathBuf;

use anyhow::{Context, Result};
use ovi_models::tokenizer::{Encoding, Tokenizer, clean_text};
use serde_json::Value;

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

fn compare(row: &Value, tokenizer: &Tokenizer, check: &mut Check<'_>) -> Result<()> {
    let text = row["text"].as_str().context("text")?;
    let cleaned = clean_text(text);
    check.exact("ids", row["cleaned"].as_str() == Some(&cleaned), || format!("{text:?} cleaned to {cleaned:?}"));
    let Encoding { ids, num_tokens_untruncated, truncated } = tokenizer.encode(text)?;
    check.exact("ids", row["ids"] == Value::from(ids.clone()), || format!("{text:?} gives {ids:?}"));
    if !row["n_tokens_untruncated"].is_null() {
        let agrees = row["n_tokens_untruncated"] == num_tokens_untruncated;
        check.exact("ids", agrees, || format!("{text:?} has {num_tokens_untruncated} tokens"));
        let was_cut = row["truncated"].as_bool().unwrap_or_default();
        check.exact("ids", was_cut == truncated, || format!("{text:?} cut: {truncated}"));
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
