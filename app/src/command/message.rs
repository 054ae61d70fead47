//! Wishes about what the window said.

/// A wish about messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageWish {
    /// List them; all count as read then.
    List,
    /// Forget one.
    Dismiss(u64),
    /// Forget all.
    Clear,
}
