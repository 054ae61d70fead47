//! Whole tiny jobs through the real channels, and every way they can end.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and a measurement talks"
)]

mod adoption;
mod bad_input;
mod cancel;
mod continuation;
mod endings;
mod harness;
mod output;
mod previews;
mod redecode;
mod results;
