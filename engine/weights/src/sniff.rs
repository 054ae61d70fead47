//! What a file is, from its first bytes; never from its name.

use std::fmt;

use crate::error::WeightError;
use crate::file::Container;

/// A file that is no weight file but is often found in the place of one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignFile {
    /// The placeholder that Git LFS leaves when the data was not fetched.
    LfsPointer {
        /// Size of the real file, if the pointer states it.
        num_bytes: Option<u64>,
    },
    /// A web page, such as an error or login page saved instead of the file.
    HtmlPage,
    /// A JSON text, such as a shard index or a configuration.
    Json,
    /// Some other text.
    Text,
    /// A GGUF file.
    Gguf,
    /// Bytes of no known kind.
    Unknown,
}

impl fmt::Display for ForeignFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LfsPointer {
                num_bytes: Some(num_bytes),
            } => {
                write!(f, "a Git LFS pointer to a file of {num_bytes} bytes")
            }
            Self::LfsPointer { num_bytes: None } => f.write_str("a Git LFS pointer"),
            Self::HtmlPage => f.write_str("a web page"),
            Self::Json => f.write_str("a JSON text"),
            Self::Text => f.write_str("a text"),
            Self::Gguf => f.write_str("a GGUF file"),
            Self::Unknown => f.write_str("unknown content"),
        }
    }
}

/// Bytes looked at when guessing whether a file is text.
const TEXT_PROBE_BYTES: usize = 512;

/// First byte of a pickle of protocol 2 or later; no text starts with it.
const PROTO: u8 = 0x80;

/// Decides the container, or names what the file is instead.
pub(crate) fn container(bytes: &[u8]) -> Result<Container, WeightError> {
    if bytes.is_empty() {
        return Err(WeightError::Empty);
    }
    if bytes.starts_with(b"GGUF") {
        return Err(WeightError::NotWeights(ForeignFile::Gguf));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Container::TorchZip);
    }
    let header_starts = bytes.get(8) == Some(&b'{');
    // The upper half of a header length is zero in every real file and in no text.
    if header_starts && bytes.get(4..8) == Some(&[0; 4]) {
        return Ok(Container::Safetensors);
    }
    if let [PROTO, 2..=5, ..] = bytes {
        return Ok(Container::TorchLegacy);
    }
    if let Some(foreign) = text_kind(bytes) {
        return Err(WeightError::NotWeights(foreign));
    }
    if header_starts {
        return Ok(Container::Safetensors);
    }
    Err(WeightError::NotWeights(ForeignFile::Unknown))
}

fn text_kind(bytes: &[u8]) -> Option<ForeignFile> {
    let probe = bytes.get(..TEXT_PROBE_BYTES).unwrap_or(bytes);
    if probe
        .iter()
        .any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
    {
        return None;
    }
    let text = match std::str::from_utf8(probe) {
        Ok(text) => text,
        // The probe may cut the last character in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(probe.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("version https://git-lfs.github.com/spec/") {
        let num_bytes = text
            .lines()
            .find_map(|line| line.strip_prefix("size ")?.trim().parse().ok());
        return Some(ForeignFile::LfsPointer { num_bytes });
    }
    let start: String = text
        .chars()
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<?xml"]
        .iter()
        .any(|tag| start.starts_with(tag))
    {
        return Some(ForeignFile::HtmlPage);
    }
    if start.starts_with('{') {
        return Some(ForeignFile::Json);
    }
    Some(ForeignFile::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_foreign(bytes: &[u8], expected: ForeignFile) {
        match container(bytes) {
            Err(WeightError::NotWeights(found)) => assert_eq!(found, expected),
            other => panic!("{expected:?} was taken for {other:?}"),
        }
    }

    #[test]
    fn names_what_stands_in_for_weights() {
        check_foreign(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 2818839170\n",
            ForeignFile::LfsPointer {
                num_bytes: Some(2_818_839_170),
            },
        );
        check_foreign(b"\n <!DOCTYPE html><html></html>", ForeignFile::HtmlPage);
        check_foreign(b"{ \"weight_map\": {} }", ForeignFile::Json);
        check_foreign(b"Access denied.", ForeignFile::Text);
        check_foreign(b"GGUF\x03\0\0\0", ForeignFile::Gguf);
        check_foreign(
            b"\0\x01\x02\x03\x04\x05\x06\x07\x08\x09",
            ForeignFile::Unknown,
        );
    }

    #[test]
    fn a_header_of_123_bytes_is_no_json_text() {
        // 123 is the code of an opening brace.
        let bytes = b"{\0\0\0\0\0\0\0{";
        assert!(matches!(container(bytes), Ok(Container::Safetensors)));
    }
}
