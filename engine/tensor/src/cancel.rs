//! Cooperative cancellation, one token per job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::TensorError;

/// Flag shared by the job's owner and everything that works for it. Cheap to clone.
///
/// Checked between blocks, chunks, tiles and file pieces; once set it stays set.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ask the work to stop at its next check.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`CancelToken::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// [`TensorError::Cancelled`] once the token is set.
    pub fn check(&self) -> Result<(), TensorError> {
        if self.is_cancelled() {
            Err(TensorError::Cancelled)
        } else {
            Ok(())
        }
    }
}
