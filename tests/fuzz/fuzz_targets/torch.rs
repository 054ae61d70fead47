//! Any bytes as a torch file, zip or old form. Run: `cargo +nightly fuzz run torch` in `tests`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ovi_weights::WeightFile;

/// The three pickles in front of the object in the old container.
const LEGACY_START: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\
    \x80\x02M\xe9\x03.\x80\x02}.";

fuzz_target!(|bytes: &[u8]| {
    read_all(bytes.to_vec());
    // The object of an old file, so that mutations reach the interpreter.
    read_all([LEGACY_START, bytes].concat());
});

/// Opens the bytes and reads every tensor of an accepted file.
fn read_all(bytes: Vec<u8>) {
    let Ok(file) = WeightFile::from_bytes("fuzz", bytes) else { return };
    for entry in file.entries() {
        let tensor = file.tensor(entry).expect("an indexed tensor is in its file");
        tensor.contiguous().expect("an indexed tensor is readable");
    }
}
