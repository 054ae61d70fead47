//! A pickle interpreter for data: protocols 2 to 4, an allow-list of names, no execution
//! (spec: gguf-and-weights 9).
//!
//! Values live in one flat arena and refer to each other by number. Sharing therefore costs
//! nothing, and dropping deeply nested or cyclic values needs no recursion.

mod build;
mod containers;
mod globals;
mod machine;
mod opcode;
mod reader;
mod scalars;
mod value;

pub(super) use globals::StorageClass;
pub(super) use machine::{Unpickled, unpickle};
pub(super) use value::{StorageRef, TensorRef, Value};
