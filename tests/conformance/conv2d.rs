//! Convolutions of pictures and of several frames.

use ovi_tensor::oracle::{self, Array, ConvInput};
use ovi_tensor::{Conv, ConvFrame, ConvSpec, Device, Tensor, TensorError};
use ovi_weights::StoredType;

use crate::check::{Tolerance, family};
use crate::data::{VIEWS, View, held, place, stored, stored_as, values, with};

const CLOSE: Tolerance = Tolerance::new(2e-6, 2e-5);

const fn spec(stride: usize, pad_before: usize, pad_after: usize) -> ConvSpec {
    ConvSpec {
        stride,
        pad_before,
        pad_after,
    }
}

/// Frames, kernel and padding of one call.
struct Call {
    frames: Vec<Array>,
    taps: Vec<usize>,
    weight: Array,
    bias: Option<Array>,
    spec: ConvSpec,
}

impl Call {
    /// `size` is `[h, w]`, `channels` `[in, out]`, `kernel` `[kt, kh, kw]`.
    fn new(size: [usize; 2], channels: [usize; 2], kernel: [usize; 3], spec: ConvSpec) -> Self {
        let [inp, out] = channels;
        Self {
            frames: vec![values(1, &[size[0], size[1], inp])],
            taps: vec![kernel[0] - 1],
            weight: values(2, &[out, inp, kernel[0], kernel[1], kernel[2]]),
            bias: Some(values(3, &[out])),
            spec,
        }
    }

    /// One frame of its own for each of `taps`.
    fn taps(mut self, taps: &[usize]) -> Self {
        let shape = self.frames[0].shape.clone();
        self.frames = (0..taps.len())
            .map(|idx| values(4 + idx as u64, &shape))
            .collect();
        self.taps = taps.to_vec();
        self
    }

    fn want(&self) -> Array {
        let inputs: Vec<ConvInput<'_>> = self
            .frames
            .iter()
            .zip(&self.taps)
            .map(|(frame, &tap)| ConvInput { frame, tap })
            .collect();
        oracle::conv_frames(&inputs, &self.weight, self.bias.as_ref(), self.spec)
    }

    fn compute(&self, view: View, device: &Device) -> Result<Tensor, TensorError> {
        let bias = self.bias.as_ref().map(stored);
        let layer = Conv::new(&stored(&self.weight), bias.as_ref(), device)?;
        let frames = self.frames.iter().map(|frame| place(frame, view, device));
        let frames: Vec<Tensor> = frames.collect::<Result<_, _>>()?;
        let inputs: Vec<ConvFrame<'_>> = frames
            .iter()
            .zip(&self.taps)
            .map(|(frame, &tap)| ConvFrame { frame, tap })
            .collect();
        layer.forward_frames(&inputs, self.spec)
    }

    fn name(&self) -> String {
        let Self { taps, spec, .. } = self;
        let (frame, weight) = (&self.frames[0].shape, &self.weight.shape);
        format!("{frame:?} taps {taps:?} kernel {weight:?} {spec:?}")
    }
}

fn check_all(calls: impl IntoIterator<Item = Call>, views: &[View]) {
    family(|cases| {
        for call in calls {
            let want = call.want();
            for &view in views {
                let name = format!("{} {view:?}", call.name());
                cases.check(&name, CLOSE, &want, |d| call.compute(view, d));
            }
        }
    });
}

#[test]
fn picture_sizes_and_channels() {
    let mut calls = Vec::new();
    for size in [
        [1, 1],
        [1, 17],
        [31, 1],
        [5, 7],
        [16, 16],
        [17, 19],
        [2, 33],
    ] {
        for channels in [[1, 1], [3, 5], [5, 16], [33, 7]] {
            calls.push(Call::new(size, channels, [1, 3, 3], spec(1, 1, 1)));
            calls.push(Call::new(size, channels, [1, 1, 1], spec(1, 0, 0)));
        }
    }
    check_all(calls, &[View::Plain]);
}

#[test]
fn pictures_of_several_bands() {
    check_all(
        [
            Call::new([70, 41], [5, 3], [1, 3, 3], spec(1, 1, 1)),
            Call::new([3, 2100], [2, 5], [1, 3, 3], spec(1, 1, 1)),
            Call::new([131, 67], [3, 4], [1, 3, 3], spec(2, 0, 1)),
        ],
        &[View::Plain, View::Gaps],
    );
}

#[test]
fn strides_and_one_sided_padding() {
    let mut calls = Vec::new();
    for size in [[2, 2], [3, 3], [8, 6], [9, 7], [33, 31]] {
        for padding in [spec(2, 0, 1), spec(2, 1, 1), spec(2, 1, 0), spec(3, 2, 2)] {
            calls.push(Call::new(size, [3, 5], [1, 3, 3], padding));
        }
        calls.push(Call::new(size, [3, 5], [1, 2, 2], spec(2, 0, 0)));
        calls.push(Call::new(size, [2, 3], [1, 1, 1], spec(2, 0, 0)));
    }
    check_all(calls, &[View::Plain]);
}

#[test]
fn kernels_that_are_not_square_or_as_large_as_the_picture() {
    check_all(
        [
            Call::new([9, 8], [3, 2], [1, 1, 3], spec(1, 0, 0)),
            Call::new([9, 8], [3, 2], [1, 5, 1], spec(1, 0, 0)),
            Call::new([9, 8], [3, 2], [1, 3, 2], spec(1, 2, 1)),
            Call::new([7, 7], [3, 2], [1, 7, 7], spec(1, 0, 0)),
            Call::new([7, 7], [3, 2], [1, 7, 7], spec(1, 3, 3)),
            Call::new([2, 3], [4, 4], [1, 3, 3], spec(1, 0, 1)),
        ],
        &[View::Plain],
    );
}

#[test]
fn frames_at_several_taps() {
    let call = || Call::new([9, 11], [5, 7], [3, 3, 3], spec(1, 1, 1));
    check_all(
        [
            call(),
            call().taps(&[0]),
            call().taps(&[1, 2]),
            call().taps(&[0, 1, 2]),
            call().taps(&[2, 2, 0, 1]),
            Call::new([9, 11], [5, 7], [3, 1, 1], spec(1, 0, 0)).taps(&[0, 1, 2]),
            Call::new([9, 11], [5, 7], [3, 3, 3], spec(2, 0, 1)).taps(&[0, 1, 2]),
        ],
        &VIEWS,
    );
}

#[test]
fn padding_around_no_rows() {
    check_all(
        [Call::new([0, 5], [2, 3], [1, 1, 1], spec(1, 1, 1))],
        &[View::Plain],
    );
}

#[test]
fn kernels_of_four_axes_in_sixteen_bits() {
    family(|cases| {
        let mut call = Call::new([6, 5], [3, 4], [1, 3, 3], spec(1, 1, 1));
        for kind in [StoredType::Bf16, StoredType::F16] {
            for misaligned in [false, true] {
                let kernel = oracle::reshape(&call.weight, &[4, 3, 3, 3]);
                let kernel = stored_as(&kernel, kind, misaligned);
                call.weight = oracle::reshape(&held(&kernel), &[4, 3, 1, 3, 3]);
                let name = format!("{kind} misaligned={misaligned}");
                cases.check(&name, CLOSE, &call.want(), |d| {
                    let bias = call.bias.as_ref().map(stored);
                    let layer = Conv::new(&kernel, bias.as_ref(), d)?;
                    layer.forward_2d(&place(&call.frames[0], View::Plain, d)?, call.spec)
                });
            }
        }
    });
}

#[test]
fn no_bias_and_the_newest_tap_of_a_single_frame() {
    family(|cases| {
        let mut call = Call::new([6, 5], [3, 4], [2, 3, 3], spec(1, 1, 1));
        call.bias = None;
        let want = call.want();
        cases.check("forward_2d", CLOSE, &want, |d| {
            let layer = Conv::new(&stored(&call.weight), None, d)?;
            layer.forward_2d(&place(&call.frames[0], View::Plain, d)?, ConvSpec::same(3))
        });
    });
}

#[test]
fn not_a_number_reaches_the_pixels_under_the_kernel() {
    let frame_size = [9, 21];
    let corners = [0, 3 * 20, 3 * 21 * 4 + 31, 3 * 21 * 9 - 1];
    let spoiled = corners.map(|at| {
        let mut call = Call::new(frame_size, [3, 4], [1, 3, 3], spec(1, 1, 1));
        call.frames[0] = with(call.frames[0].clone(), &[at], f64::NAN);
        call
    });
    check_all(spoiled, &[View::Plain]);
}
