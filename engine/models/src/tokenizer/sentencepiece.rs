//! The SentencePiece model file, as far as a unigram tokenizer needs it (spec: text-encoder 5.4).
//!
//! A protobuf message: field 1 repeats the pieces, field 2 describes the training, field 3 the
//! normalisation. Every length is a claim and checked before it is used.

use super::error;
use super::pieces::Limits;
use crate::Result;

/// What a piece is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, a literal tag, or a byte.
    Ordinary,
    /// Stands for what no piece covers.
    Unknown,
    /// A mark such as the end token.
    Control,
}

/// One entry of the vocabulary; its index is its id.
pub struct Piece {
    /// Text, with `▁` for a space.
    pub text: String,
    /// Log-probability.
    pub score: f64,
    /// Purpose.
    pub kind: Kind,
}

/// The contents of the file.
pub struct Model {
    /// The vocabulary, in order of ids.
    pub pieces: Vec<Piece>,
    /// Compiled character map; empty if the text is not normalised.
    pub character_map: Vec<u8>,
}

const UNIGRAM: u64 = 1;

impl Model {
    /// Read the message.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut model = Self {
            pieces: Vec::new(),
            character_map: Vec::new(),
        };
        let mut limits = Limits::default();
        let mut message = Message { rest: bytes };
        while let Some((number, field)) = message.next_field()? {
            match (number, field) {
                (1, Field::Bytes(bytes)) => {
                    let piece = Piece::parse(bytes)?;
                    limits.count(&piece.text)?;
                    model.pieces.push(piece);
                }
                (2, Field::Bytes(bytes)) => check_training(bytes)?,
                (3, Field::Bytes(bytes)) => model.character_map = character_map(bytes)?,
                _ => {}
            }
        }
        if model.pieces.is_empty() {
            return Err(error("not a SentencePiece model: no pieces"));
        }
        Ok(model)
    }
}

impl Piece {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let mut piece = Self {
            text: String::new(),
            score: 0.0,
            kind: Kind::Ordinary,
        };
        let mut message = Message { rest: bytes };
        while let Some((number, field)) = message.next_field()? {
            match (number, field) {
                (1, Field::Bytes(text)) => {
                    let text = std::str::from_utf8(text);
                    piece.text = text.map_err(|_| error("a piece is not UTF-8"))?.to_owned();
                }
                (2, Field::Fixed32(bits)) => piece.score = f64::from(f32::from_bits(bits)),
                (3, Field::Varint(2)) => piece.kind = Kind::Unknown,
                (3, Field::Varint(3)) => piece.kind = Kind::Control,
                _ => {}
            }
        }
        if !piece.score.is_finite() {
            return Err(error(format!(
                "the score of piece {:?} is not finite",
                piece.text
            )));
        }
        Ok(piece)
    }
}

fn check_training(bytes: &[u8]) -> Result<()> {
    let mut message = Message { rest: bytes };
    while let Some((number, field)) = message.next_field()? {
        if let (3, Field::Varint(kind)) = (number, field)
            && kind != UNIGRAM
        {
            return Err(error(format!(
                "SentencePiece model of type {kind}, expected unigram"
            )));
        }
    }
    Ok(())
}

fn character_map(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut map = Vec::new();
    let mut message = Message { rest: bytes };
    while let Some((number, field)) = message.next_field()? {
        if let (2, Field::Bytes(bytes)) = (number, field) {
            map = bytes.to_vec();
        }
    }
    Ok(map)
}

enum Field<'a> {
    Varint(u64),
    Fixed64,
    Fixed32(u32),
    Bytes(&'a [u8]),
}

/// Unread part of a protobuf message.
struct Message<'a> {
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    fn next_field(&mut self) -> Result<Option<(u64, Field<'a>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let field = match tag & 7 {
            0 => Field::Varint(self.varint()?),
            1 => {
                self.take(8)?;
                Field::Fixed64
            }
            2 => {
                let len = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                Field::Bytes(self.take(len)?)
            }
            5 => {
                let bytes = self.take(4)?.try_into().unwrap_or_default();
                Field::Fixed32(u32::from_le_bytes(bytes))
            }
            other => {
                return Err(error(format!(
                    "not a SentencePiece model: wire type {other}"
                )));
            }
        };
        Ok(Some((tag >> 3, field)))
    }

    fn varint(&mut self) -> Result<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or_else(cut_off)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(error("not a SentencePiece model: a number is too long"))
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn cut_off() -> crate::ModelError {
    error("the SentencePiece model is cut off")
}
