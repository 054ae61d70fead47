//! Prompt dialects, picture prompts, file-name stems, and batch files.

use std::path::Path;

use anyhow::{Context, Result};
use ovi_engine::prompt::{BatchMode, Dialect, file_stem, picture_prompt, read_batch};
use ovi_engine::protocol::ModelVariant;
use serde_json::Value;

use crate::golden::{Case, Check};

pub fn prompt_format(case: &Case, check: &mut Check<'_>) -> Result<()> {
    for row in case.json["rows"].as_array().into_iter().flatten() {
        let input = row["input"].as_str().context("input")?;
        let results = row
            .as_object()
            .context("row")?
            .iter()
            .filter(|(key, _)| *key != "input");
        for (key, want) in results {
            let got = convert(key, input).with_context(|| format!("unknown conversion {key}"))?;
            check.exact("rows", want.as_str() == Some(&got), || {
                format!("{key} of {input:?}: got {got:?}")
            });
        }
    }
    let files = case.json["batch_files"].as_array();
    let folder = tempfile::tempdir()?;
    for picture in case.json["existing_files"].as_array().into_iter().flatten() {
        let path = folder
            .path()
            .join(picture.as_str().context("existing_files")?);
        std::fs::create_dir_all(path.parent().context("folder")?)?;
        std::fs::write(path, [])?;
    }
    for file in files.into_iter().flatten() {
        let got = batch(file, folder.path())?;
        let want = (!file["error"].is_string())
            .then(|| (file["prompts"].clone(), file["image_paths"].clone()));
        check.exact("batch_files", got == want, || {
            format!("{file}: got {got:?}")
        });
    }
    Ok(())
}

fn convert(key: &str, input: &str) -> Option<String> {
    match key {
        "clean_text" => Some(picture_prompt(input)),
        "filename_stem" => Some(file_stem(input)),
        variant => Some(Dialect::of(ModelVariant::from_name(variant)?).format(input)),
    }
}

/// Prompts and pictures of a batch file; `None` if it is refused.
fn batch(file: &Value, folder: &Path) -> Result<Option<(Value, Value)>> {
    let extension = file["ext"].as_str().context("ext")?;
    let path = folder.join(format!("batch.{extension}"));
    std::fs::write(&path, file["content"].as_str().context("content")?)?;
    let mode = match file["mode"].as_str() {
        Some("i2v") => BatchMode::FirstFrame,
        _ => BatchMode::Text,
    };
    let Ok(batch) = read_batch(&path, mode) else {
        return Ok(None);
    };
    if !batch.problems.is_empty() {
        return Ok(None);
    }
    let prompts = batch
        .rows
        .iter()
        .map(|row| Value::from(row.prompt.as_str()))
        .collect();
    let picture = |path: &Path| {
        path.strip_prefix(folder)
            .ok()
            .and_then(Path::to_str)
            .map(Value::from)
    };
    let pictures = batch
        .rows
        .iter()
        .map(|row| row.picture.as_deref().and_then(picture).unwrap_or_default())
        .collect();
    Ok(Some((prompts, pictures)))
}
