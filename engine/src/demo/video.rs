//! Tensors of the video VAE (spec: video-vae 3).

use super::values::{Plans, TensorPlan};

/// Width multipliers of the four levels.
const MULTIPLIERS: [usize; 4] = [1, 2, 4, 4];
const LATENT_CHANNELS: usize = 48;

/// Sizes of both halves.
#[derive(Clone, Copy, Debug)]
pub struct VideoVaeSizes {
    /// Encoder base width.
    pub dim: usize,
    /// Decoder base width.
    pub dec_dim: usize,
    /// Residual blocks per encoder level; the decoder has one more.
    pub num_res_blocks: usize,
}

impl VideoVaeSizes {
    /// The published VAE.
    pub fn published() -> Self {
        Self {
            dim: 160,
            dec_dim: 256,
            num_res_blocks: 2,
        }
    }

    /// Every tensor of both halves.
    pub fn tensors(&self) -> Vec<TensorPlan> {
        let mut plans = Plans::default();
        let z = LATENT_CHANNELS;
        self.encoder(&mut plans);
        plans.layer("conv1", &[2 * z, 2 * z, 1, 1, 1], 1.0);
        plans.layer("conv2", &[z, z, 1, 1, 1], 1.0);
        self.decoder(&mut plans);
        plans.0
    }

    /// Tensors of the decoder and the convolution before it.
    pub fn decoder_tensors(&self) -> Vec<TensorPlan> {
        let is_decoder = |plan: &TensorPlan| {
            plan.name.starts_with("decoder.") || plan.name.starts_with("conv2.")
        };
        self.tensors().into_iter().filter(is_decoder).collect()
    }

    fn encoder(&self, plans: &mut Plans) {
        let width = |level: usize| self.dim * MULTIPLIERS[level];
        plans.layer("encoder.conv1", &[self.dim, 12, 3, 3, 3], 1.0);
        let mut channels = self.dim;
        for level in 0..4 {
            let scope = format!("encoder.downsamples.{level}.downsamples");
            for idx in 0..self.num_res_blocks {
                residual(plans, &format!("{scope}.{idx}"), channels, width(level));
                channels = width(level);
            }
            if level < 3 {
                let resample = format!("{scope}.{}", self.num_res_blocks);
                plans.layer(
                    &format!("{resample}.resample.1"),
                    &[channels, channels, 3, 3],
                    1.0,
                );
                if level > 0 {
                    plans.layer(
                        &format!("{resample}.time_conv"),
                        &[channels, channels, 3, 1, 1],
                        1.0,
                    );
                }
            }
        }
        middle(plans, "encoder", channels);
        plans.norm("encoder.head.0.gamma", &[channels, 1, 1, 1]);
        plans.layer(
            "encoder.head.2",
            &[2 * LATENT_CHANNELS, channels, 3, 3, 3],
            1.0,
        );
    }

    fn decoder(&self, plans: &mut Plans) {
        let width = |level: usize| self.dec_dim * MULTIPLIERS[3 - level];
        let mut channels = width(0);
        plans.layer("decoder.conv1", &[channels, LATENT_CHANNELS, 3, 3, 3], 1.0);
        middle(plans, "decoder", channels);
        for level in 0..4 {
            let scope = format!("decoder.upsamples.{level}.upsamples");
            for idx in 0..=self.num_res_blocks {
                residual(plans, &format!("{scope}.{idx}"), channels, width(level));
                channels = width(level);
            }
            if level < 3 {
                let resample = format!("{scope}.{}", self.num_res_blocks + 1);
                plans.layer(
                    &format!("{resample}.resample.1"),
                    &[channels, channels, 3, 3],
                    1.0,
                );
                if level < 2 {
                    plans.layer(
                        &format!("{resample}.time_conv"),
                        &[2 * channels, channels, 3, 1, 1],
                        1.0,
                    );
                }
            }
        }
        plans.norm("decoder.head.0.gamma", &[channels, 1, 1, 1]);
        plans.layer("decoder.head.2", &[12, channels, 3, 3, 3], 0.8);
    }
}

fn residual(plans: &mut Plans, name: &str, inp: usize, out: usize) {
    plans.norm(format!("{name}.residual.0.gamma"), &[inp, 1, 1, 1]);
    plans.layer(&format!("{name}.residual.2"), &[out, inp, 3, 3, 3], 1.0);
    plans.norm(format!("{name}.residual.3.gamma"), &[out, 1, 1, 1]);
    plans.layer(&format!("{name}.residual.6"), &[out, out, 3, 3, 3], 0.7);
    if inp != out {
        plans.layer(&format!("{name}.shortcut"), &[out, inp, 1, 1, 1], 1.0);
    }
}

fn middle(plans: &mut Plans, half: &str, channels: usize) {
    residual(plans, &format!("{half}.middle.0"), channels, channels);
    plans.norm(format!("{half}.middle.1.norm.gamma"), &[channels, 1, 1]);
    plans.layer(
        &format!("{half}.middle.1.to_qkv"),
        &[3 * channels, channels, 1, 1],
        1.0,
    );
    plans.layer(
        &format!("{half}.middle.1.proj"),
        &[channels, channels, 1, 1],
        1.0,
    );
    residual(plans, &format!("{half}.middle.2"), channels, channels);
}

#[cfg(test)]
mod tests {
    use super::VideoVaeSizes;

    #[test]
    fn the_published_sizes_give_the_published_counts() {
        let tensors = VideoVaeSizes::published().tensors();
        let parameters: usize = tensors
            .iter()
            .map(|plan| plan.shape.iter().product::<usize>())
            .sum();
        assert_eq!((tensors.len(), parameters), (196, 704_688_668));
    }
}
