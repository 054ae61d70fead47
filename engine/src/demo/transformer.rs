//! Tensors of the twin transformer (spec: fusion-dit 3).

use super::values::{Init, Plans, TensorPlan};

/// Sizes of both towers; heads are 128 wide.
#[derive(Clone, Copy, Debug)]
pub struct TransformerSizes {
    /// Width, a multiple of 128.
    pub dim: usize,
    /// Feed-forward width.
    pub ffn_dim: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Timestep features.
    pub freq_dim: usize,
    /// Width of the text embedding.
    pub text_dim: usize,
}

impl TransformerSizes {
    /// The published model: 2,073 tensors, 11.66e9 parameters.
    pub fn published() -> Self {
        Self {
            dim: 3072,
            ffn_dim: 14_336,
            num_layers: 30,
            freq_dim: 256,
            text_dim: 4096,
        }
    }

    /// Every tensor of both towers.
    pub fn tensors(&self) -> Vec<TensorPlan> {
        let mut plans = Plans::default();
        let dim = self.dim;
        plans.layer("video_model.patch_embedding", &[dim, 48, 1, 2, 2], 1.0);
        self.tower(&mut plans, "video_model", 4 * 48);
        let hidden = (2 * 4 * dim / 3).next_multiple_of(256);
        let audio = "audio_model.patch_embedding";
        plans.layer(&format!("{audio}.0"), &[dim, 20, 7], 1.0);
        plans.weight(format!("{audio}.2.w1.weight"), &[hidden, dim, 7], 1.5);
        plans.weight(format!("{audio}.2.w2.weight"), &[dim, hidden, 7], 1.5);
        plans.weight(format!("{audio}.2.w3.weight"), &[hidden, dim, 7], 1.5);
        self.tower(&mut plans, "audio_model", 20);
        plans.0
    }

    fn tower(&self, plans: &mut Plans, tower: &str, out_dim: usize) {
        let dim = self.dim;
        plans.layer(
            &format!("{tower}.text_embedding.0"),
            &[dim, self.text_dim],
            1.0,
        );
        plans.layer(&format!("{tower}.text_embedding.2"), &[dim, dim], 1.0);
        plans.layer(
            &format!("{tower}.time_embedding.0"),
            &[dim, self.freq_dim],
            1.0,
        );
        plans.layer(&format!("{tower}.time_embedding.2"), &[dim, dim], 1.0);
        plans.layer(&format!("{tower}.time_projection.1"), &[6 * dim, dim], 0.5);
        for idx in 0..self.num_layers {
            self.block(plans, &format!("{tower}.blocks.{idx}"));
        }
        plans.push(
            format!("{tower}.head.modulation"),
            &[1, 2, dim],
            Init::Normal {
                mean: 0.0,
                std: 0.05,
            },
        );
        plans.layer(&format!("{tower}.head.head"), &[out_dim, dim], 1.0);
    }

    fn block(&self, plans: &mut Plans, block: &str) {
        let (dim, ffn) = (self.dim, self.ffn_dim);
        for (attention, names) in [
            ("self_attn", &["q", "k", "v", "o"][..]),
            (
                "cross_attn",
                &["q", "k", "v", "o", "k_fusion", "v_fusion"][..],
            ),
        ] {
            for name in names {
                plans.layer(&format!("{block}.{attention}.{name}"), &[dim, dim], 1.0);
            }
            for norm in ["norm_q", "norm_k"] {
                plans.norm(format!("{block}.{attention}.{norm}.weight"), &[dim]);
            }
        }
        plans.norm(format!("{block}.cross_attn.norm_k_fusion.weight"), &[dim]);
        for norm in ["norm3", "cross_attn.pre_attn_norm_fusion"] {
            plans.norm(format!("{block}.{norm}.weight"), &[dim]);
            plans.bias(format!("{block}.{norm}.bias"), dim);
        }
        plans.layer(&format!("{block}.ffn.0"), &[ffn, dim], 1.0);
        plans.layer(&format!("{block}.ffn.2"), &[dim, ffn], 1.0);
        plans.push(
            format!("{block}.modulation.modulation"),
            &[1, 6, dim],
            Init::Normal {
                mean: 0.0,
                std: 0.1,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::TransformerSizes;

    #[test]
    fn the_published_sizes_give_the_published_counts() {
        let tensors = TransformerSizes::published().tensors();
        let parameters: usize = tensors
            .iter()
            .map(|plan| plan.shape.iter().product::<usize>())
            .sum();
        assert_eq!((tensors.len(), parameters), (2073, 11_660_753_108));
        let longest = tensors.iter().map(|plan| plan.name.len()).max();
        assert_eq!(longest, Some(60));
    }
}
