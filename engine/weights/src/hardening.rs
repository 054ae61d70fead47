//! Every container, cut at every byte and with every bit flipped: an answer, never a panic.

use std::io::Cursor;
use std::sync::Arc;

use crate::file::{Container, WeightFile};
use crate::safetensors_writer::SafetensorsWriter;
use crate::set::WeightSet;
use crate::stored_type::StoredType;
use crate::tensor_spec::TensorSpec;
use crate::torch::fixtures;
use crate::torch_writer::TorchWriter;

/// Largest number of elements a damaged file of a few hundred bytes may claim.
const MAX_CLAIMED_ELEMENTS: usize = 1 << 16;

fn specs() -> Vec<(TensorSpec, Vec<u8>)> {
    vec![
        (
            TensorSpec::new("w", StoredType::F32, &[2, 2]),
            (0..16).collect(),
        ),
        (
            TensorSpec::new("b", StoredType::Bf16, &[3]),
            (0..6).collect(),
        ),
    ]
}

fn safetensors_file() -> Vec<u8> {
    let (specs, data): (Vec<_>, Vec<_>) = specs().into_iter().unzip();
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    let mut writer = SafetensorsWriter::new(Vec::new(), &metadata, specs).unwrap();
    for bytes in data {
        writer.write(&bytes[..]).unwrap();
    }
    writer.finish().unwrap()
}

fn zip_file() -> Vec<u8> {
    let mut writer = TorchWriter::new(Cursor::new(Vec::new()), Some("model"));
    for (spec, bytes) in specs() {
        writer.write(&spec, &bytes[..]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn legacy_file() -> Vec<u8> {
    let storage: Vec<u8> = (0..16).collect();
    let transposed = fixtures::Tensor {
        strides: vec![1, 2],
        ..fixtures::Tensor::default()
    };
    let pickle = fixtures::dict_pickle(&[
        ("w", fixtures::Tensor::default().pickled()),
        ("t", transposed.pickled()),
    ]);
    fixtures::legacy_file(&pickle, &[("0", &storage)], 4)
}

fn files() -> [(Container, Vec<u8>); 3] {
    [
        (Container::Safetensors, safetensors_file()),
        (Container::TorchZip, zip_file()),
        (Container::TorchLegacy, legacy_file()),
    ]
}

/// Reads all elements of an accepted file.
fn read_all(file: Arc<WeightFile>) {
    let set = WeightSet::from_files(vec![file]).unwrap();
    for name in set.names() {
        let tensor = set.get(name).unwrap();
        assert!(
            tensor.num_elements() <= MAX_CLAIMED_ELEMENTS,
            "{name}: {:?}",
            tensor.shape
        );
        assert!(tensor.to_f32().is_ok() || tensor.to_i64().is_ok(), "{name}");
    }
}

#[test]
fn the_whole_files_are_read() {
    for (container, bytes) in files() {
        let file = WeightFile::from_bytes("file", bytes).unwrap();
        assert_eq!((file.container(), file.entries().len()), (container, 2));
        read_all(file);
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for (container, bytes) in files() {
        for length in 0..bytes.len() {
            let cut = WeightFile::from_bytes("file", bytes[..length].to_vec());
            assert!(
                cut.is_err(),
                "{container} cut to {length} of {} bytes",
                bytes.len()
            );
        }
    }
}

#[test]
fn any_flipped_bit_gives_an_answer() {
    for (_, bytes) in files() {
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                if let Ok(file) = WeightFile::from_bytes("file", damaged) {
                    read_all(file);
                }
            }
        }
    }
}

#[test]
fn any_replaced_word_gives_an_answer() {
    for (_, bytes) in files() {
        for at in 0..bytes.len().saturating_sub(8) {
            for word in [u64::MAX, i64::MAX as u64, 1 << 32] {
                let mut damaged = bytes.clone();
                damaged[at..at + 8].copy_from_slice(&word.to_le_bytes());
                if let Ok(file) = WeightFile::from_bytes("file", damaged) {
                    read_all(file);
                }
            }
        }
    }
}
