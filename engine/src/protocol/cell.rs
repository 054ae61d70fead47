//! A value of which only the newest counts.

use std::sync::{Arc, Mutex, PoisonError};

/// Shared cell; writing replaces, reading clones. Neither side ever waits for the other's work.
#[derive(Debug)]
pub struct Latest<T>(Arc<Mutex<Option<Arc<T>>>>);

impl<T> Latest<T> {
    /// An empty cell.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    /// Replace the value.
    pub fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(value));
    }

    /// Forget the value.
    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The newest value, if there is one.
    pub fn get(&self) -> Option<Arc<T>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self::new()
    }
}
