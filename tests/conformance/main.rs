//! Every arm against the definitions of `ovi_tensor::oracle`: the same cases for all of them.
//!
//! A family of operations is a file. `Cases::check` computes a case on every arm, twice, and demands
//! equal bits of both runs, the oracle's values within a [`check::Tolerance`], and balanced books.

mod arms;
mod attention;
mod cancel;
mod check;
mod conv2d;
mod data;
mod elementwise;
mod layout;
mod ledger;
mod linear;
mod norm;
mod refusals;
mod signal;
