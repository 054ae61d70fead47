//! Tensors of the audio VAE and the vocoder (spec: audio-vae-vocoder 4, 5).

use super::values::{Init, Plans, TensorPlan};

const MELS: usize = 80;
const LATENT_CHANNELS: usize = 20;
const MULTIPLIERS: [usize; 3] = [1, 2, 4];

/// Kernel lengths of the vocoder's stages; the rate is half of each.
const STAGE_KERNELS: [usize; 6] = [8, 8, 4, 4, 4, 4];
const BLOCK_KERNELS: [usize; 3] = [3, 7, 11];

/// Sizes of the audio VAE.
#[derive(Clone, Copy, Debug)]
pub struct AudioVaeSizes {
    /// Width of level 0.
    pub hidden_dim: usize,
}

impl AudioVaeSizes {
    /// The published VAE.
    pub fn published() -> Self {
        Self { hidden_dim: 384 }
    }

    /// Every tensor of both halves.
    pub fn tensors(&self) -> Vec<TensorPlan> {
        let mut plans = Plans::default();
        plans.push(
            "data_mean",
            &[1, MELS, 1],
            Init::Normal {
                mean: -2.2,
                std: 0.4,
            },
        );
        plans.push("data_std", &[1, MELS, 1], Init::Constant(1.0));
        let width = |level: usize| self.hidden_dim * MULTIPLIERS[level];
        let top = width(2);
        raw(&mut plans, "encoder.conv_in", &[self.hidden_dim, MELS, 3]);
        let mut channels = self.hidden_dim;
        for level in 0..3 {
            for idx in 0..2 {
                block(
                    &mut plans,
                    &format!("encoder.down.{level}.block.{idx}"),
                    channels,
                    width(level),
                );
                channels = width(level);
            }
            if level == 0 {
                for conv in ["conv1", "conv2"] {
                    raw(
                        &mut plans,
                        &format!("encoder.down.0.downsample.{conv}"),
                        &[channels, channels, 1],
                    );
                }
            }
        }
        middle(&mut plans, "encoder", top);
        raw(
            &mut plans,
            "encoder.conv_out",
            &[2 * LATENT_CHANNELS, top, 3],
        );
        plans.push("encoder.learnable_gain", &[], Init::Constant(0.0));
        raw(&mut plans, "decoder.conv_in", &[top, LATENT_CHANNELS, 3]);
        middle(&mut plans, "decoder", top);
        let mut channels = top;
        for level in (0..3).rev() {
            for idx in 0..3 {
                block(
                    &mut plans,
                    &format!("decoder.up.{level}.block.{idx}"),
                    channels,
                    width(level),
                );
                channels = width(level);
            }
            if level == 1 {
                raw(
                    &mut plans,
                    "decoder.up.1.upsample.conv",
                    &[channels, channels, 3],
                );
            }
        }
        raw(&mut plans, "decoder.conv_out", &[MELS, channels, 3]);
        plans.push("decoder.learnable_gain", &[], Init::Constant(0.0));
        plans.0
    }
}

/// Raw weights of unit deviation: they are normalised at load.
fn raw(plans: &mut Plans, name: &str, shape: &[usize]) {
    plans.push(
        format!("{name}.weight"),
        shape,
        Init::Normal {
            mean: 0.0,
            std: 1.0,
        },
    );
}

fn block(plans: &mut Plans, name: &str, inp: usize, out: usize) {
    raw(plans, &format!("{name}.conv1"), &[out, inp, 3]);
    raw(plans, &format!("{name}.conv2"), &[out, out, 3]);
    if inp != out {
        raw(plans, &format!("{name}.nin_shortcut"), &[out, inp, 1]);
    }
}

fn middle(plans: &mut Plans, half: &str, channels: usize) {
    block(plans, &format!("{half}.mid.block_1"), channels, channels);
    raw(
        plans,
        &format!("{half}.mid.attn_1.qkv"),
        &[3 * channels, channels, 1],
    );
    raw(
        plans,
        &format!("{half}.mid.attn_1.proj_out"),
        &[channels, channels, 1],
    );
    block(plans, &format!("{half}.mid.block_2"), channels, channels);
}

/// Sizes of the vocoder.
#[derive(Clone, Copy, Debug)]
pub struct VocoderSizes {
    /// Channels before the first stage, a multiple of 64.
    pub initial_channels: usize,
}

impl VocoderSizes {
    /// The published vocoder.
    pub fn published() -> Self {
        Self {
            initial_channels: 1536,
        }
    }

    /// Every tensor, weight norm in the classic spelling.
    pub fn tensors(&self) -> Vec<TensorPlan> {
        let mut plans = Plans::default();
        // The mel is around -2, so a small gain here keeps the first stage in range.
        normed(
            &mut plans,
            "conv_pre",
            &[self.initial_channels, MELS, 7],
            self.initial_channels,
            0.3,
        );
        let mut channels = self.initial_channels;
        for (stage, kernel) in STAGE_KERNELS.into_iter().enumerate() {
            let out = channels / 2;
            normed(
                &mut plans,
                &format!("ups.{stage}.0"),
                &[channels, out, kernel],
                out,
                1.0,
            );
            for (j, kernel) in BLOCK_KERNELS.into_iter().enumerate() {
                let block = format!("resblocks.{}", 3 * stage + j);
                for idx in 0..3 {
                    normed(
                        &mut plans,
                        &format!("{block}.convs1.{idx}"),
                        &[out, out, kernel],
                        out,
                        0.5,
                    );
                    normed(
                        &mut plans,
                        &format!("{block}.convs2.{idx}"),
                        &[out, out, kernel],
                        out,
                        0.3,
                    );
                }
                for idx in 0..6 {
                    activation(&mut plans, &format!("{block}.activations.{idx}"), out);
                }
            }
            channels = out;
        }
        activation(&mut plans, "activation_post", channels);
        normed(&mut plans, "conv_post", &[1, channels, 7], 1, 0.5);
        plans.0
    }
}

/// Weight norm of magnitude `gain` per row, and a bias of `out` values.
fn normed(plans: &mut Plans, name: &str, shape: &[usize], out: usize, gain: f32) {
    plans.push(
        format!("{name}.weight_g"),
        &[shape[0], 1, 1],
        Init::Constant(gain),
    );
    plans.push(
        format!("{name}.weight_v"),
        shape,
        Init::Normal {
            mean: 0.0,
            std: 1.0,
        },
    );
    plans.bias(format!("{name}.bias"), out);
}

fn activation(plans: &mut Plans, name: &str, channels: usize) {
    for parameter in ["alpha", "beta"] {
        plans.push(
            format!("{name}.act.{parameter}"),
            &[channels],
            Init::Normal {
                mean: 0.0,
                std: 0.1,
            },
        );
    }
    for filter in ["upsample.filter", "downsample.lowpass.filter"] {
        // Readers use the computed filter; a flat one of unit gain marks these as unread.
        plans.push(
            format!("{name}.{filter}"),
            &[1, 1, 12],
            Init::Constant(1.0 / 12.0),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{AudioVaeSizes, TensorPlan, VocoderSizes};

    fn count(tensors: &[TensorPlan]) -> (usize, usize) {
        (
            tensors.len(),
            tensors
                .iter()
                .map(|plan| plan.shape.iter().product::<usize>())
                .sum(),
        )
    }

    #[test]
    fn the_published_sizes_give_the_published_counts() {
        assert_eq!(
            count(&AudioVaeSizes::published().tensors()),
            (57, 171_657_378)
        );
        assert_eq!(
            count(&VocoderSizes::published().tensors()),
            (784, 112_233_866)
        );
    }
}
