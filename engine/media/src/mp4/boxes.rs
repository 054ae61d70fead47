//! Boxes inside a byte slice: found by name, never deeper than asked for.

use mp4_atom::{Atom, Decode};

use crate::guard::contain;
use crate::{MediaError, Result};

/// Bytes of the header with a 32-bit size, and with a 64-bit size.
pub(crate) const HEADER_BYTES: usize = 8;
pub(crate) const LARGE_HEADER_BYTES: usize = 16;

/// One box: its name and its bytes.
#[derive(Clone, Copy)]
pub(crate) struct Box4<'a> {
    pub(crate) name: [u8; 4],
    /// Header and body.
    whole: &'a [u8],
    /// What follows the header.
    pub(crate) body: &'a [u8],
}

/// Name, header bytes and total bytes that a header claims; `None` when `bytes` is too short or the claim absurd.
///
/// `available` is what remains of the enclosing box or file; size 0 means all of it.
pub(crate) fn parse_header(bytes: &[u8], available: u64) -> Option<([u8; 4], usize, u64)> {
    let size = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
    let name = bytes.get(4..8)?.try_into().ok()?;
    let (header, total) = match size {
        0 => (HEADER_BYTES, available),
        1 => (
            LARGE_HEADER_BYTES,
            u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?),
        ),
        size => (HEADER_BYTES, u64::from(size)),
    };
    (total >= header as u64 && total <= available).then_some((name, header, total))
}

/// The boxes directly inside `bytes`; ends at the first that does not fit.
pub(crate) fn children(bytes: &[u8]) -> impl Iterator<Item = Box4<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (name, header, total) = parse_header(rest, rest.len() as u64)?;
        let (whole, after) = rest.split_at_checked(usize::try_from(total).ok()?)?;
        rest = after;
        Some(Box4 {
            name,
            whole,
            body: whole.get(header..)?,
        })
    })
}

/// The first child of that name.
pub(crate) fn find<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<Box4<'a>> {
    children(bytes).find(|child| child.name == *name)
}

/// The first child of that name, or an error that names it.
pub(crate) fn require<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Result<Box4<'a>> {
    find(bytes, name)
        .ok_or_else(|| MediaError::damaged(format!("box {} is missing", name.escape_ascii())))
}

impl Box4<'_> {
    /// Decodes a box that holds no other boxes.
    pub(crate) fn decode<T: Atom>(&self) -> Result<T> {
        contain("MP4 reader", || {
            let mut bytes = self.whole;
            T::decode(&mut bytes).map_err(|error| {
                MediaError::damaged(format!("box {}: {error}", self.name.escape_ascii()))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let size = (body.len() + 8) as u32;
        [&size.to_be_bytes()[..], name, body].concat()
    }

    #[test]
    fn children_are_found_by_name() {
        let bytes = [boxed(b"free", &[1, 2]), boxed(b"mdhd", &[3])].concat();
        assert_eq!(find(&bytes, b"mdhd").unwrap().body, [3]);
        assert!(require(&bytes, b"hdlr").is_err());
    }

    #[test]
    fn sizes_are_claims() {
        assert!(parse_header(&[0, 0, 0, 9, b'a', b'b', b'c', b'd'], 8).is_none());
        assert!(parse_header(&[0, 0, 0, 7, b'a', b'b', b'c', b'd'], 8).is_none());
        assert!(parse_header(&[0, 0, 0, 1, b'a', b'b', b'c', b'd'], 8).is_none());
        let huge = [&[0, 0, 0, 1][..], b"abcd", &[0xff; 8]].concat();
        assert!(parse_header(&huge, 1 << 40).is_none());
        assert_eq!(
            parse_header(&[0, 0, 0, 0, b'a', b'b', b'c', b'd'], 20),
            Some((*b"abcd", 8, 20))
        );
        assert_eq!(children(&[0; 7]).count(), 0);
    }
}
