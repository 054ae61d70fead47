//! Instructions that push numbers, texts and other single values.

use super::machine::Machine;
use super::opcode as op;
use super::value::{Span, Value};
use crate::error::WeightError;

impl<'a> Machine<'a> {
    pub(super) fn constant(&mut self, opcode: u8) -> Result<(), WeightError> {
        let value = match opcode {
            op::NEWTRUE => Value::Bool(true),
            op::NEWFALSE => Value::Bool(false),
            op::BINFLOAT => {
                self.reader.take(8)?;
                Value::Plain
            }
            _ => Value::Plain,
        };
        self.push(value)
    }

    pub(super) fn integer(&mut self, opcode: u8) -> Result<(), WeightError> {
        let value = match opcode {
            op::BININT => Value::Int(i64::from(self.reader.i32()?)),
            op::BININT1 => Value::Int(i64::from(self.reader.u8()?)),
            op::BININT2 => Value::Int(i64::from(self.reader.u16()?)),
            op::LONG1 => {
                let num_bytes = usize::from(self.reader.u8()?);
                self.long(num_bytes)?
            }
            _ => {
                let num_bytes = usize::try_from(self.reader.i32()?);
                self.long(num_bytes.map_err(|_| self.fault("an integer has a negative length"))?)?
            }
        };
        self.push(value)
    }

    /// An integer of any length, little-endian two's complement.
    fn long(&mut self, num_bytes: usize) -> Result<Value, WeightError> {
        let (bytes, span) = self.take_span(num_bytes)?;
        let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let fill = if is_negative { 0xff } else { 0 };
        let mut full = [fill; 8];
        for (to, from) in full.iter_mut().zip(bytes) {
            *to = *from;
        }
        let beyond = bytes.get(full.len()..).unwrap_or_default();
        let fits = beyond.is_empty()
            || (beyond.iter().all(|byte| *byte == fill)
                && full.last().is_some_and(|byte| byte & 0x80 == fill & 0x80));
        if !fits {
            return Ok(Value::BigInt(span));
        }
        Ok(Value::Int(i64::from_le_bytes(full)))
    }

    pub(super) fn text(&mut self, opcode: u8) -> Result<(), WeightError> {
        let num_bytes = match opcode {
            op::SHORT_BINUNICODE | op::SHORT_BINSTRING => u64::from(self.reader.u8()?),
            op::BINUNICODE | op::BINSTRING => u64::from(self.reader.u32()?),
            _ => self.reader.u64()?,
        };
        let (bytes, span) = self.take_span(length(num_bytes))?;
        if std::str::from_utf8(bytes).is_err() {
            return Err(self.fault("a text is not UTF-8"));
        }
        self.push(Value::Text(span))
    }

    pub(super) fn byte_string(&mut self, opcode: u8) -> Result<(), WeightError> {
        let num_bytes = match opcode {
            op::SHORT_BINBYTES => u64::from(self.reader.u8()?),
            op::BINBYTES => u64::from(self.reader.u32()?),
            _ => self.reader.u64()?,
        };
        self.reader.take(length(num_bytes))?;
        self.push(Value::Plain)
    }

    fn take_span(&mut self, num_bytes: usize) -> Result<(&'a [u8], Span), WeightError> {
        let start = self.reader.at();
        let bytes = self.reader.take(num_bytes)?;
        let span = Span::new(start..self.reader.at());
        Ok((
            bytes,
            span.ok_or_else(|| self.fault("the pickle is too long"))?,
        ))
    }
}

/// A length that fits no address cannot be in the file either.
fn length(num_bytes: u64) -> usize {
    usize::try_from(num_bytes).unwrap_or(usize::MAX)
}
