//! Whole tiny jobs through the real channels, and every way they can end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod bad_input;
mod cancel;
mod endings;
mod harness;
mod results;
