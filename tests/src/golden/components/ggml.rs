//! Quantised blocks: decoding bit for bit, encoding judged by the reference's own errors.

use anyhow::{Context, Result};
use ovi_weights::{StoredType, blocks};
use serde_json::Value;

use crate::golden::{Case, Check};

fn stored_type(case: &Case) -> Result<StoredType> {
    let name = case.config("ggml_type").as_str().context("ggml_type")?;
    let stored = StoredType::from_label(name).with_context(|| format!("unknown type {name}"))?;
    let id = case.size("ggml_type_id")? as u32;
    anyhow::ensure!(stored.ggml_id() == Some(id), "{name} has the number {id}");
    Ok(stored)
}

fn bytes_of(case: &Case, name: &str) -> Result<Vec<u8>> {
    let (values, _) = match name.split_once('.') {
        Some(("in", name)) => case.integers(name)?,
        _ => (case.stored(name)?.to_i64()?, Vec::new()),
    };
    values.into_iter().map(|v| Ok(u8::try_from(v)?)).collect()
}

pub fn dequant(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let stored = stored_type(case)?;
    let raw = bytes_of(case, "in.raw")?;
    let want = case.stored("out.f32")?.to_f32()?;
    let mut got = vec![0.0; want.len()];
    blocks_or_plain(stored, &raw, &mut got)?;
    let same = |a: f32, b: f32| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let num_different = got
        .iter()
        .zip(&want)
        .filter(|(a, b)| !same(**a, **b))
        .count();
    check.exact("f32", num_different == 0, || {
        format!(
            "{num_different} of {} values differ in their bits",
            want.len()
        )
    });
    Ok(())
}

fn blocks_or_plain(stored: StoredType, raw: &[u8], out: &mut [f32]) -> Result<()> {
    if stored.is_quantised() {
        return blocks::decode(stored, raw, out).context("the bytes are no whole blocks");
    }
    let tensor = ovi_weights::StoredTensor::new("raw", stored, &[out.len()], raw.to_vec())?;
    out.copy_from_slice(&tensor.to_f32()?);
    Ok(())
}

/// Errors of one row.
struct RowError {
    rms: f64,
    max_abs: f64,
}

impl RowError {
    fn of(got: &[f32], want: &[f32]) -> Self {
        let differences = || got.iter().zip(want).map(|(a, b)| f64::from(a - b).abs());
        let mean_square = differences().map(|d| d * d).sum::<f64>() / want.len() as f64;
        Self {
            rms: mean_square.sqrt(),
            max_abs: differences().fold(0.0, f64::max),
        }
    }
}

pub fn quant(case: &Case, check: &mut Check<'_>) -> Result<()> {
    let stored = stored_type(case)?;
    let values = case.stored("in.x")?.to_f32()?;
    let want = bytes_of(case, "out.bytes")?;
    let mut got = vec![0; want.len()];
    blocks::encode(stored, "x", &values, &mut got)?;
    let is_exact = case.json["outputs"]["bytes"]["exact"] == Value::Bool(true);
    let num_different = got.iter().zip(&want).filter(|(a, b)| a != b).count();
    check.exact("bytes", !is_exact || num_different == 0, || {
        format!("{num_different} of {} bytes differ", want.len())
    });
    let mut decoded = vec![0.0; values.len()];
    blocks::decode(stored, &got, &mut decoded).context("the bytes are no whole blocks")?;
    judge(case, check, &values, &decoded)
}

fn judge(case: &Case, check: &mut Check<'_>, values: &[f32], decoded: &[f32]) -> Result<()> {
    if !case.json["bounds"].is_object() {
        return Ok(());
    }
    let bound = |key: &str| {
        case.json["bounds"][key]
            .as_f64()
            .with_context(|| format!("bounds.{key}"))
    };
    let len = case.size("row_elements")?;
    let names = case.config("row_names").as_array().context("row_names")?;
    let mut ratios = Vec::new();
    for (row, name) in names.iter().enumerate() {
        let name = name.as_str().context("row name")?;
        let range = row * len..(row + 1) * len;
        let error = RowError::of(&decoded[range.clone()], &values[range.clone()]);
        let number = |key: &str| {
            case.json["ggml_error"][name][key]
                .as_f64()
                .with_context(|| format!("ggml_error.{name}.{key}"))
        };
        let (rms, signal) = (number("rms_err")?, number("rms_signal")?);
        if signal == 0.0 {
            let is_zero = decoded[range].iter().all(|value| *value == 0.0);
            check.exact(name, is_zero, || "a row of zeros is not zero".into());
            continue;
        }
        if rms / signal < bound("small_error_row_if_ggml_rel_rms_below")? {
            let relative = error.rms / signal;
            let most = bound("small_error_row_rel_rms_max")?;
            check.exact(name, relative <= most, || {
                format!("{relative:.4} of {most}")
            });
            continue;
        }
        let ratio = error.rms / rms;
        ratios.push(ratio);
        let most = bound("rms_err_ratio_per_row_max")?;
        check.exact(name, ratio <= most, || format!("error ratio {ratio:.3}"));
        let ratio = error.max_abs / number("max_abs_err")?;
        let most = bound("max_abs_err_ratio_per_row_max")?;
        check.exact(name, ratio <= most, || {
            format!("largest error ratio {ratio:.3}")
        });
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len().max(1) as f64;
    let most = bound("rms_err_ratio_mean_over_rows_max")?;
    check.exact("mean", mean <= most, || {
        format!("mean error ratio {mean:.4}")
    });
    Ok(())
}
