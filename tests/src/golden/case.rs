//! One case on disk.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use ovi_tensor::{Device, Tensor};
use ovi_weights::{StoredTensor, WeightSet};
use serde_json::Value;

/// A folder with `case.json`, its vectors and its weights.
pub struct Case {
    /// Folder of the case.
    pub folder: PathBuf,
    /// What is under test.
    pub component: String,
    /// The whole of `case.json`.
    pub json: Value,
    /// Where the case runs.
    pub device: Device,
    io: Option<WeightSet>,
}

impl Case {
    /// Read `case.json` and map `io.safetensors` if there is one.
    pub fn open(folder: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(folder.join("case.json")).context("case.json")?;
        let json: Value = serde_json::from_str(&text).context("case.json")?;
        let component = json["component"]
            .as_str()
            .context("case.json names no component")?
            .to_owned();
        let io = folder.join("io.safetensors");
        let io = io.is_file().then(|| WeightSet::open(&[io])).transpose()?;
        Ok(Self {
            folder: folder.to_path_buf(),
            component,
            json,
            device: Device::cpu(),
            io,
        })
    }

    /// Entry of `config`.
    pub fn config(&self, key: &str) -> &Value {
        &self.json["config"][key]
    }

    /// Whole number of `config`.
    pub fn size(&self, key: &str) -> Result<usize> {
        size(&self.json["config"], key)
    }

    /// Number of `config`.
    pub fn number(&self, key: &str) -> Result<f64> {
        self.config(key)
            .as_f64()
            .with_context(|| format!("config.{key} is not a number"))
    }

    /// Names of the case's inputs.
    pub fn inputs(&self) -> Vec<String> {
        let names = self.json["inputs"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Stored vector `name` (with its `in.`, `out.` or `mid.` prefix).
    pub fn stored(&self, name: &str) -> Result<StoredTensor> {
        let io = self
            .io
            .as_ref()
            .ok_or_else(|| anyhow!("io.safetensors is missing"))?;
        Ok(io.get(name)?)
    }

    /// Whether vector `name` exists.
    pub fn has(&self, name: &str) -> bool {
        self.io.as_ref().is_some_and(|io| io.contains(name))
    }

    /// Input `name` on the case's device.
    pub fn input(&self, name: &str) -> Result<Tensor> {
        let stored = self.stored(&format!("in.{name}"))?;
        Ok(Tensor::from_vec(
            stored.to_f32()?,
            &stored.shape,
            &self.device,
        )?)
    }

    /// Input `name` as whole numbers, with its shape.
    pub fn integers(&self, name: &str) -> Result<(Vec<i64>, Vec<usize>)> {
        let stored = self.stored(&format!("in.{name}"))?;
        Ok((stored.to_i64()?, stored.shape))
    }

    /// The case's weights: its own file, or those of the case that `weights_from` names.
    pub fn weights(&self) -> Result<WeightSet> {
        let folder = match self.json["weights_from"].as_str() {
            Some(other) => self.folder.join("..").join(other),
            None => self.folder.clone(),
        };
        Ok(WeightSet::open(&[folder.join("weights.safetensors")])?)
    }
}

/// Whole number `key` of `json`.
pub fn size(json: &Value, key: &str) -> Result<usize> {
    let number = json[key]
        .as_u64()
        .with_context(|| format!("{key} is not a whole number"))?;
    Ok(usize::try_from(number)?)
}
