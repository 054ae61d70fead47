//! Writing torch files (`.pth`, `.pt`) that torch loads with `weights_only=True`.
//!
//! The archive holds one storage per tensor and a pickle of protocol 2, optionally with the state
//! dict under a wrapper key such as `generator`. Equal input gives equal bytes
//! (spec: gguf-and-weights 9).

use std::collections::HashSet;
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::WeightError;
use crate::part_file;
use crate::stored_tensor::StoredTensor;
use crate::stored_type::StoredType;
use crate::tensor_spec::TensorSpec;
use crate::torch::ZipWriter;

/// Folder of all members.
const ROOT: &str = "archive";

/// Writes one file, tensor by tensor. Only names and shapes are kept in memory.
pub struct TorchWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    wrapper: Option<String>,
    names: HashSet<String>,
    /// Pickled entries so far.
    items: Vec<u8>,
}

impl<W: Write + Seek> TorchWriter<W> {
    /// Starts a file at the beginning of `out`. With a `wrapper` the state dict is the value of
    /// that key in the top object.
    pub fn new(out: W, wrapper: Option<&str>) -> Self {
        Self {
            zip: ZipWriter::new(out),
            wrapper: wrapper.map(str::to_owned),
            names: HashSet::new(),
            items: Vec::new(),
        }
    }

    /// Writes a tensor: its bytes in row-major order, little endian. Fails on a name that was
    /// written before, on FP8 (torch has no storage class for it) and on another number of bytes.
    pub fn write(&mut self, spec: &TensorSpec, data: impl Read) -> Result<(), WeightError> {
        let key = self.names.len();
        if !self.names.insert(spec.name.clone()) {
            return Err(WeightError::DuplicateName {
                name: spec.name.clone(),
            });
        }
        let item = pickled_item(spec, key)?;
        self.zip.add_streamed(
            &format!("{ROOT}/data/{key}"),
            spec.num_bytes()?,
            |out, crc| spec.copy(data, out, |piece| crc.update(piece)),
        )?;
        self.items.extend_from_slice(&item);
        Ok(())
    }

    /// Writes the pickle and the directory.
    pub fn finish(mut self) -> Result<W, WeightError> {
        let mut pickle = b"\x80\x02".to_vec();
        if let Some(wrapper) = &self.wrapper {
            pickle.push(b'}');
            put_text(&mut pickle, wrapper)?;
        }
        pickle.extend_from_slice(b"}(");
        pickle.append(&mut self.items);
        pickle.push(b'u');
        if self.wrapper.is_some() {
            pickle.push(b's');
        }
        pickle.push(b'.');
        self.zip.add(&format!("{ROOT}/data.pkl"), &pickle)?;
        self.zip.add(&format!("{ROOT}/byteorder"), b"little")?;
        self.zip.add(&format!("{ROOT}/version"), b"3\n")?;
        self.zip.finish()
    }
}

/// Writes tensors to a new torch file in the given order. Strided tensors are written in row-major
/// order. The file appears only when it is complete.
pub fn write_torch(
    path: &Path,
    wrapper: Option<&str>,
    tensors: &[StoredTensor],
) -> Result<(), WeightError> {
    part_file::write_whole(path, |out| {
        let mut writer = TorchWriter::new(out, wrapper);
        for tensor in tensors {
            let spec = TensorSpec::from(tensor);
            writer.write(&spec, tensor.contiguous()?.bytes.as_slice())?;
        }
        writer.finish().map(drop)
    })
}

/// Key and value of one tensor in the state dict.
fn pickled_item(spec: &TensorSpec, key: usize) -> Result<Vec<u8>, WeightError> {
    let class = storage_class(spec)?;
    let num_elements = spec.num_elements()?;
    let mut out = Vec::new();
    put_text(&mut out, &spec.name)?;
    out.extend_from_slice(b"ctorch._utils\n_rebuild_tensor_v2\n((");
    put_text(&mut out, "storage")?;
    out.extend_from_slice(format!("ctorch\n{class}\n").as_bytes());
    put_text(&mut out, &key.to_string())?;
    put_text(&mut out, "cpu")?;
    put_number(&mut out, num_elements);
    out.extend_from_slice(b"tQ");
    put_number(&mut out, 0);
    put_tuple(&mut out, &spec.shape);
    put_tuple(&mut out, &row_major_strides(&spec.shape));
    out.extend_from_slice(b"\x89ccollections\nOrderedDict\n)RtR");
    Ok(out)
}

/// Strides in elements; sizes of 0 count as 1, as in torch.
fn row_major_strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    let mut step = 1usize;
    for (stride, size) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step = step.saturating_mul((*size).max(1));
    }
    strides
}

fn storage_class(spec: &TensorSpec) -> Result<&'static str, WeightError> {
    Ok(match spec.stored {
        StoredType::F64 => "DoubleStorage",
        StoredType::F32 => "FloatStorage",
        StoredType::F16 => "HalfStorage",
        StoredType::Bf16 => "BFloat16Storage",
        StoredType::I64 => "LongStorage",
        StoredType::I32 => "IntStorage",
        StoredType::I16 => "ShortStorage",
        StoredType::I8 => "CharStorage",
        StoredType::U8 => "ByteStorage",
        StoredType::Bool => "BoolStorage",
        // Torch has no storage for blocks, and ours for 8 bit floats is not read by older versions.
        _ => {
            return Err(WeightError::UnsupportedType {
                tensor: spec.name.clone(),
                found: spec.stored.to_string(),
            });
        }
    })
}

fn put_text(out: &mut Vec<u8>, text: &str) -> Result<(), WeightError> {
    let length = u32::try_from(text.len()).map_err(|_| WeightError::Truncated {
        part: "a pickled text",
        expected_bytes: text.len() as u64,
        found_bytes: u64::from(u32::MAX),
    })?;
    out.push(b'X');
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// A non-negative number: four bytes when it fits, else the long form with its sign byte.
fn put_number(out: &mut Vec<u8>, number: usize) {
    if let Ok(short) = i32::try_from(number) {
        out.push(b'J');
        out.extend_from_slice(&short.to_le_bytes());
    } else {
        out.extend_from_slice(&[0x8a, 9]);
        out.extend_from_slice(&(number as u64).to_le_bytes());
        out.push(0);
    }
}

fn put_tuple(out: &mut Vec<u8>, numbers: &[usize]) {
    out.push(b'(');
    for number in numbers {
        put_number(out, *number);
    }
    out.push(b't');
}
