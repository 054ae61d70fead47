//! The stack machine: one instruction after the other, with limits, without recursion.

use std::collections::HashMap;

use super::build;
use super::globals;
use super::opcode as op;
use super::reader::Reader;
use super::value::{GlobalValue, Heap, Span, Value};
use crate::error::WeightError;

/// Values put on the stack in the whole pickle. A tensor takes about thirty, and the largest model
/// this program reads has 2,073 of them. The limit keeps the memory of any pickle below 64 MiB.
const MAX_PUSHES: usize = 500_000;

/// Entries of the memo; a tensor takes about twelve.
const MAX_MEMO_ENTRIES: usize = 400_000;

/// Bytes of one pickle.
const MAX_PICKLE_BYTES: usize = 1 << 30;

/// The result of a pickle.
pub(crate) struct Unpickled<'a> {
    input: &'a [u8],
    /// Everything it built.
    pub(crate) heap: Heap,
    /// The object it stands for.
    pub(crate) root: Value,
    /// Bytes up to and including the last instruction.
    pub(crate) num_bytes: usize,
}

impl<'a> Unpickled<'a> {
    /// The characters of a text value.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        // Checked when the value was made.
        std::str::from_utf8(self.bytes(span)).unwrap_or_default()
    }

    /// The bytes of a value that is a part of the pickle.
    pub(crate) fn bytes(&self, span: Span) -> &'a [u8] {
        self.input.get(span.range()).unwrap_or_default()
    }
}

/// Interprets the pickle at the start of `input`. Fails on anything that is not plain data.
pub(crate) fn unpickle(input: &[u8]) -> Result<Unpickled<'_>, WeightError> {
    let input = input.get(..MAX_PICKLE_BYTES).unwrap_or(input);
    let mut machine = Machine {
        input,
        reader: Reader::new(input),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        heap: Heap::default(),
        num_pushes: 0,
    };
    loop {
        let opcode = machine.reader.u8()?;
        if opcode == op::STOP {
            let root = machine.pop()?;
            if !machine.stack.is_empty() || !machine.marks.is_empty() {
                return Err(machine.fault("values are left on the stack"));
            }
            let num_bytes = machine.reader.at();
            return Ok(Unpickled {
                input,
                heap: machine.heap,
                root,
                num_bytes,
            });
        }
        machine.step(opcode)?;
    }
}

struct Machine<'a> {
    input: &'a [u8],
    reader: Reader<'a>,
    stack: Vec<Value>,
    /// Stack heights at which marks lie.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    heap: Heap,
    num_pushes: usize,
}

impl<'a> Machine<'a> {
    fn step(&mut self, opcode: u8) -> Result<(), WeightError> {
        match opcode {
            op::PROTO => self.protocol(),
            op::FRAME => self.reader.u64().map(drop),
            op::MARK => self.mark(),
            op::POP => self.drop_top(),
            op::POP_MARK => self.take_marked().map(drop),
            op::DUP => self.top().and_then(|value| self.push(value)),
            op::BINPUT | op::LONG_BINPUT | op::MEMOIZE => self.remember(opcode),
            op::BINGET | op::LONG_BINGET => self.recall(opcode),
            op::NONE | op::NEWTRUE | op::NEWFALSE | op::BINFLOAT => self.constant(opcode),
            op::BININT | op::BININT1 | op::BININT2 | op::LONG1 | op::LONG4 => self.integer(opcode),
            op::BINUNICODE
            | op::SHORT_BINUNICODE
            | op::BINUNICODE8
            | op::BINSTRING
            | op::SHORT_BINSTRING => self.text(opcode),
            op::BINBYTES | op::SHORT_BINBYTES | op::BINBYTES8 => self.byte_string(opcode),
            op::EMPTY_TUPLE | op::TUPLE | op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => {
                self.tuple(opcode)
            }
            op::EMPTY_LIST | op::LIST | op::APPEND | op::APPENDS => self.list(opcode),
            op::EMPTY_DICT | op::DICT | op::SETITEM | op::SETITEMS => self.dict(opcode),
            op::GLOBAL | op::STACK_GLOBAL => self.global(opcode),
            op::REDUCE => self.reduce(),
            op::BUILD => self.build(),
            op::BINPERSID => self.persistent_id(),
            _ => Err(WeightError::UnsupportedOpcode {
                opcode,
                at: self.reader.at().saturating_sub(1) as u64,
            }),
        }
    }

    fn fault(&self, reason: &'static str) -> WeightError {
        self.reader.fault(reason)
    }

    fn push(&mut self, value: Value) -> Result<(), WeightError> {
        self.count_push()?;
        self.stack.push(value);
        Ok(())
    }

    fn count_push(&mut self) -> Result<(), WeightError> {
        if self.num_pushes >= MAX_PUSHES {
            return Err(WeightError::PickleLimit {
                resource: "values",
                limit: MAX_PUSHES as u64,
            });
        }
        self.num_pushes += 1;
        Ok(())
    }

    /// Height below which nothing may be taken.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn pop(&mut self) -> Result<Value, WeightError> {
        if self.stack.len() <= self.floor() {
            return Err(self.fault("the stack is empty"));
        }
        self.stack
            .pop()
            .ok_or_else(|| self.fault("the stack is empty"))
    }

    fn top(&self) -> Result<Value, WeightError> {
        let above = self.stack.get(self.floor()..).unwrap_or_default();
        above
            .last()
            .copied()
            .ok_or_else(|| self.fault("the stack is empty"))
    }

    fn mark(&mut self) -> Result<(), WeightError> {
        self.count_push()?;
        self.marks.push(self.stack.len());
        Ok(())
    }

    /// Removes the values above the last mark, and the mark.
    fn take_marked(&mut self) -> Result<Vec<Value>, WeightError> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| self.fault("there is no mark"))?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    /// Removes the top value, or the last mark when nothing lies above it.
    fn drop_top(&mut self) -> Result<(), WeightError> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    fn protocol(&mut self) -> Result<(), WeightError> {
        match self.reader.u8()? {
            2..=4 => Ok(()),
            _ => Err(self.fault("the protocol is not 2, 3 or 4")),
        }
    }

    fn remember(&mut self, opcode: u8) -> Result<(), WeightError> {
        let slot = match opcode {
            op::BINPUT => u32::from(self.reader.u8()?),
            op::LONG_BINPUT => self.reader.u32()?,
            // Bounded by the check below.
            _ => self.memo.len() as u32,
        };
        let value = self.top()?;
        if self.memo.len() >= MAX_MEMO_ENTRIES {
            let limit = MAX_MEMO_ENTRIES as u64;
            return Err(WeightError::PickleLimit {
                resource: "memo entries",
                limit,
            });
        }
        self.memo.insert(slot, value);
        Ok(())
    }

    fn recall(&mut self, opcode: u8) -> Result<(), WeightError> {
        let slot = match opcode {
            op::BINGET => u32::from(self.reader.u8()?),
            _ => self.reader.u32()?,
        };
        let value = self.memo.get(&slot).copied();
        self.push(value.ok_or_else(|| self.fault("a memo slot was never set"))?)
    }

    fn constant(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    fn integer(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    fn text(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    fn byte_string(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    fn tuple(&mut self, opcode: u8) -> Result<(), WeightError> {
        let num_items = match opcode {
            op::EMPTY_TUPLE => 0,
            op::TUPLE1 => 1,
            op::TUPLE2 => 2,
            op::TUPLE3 => 3,
            _ => {
                let items = self.take_marked()?;
                let number = self.heap.add(&items)?;
                return self.push(Value::Tuple(number));
            }
        };
        let mut items = [Value::Plain; 3];
        for item in items.iter_mut().take(num_items).rev() {
            *item = self.pop()?;
        }
        let number = self.heap.add(items.get(..num_items).unwrap_or_default())?;
        self.push(Value::Tuple(number))
    }

    fn list(&mut self, opcode: u8) -> Result<(), WeightError> {
        let items = match opcode {
            op::EMPTY_LIST => {
                let number = self.heap.add(&[])?;
                return self.push(Value::List(number));
            }
            op::LIST => {
                let items = self.take_marked()?;
                let number = self.heap.add(&items)?;
                return self.push(Value::List(number));
            }
            op::APPEND => vec![self.pop()?],
            _ => self.take_marked()?,
        };
        match self.top()? {
            Value::List(number) => self.heap.extend(number, &items),
            _ => Err(self.fault("something is appended to what is no list")),
        }
    }

    fn dict(&mut self, opcode: u8) -> Result<(), WeightError> {
        let items = match opcode {
            op::EMPTY_DICT => {
                let number = self.heap.add(&[])?;
                return self.push(Value::Dict(number));
            }
            op::SETITEM => {
                let value = self.pop()?;
                vec![self.pop()?, value]
            }
            _ => self.take_marked()?,
        };
        if items.len() % 2 != 0 {
            return Err(self.fault("a key has no value"));
        }
        if opcode == op::DICT {
            let number = self.heap.add(&items)?;
            return self.push(Value::Dict(number));
        }
        match self.top()? {
            Value::Dict(number) => self.heap.extend(number, &items),
            _ => Err(self.fault("a key is set in what is no dict")),
        }
    }

    fn global(&mut self, opcode: u8) -> Result<(), WeightError> {
        let global = if opcode == op::GLOBAL {
            let module = self.reader.line()?;
            globals::lookup(module, self.reader.line()?)?
        } else {
            let (name, module) = (self.pop()?, self.pop()?);
            let (Value::Text(module), Value::Text(name)) = (module, name) else {
                return Err(self.fault("a name is not made of texts"));
            };
            let part = |span: Span| self.input.get(span.range()).unwrap_or_default();
            globals::lookup(part(module), part(name))?
        };
        self.push(Value::Global(GlobalValue(global)))
    }

    fn reduce(&mut self) -> Result<(), WeightError> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let (Value::Tuple(arguments), Value::Global(GlobalValue(function))) = (arguments, function)
        else {
            return Err(self.fault("a call has no function or no arguments"));
        };
        let arguments = self.heap.items(arguments).to_vec();
        let fault = |reason| self.reader.fault(reason);
        let result = build::call(&mut self.heap, function, &arguments, fault)?;
        self.push(result)
    }

    /// State is only ever set on dicts (`_metadata` of a state dict) and holds nothing we need.
    fn build(&mut self) -> Result<(), WeightError> {
        self.pop()?;
        match self.top()? {
            Value::Dict(_) => Ok(()),
            _ => Err(self.fault("state is set on what is no dict")),
        }
    }

    fn persistent_id(&mut self) -> Result<(), WeightError> {
        let id = self.pop()?;
        let fault = |reason| self.reader.fault(reason);
        let storage = build::storage(&mut self.heap, self.input, id, fault)?;
        self.push(storage)
    }
}

/// A length that fits no address cannot be in the file either.
fn length(num_bytes: u64) -> usize {
    usize::try_from(num_bytes).unwrap_or(usize::MAX)
}
