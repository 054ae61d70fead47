//! Pickles made to use up memory or time stay within 64 MiB and two seconds.
//!
//! One test, so that nothing else runs in this process while its memory is measured.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use ovi_weights::WeightFile;

const MAX_EXTRA_BYTES: u64 = 64 << 20;
const MAX_TIME: Duration = Duration::from_secs(2);

/// The three pickles in front of the object in the old torch container.
const LEGACY_START: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\
    \x80\x02M\xe9\x03.\x80\x02}.";

/// A line of this process's status, in bytes.
fn status_bytes(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has a status file");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key))
        .expect("a line per key");
    let kibibytes = line
        .trim()
        .trim_end_matches(" kB")
        .parse::<u64>()
        .expect("a number");
    kibibytes * 1024
}

/// Largest resident size since the last call of [`forget_peak`].
fn peak_bytes() -> u64 {
    status_bytes("VmHWM:")
}

/// Sets the peak back to the present size. Where that is forbidden the peak only grows, and the
/// test still notices a single excess.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

#[track_caller]
fn check(name: &str, pickle: Vec<u8>) {
    let mut file = LEGACY_START.to_vec();
    file.extend_from_slice(b"\x80\x02");
    file.extend_from_slice(&pickle);
    file.push(b'.');
    forget_peak();
    let before = peak_bytes();
    let start = Instant::now();
    assert!(
        WeightFile::from_bytes(name, file).is_err(),
        "{name} was accepted"
    );
    let (elapsed, extra) = (start.elapsed(), peak_bytes() - before);
    assert!(elapsed < MAX_TIME, "{name} took {elapsed:?}");
    assert!(extra < MAX_EXTRA_BYTES, "{name} took {extra} bytes");
}

/// A pickle of `num_repeats` times `unit` on a mark.
fn repeated(unit: &[u8], num_repeats: usize) -> Vec<u8> {
    [b"(", &unit.repeat(num_repeats)[..], b"t"].concat()
}

#[test]
fn hostile_pickles_stay_within_memory_and_time() {
    const MANY: usize = 2_000_000;
    check("values", repeated(b"N", MANY));
    check("lists", repeated(b"]", MANY));
    check("dicts", repeated(b"}", MANY));
    check("pairs", repeated(b"NN\x86", MANY / 3));
    check("one-element tuples", repeated(b"N\x85", MANY / 2));
    check("marks", b"(".repeat(MANY));
    check("appends", [b"]", &b"Na".repeat(MANY)[..]].concat());
    check("keys", [b"}", &b"NNs".repeat(MANY)[..]].concat());
    let memo: Vec<u8> = (0..MANY as u32)
        .flat_map(|slot| [&b"r"[..], &slot.to_le_bytes()].concat())
        .collect();
    check("memo", [b"N", &memo[..]].concat());
    check("memoize", [b"N", &b"\x94".repeat(MANY)[..]].concat());
    check(
        "ordered dicts",
        [
            b"ccollections\nOrderedDict\n\x94",
            &b"h\0)R0".repeat(MANY)[..],
        ]
        .concat(),
    );
    let doubling = b"](h\0h\0h\0h\0h\0h\0h\0h\0e\x94".repeat(MANY / 20);
    check("lists of lists", [b"]\x94(", &doubling[..], b"t"].concat());
}
