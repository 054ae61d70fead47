//! Wishes about model folders.

/// A wish about model folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelWish {
    /// Leave a folder out of the list; its files stay.
    Forget(String),
    /// Make the test-pattern model and use it.
    MakeTestPattern,
}
