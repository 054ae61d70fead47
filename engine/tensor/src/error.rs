//! What can go wrong in an operation, with the operation's name and the shapes.

use ovi_weights::WeightError;

/// Error of a tensor operation.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// Operand shapes do not fit the operation.
    #[error("{op}: expected {expected}, found shape {found:?}")]
    Shape {
        /// Operation.
        op: &'static str,
        /// What the operation needs.
        expected: String,
        /// What it was given.
        found: Vec<usize>,
    },
    /// Operands live on different devices.
    #[error("{op}: operands are on different devices")]
    DeviceMismatch {
        /// Operation.
        op: &'static str,
    },
    /// The device has no room for an allocation.
    #[error("{device} ran out of memory: {requested_bytes} bytes were requested")]
    OutOfMemory {
        /// Device name.
        device: String,
        /// Size of the allocation that failed.
        requested_bytes: u64,
    },
    /// The device is not part of this build or not present on this machine.
    #[error("device {device} is not available: {reason}")]
    DeviceUnavailable {
        /// Device name.
        device: String,
        /// Why.
        reason: String,
    },
    /// The job's [`crate::CancelToken`] was triggered.
    #[error("cancelled")]
    Cancelled,
    /// A stored weight could not be read.
    #[error(transparent)]
    Weight(#[from] WeightError),
    /// The arm underneath failed.
    #[error("{op}: {message}")]
    Backend {
        /// Operation.
        op: &'static str,
        /// Text of the arm.
        message: String,
    },
}

impl TensorError {
    pub(crate) fn shape(op: &'static str, expected: impl Into<String>, found: &[usize]) -> Self {
        Self::Shape {
            op,
            expected: expected.into(),
            found: found.to_vec(),
        }
    }

    pub(crate) fn backend(op: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Backend {
            op,
            message: error.to_string(),
        }
    }
}
