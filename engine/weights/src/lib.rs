//! Weight files as bytes: mapping, safetensors, torch pickles, names.
//!
//! A file is opened by mapping it and reading its index; no tensor is copied until someone asks
//! for its elements. Every number in a file is a claim and is checked before it is used: a damaged
//! or hostile file gives a [`WeightError`], never a panic, a large allocation or executed code.
//!
//! This package computes nothing and knows no device (spec: gguf-and-weights 8 to 10).

pub mod blocks;
mod bytes;
mod crc32;
mod error;
mod file;
#[cfg(test)]
mod hardening;
mod index;
mod layout;
mod map;
pub mod names;
mod part_file;
pub mod recognise;
mod safetensors;
mod safetensors_writer;
mod set;
mod sniff;
mod stored_tensor;
mod stored_type;
mod tensor_spec;
mod torch;
mod torch_writer;

pub use bytes::WeightBytes;
pub use error::WeightError;
pub use file::{Container, TensorEntry, WeightFile};
pub use recognise::{FileKind, WrongKind, recognise};
pub use safetensors_writer::{SafetensorsWriter, write_safetensors};
pub use set::WeightSet;
pub use sniff::ForeignFile;
pub use stored_tensor::StoredTensor;
pub use stored_type::{Block, StoredType};
pub use tensor_spec::TensorSpec;
pub use torch_writer::{TorchWriter, write_torch};
