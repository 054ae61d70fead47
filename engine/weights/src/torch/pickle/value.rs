//! The values a pickle builds, in a flat arena.

use std::ops::Range;

use super::globals::{Global, StorageClass};
use crate::error::WeightError;

/// Deepest nesting of containers. Real files nest four deep.
const MAX_DEPTH: u16 = 100;

/// A value: small ones in place, containers and tensors by their number in the [`Heap`].
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    /// Data that nobody looks at: `None`, floats, bytes, devices, element types.
    Plain,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits: little-endian two's complement in the pickle.
    BigInt(Span),
    Text(Span),
    Tuple(u32),
    List(u32),
    Dict(u32),
    Storage(u32),
    Tensor(u32),
    Global(GlobalValue),
}

/// A name on the stack, opaque outside the interpreter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GlobalValue(pub(super) Global);

/// A part of the pickle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// `None` beyond 4 GiB, which the limit on pickles rules out.
    pub(super) fn new(range: Range<usize>) -> Option<Self> {
        Some(Self {
            start: range.start.try_into().ok()?,
            end: range.end.try_into().ok()?,
        })
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A storage as the pickle describes it; a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StorageRef {
    pub(crate) key: Span,
    pub(crate) class: StorageClass,
    pub(crate) num_elements: i64,
}

/// A tensor as the pickle describes it; a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TensorRef {
    /// Number of its storage.
    pub(crate) storage: u32,
    /// First element in the storage.
    pub(crate) offset: i64,
    /// Number of the tuple of sizes.
    pub(crate) sizes: u32,
    /// Number of the tuple of strides.
    pub(crate) strides: u32,
}

struct Node {
    /// Elements; keys and values in turn for a dict.
    items: Vec<Value>,
    /// Containers below this one, itself included.
    height: u16,
}

/// All containers, storages and tensors of one pickle.
#[derive(Default)]
pub(crate) struct Heap {
    nodes: Vec<Node>,
    pub(crate) storages: Vec<StorageRef>,
    pub(crate) tensors: Vec<TensorRef>,
}

impl Heap {
    /// Makes a container. Fails when it nests too deeply.
    pub(super) fn add(&mut self, items: &[Value]) -> Result<u32, WeightError> {
        let number = next_number(self.nodes.len())?;
        self.nodes.push(Node {
            items: Vec::new(),
            height: 1,
        });
        self.extend(number, items)?;
        Ok(number)
    }

    /// Adds elements to a container. Fails when it then nests too deeply.
    ///
    /// A container that grows after it was put into another one does not raise the height of the
    /// outer one; nothing here walks nested values, so the limit only has to stop honest trees.
    pub(super) fn extend(&mut self, number: u32, items: &[Value]) -> Result<(), WeightError> {
        let height = 1 + items
            .iter()
            .map(|item| self.height(*item))
            .max()
            .unwrap_or(0);
        if height > MAX_DEPTH {
            return Err(WeightError::PickleLimit {
                resource: "nested containers",
                limit: u64::from(MAX_DEPTH),
            });
        }
        if let Some(node) = self.nodes.get_mut(number as usize) {
            node.items.extend_from_slice(items);
            node.height = node.height.max(height);
        }
        Ok(())
    }

    pub(super) fn add_storage(&mut self, storage: StorageRef) -> Result<Value, WeightError> {
        let number = next_number(self.storages.len())?;
        self.storages.push(storage);
        Ok(Value::Storage(number))
    }

    pub(super) fn add_tensor(&mut self, tensor: TensorRef) -> Result<Value, WeightError> {
        let number = next_number(self.tensors.len())?;
        self.tensors.push(tensor);
        Ok(Value::Tensor(number))
    }

    /// Elements of a container; keys and values in turn for a dict.
    pub(crate) fn items(&self, number: u32) -> &[Value] {
        self.nodes
            .get(number as usize)
            .map_or(&[], |node| &node.items)
    }

    fn height(&self, value: Value) -> u16 {
        match value {
            Value::Tuple(number) | Value::List(number) | Value::Dict(number) => self
                .nodes
                .get(number as usize)
                .map_or(0, |node| node.height),
            _ => 0,
        }
    }
}

fn next_number(count: usize) -> Result<u32, WeightError> {
    u32::try_from(count).map_err(|_| WeightError::PickleLimit {
        resource: "values",
        limit: u64::from(u32::MAX),
    })
}
