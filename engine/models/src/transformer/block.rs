//! One tower's half of a fusion block (spec: fusion-dit 5.6).

use ovi_tensor::{AttentionSpec, Linear, RmsMode, Tensor, Unary};

use super::config::TowerConfig;
use super::positions::RopeTable;
use crate::{Result, Weights};

/// Elements of the feed-forward middle that are alive at once.
const FFN_ELEMENTS: usize = 1 << 24;

/// Modulation rows of one block: shift, scale, gate for attention, then for the feed-forward.
pub(super) struct Modulation {
    rows: [Tensor; 6],
    /// Tokens that use the first group when there are two.
    split: usize,
}

/// State of a tower between blocks, with what every block needs besides.
#[derive(Clone, Debug)]
pub struct TowerState<'a> {
    /// Tokens `[tokens, dim]`.
    pub x: Tensor,
    /// Embedded text `[text_len, dim]`.
    pub text: &'a Tensor,
    /// Projected timestep `[groups, 6 * dim]`.
    pub time: Tensor,
    /// Tokens that use the first of two time groups.
    pub split: usize,
    /// Rotary table of the tower's tokens.
    pub rope: &'a RopeTable,
}

/// A norm with weight and bias.
#[derive(Clone, Debug)]
struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
}

impl LayerNorm {
    fn new(weights: &Weights, name: &str, dim: usize) -> Result<Self> {
        let part = |part: &str| weights.vector(&format!("{name}.{part}"), dim);
        Ok(Self {
            weight: part("weight")?,
            bias: part("bias")?,
        })
    }
}

/// Blocks `blocks.N` of one tower.
#[derive(Clone, Debug)]
pub(super) struct TowerBlock {
    self_q: Linear,
    self_k: Linear,
    self_v: Linear,
    self_o: Linear,
    self_norm_q: Tensor,
    self_norm_k: Tensor,
    norm3: LayerNorm,
    cross_q: Linear,
    cross_k: Linear,
    cross_v: Linear,
    cross_o: Linear,
    cross_norm_q: Tensor,
    cross_norm_k: Tensor,
    fusion_k: Linear,
    fusion_v: Linear,
    fusion_norm: LayerNorm,
    fusion_norm_k: Tensor,
    ffn_in: Linear,
    ffn_out: Linear,
    modulation: Tensor,
    eps: f32,
    attention: AttentionSpec,
}

impl TowerBlock {
    /// `weights` is scoped to `blocks.N`.
    pub(super) fn new(weights: &Weights, config: &TowerConfig) -> Result<Self> {
        let dim = config.dim;
        let own = weights.scope("self_attn");
        let cross = weights.scope("cross_attn");
        let square = |scope: &Weights, name: &str| scope.linear(name, dim, dim);
        let head_dim = dim / config.num_heads;
        Ok(Self {
            self_q: square(&own, "q")?,
            self_k: square(&own, "k")?,
            self_v: square(&own, "v")?,
            self_o: square(&own, "o")?,
            self_norm_q: own.vector("norm_q.weight", dim)?,
            self_norm_k: own.vector("norm_k.weight", dim)?,
            norm3: LayerNorm::new(weights, "norm3", dim)?,
            cross_q: square(&cross, "q")?,
            cross_k: square(&cross, "k")?,
            cross_v: square(&cross, "v")?,
            cross_o: square(&cross, "o")?,
            cross_norm_q: cross.vector("norm_q.weight", dim)?,
            cross_norm_k: cross.vector("norm_k.weight", dim)?,
            fusion_k: square(&cross, "k_fusion")?,
            fusion_v: square(&cross, "v_fusion")?,
            fusion_norm: LayerNorm::new(&cross, "pre_attn_norm_fusion", dim)?,
            fusion_norm_k: cross.vector("norm_k_fusion.weight", dim)?,
            ffn_in: weights.linear("ffn.0", dim, config.ffn_dim)?,
            ffn_out: weights.linear("ffn.2", config.ffn_dim, dim)?,
            modulation: weights.vector("modulation.modulation", 6 * dim)?,
            eps: config.eps,
            attention: AttentionSpec {
                num_heads: config.num_heads,
                scale: 1.0 / (head_dim as f32).sqrt(),
            },
        })
    }

    pub(super) fn modulation(&self, state: &TowerState<'_>) -> Result<Modulation> {
        let rows = state.time.add(&self.modulation)?;
        let dim = rows.shape()[1] / 6;
        let row =
            |idx: usize| -> Result<Tensor> { Ok(rows.narrow(1, idx * dim, dim)?.contiguous()?) };
        let rows = [row(0)?, row(1)?, row(2)?, row(3)?, row(4)?, row(5)?];
        Ok(Modulation {
            rows,
            split: state.split,
        })
    }

    /// Steps 1 and 2: the state after self-attention.
    pub(super) fn self_attention(
        &self,
        state: &TowerState<'_>,
        modulation: &Modulation,
    ) -> Result<Tensor> {
        let [shift, scale, gate, ..] = &modulation.rows;
        let u = state.x.modulate(shift, scale, self.eps, modulation.split)?;
        let heads = self.attention.num_heads;
        let q = state.rope.rotate(
            &self.normed(&self.self_q.forward(&u)?, &self.self_norm_q)?,
            heads,
        )?;
        let k = state.rope.rotate(
            &self.normed(&self.self_k.forward(&u)?, &self.self_norm_k)?,
            heads,
        )?;
        let v = self.self_v.forward(&u)?;
        drop(u);
        let mixed = q.attention(&k, &v, None, self.attention)?;
        Ok(state
            .x
            .gated_add(&self.self_o.forward(&mixed)?, gate, modulation.split)?)
    }

    /// Steps 3 to 6: text and the other tower, both read from before either tower's step 3.
    pub(super) fn cross_attention(
        &self,
        y: &Tensor,
        state: &TowerState<'_>,
        other: (&Tensor, &RopeTable),
    ) -> Result<Tensor> {
        let (other, other_rope) = other;
        let heads = self.attention.num_heads;
        let u = y.layer_norm(Some((&self.norm3.weight, &self.norm3.bias)), self.eps)?;
        let q = self.normed(&self.cross_q.forward(&u)?, &self.cross_norm_q)?;
        drop(u);
        let k = self.normed(&self.cross_k.forward(state.text)?, &self.cross_norm_k)?;
        let text = q.attention(&k, &self.cross_v.forward(state.text)?, None, self.attention)?;
        let norm = &self.fusion_norm;
        let w = other.layer_norm(Some((&norm.weight, &norm.bias)), self.eps)?;
        let k = other_rope.rotate(
            &self.normed(&self.fusion_k.forward(&w)?, &self.fusion_norm_k)?,
            heads,
        )?;
        let v = self.fusion_v.forward(&w)?;
        drop(w);
        let fused = state
            .rope
            .rotate(&q, heads)?
            .attention(&k, &v, None, self.attention)?;
        Ok(y.add(&self.cross_o.forward(&text.add(&fused)?)?)?)
    }

    /// Step 7, in chunks of tokens: rows are independent.
    pub(super) fn feed_forward(&self, z: &Tensor, modulation: &Modulation) -> Result<Tensor> {
        let [.., shift, scale, gate] = &modulation.rows;
        let u = z.modulate(shift, scale, self.eps, modulation.split)?;
        let tokens = u.shape()[0];
        let chunk = (FFN_ELEMENTS / self.ffn_in.out_dim().max(1)).max(1);
        let mut parts = Vec::new();
        for start in (0..tokens).step_by(chunk) {
            u.device().check_cancelled()?;
            let rows = u.narrow(0, start, chunk.min(tokens - start))?;
            let middle = self.ffn_in.forward(&rows)?.unary(Unary::GeluTanh)?;
            parts.push(self.ffn_out.forward(&middle)?);
        }
        drop(u);
        let out = if parts.len() == 1 {
            parts.remove(0)
        } else {
            Tensor::cat(&parts.iter().collect::<Vec<_>>(), 0)?
        };
        Ok(z.gated_add(&out, gate, modulation.split)?)
    }

    fn normed(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        Ok(x.rms_norm(Some(weight), RmsMode::EpsInside(self.eps), None)?)
    }
}
