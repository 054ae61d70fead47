//! What valid torch files give: values, views, wrappers, in both containers.

use super::fixtures::{PROTO2, Tensor, dict, dict_pickle, int, join, legacy_file, text, zip_file};
use crate::file::{Container, WeightFile};
use crate::set::WeightSet;
use crate::stored_type::StoredType;

fn storage() -> Vec<u8> {
    [1f32, 2.0, 3.0, 4.0]
        .into_iter()
        .flat_map(f32::to_le_bytes)
        .collect()
}

/// The set of a pickle in both containers.
#[track_caller]
fn both(pickle: &[u8]) -> [WeightSet; 2] {
    let storage = storage();
    let storages = [("0", &storage[..])];
    [
        (Container::TorchZip, zip_file(pickle, &storages)),
        (Container::TorchLegacy, legacy_file(pickle, &storages, 4)),
    ]
    .map(|(container, bytes)| {
        let file = WeightFile::from_bytes("file", bytes).unwrap();
        assert_eq!(file.container(), container);
        WeightSet::from_files(vec![file]).unwrap()
    })
}

#[track_caller]
fn check_values(pickle: &[u8], name: &str, shape: &[usize], values: &[f32]) {
    for set in both(pickle) {
        let tensor = set.get(name).unwrap();
        assert_eq!((tensor.stored, &tensor.shape[..]), (StoredType::F32, shape));
        assert_eq!(tensor.to_f32().unwrap(), values);
        assert_eq!(tensor.contiguous().unwrap().strides, None);
    }
}

#[track_caller]
fn check_tensor(tensor: Tensor, shape: &[usize], values: &[f32]) {
    check_values(&dict_pickle(&[("a", tensor.pickled())]), "a", shape, values);
}

#[test]
fn views_have_their_own_order() {
    let base = Tensor::default;
    check_tensor(base(), &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
    check_tensor(
        Tensor {
            strides: vec![1, 2],
            ..base()
        },
        &[2, 2],
        &[1.0, 3.0, 2.0, 4.0],
    );
    let column = Tensor {
        offset: int(1),
        sizes: vec![2],
        strides: vec![2],
        ..base()
    };
    check_tensor(column, &[2], &[2.0, 4.0]);
    let scalar = Tensor {
        offset: int(3),
        sizes: vec![],
        strides: vec![],
        ..base()
    };
    check_tensor(scalar, &[], &[4.0]);
    check_tensor(
        Tensor {
            sizes: vec![0, 2],
            ..base()
        },
        &[0, 2],
        &[],
    );
    let repeated = Tensor {
        sizes: vec![2, 3],
        strides: vec![1, 0],
        ..base()
    };
    check_tensor(repeated, &[2, 3], &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
}

#[test]
fn wrappers_are_followed_and_other_values_skipped() {
    let weights = || dict(&[("a", Tensor::default().pickled()), ("step", int(7))]);
    let expected = [1.0, 2.0, 3.0, 4.0];
    for key in ["generator", "state_dict", "model", "module"] {
        let pickle = dict_pickle(&[
            ("epoch", int(3)),
            ("names", join(&[b"](", &text("x"), b"NG\0\0\0\0\0\0\0\0e"])),
            (key, weights()),
        ]);
        check_values(&pickle, "a", &[2, 2], &expected);
    }
    let nested = dict_pickle(&[("app", dict(&[("model", weights())]))]);
    check_values(&nested, "a", &[2, 2], &expected);
}

#[test]
fn a_wrapper_wins_over_tensors_beside_it() {
    let scalar = Tensor {
        sizes: vec![],
        strides: vec![],
        ..Tensor::default()
    };
    let pickle = dict_pickle(&[
        ("step", scalar.pickled()),
        ("generator", dict(&[("a", Tensor::default().pickled())])),
    ]);
    for set in both(&pickle) {
        assert_eq!(set.names().collect::<Vec<_>>(), ["a"]);
    }
}

#[test]
fn ordered_dicts_parameters_and_state_are_understood() {
    let parameter = join(&[
        b"ctorch._utils\n_rebuild_parameter\n(",
        &Tensor::default().pickled(),
        b"\x88ccollections\nOrderedDict\n)RtR",
    ]);
    let metadata = dict(&[("_metadata", dict(&[]))]);
    let pickle = join(&[
        PROTO2,
        b"ccollections\nOrderedDict\n)R(",
        &text("a"),
        &parameter,
        b"u",
        &metadata,
        b"b.",
    ]);
    check_values(&pickle, "a", &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn names_that_share_a_storage_share_its_bytes() {
    let tensor = Tensor::default().pickled();
    for set in both(&dict_pickle(&[("a", tensor.clone()), ("b", tensor)])) {
        let (a, b) = (set.get("a").unwrap(), set.get("b").unwrap());
        assert_eq!(a.bytes.as_slice().as_ptr(), b.bytes.as_slice().as_ptr());
    }
}

#[test]
fn the_old_container_allows_an_absent_view() {
    let tensor = Tensor {
        id_tail: b"N",
        ..Tensor::default()
    };
    check_tensor(tensor, &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn long_integers_that_fit_are_integers() {
    let offset = b"\x8a\x0a\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let tensor = Tensor {
        offset,
        sizes: vec![3],
        strides: vec![1],
        ..Tensor::default()
    };
    check_tensor(tensor, &[3], &[2.0, 3.0, 4.0]);
}
