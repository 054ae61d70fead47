//! Wishes during the first run.

/// A wish during the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRunWish {
    /// Show the next page, or end behind the last one.
    Next,
    /// Show the page before.
    Back,
    /// Fill in an example prompt at the end, or not.
    WantExample(bool),
    /// Show the program.
    Finish,
}
