//! UMT5 encoder: token ids to `[tokens, dim]` (real model: 24 layers, width 4096, 64 heads of 64).
//!
//! Differs from plain T5: every layer has its own table of relative position biases, the
//! feed-forward is gated, scores are not scaled (spec: text-encoder 1 to 3).

use ovi_tensor::{AttentionSpec, Device, Embedding, Linear, RmsMode, Tensor, Unary};
use ovi_weights::WeightSet;

use crate::loader::count;
use crate::{ModelError, Result, Weights};

/// Sizes of the encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct TextEncoderConfig {
    /// Rows of the embedding table.
    pub vocab_size: usize,
    /// Width of the residual stream and of the result.
    pub dim: usize,
    /// Width of all heads together.
    pub attn_dim: usize,
    /// Feed-forward width.
    pub ffn_dim: usize,
    /// Attention heads.
    pub num_heads: usize,
    /// Layers.
    pub num_layers: usize,
    /// Rows of each bias table; half for each direction.
    pub num_buckets: usize,
    /// Epsilon of the norms.
    pub eps: f32,
}

impl TextEncoderConfig {
    /// Read the sizes from tensors under the official names.
    ///
    /// # Errors
    /// [`ModelError::WrongModel`] if this is not a UMT5 encoder, for example a plain T5 with a bias
    /// table in its first layer only.
    pub fn detect(set: &WeightSet) -> Result<Self> {
        let matrix = |name: &str| match set.shape(name) {
            Some(&[rows, cols]) => Ok([rows, cols]),
            Some(found) => Err(ModelError::WeightShape {
                name: name.into(),
                expected: vec![0, 0],
                found: found.to_vec(),
            }),
            None => Err(ModelError::wrong(
                "text encoder",
                format!("tensor {name} is missing"),
            )),
        };
        let [vocab_size, dim] = matrix("token_embedding.weight")?;
        let [attn_dim, _] = matrix("blocks.0.attn.q.weight")?;
        let [ffn_dim, _] = matrix("blocks.0.ffn.gate.0.weight")?;
        let [num_buckets, num_heads] = matrix("blocks.0.pos_embedding.embedding.weight")?;
        let num_layers = count(|n| set.contains(&format!("blocks.{n}.attn.q.weight")));
        let tables = count(|n| set.contains(&format!("blocks.{n}.pos_embedding.embedding.weight")));
        if tables < num_layers {
            let reason = format!(
                "only {tables} of {num_layers} layers have a position table; this is a plain T5, not UMT5"
            );
            return Err(ModelError::wrong("text encoder", reason));
        }
        Ok(Self {
            vocab_size,
            dim,
            attn_dim,
            ffn_dim,
            num_heads,
            num_layers,
            num_buckets,
            eps: 1e-6,
        })
    }
}

/// One encoder layer.
#[derive(Clone, Debug)]
struct Layer {
    norm1: Tensor,
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    /// `[buckets, heads]`.
    position_table: Embedding,
    norm2: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
}

impl Layer {
    fn new(weights: &Weights, config: &TextEncoderConfig) -> Result<Self> {
        let (dim, attn, ffn) = (config.dim, config.attn_dim, config.ffn_dim);
        let heads = weights.scope("attn");
        let table = weights.get_shaped(
            "pos_embedding.embedding.weight",
            &[config.num_buckets, config.num_heads],
        )?;
        Ok(Self {
            norm1: weights.vector("norm1.weight", dim)?,
            q: heads.linear("q", dim, attn)?,
            k: heads.linear("k", dim, attn)?,
            v: heads.linear("v", dim, attn)?,
            o: heads.linear("o", attn, dim)?,
            position_table: Embedding::new(&table, weights.device())?,
            norm2: weights.vector("norm2.weight", dim)?,
            gate: weights.linear("ffn.gate.0", dim, ffn)?,
            up: weights.linear("ffn.fc1", dim, ffn)?,
            down: weights.linear("ffn.fc2", ffn, dim)?,
        })
    }

    fn forward(&self, x: &Tensor, buckets: &[u32], config: &TextEncoderConfig) -> Result<Tensor> {
        let rms = RmsMode::EpsInside(config.eps);
        let h = x.rms_norm(Some(&self.norm1), rms, None)?;
        let bias = self.position_table.forward(buckets)?;
        let (q, k, v) = (
            self.q.forward(&h)?,
            self.k.forward(&h)?,
            self.v.forward(&h)?,
        );
        let spec = AttentionSpec {
            num_heads: config.num_heads,
            scale: 1.0,
        };
        let x = x.add(&self.o.forward(&q.attention(&k, &v, Some(&bias), spec)?)?)?;
        let h = x.rms_norm(Some(&self.norm2), rms, None)?;
        let gate = self.gate.forward(&h)?.unary(Unary::GeluTanh)?;
        Ok(x.add(&self.down.forward(&self.up.forward(&h)?.mul(&gate)?)?)?)
    }
}

/// The encoder.
#[derive(Clone, Debug)]
pub struct TextEncoder {
    embedding: Embedding,
    layers: Vec<Layer>,
    norm: Tensor,
    config: TextEncoderConfig,
    device: Device,
}

impl TextEncoder {
    /// Load from tensors under the official names. The embedding table stays in its file.
    ///
    /// # Errors
    /// If tensors are missing or do not fit `config`.
    pub fn new(weights: &Weights, config: &TextEncoderConfig) -> Result<Self> {
        let table =
            weights.get_shaped("token_embedding.weight", &[config.vocab_size, config.dim])?;
        let layer = |idx| Layer::new(&weights.scope(format_args!("blocks.{idx}")), config);
        Ok(Self {
            embedding: Embedding::new(&table, weights.device())?,
            layers: (0..config.num_layers).map(layer).collect::<Result<_>>()?,
            norm: weights.vector("norm.weight", config.dim)?,
            config: config.clone(),
            device: weights.device().clone(),
        })
    }

    /// Embeddings `[ids, dim]` of one text, without padding. Polls the cancel token between layers.
    ///
    /// # Errors
    /// If an id is outside the vocabulary or the job is cancelled.
    pub fn forward(&self, ids: &[u32]) -> Result<Tensor> {
        let mut x = self.embedding.forward(ids)?;
        let buckets = relative_buckets(ids.len(), self.config.num_buckets);
        for layer in &self.layers {
            self.device.check_cancelled()?;
            x = layer.forward(&x, &buckets, &self.config)?;
        }
        Ok(x.rms_norm(Some(&self.norm), RmsMode::EpsInside(self.config.eps), None)?)
    }
}

/// Upper ends (exclusive) of the logarithmic buckets for distances up to 128 and 16 buckets a side.
const LOG_BUCKET_ENDS: [usize; 7] = [12, 16, 23, 32, 46, 64, 91];

/// Bucket of every relative position `key - query` from `-(len - 1)` to `len - 1`.
fn relative_buckets(len: usize, num_buckets: usize) -> Vec<u32> {
    let side = num_buckets / 2;
    let exact = side / 2;
    let magnitude = |distance: usize| -> usize {
        if distance < exact {
            return distance;
        }
        let steps = LOG_BUCKET_ENDS
            .iter()
            .take_while(|&&end| distance >= end)
            .count();
        (exact + steps).min(side - 1)
    };
    let backward = (1..len).rev().map(magnitude);
    let forward = (1..len).map(|distance| side + magnitude(distance));
    backward
        .chain(std::iter::once(0).take(len))
        .chain(forward)
        .map(|bucket| bucket as u32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::relative_buckets;

    #[test]
    fn buckets_follow_the_published_table() {
        let len = 200;
        let buckets = relative_buckets(len, 32);
        let at = |relative: isize| buckets[(relative + len as isize - 1) as usize];
        assert_eq!(buckets.len(), 2 * len - 1);
        for (relative, want) in [
            (0, 0),
            (-7, 7),
            (-8, 8),
            (-11, 8),
            (-12, 9),
            (-22, 10),
            (-91, 15),
            (-199, 15),
        ] {
            assert_eq!(at(relative), want, "{relative}");
        }
        for (relative, want) in [
            (1, 17),
            (7, 23),
            (8, 24),
            (15, 25),
            (45, 28),
            (63, 29),
            (64, 30),
            (91, 31),
        ] {
            assert_eq!(at(relative), want, "{relative}");
        }
    }
}
