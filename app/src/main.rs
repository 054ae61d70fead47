//! The `ovi-desktop` program.

fn main() {}
