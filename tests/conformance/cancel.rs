//! A triggered token stops the long operations, and only while it is watched.

use ovi_tensor::{
    AttentionSpec, CancelToken, Conv, ConvSpec, ConvTranspose1d, Device, Linear, Tensor,
    TensorError,
};

use crate::check::family;
use crate::data::{stored, values};

type Operation = fn(&Device) -> Result<Tensor, TensorError>;

const OPERATIONS: [(&str, Operation); 5] = [
    ("linear", |d| {
        Linear::new(&stored(&values(1, &[33, 20])), None, d)?.forward(&Tensor::zeros(&[9, 20], d)?)
    }),
    ("attention", |d| {
        let x = Tensor::zeros(&[65, 8], d)?;
        let spec = AttentionSpec {
            num_heads: 2,
            scale: 1.0,
        };
        x.attention(&x, &x, None, spec)
    }),
    ("conv2d", |d| {
        let layer = Conv::new(&stored(&values(2, &[4, 3, 3, 3])), None, d)?;
        layer.forward_2d(&Tensor::zeros(&[20, 20, 3], d)?, ConvSpec::same(3))
    }),
    ("conv1d", |d| {
        let layer = Conv::new(&stored(&values(3, &[4, 3, 3])), None, d)?;
        layer.forward_1d(&Tensor::zeros(&[200, 3], d)?, 1)
    }),
    ("conv_transpose1d", |d| {
        let layer = ConvTranspose1d::new(&stored(&values(4, &[3, 4, 4])), None, 2, d)?;
        layer.forward(&Tensor::zeros(&[200, 3], d)?)
    }),
];

#[test]
fn long_operations_stop_and_give_their_memory_back() {
    family(|cases| {
        for (name, operation) in OPERATIONS {
            let cancelled = |error: &TensorError| matches!(error, TensorError::Cancelled);
            cases.refuse(name, cancelled, |d| {
                let token = CancelToken::new();
                let _watch = d.watch(&token);
                token.cancel();
                operation(d)
            });
        }
    });
}

#[test]
fn a_token_counts_only_while_it_is_watched() {
    for arm in crate::arms::ARMS {
        let device = (arm.open)();
        let token = CancelToken::new();
        token.cancel();
        drop(device.watch(&token));
        for (name, operation) in OPERATIONS {
            assert!(operation(&device).is_ok(), "{} {name}", arm.name);
        }
    }
}
