//! Tensor facade with run-time dispatch over compute arms.
//!
//! Networks are written once against [`Tensor`], [`Linear`] and [`Conv`]; a [`Device`] decides which
//! arm computes. Activations are `f32`, row-major; weights stay in the type they are stored in.
//! Every allocation is charged to a [`Ledger`] account and long operations poll a [`CancelToken`].

mod backend;
mod cancel;
mod candle;
mod conv;
mod device;
mod error;
mod ledger;
mod linear;
mod ops;
pub mod oracle;
mod raw;
mod rng;
mod simd;
mod tensor;

pub use backend::{AttentionSpec, Binary, PadMode, RmsMode, Unary, UpsampleSpec};
pub use cancel::CancelToken;
pub use conv::{Conv, ConvFrame, ConvSpec, ConvTranspose1d};
pub use device::{Device, DeviceKind, ScopeGuard};
pub use error::TensorError;
pub use ledger::{Account, AccountLevel, Charge, Holder, Ledger, MemoryKind};
pub use linear::{Embedding, Linear};
pub use rng::{HostNoise, NoiseSource, PhiloxNoise};
pub use tensor::Tensor;

/// Result of every tensor operation.
pub type Result<T> = std::result::Result<T, TensorError>;
