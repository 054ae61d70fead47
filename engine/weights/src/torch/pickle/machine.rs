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

/// The state between two instructions.
pub(super) struct Machine<'a> {
    input: &'a [u8],
    pub(super) reader: Reader<'a>,
    stack: Vec<Value>,
    /// Stack heights at which marks lie.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    pub(super) heap: Heap,
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

    pub(super) fn fault(&self, reason: &'static str) -> WeightError {
        self.reader.fault(reason)
    }

    pub(super) fn push(&mut self, value: Value) -> Result<(), WeightError> {
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

    pub(super) fn pop(&mut self) -> Result<Value, WeightError> {
        if self.stack.len() <= self.floor() {
            return Err(self.fault("the stack is empty"));
        }
        self.stack
            .pop()
            .ok_or_else(|| self.fault("the stack is empty"))
    }

    pub(super) fn top(&self) -> Result<Value, WeightError> {
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
    pub(super) fn take_marked(&mut self) -> Result<Vec<Value>, WeightError> {
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
