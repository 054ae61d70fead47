//! The networks, schedulers and tokenizer of Ovi, written once against ovi-tensor.
