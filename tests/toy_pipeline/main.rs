//! Whole tiny jobs through the real channels, and every way they can end.

mod bad_input;
mod cancel;
mod endings;
mod harness;
mod results;
