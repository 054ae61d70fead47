//! Wrong shapes and mixed devices are errors with a cause, never a panic.

use ovi_tensor::{
    AttentionSpec, Conv, ConvFrame, ConvSpec, ConvTranspose1d, Device, Embedding, Linear, RmsMode,
    Tensor, TensorError, UpsampleSpec,
};
use ovi_weights::StoredTensor;

use crate::check::{Cases, family};

type Result<T> = std::result::Result<T, TensorError>;

fn zeros(shape: &[usize], device: &Device) -> Result<Tensor> {
    Tensor::zeros(shape, device)
}

fn weight(shape: &[usize]) -> StoredTensor {
    StoredTensor::from_f32("weight", shape, vec![0.5; shape.iter().product()])
}

fn is_shape(error: &TensorError) -> bool {
    matches!(error, TensorError::Shape { .. })
}

fn is_mismatch(error: &TensorError) -> bool {
    matches!(error, TensorError::DeviceMismatch { .. })
}

/// `attempt` is refused for its shapes.
fn misfit(cases: &mut Cases, case: &str, attempt: impl Fn(&Device) -> Result<Tensor>) {
    cases.refuse(case, is_shape, attempt);
}

const HEADS: AttentionSpec = AttentionSpec {
    num_heads: 2,
    scale: 1.0,
};

#[test]
fn layouts_that_do_not_fit() {
    family(|cases| {
        misfit(cases, "from_vec", |d| {
            Tensor::from_vec(vec![0.0; 5], &[2, 3], d)
        });
        misfit(cases, "reshape", |d| zeros(&[2, 3], d)?.reshape(&[4]));
        misfit(cases, "permute twice the same axis", |d| {
            zeros(&[2, 3], d)?.permute(&[0, 0])
        });
        misfit(cases, "permute too few axes", |d| {
            zeros(&[2, 3], d)?.permute(&[0])
        });
        misfit(cases, "narrow beyond the end", |d| {
            zeros(&[2, 3], d)?.narrow(1, 2, 2)
        });
        misfit(cases, "narrow overflows", |d| {
            zeros(&[2, 3], d)?.narrow(1, usize::MAX, 2)
        });
        misfit(cases, "narrow no such axis", |d| {
            zeros(&[2, 3], d)?.narrow(2, 0, 1)
        });
        misfit(cases, "pad no such axis", |d| {
            zeros(&[2, 3], d)?.pad_zero(2, 1, 1)
        });
        misfit(cases, "cat of other extents", |d| {
            Tensor::cat(&[&zeros(&[2, 3], d)?, &zeros(&[2, 4], d)?], 0)
        });
        misfit(cases, "cat of other ranks", |d| {
            Tensor::cat(&[&zeros(&[2, 3], d)?, &zeros(&[2], d)?], 0)
        });
        misfit(cases, "cat along no axis", |d| {
            Tensor::cat(&[&zeros(&[2, 3], d)?], 2)
        });
        misfit(cases, "cat of nothing", |_| Tensor::cat(&[], 0));
    });
}

#[test]
fn operands_that_do_not_fit() {
    family(|cases| {
        misfit(cases, "add", |d| zeros(&[2, 3], d)?.add(&zeros(&[2], d)?));
        misfit(cases, "mul by a column", |d| {
            zeros(&[2, 3], d)?.mul(&zeros(&[2, 1], d)?)
        });
        misfit(cases, "mean of a scalar", |d| zeros(&[], d)?.mean_last());
        misfit(cases, "norm of a scalar", |d| {
            zeros(&[], d)?.layer_norm(None, 1e-6)
        });
        misfit(cases, "layer norm weight", |d| {
            let (weight, bias) = (zeros(&[2], d)?, zeros(&[3], d)?);
            zeros(&[2, 3], d)?.layer_norm(Some((&weight, &bias)), 1e-6)
        });
        misfit(cases, "rms norm weight", |d| {
            zeros(&[2, 3], d)?.rms_norm(Some(&zeros(&[1, 3], d)?), RmsMode::Floor(1e-12), None)
        });
        misfit(cases, "modulate by three groups", |d| {
            let groups = zeros(&[3, 4], d)?;
            zeros(&[5, 4], d)?.modulate(&groups, &groups, 1e-6, 1)
        });
        misfit(cases, "modulate split beyond the rows", |d| {
            let groups = zeros(&[2, 4], d)?;
            zeros(&[5, 4], d)?.modulate(&groups, &groups, 1e-6, 6)
        });
        misfit(cases, "gated add of other rows", |d| {
            zeros(&[5, 4], d)?.gated_add(&zeros(&[4, 4], d)?, &zeros(&[1, 4], d)?, 0)
        });
        misfit(cases, "rope of odd heads", |d| {
            let table = zeros(&[5, 1], d)?;
            zeros(&[5, 6], d)?.rope(&table, &table, 2)
        });
        misfit(cases, "rope without heads", |d| {
            let table = zeros(&[5, 0], d)?;
            zeros(&[5, 0], d)?.rope(&table, &table, 0)
        });
        misfit(cases, "upsample channels", |d| {
            zeros(&[2, 2, 3], d)?.upsample(UpsampleSpec::nearest(2, 4))
        });
        misfit(cases, "upsample by nothing", |d| {
            zeros(&[2, 2, 3], d)?.upsample(UpsampleSpec::nearest(0, 3))
        });
        misfit(cases, "snake parameters", |d| {
            let (alpha, beta) = (zeros(&[3], d)?, zeros(&[2], d)?);
            zeros(&[5, 3], d)?.snake(&alpha, &beta, &[0.0; 12])
        });
        misfit(cases, "snake taps", |d| {
            let alpha = zeros(&[3], d)?;
            zeros(&[5, 3], d)?.snake(&alpha, &alpha, &[0.0; 11])
        });
    });
}

#[test]
fn attention_that_does_not_fit() {
    let call = |q: &[usize], k: &[usize], v: &[usize], spec, d: &Device| -> Result<Tensor> {
        zeros(q, d)?.attention(&zeros(k, d)?, &zeros(v, d)?, None, spec)
    };
    family(|cases| {
        misfit(cases, "key width", |d| {
            call(&[3, 4], &[5, 6], &[5, 6], HEADS, d)
        });
        misfit(cases, "value rows", |d| {
            call(&[3, 4], &[5, 4], &[6, 4], HEADS, d)
        });
        misfit(cases, "odd width", |d| {
            call(&[3, 5], &[5, 5], &[5, 5], HEADS, d)
        });
        misfit(cases, "no keys", |d| {
            call(&[3, 4], &[0, 4], &[0, 4], HEADS, d)
        });
        misfit(cases, "no width", |d| {
            call(&[3, 0], &[5, 0], &[5, 0], HEADS, d)
        });
        let headless = AttentionSpec {
            num_heads: 0,
            scale: 1.0,
        };
        misfit(cases, "no heads", |d| {
            call(&[3, 4], &[5, 4], &[5, 4], headless, d)
        });
        misfit(cases, "three axes", |d| {
            call(&[1, 3, 4], &[5, 4], &[5, 4], HEADS, d)
        });
        for bias in [[8, 2], [7, 1], [6, 2]] {
            misfit(cases, "bias", |d| {
                let (k, bias) = (zeros(&[5, 4], d)?, zeros(&bias, d)?);
                zeros(&[3, 4], d)?.attention(&k, &k, Some(&bias), HEADS)
            });
        }
    });
}

#[test]
fn weights_that_do_not_fit() {
    family(|cases| {
        misfit(cases, "linear width", |d| {
            Linear::new(&weight(&[3, 4]), None, d)?.forward(&zeros(&[2, 5], d)?)
        });
        misfit(cases, "linear input of three axes", |d| {
            Linear::new(&weight(&[3, 4]), None, d)?.forward(&zeros(&[1, 2, 4], d)?)
        });
        misfit(cases, "linear weight of one axis", |d| {
            Linear::new(&weight(&[3]), None, d)?.forward(&zeros(&[2, 3], d)?)
        });
        misfit(cases, "linear bias", |d| {
            let layer = Linear::new(&weight(&[3, 4]), Some(&weight(&[4])), d)?;
            layer.forward(&zeros(&[2, 4], d)?)
        });
        misfit(cases, "linear weight with too few bytes", |d| {
            let short = StoredTensor::from_f32("weight", &[3, 4], vec![0.0; 11]);
            Linear::new(&short, None, d)?.forward(&zeros(&[2, 4], d)?)
        });
        misfit(cases, "embedding table", |d| {
            Embedding::new(&weight(&[3]), d)?.forward(&[0])
        });
        misfit(cases, "embedding id", |d| {
            Embedding::new(&weight(&[3, 4]), d)?.forward(&[2, 3])
        });
    });
}

#[test]
fn convolutions_that_do_not_fit() {
    let picture = |kernel: &[usize], frame: &[usize], spec, d: &Device| -> Result<Tensor> {
        Conv::new(&weight(kernel), None, d)?.forward_2d(&zeros(frame, d)?, spec)
    };
    let padded = |stride, pad| ConvSpec {
        stride,
        pad_before: pad,
        pad_after: pad,
    };
    family(|cases| {
        misfit(cases, "kernel axes", |d| {
            picture(&[2, 3], &[4, 4, 3], padded(1, 0), d)
        });
        misfit(cases, "empty kernel", |d| {
            picture(&[2, 3, 0, 3, 3], &[4, 4, 3], padded(1, 1), d)
        });
        misfit(cases, "channels", |d| {
            picture(&[2, 3, 3, 3], &[4, 4, 2], padded(1, 1), d)
        });
        misfit(cases, "picture smaller than the kernel", |d| {
            picture(&[2, 3, 3, 3], &[2, 4, 3], padded(1, 0), d)
        });
        misfit(cases, "no stride", |d| {
            picture(&[2, 3, 3, 3], &[4, 4, 3], padded(0, 1), d)
        });
        misfit(cases, "picture of two axes", |d| {
            picture(&[2, 3, 3, 3], &[4, 3], padded(1, 1), d)
        });
        misfit(cases, "no frames", |d| {
            Conv::new(&weight(&[2, 3, 3, 3, 3]), None, d)?.forward_frames(&[], padded(1, 1))
        });
        misfit(cases, "frames of other sizes", |d| {
            let (a, b) = (zeros(&[4, 4, 3], d)?, zeros(&[4, 5, 3], d)?);
            let frames = [&a, &b].map(|frame| ConvFrame { frame, tap: 0 });
            Conv::new(&weight(&[2, 3, 3, 3, 3]), None, d)?.forward_frames(&frames, padded(1, 1))
        });
        misfit(cases, "tap outside the kernel", |d| {
            let frame = &zeros(&[4, 4, 3], d)?;
            let frames = [ConvFrame { frame, tap: 3 }];
            Conv::new(&weight(&[2, 3, 3, 3, 3]), None, d)?.forward_frames(&frames, padded(1, 1))
        });
        for (kernel, dilation) in [([2, 3, 4], 1), ([2, 3, 3], 0), ([2, 2, 3], 1)] {
            misfit(cases, &format!("signal {kernel:?} {dilation}"), |d| {
                Conv::new(&weight(&kernel), None, d)?.forward_1d(&zeros(&[9, 3], d)?, dilation)
            });
        }
        for (kernel, stride) in [
            ([3, 2, 5], 2),
            ([3, 2, 4], 0),
            ([2, 3, 4], 2),
            ([3, 2, 3], 2),
        ] {
            misfit(cases, &format!("transposed {kernel:?} {stride}"), |d| {
                let layer = ConvTranspose1d::new(&weight(&kernel), None, stride, d)?;
                layer.forward(&zeros(&[9, 3], d)?)
            });
        }
    });
}

#[test]
fn operands_of_two_devices() {
    family(|cases| {
        let other = Device::cpu();
        let there = |shape: &[usize]| zeros(shape, &other);
        let mut mixed = |case: &str, attempt: &dyn Fn(&Device) -> Result<Tensor>| {
            cases.refuse(case, is_mismatch, attempt);
        };
        mixed("add", &|d| zeros(&[2, 4], d)?.add(&there(&[2, 4])?));
        mixed("cat", &|d| {
            Tensor::cat(&[&zeros(&[2, 4], d)?, &there(&[2, 4])?], 0)
        });
        mixed("layer norm", &|d| {
            let (here, there) = (zeros(&[4], d)?, there(&[4])?);
            zeros(&[2, 4], d)?.layer_norm(Some((&here, &there)), 1e-6)
        });
        mixed("modulate", &|d| {
            zeros(&[2, 4], d)?.modulate(&zeros(&[1, 4], d)?, &there(&[1, 4])?, 1e-6, 0)
        });
        mixed("gated add", &|d| {
            zeros(&[2, 4], d)?.gated_add(&zeros(&[2, 4], d)?, &there(&[1, 4])?, 0)
        });
        mixed("rms norm", &|d| {
            zeros(&[2, 4], d)?.rms_norm(Some(&there(&[4])?), RmsMode::Floor(1e-12), None)
        });
        mixed("rope", &|d| {
            zeros(&[2, 4], d)?.rope(&zeros(&[2, 1], d)?, &there(&[2, 1])?, 2)
        });
        mixed("attention", &|d| {
            let k = zeros(&[3, 4], d)?;
            zeros(&[2, 4], d)?.attention(&k, &there(&[3, 4])?, None, HEADS)
        });
        mixed("attention bias", &|d| {
            let (k, bias) = (zeros(&[3, 4], d)?, there(&[4, 2])?);
            zeros(&[2, 4], d)?.attention(&k, &k, Some(&bias), HEADS)
        });
        mixed("snake", &|d| {
            let alpha = there(&[4])?;
            zeros(&[2, 4], d)?.snake(&alpha, &alpha, &[0.0; 12])
        });
        mixed("linear", &|d| {
            Linear::new(&weight(&[3, 4]), None, d)?.forward(&there(&[2, 4])?)
        });
        mixed("conv", &|d| {
            Conv::new(&weight(&[3, 4, 3]), None, d)?.forward_1d(&there(&[2, 4])?, 1)
        });
        mixed("conv frames", &|d| {
            let (a, b) = (zeros(&[4, 4, 3], d)?, there(&[4, 4, 3])?);
            let frames = [&a, &b].map(|frame| ConvFrame { frame, tap: 0 });
            let layer = Conv::new(&weight(&[2, 3, 1, 3, 3]), None, d)?;
            layer.forward_frames(&frames, ConvSpec::same(3))
        });
        mixed("transposed", &|d| {
            ConvTranspose1d::new(&weight(&[4, 3, 2]), None, 2, d)?.forward(&there(&[2, 4])?)
        });
    });
}
