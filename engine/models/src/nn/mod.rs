//! Blocks used identically by several networks.

mod unfold;

pub(crate) use unfold::UnfoldedConv1d;
