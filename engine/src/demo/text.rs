//! Tensors of the text encoder (spec: text-encoder 2).

use super::values::{Init, Plans, TensorPlan};

/// Sizes of the encoder; heads are 64 wide.
#[derive(Clone, Copy, Debug)]
pub struct TextEncoderSizes {
    /// Width.
    pub dim: usize,
    /// Feed-forward width.
    pub ffn_dim: usize,
    /// Heads.
    pub num_heads: usize,
    /// Layers.
    pub num_layers: usize,
}

impl TextEncoderSizes {
    /// The published encoder.
    pub fn published() -> Self {
        Self {
            dim: 4096,
            ffn_dim: 10_240,
            num_heads: 64,
            num_layers: 24,
        }
    }

    /// Every tensor, for a table of `vocab` rows.
    pub fn tensors(&self, vocab: usize) -> Vec<TensorPlan> {
        let mut plans = Plans::default();
        let (dim, attn, ffn) = (self.dim, 64 * self.num_heads, self.ffn_dim);
        plans.push(
            "token_embedding.weight",
            &[vocab, dim],
            Init::Normal {
                mean: 0.0,
                std: 1.0,
            },
        );
        for idx in 0..self.num_layers {
            let block = format!("blocks.{idx}");
            plans.norm(format!("{block}.norm1.weight"), &[dim]);
            // Scores are not divided by the root of the head size; small queries stand in for it.
            plans.weight(format!("{block}.attn.q.weight"), &[attn, dim], 0.125);
            plans.weight(format!("{block}.attn.k.weight"), &[attn, dim], 1.0);
            plans.weight(format!("{block}.attn.v.weight"), &[attn, dim], 1.0);
            plans.weight(format!("{block}.attn.o.weight"), &[dim, attn], 1.0);
            let table = format!("{block}.pos_embedding.embedding.weight");
            plans.push(
                table,
                &[32, self.num_heads],
                Init::Normal {
                    mean: 0.0,
                    std: 0.5,
                },
            );
            plans.norm(format!("{block}.norm2.weight"), &[dim]);
            plans.weight(format!("{block}.ffn.gate.0.weight"), &[ffn, dim], 1.0);
            plans.weight(format!("{block}.ffn.fc1.weight"), &[ffn, dim], 1.0);
            plans.weight(format!("{block}.ffn.fc2.weight"), &[dim, ffn], 1.0);
        }
        plans.norm("norm.weight", &[dim]);
        plans.0
    }
}

#[cfg(test)]
mod tests {
    use super::TextEncoderSizes;

    #[test]
    fn the_published_sizes_give_the_published_counts() {
        let tensors = TextEncoderSizes::published().tensors(256_384);
        let parameters: usize = tensors
            .iter()
            .map(|plan| plan.shape.iter().product::<usize>())
            .sum();
        assert_eq!((tensors.len(), parameters), (242, 5_680_910_336));
    }
}
