//! Tensor facade with run-time dispatch over compute arms, memory ledger and random numbers.
