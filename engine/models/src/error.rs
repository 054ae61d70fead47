//! What can go wrong while a network is loaded or run.

use ovi_tensor::TensorError;
use ovi_weights::WeightError;

/// Error of a network, scheduler or tokenizer.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A weight is missing or unreadable.
    #[error(transparent)]
    Weight(#[from] WeightError),
    /// An operation failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// A weight has another shape than the network's sizes require.
    #[error("tensor {name} has shape {found:?}, expected {expected:?}")]
    WeightShape {
        /// Checkpoint name.
        name: String,
        /// Shape the network needs.
        expected: Vec<usize>,
        /// Shape in the file.
        found: Vec<usize>,
    },
    /// The file is not this kind of network.
    #[error("{network}: {reason}")]
    WrongModel {
        /// What was to be loaded.
        network: &'static str,
        /// What the file shows instead.
        reason: String,
    },
    /// A parameter is outside what the algorithm allows.
    #[error("{what}: {reason}")]
    Parameter {
        /// Parameter.
        what: &'static str,
        /// Why it is refused.
        reason: String,
    },
    /// The tokenizer's files are missing or malformed.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
}

impl ModelError {
    /// Whether the job was cancelled rather than failed.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Tensor(TensorError::Cancelled))
    }

    pub(crate) fn wrong(network: &'static str, reason: impl Into<String>) -> Self {
        Self::WrongModel {
            network,
            reason: reason.into(),
        }
    }

    pub(crate) fn parameter(what: &'static str, reason: impl Into<String>) -> Self {
        Self::Parameter {
            what,
            reason: reason.into(),
        }
    }
}
