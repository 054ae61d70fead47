//! The checksum of zip members: CRC-32 with the reflected polynomial 0xedb88320.

/// Remainders of all single bytes.
const TABLE: [u32; 256] = table();

/// A checksum that grows with the bytes shown to it.
#[derive(Clone, Copy)]
pub(crate) struct Crc32(u32);

impl Crc32 {
    pub(crate) fn new() -> Self {
        Self(u32::MAX)
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let slot = (self.0 as u8) ^ byte;
            self.0 = TABLE[usize::from(slot)] ^ (self.0 >> 8);
        }
    }

    pub(crate) fn value(self) -> u32 {
        !self.0
    }
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            let low = remainder & 1;
            remainder >>= 1;
            if low == 1 {
                remainder ^= 0xedb8_8320;
            }
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: u32) {
        let mut crc = Crc32::new();
        for piece in pieces {
            crc.update(piece);
        }
        assert_eq!(crc.value(), expected);
    }

    #[test]
    fn known_checksums_whole_and_in_pieces() {
        check(&[], 0);
        check(&[b"123456789"], 0xcbf4_3926);
        check(&[b"1234", b"", b"56789"], 0xcbf4_3926);
    }
}
