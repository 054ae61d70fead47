//! What is booked where. That books balance after every operation is part of `Cases::check`.

use std::collections::BTreeMap;

use ovi_tensor::{
    Account, AccountLevel, Conv, ConvSpec, Device, Embedding, Linear, MemoryKind, Tensor,
    TensorError,
};
use ovi_weights::{StoredTensor, StoredType, WeightFile, write_safetensors};

use crate::arms::ARMS;
use crate::data::{stored, stored_as, values};

fn level(device: &Device, kind: MemoryKind) -> AccountLevel {
    let account = Account {
        device: device.kind(),
        holder: "suite",
        kind,
    };
    let levels = device.ledger().levels();
    let found = levels.into_iter().find(|level| level.account == account);
    found.unwrap_or(AccountLevel {
        account,
        current_bytes: 0,
        peak_bytes: 0,
    })
}

fn current(device: &Device, kind: MemoryKind) -> u64 {
    level(device, kind).current_bytes
}

/// `test` on every arm, with activations booked on the holder `suite`.
fn on_every_arm(test: fn(&Device) -> Result<(), TensorError>) {
    for arm in ARMS {
        let device = (arm.open)();
        let _scope = device.enter("suite", MemoryKind::Activations);
        test(&device).expect(arm.name);
        let left = device.ledger().held_by("suite");
        assert_eq!(left, 0, "{}: everything is given back", arm.name);
    }
}

#[test]
fn views_share_the_charge_and_copies_have_their_own() {
    on_every_arm(|device| {
        let held = || current(device, MemoryKind::Activations);
        let x = Tensor::zeros(&[6, 10], device)?;
        assert_eq!((held(), x.charged_bytes()), (240, 240));
        let turned = x.permute(&[1, 0])?;
        let part = x.narrow(0, 2, 3)?;
        let flat = x.reshape(&[60])?;
        let same = x.contiguous()?;
        assert_eq!(held(), 240, "views and row-major tensors need no memory");
        let copy = turned.contiguous()?;
        assert_eq!(held(), 480, "a row-major copy is booked");
        let reshaped = turned.reshape(&[60])?;
        assert_eq!(held(), 720, "a reshape that copies is booked");
        drop((x, turned, flat, same));
        assert_eq!(held(), 720, "a view keeps its whole allocation");
        drop((part, copy));
        assert_eq!(held(), 240);
        drop(reshaped);
        assert_eq!(held(), 0);
        Ok(())
    });
}

#[test]
fn weights_are_booked_as_weights_in_the_type_that_is_held() {
    on_every_arm(|device| {
        let held = || current(device, MemoryKind::Weights);
        let matrix = stored_as(&values(1, &[8, 16]), StoredType::Bf16, false);
        let layer = Linear::new(&matrix, Some(&stored(&values(2, &[8]))), device)?;
        let bytes = held();
        assert!(
            bytes == 8 * 16 * 2 + 32 || bytes == 8 * 16 * 4 + 32,
            "{bytes}"
        );
        let clone = layer.clone();
        assert_eq!(held(), bytes, "clones share the matrix");
        drop((layer, clone));
        assert_eq!(held(), 0);
        let conv = Conv::new(&stored(&values(3, &[4, 3, 3, 3])), None, device)?;
        assert_eq!(held(), 4 * 3 * 9 * 4);
        drop(conv);
        let table = Embedding::new(&matrix, device)?;
        assert_eq!(held(), 8 * 16 * 2, "a table stays as it is stored");
        drop(table);
        assert_eq!(held(), 0);
        assert_eq!(current(device, MemoryKind::Activations), 0);
        Ok(())
    });
}

#[test]
fn mapped_matrices_are_listed_apart() {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("matrix.safetensors");
    let matrix = stored_as(&values(4, &[8, 16]), StoredType::F16, false);
    let named = StoredTensor {
        name: "matrix".into(),
        ..matrix
    };
    write_safetensors(&path, &BTreeMap::new(), &[named]).expect("the file is written");
    let file = WeightFile::open(&path).expect("the file is read");
    let mapped = file
        .tensor(&file.entries()[0])
        .expect("the matrix is there");
    let device = Device::cpu();
    let _scope = device.enter("suite", MemoryKind::Activations);
    let layer = Linear::new(&mapped, None, &device).expect("a matrix");
    assert_eq!(current(&device, MemoryKind::Mapped), 8 * 16 * 2);
    assert_eq!(device.ledger().current_bytes(device.kind()), 0);
    drop(layer);
    assert_eq!(device.ledger().held_by("suite"), 0);
}

#[test]
fn peaks_hold_results_and_working_space() {
    on_every_arm(|device| {
        let conv = Conv::new(&stored(&values(5, &[4, 3, 3, 3])), None, device)?;
        let x = Tensor::zeros(&[40, 50, 3], device)?;
        device.ledger().reset_peaks();
        let before = current(device, MemoryKind::Activations);
        drop(conv.forward_2d(&x, ConvSpec::same(3))?);
        let activations = level(device, MemoryKind::Activations);
        assert_eq!(activations.current_bytes, before);
        assert!(activations.peak_bytes >= before + 4 * 40 * 50 * 4);
        assert_eq!(current(device, MemoryKind::Staging), 0);
        Ok(())
    });
}
