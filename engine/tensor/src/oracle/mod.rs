//! What every operation means, in plain `f64` on host arrays.
//!
//! The definitions are written to be read next to the specification: one formula per element, no
//! tiles, no vector code, weights in the layout of the public constructors. The conformance suite
//! holds every arm to them, and an arm with kernels of its own can test itself against them when it
//! starts. They take operands that [`crate::Tensor`] and the layers would accept; other shapes are a
//! mistake of the caller and panic.

mod array;
mod attention;
mod conv;
mod elementwise;
mod layout;
mod norm;
mod product;
mod resample;

pub use array::Array;
pub use attention::{AttentionInputs, attention, rope};
pub use conv::{ConvInput, conv_frames, conv_transpose1d, conv1d};
pub use elementwise::{binary, gated_add, unary};
pub use layout::{cat, narrow, pad_zero, permute, reshape};
pub use norm::{layer_norm, mean_last, modulate, rms_norm};
pub use product::{embedding, linear};
pub use resample::{SnakeInputs, snake, upsample};
