//! Instructions that make and fill tuples, lists and dicts.

use super::machine::Machine;
use super::opcode as op;
use super::value::Value;
use crate::error::WeightError;

impl Machine<'_> {
    pub(super) fn tuple(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    pub(super) fn list(&mut self, opcode: u8) -> Result<(), WeightError> {
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

    pub(super) fn dict(&mut self, opcode: u8) -> Result<(), WeightError> {
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
}
