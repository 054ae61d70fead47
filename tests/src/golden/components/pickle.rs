//! Torch files: contents, and hostile ones that must be refused.

use anyhow::{Context, Result};
use ovi_weights::{StoredTensor, WeightError, WeightSet};

use crate::golden::{Case, Check};

/// Floats widened to `f32`, everything else to `i64`, as bits that compare exactly.
fn bits(tensor: &StoredTensor) -> Result<Vec<i64>> {
    if tensor.stored.is_float() {
        return Ok(tensor
            .to_f32()?
            .iter()
            .map(|value| i64::from(value.to_bits()))
            .collect());
    }
    Ok(tensor.to_i64()?)
}

fn compare(
    name: &str,
    got: &StoredTensor,
    want: &StoredTensor,
    check: &mut Check<'_>,
) -> Result<()> {
    let same_shape = got.shape == want.shape;
    check.exact(name, same_shape, || {
        format!("shape {:?}, expected {:?}", got.shape, want.shape)
    });
    if same_shape {
        let (got, want) = (bits(got)?, bits(want)?);
        check.exact(name, got == want, || "values differ".into());
    }
    Ok(())
}

/// Same contents under every container of the case.
pub fn mixed(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let want = case.weights()?;
    let mut num_files = 0;
    for entry in std::fs::read_dir(&case.folder)?.flatten() {
        let path = entry.path();
        if !path
            .extension()
            .is_some_and(|ext| ext == "pth" || ext == "pt")
        {
            continue;
        }
        num_files += 1;
        let set = WeightSet::open(&[path])?;
        for name in want.names() {
            compare(name, &set.get(name)?, &want.get(name)?, check)?;
        }
    }
    anyhow::ensure!(num_files > 0, "no torch file in the case");
    Ok(())
}

pub fn pickle(case: &Case, check: &mut Check<'_>) -> Result<()> {
    if case.json["files"].is_array() {
        return hostile(case, check);
    }
    let file = case.json["file"].as_str().context("file")?;
    let opened = WeightSet::open(&[case.folder.join(file)]);
    if case.json["expect"] == "error" {
        check.exact(file, opened.is_err(), || "was accepted".into());
        return Ok(());
    }
    let set = opened?;
    let tensors = case.json["tensors"].as_object().context("tensors")?;
    for name in tensors.keys() {
        compare(
            name,
            &set.get(name)?,
            &case.stored(&format!("out.{name}"))?,
            check,
        )?;
    }
    check.exact("tensors", set.len() == tensors.len(), || {
        format!("{} tensors, expected {}", set.len(), tensors.len())
    });
    Ok(())
}

fn hostile(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let max_secs = case.number("max_seconds_each")?;
    for entry in case.json["files"].as_array().into_iter().flatten() {
        let name = entry["file"].as_str().context("file")?;
        let started = std::time::Instant::now();
        let opened = WeightSet::open(&[case.folder.join(name)]);
        let secs = started.elapsed().as_secs_f64();
        check.exact(name, secs <= max_secs, || format!("took {secs:.1} s"));
        let error = opened.err();
        check.exact(name, error.is_some(), || "was accepted".into());
        if entry["kind"] == "forbidden_global" {
            let named = error.as_ref().is_some_and(names_the_global);
            check.exact(name, named, || {
                format!("does not name the refused global: {error:?}")
            });
        }
    }
    check.exact("verdict", true, String::new);
    Ok(())
}

/// Whether the refusal tells which global it is about.
fn names_the_global(error: &WeightError) -> bool {
    match error.cause() {
        WeightError::ForbiddenGlobal { module, name } => {
            let text = error.to_string();
            !name.is_empty() && text.contains(&format!("{module}.{name}"))
        }
        _ => false,
    }
}
