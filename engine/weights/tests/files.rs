//! Files on disk and sets of them: round trips, shards, views, and refusals.
#![allow(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ovi_weights::{
    Container, ForeignFile, StoredTensor, StoredType, WeightError, WeightFile, WeightSet,
    write_safetensors, write_torch,
};
use tempfile::TempDir;

/// One tensor of every type that both writers know, with some odd shapes.
fn tensors() -> Vec<StoredTensor> {
    let torch_types = StoredType::ALL
        .into_iter()
        .filter(|stored| !matches!(stored, StoredType::F8E4M3 | StoredType::F8E5M2))
        .filter(|stored| !stored.is_quantised());
    let mut tensors: Vec<StoredTensor> = torch_types
        .map(|stored| {
            let bytes: Vec<u8> = (0..6 * stored.size_in_bytes() as u8).collect();
            StoredTensor::new(format!("{stored}.weight"), stored, &[2, 1, 3], bytes).unwrap()
        })
        .collect();
    tensors.push(StoredTensor::from_f32("scalar", &[], vec![2.5]));
    tensors.push(StoredTensor::from_f32("empty", &[0, 4], vec![]));
    tensors.push(transposed());
    tensors
}

fn transposed() -> StoredTensor {
    let base = StoredTensor::from_f32("transposed", &[2, 3], vec![0., 1., 2., 3., 4., 5.]);
    StoredTensor {
        shape: vec![3, 2],
        strides: Some(vec![1, 3]),
        ..base
    }
}

fn write_safetensors_of(path: &Path, tensors: &[StoredTensor]) {
    write_safetensors(path, &BTreeMap::new(), tensors).unwrap();
}

#[track_caller]
fn check_round_trip(path: &Path, container: Container) {
    let set = WeightSet::open(&[path.to_owned()]).unwrap();
    assert_eq!(set.files()[0].container(), container);
    assert_eq!(
        set.files()[0].mapped_bytes(),
        fs::metadata(path).unwrap().len()
    );
    assert_eq!(set.len(), tensors().len());
    for expected in tensors() {
        let found = set.get(&expected.name).unwrap();
        let expected = expected.contiguous().unwrap();
        assert_eq!(
            (found.stored, &found.shape),
            (expected.stored, &expected.shape)
        );
        assert_eq!(
            found.bytes.as_slice(),
            expected.bytes.as_slice(),
            "{}",
            found.name
        );
        assert!(found.bytes.is_mapped());
        assert_eq!(found.strides, None);
    }
}

#[test]
fn safetensors_round_trip() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.safetensors");
    let metadata = [("source".to_owned(), "a \"quoted\" text\n".to_owned())].into();
    write_safetensors(&path, &metadata, &tensors()).unwrap();
    check_round_trip(&path, Container::Safetensors);
    assert_eq!(WeightFile::open(&path).unwrap().metadata(), &metadata);
}

#[test]
fn safetensors_elements_are_aligned() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.safetensors");
    write_safetensors_of(&path, &tensors());
    for entry in WeightFile::open(&path).unwrap().entries() {
        assert_eq!(
            entry.range.start % entry.stored.size_in_bytes(),
            0,
            "{}",
            entry.name
        );
    }
}

#[test]
fn torch_round_trip() {
    let dir = TempDir::new().unwrap();
    for (name, wrapper) in [("plain.pth", None), ("wrapped.pt", Some("generator"))] {
        let path = dir.path().join(name);
        write_torch(&path, wrapper, &tensors()).unwrap();
        check_round_trip(&path, Container::TorchZip);
        for entry in WeightFile::open(&path).unwrap().entries() {
            assert_eq!(entry.range.start % 64, 0, "{}", entry.name);
        }
    }
}

#[test]
fn equal_tensors_give_equal_files() {
    let dir = TempDir::new().unwrap();
    let write = |name: &str| {
        let (a, b) = (
            dir.path().join(format!("{name}.st")),
            dir.path().join(format!("{name}.pt")),
        );
        write_safetensors_of(&a, &tensors());
        write_torch(&b, None, &tensors()).unwrap();
        [fs::read(a).unwrap(), fs::read(b).unwrap()]
    };
    assert_eq!(write("first"), write("second"));
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.pth");
    write_torch(&path, None, &[transposed()]).unwrap();
    let before = fs::read(&path).unwrap();
    let error = write_torch(&path, None, &[transposed(), transposed()]).unwrap_err();
    assert!(
        matches!(error.cause(), WeightError::DuplicateName { .. }),
        "{error:?}"
    );
    let lying = StoredTensor::from_f32("x", &[5], vec![1.0]);
    let error = write_torch(&path, None, &[lying]).unwrap_err();
    assert!(matches!(
        error.cause(),
        WeightError::ByteCount {
            expected_bytes: 20,
            found_bytes: 4,
            ..
        }
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "no part file is left"
    );
}

#[test]
fn fp8_has_no_torch_storage() {
    let dir = TempDir::new().unwrap();
    let tensor = StoredTensor::new("w", StoredType::F8E4M3, &[1], vec![0]).unwrap();
    let error = write_torch(&dir.path().join("a.pth"), None, &[tensor]).unwrap_err();
    assert!(
        matches!(error.cause(), WeightError::UnsupportedType { .. }),
        "{error:?}"
    );
}

fn values(stored: StoredType, bytes: &[u8]) -> Result<Vec<f32>, WeightError> {
    let count = bytes.len() / stored.size_in_bytes();
    StoredTensor::new("t", stored, &[count], bytes.to_vec())
        .unwrap()
        .to_f32()
}

#[test]
fn widening_is_exact() {
    assert_eq!(
        values(StoredType::Bf16, &[0x80, 0x3f, 0x80, 0xbf]).unwrap(),
        [1.0, -1.0]
    );
    // The smallest F16, and its infinity.
    let f16 = values(StoredType::F16, &[0x01, 0x00, 0x00, 0x7c]).unwrap();
    assert_eq!(f16, [2f32.powi(-24), f32::INFINITY]);
    assert_eq!(
        values(StoredType::F64, &0.1f64.to_le_bytes()).unwrap(),
        [0.1f32]
    );
    let e4m3 = values(
        StoredType::F8E4M3,
        &[0x00, 0x01, 0x08, 0x38, 0x7e, 0xfe, 0x7f],
    )
    .unwrap();
    assert_eq!(
        e4m3[..6],
        [0.0, 2f32.powi(-9), 2f32.powi(-6), 1.0, 448.0, -448.0]
    );
    assert!(e4m3[6].is_nan());
    let e5m2 = values(StoredType::F8E5M2, &[0x01, 0x3c, 0x7b, 0xfc]).unwrap();
    assert_eq!(e5m2, [2f32.powi(-16), 1.0, 57344.0, f32::NEG_INFINITY]);
    assert_eq!(values(StoredType::I8, &[0xff]).unwrap(), [-1.0]);
    assert!(matches!(
        values(StoredType::I32, &[0; 4]),
        Err(WeightError::Conversion { .. })
    ));
}

#[test]
fn integers_widen_to_i64() {
    let tensor = |stored, bytes: &[u8]| {
        let count = bytes.len() / StoredType::size_in_bytes(stored);
        StoredTensor::new("t", stored, &[count], bytes.to_vec())
            .unwrap()
            .to_i64()
    };
    assert_eq!(
        tensor(StoredType::I64, &(-5i64).to_le_bytes()).unwrap(),
        [-5]
    );
    assert_eq!(tensor(StoredType::I16, &[0xfe, 0xff]).unwrap(), [-2]);
    assert_eq!(tensor(StoredType::Bool, &[0, 1, 7]).unwrap(), [0, 1, 1]);
    assert!(matches!(
        tensor(StoredType::F32, &[0; 4]),
        Err(WeightError::Conversion { .. })
    ));
}

#[test]
fn strided_tensors_are_gathered() {
    assert_eq!(transposed().to_f32().unwrap(), [0., 3., 1., 4., 2., 5.]);
    let out = StoredTensor {
        strides: Some(vec![1, 4]),
        ..transposed()
    };
    assert!(matches!(
        out.to_f32(),
        Err(WeightError::ByteCount {
            expected_bytes: 28,
            ..
        })
    ));
}

#[test]
fn several_files_are_one_set() {
    let dir = TempDir::new().unwrap();
    let one = |name: &str| StoredTensor::from_f32(name, &[2], vec![1.0, 2.0]);
    let (a, b) = (dir.path().join("a.safetensors"), dir.path().join("b.pth"));
    write_safetensors_of(&a, &[one("x")]);
    write_torch(&b, None, &[one("y")]).unwrap();
    let set = WeightSet::open(&[a.clone(), b.clone()]).unwrap();
    assert_eq!(set.names().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!((set.total_bytes(), set.num_parameters()), (16, 4));
    assert_eq!(set.shape("y"), Some(&[2][..]));
    assert_eq!(set.stored_type("y"), Some(StoredType::F32));

    let Err(WeightError::Missing { tensor, files }) = set.get("z") else {
        panic!("z is there")
    };
    assert_eq!((tensor.as_str(), files), ("z", vec![a.clone(), b]));

    let error = WeightSet::open(&[a.clone(), a]).unwrap_err();
    assert!(
        matches!(error, WeightError::DuplicateAcrossFiles { .. }),
        "{error:?}"
    );
}

#[test]
fn names_can_be_mapped() {
    let one = |name: &str, value| StoredTensor::from_f32(name, &[1], vec![value]);
    let set = WeightSet::from_tensors(vec![one("p.a", 1.0), one("a", 2.0), one("p.b", 3.0)]);
    let view = set.with_names_mapped(|name| name.strip_prefix("p.").map(str::to_owned));
    assert_eq!(view.names().collect::<Vec<_>>(), ["a", "b"]);
    let a = view.get("a").unwrap();
    assert_eq!((a.name.as_str(), a.to_f32().unwrap()), ("a", vec![1.0]));
    assert!(!view.contains("p.a") && set.contains("p.a"));
}

fn write_index(dir: &Path, shard: &str, tensor: &str) -> PathBuf {
    let path = dir.join("model.safetensors.index.json");
    let index = format!(r#"{{"metadata":{{}},"weight_map":{{"x":"s1.st","{tensor}":"{shard}"}}}}"#);
    fs::write(&path, index).unwrap();
    path
}

#[test]
fn a_shard_index_stands_for_its_files() {
    let dir = TempDir::new().unwrap();
    for (file, name) in [("s1.st", "x"), ("s2.st", "y")] {
        let tensor = StoredTensor::from_f32(name, &[1], vec![1.0]);
        write_safetensors_of(&dir.path().join(file), &[tensor]);
    }
    let set = WeightSet::open(&[write_index(dir.path(), "s2.st", "y")]).unwrap();
    assert_eq!(set.names().collect::<Vec<_>>(), ["x", "y"]);

    let broken = WeightSet::open(&[write_index(dir.path(), "s2.st", "z")]).unwrap_err();
    assert!(matches!(broken, WeightError::Missing { .. }), "{broken:?}");
    for shard in ["../s2.st", "a/s2.st", "/s2.st", "..", ""] {
        let outside = WeightSet::open(&[write_index(dir.path(), shard, "y")]).unwrap_err();
        assert!(
            matches!(outside.cause(), WeightError::ShardName { .. }),
            "{outside:?}"
        );
    }
}

#[track_caller]
fn check_refused(name: &str, content: &[u8], is_expected: impl Fn(&WeightError) -> bool) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, content).unwrap();
    let error = WeightFile::open(&path).unwrap_err();
    assert!(is_expected(error.cause()), "{error:?}");
    assert_eq!(error.path(), Some(path.as_path()));
    assert!(
        error.to_string().ends_with(&path.display().to_string()),
        "{error}"
    );
}

#[test]
fn files_that_are_no_weights_are_named() {
    let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 123\n";
    check_refused("a.safetensors", lfs, |error| {
        matches!(
            error,
            WeightError::NotWeights(ForeignFile::LfsPointer {
                num_bytes: Some(123)
            })
        )
    });
    check_refused("a.pth", b"<!DOCTYPE html><html>", |error| {
        matches!(error, WeightError::NotWeights(ForeignFile::HtmlPage))
    });
    check_refused("a.pth", b"", |error| matches!(error, WeightError::Empty));
    check_refused("a.safetensors.part", b"x", |error| {
        matches!(error, WeightError::PartialDownload)
    });
}

#[test]
fn a_folder_and_a_missing_file_are_refused() {
    let dir = TempDir::new().unwrap();
    assert!(WeightFile::open(dir.path()).is_err());
    let missing = WeightFile::open(&dir.path().join("none")).unwrap_err();
    assert!(
        matches!(missing.cause(), WeightError::Io { action: "open", .. }),
        "{missing:?}"
    );
}

#[test]
fn a_file_that_grows_while_in_use_is_noticed() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.st");
    write_safetensors_of(&path, &[transposed()]);
    let set = WeightSet::open(std::slice::from_ref(&path)).unwrap();
    set.get("transposed").unwrap();
    let mut content = fs::read(&path).unwrap();
    content.push(0);
    fs::write(&path, content).unwrap();
    let error = set.get("transposed").unwrap_err();
    assert!(
        matches!(error.cause(), WeightError::Changed { .. }),
        "{error:?}"
    );
}

#[test]
fn released_pages_come_back() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.st");
    let tensor = StoredTensor::from_f32("w", &[100_000], (0..100_000).map(|n| n as f32).collect());
    write_safetensors_of(&path, std::slice::from_ref(&tensor));
    let mapped = WeightSet::open(&[path]).unwrap().get("w").unwrap();
    let before = mapped.to_f32().unwrap();
    mapped.bytes.release_pages();
    assert_eq!(mapped.to_f32().unwrap(), before);
    assert_eq!(
        mapped.bytes.slice(4..8).unwrap().as_slice(),
        1f32.to_le_bytes()
    );
    assert!(mapped.bytes.slice(4..400_001).is_none());
}
