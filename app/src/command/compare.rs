//! Wishes about clips that are compared.

use crate::state::CompareLayout;

/// A wish about the comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CompareWish {
    /// Go back to the screen behind it.
    Close,
    /// Lay the clips out like this.
    SetLayout(CompareLayout),
    /// Move the line of the wipe to this share of the picture.
    SetWipe(f32),
    /// Amplify the difference.
    SetGain(u8),
}
