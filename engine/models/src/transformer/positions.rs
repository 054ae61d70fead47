//! Rotary tables and timestep features, computed in `f64` on the host (spec: fusion-dit 5.3, 5.5).

use ovi_tensor::{Device, Tensor};

use crate::Result;

const THETA: f64 = 10_000.0;

/// Cosine and sine per token and pair, `[tokens, head_dim / 2]`.
#[derive(Clone, Debug)]
pub struct RopeTable {
    pub(crate) cos: Tensor,
    pub(crate) sin: Tensor,
}

/// Pairs that turn with time, height and width for heads of `head_dim`.
fn pair_split(head_dim: usize) -> [usize; 3] {
    let side = head_dim / 6;
    [(head_dim - 4 * side) / 2, side, side]
}

fn frequency(pair: usize, pairs: usize) -> f64 {
    THETA.powf(-((2 * pair) as f64) / (2 * pairs) as f64)
}

impl RopeTable {
    /// Video tokens of a patch grid, frame slowest, then row, then column.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn video(
        [frames, rows, cols]: [usize; 3],
        head_dim: usize,
        device: &Device,
    ) -> Result<Self> {
        let split = pair_split(head_dim);
        let angles = (0..frames * rows * cols).flat_map(|token| {
            let position = [token / (rows * cols), token / cols % rows, token % cols];
            (0..3).flat_map(move |axis| {
                (0..split[axis])
                    .map(move |pair| position[axis] as f64 * frequency(pair, split[axis]))
            })
        });
        Self::from_angles(angles.collect(), head_dim, device)
    }

    /// Audio tokens: only the time pairs turn, at positions scaled to video frames.
    ///
    /// # Errors
    /// If the device has no room.
    pub fn audio(len: usize, scaling: f64, head_dim: usize, device: &Device) -> Result<Self> {
        let [time_pairs, ..] = pair_split(head_dim);
        let angles = (0..len).flat_map(|token| {
            (0..head_dim / 2).map(move |pair| {
                let turns = pair < time_pairs;
                if turns {
                    token as f64 * scaling * frequency(pair, time_pairs)
                } else {
                    0.0
                }
            })
        });
        Self::from_angles(angles.collect(), head_dim, device)
    }

    fn from_angles(angles: Vec<f64>, head_dim: usize, device: &Device) -> Result<Self> {
        let pairs = head_dim / 2;
        let shape = [angles.len() / pairs, pairs];
        let cos = angles.iter().map(|angle| angle.cos() as f32).collect();
        let sin = angles.iter().map(|angle| angle.sin() as f32).collect();
        Ok(Self {
            cos: Tensor::from_vec(cos, &shape, device)?,
            sin: Tensor::from_vec(sin, &shape, device)?,
        })
    }

    /// Rotate the heads of `x` `[tokens, heads * head_dim]`.
    ///
    /// # Errors
    /// If `x` has another number of tokens.
    pub fn rotate(&self, x: &Tensor, num_heads: usize) -> Result<Tensor> {
        Ok(x.rope(&self.cos, &self.sin, num_heads)?)
    }
}

/// `[cos(t f_0) …, sin(t f_0) …]` with `f_i = 10000^(-i / half)`, one row per timestep.
pub fn timestep_features(timesteps: &[f64], freq_dim: usize) -> Vec<f32> {
    let half = freq_dim / 2;
    let angle = |t: f64, i: usize| t * THETA.powf(-(i as f64) / half as f64);
    let row = |&t: &f64| {
        let cosines = (0..half).map(move |i| angle(t, i).cos() as f32);
        cosines
            .chain((0..half).map(move |i| angle(t, i).sin() as f32))
            .collect::<Vec<_>>()
    };
    timesteps.iter().flat_map(row).collect()
}
