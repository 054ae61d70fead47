//! Wishes about the library.

use ovi_engine::protocol::ClipId;

/// A wish about the library.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryWish {
    /// Rate a clip, 0 to 5.
    Rate(ClipId, u8),
}
