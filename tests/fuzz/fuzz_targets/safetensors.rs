//! Any bytes as a safetensors file. Run: `cargo +nightly fuzz run safetensors` in `tests`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ovi_weights::WeightFile;

fuzz_target!(|header: &[u8]| {
    // The length in front is made true, so that mutations reach the header.
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header);
    file.resize(file.len() + 64, 0);
    read_all(file);
    read_all(header.to_vec());
});

/// Opens the bytes and reads every tensor of an accepted file.
fn read_all(bytes: Vec<u8>) {
    let Ok(file) = WeightFile::from_bytes("fuzz", bytes) else { return };
    for entry in file.entries() {
        let tensor = file.tensor(entry).expect("an indexed tensor is in its file");
        tensor.contiguous().expect("an indexed tensor is readable");
    }
}
