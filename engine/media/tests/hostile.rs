//! Damaged and hostile clips: an error or a picture, never a panic, a crash or unbounded memory.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use std::path::Path;

use common::*;
use ovi_media::{ClipReader, MediaError, PixelFormat, VideoSpec, WrittenClip};

/// Opens and decodes everything; returns the error if there is one.
fn read_all(path: &Path) -> Option<MediaError> {
    let mut reader = match ClipReader::open(path) {
        Ok(reader) => reader,
        Err(error) => return Some(error),
    };
    let mut error = reader.read_audio().err();
    // Whatever is wrong with a track, copying it gives an error or bytes.
    drop((reader.copy_sound(), reader.copy_pictures()));
    let mut pixels = Vec::new();
    let num_frames = reader.info().num_frames;
    // Every frame that can be decoded is; a failing one is stepped over, as a player does.
    for frame_idx in 0..num_frames.min(40) {
        let frames = reader.frames();
        let step = frames
            .seek_frame(frame_idx)
            .and_then(|()| frames.next_frame(PixelFormat::Rgba, &mut pixels));
        match step {
            Ok(Some(found)) => assert_eq!(found, frame_idx),
            Ok(None) => {}
            Err(other) => error = error.or(Some(other)),
        }
    }
    error
}

struct Victim {
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
}

impl Victim {
    fn new() -> Self {
        Self::made_by(write_clip)
    }

    /// With lossless sound.
    fn lossless() -> Self {
        Self::made_by(write_flac_clip)
    }

    fn made_by(write: fn(&Path, VideoSpec, u32, &str) -> WrittenClip) -> Self {
        let (folder, path) = temporary();
        write(&path, spec(48, 32), 30, r#"{"a":1}"#);
        let bytes = std::fs::read(&path).unwrap();
        assert!(
            read_all(&path).is_none(),
            "the clip is whole before it is damaged"
        );
        Self { folder, bytes }
    }

    fn read(&self, bytes: &[u8]) -> Option<MediaError> {
        let path = self.folder.path().join("changed.mp4");
        std::fs::write(&path, bytes).unwrap();
        read_all(&path)
    }

    /// Position of the body of the first or last box of that name.
    fn body_of(&self, name: &[u8; 4], take_last: bool) -> usize {
        let mut places = self
            .bytes
            .windows(4)
            .enumerate()
            .filter(|(_, window)| window == name);
        let place = if take_last {
            places.next_back()
        } else {
            places.next()
        };
        place.unwrap().0 + 4
    }

    /// Replaces the table of sizes by "`count` samples of one byte"; the rest of the box becomes padding.
    fn with_equal_sizes(&self, take_last: bool, count: [u8; 4]) -> Vec<u8> {
        let start = self.body_of(b"stsz", take_last) - 8;
        let num_bytes = u32::from_be_bytes(self.bytes[start..start + 4].try_into().unwrap());
        let patch = [
            &20u32.to_be_bytes()[..],
            b"stsz",
            &[0; 4],
            &1u32.to_be_bytes(),
            &count,
            &(num_bytes - 20).to_be_bytes(),
            b"free",
        ]
        .concat();
        let mut bytes = self.bytes.clone();
        bytes[start..start + patch.len()].copy_from_slice(&patch);
        bytes
    }

    /// Overwrites bytes behind a box's header.
    fn patched(&self, name: &[u8; 4], take_last: bool, offset: usize, patch: &[u8]) -> Vec<u8> {
        let start = self.body_of(name, take_last) + offset;
        let mut bytes = self.bytes.clone();
        bytes[start..start + patch.len()].copy_from_slice(patch);
        bytes
    }
}

#[test]
fn every_truncation_is_an_error() {
    let victim = Victim::new();
    let num_bytes = victim.bytes.len();
    for length in (0..num_bytes).step_by(37).chain(num_bytes - 40..num_bytes) {
        assert!(
            victim.read(&victim.bytes[..length]).is_some(),
            "{length} of {num_bytes} bytes"
        );
    }
}

#[test]
fn changed_bytes_of_the_index_never_panic() {
    for victim in [Victim::new(), Victim::lossless()] {
        change_bytes_of_the_index(&victim);
    }
}

fn change_bytes_of_the_index(victim: &Victim) {
    let index = victim.body_of(b"moov", false) - 8;
    let mut num_errors = 0;
    for position in (0..64).chain(index..victim.bytes.len()) {
        for flip in [0x01, 0x80, 0xff] {
            let mut bytes = victim.bytes.clone();
            bytes[position] ^= flip;
            let found = victim.read(&bytes);
            assert!(
                !matches!(&found, Some(MediaError::LibraryPanic { .. })),
                "byte {position}: {found:?}"
            );
            num_errors += usize::from(found.is_some());
        }
    }
    println!("{num_errors} changes noticed");
    assert!(num_errors > 500);
}

/// Frames and packets carry no checksum, so many changes only change pixels.
#[test]
fn changed_bytes_of_frames_and_sound_never_crash() {
    for victim in [Victim::new(), Victim::lossless()] {
        change_bytes_of_frames_and_sound(&victim);
    }
}

fn change_bytes_of_frames_and_sound(victim: &Victim) {
    let rounds = std::env::var("OVI_MUTATION_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(600);
    let index = victim.body_of(b"moov", false) - 8;
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut num_errors = 0;
    for _ in 0..rounds {
        let mut bytes = victim.bytes.clone();
        for _ in 0..1 + random(6) {
            bytes[52 + random(index - 52)] = random(256) as u8;
        }
        num_errors += usize::from(victim.read(&bytes).is_some());
    }
    println!("{num_errors} of {rounds} noticed");
    assert!(num_errors > 0);
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        println!("peak memory {} MiB", peak_kib >> 10);
        assert!(peak_kib < 400 << 10, "peak memory {peak_kib} KiB");
    }
}

#[test]
fn absurd_counts_and_places_are_refused() {
    let victim = Victim::new();
    let most = u32::MAX.to_be_bytes();
    let check = |what: &str, bytes: Vec<u8>| {
        let found = victim.read(&bytes);
        println!("{what}: {found:?}");
        assert!(
            matches!(
                &found,
                Some(MediaError::Damaged { .. } | MediaError::Unsupported { .. })
            ),
            "{what}: {found:?}"
        );
    };
    for (track, last) in [("video", false), ("sound", true)] {
        for count in [most, (1u32 << 20).to_be_bytes()] {
            check(
                &format!("{track}: {count:?} samples of one byte"),
                victim.with_equal_sizes(last, count),
            );
        }
        check(
            &format!("{track}: 2^32 sizes"),
            victim.patched(b"stsz", last, 8, &most),
        );
        check(
            &format!("{track}: a sample of 4 GiB"),
            victim.patched(b"stsz", last, 12, &most),
        );
        check(
            &format!("{track}: 2^32 chunks"),
            victim.patched(b"stco", last, 4, &most),
        );
        check(
            &format!("{track}: a chunk at the end of time"),
            victim.patched(b"stco", last, 8, &most),
        );
        check(
            &format!("{track}: 2^32 runs of chunks"),
            victim.patched(b"stsc", last, 4, &most),
        );
        check(
            &format!("{track}: chunks without samples"),
            victim.patched(b"stsc", last, 12, &[0; 4]),
        );
        check(
            &format!("{track}: 2^32 time runs"),
            victim.patched(b"stts", last, 4, &most),
        );
        check(
            &format!("{track}: times of 2^32 samples"),
            victim.patched(b"stts", last, 8, &most),
        );
    }
    check(
        "a sync frame that does not exist",
        victim.patched(b"stss", false, 8, &most),
    );
    check(
        "frames without duration",
        victim.patched(b"stts", false, 12, &[0; 4]),
    );
    check(
        "a media timescale of 0",
        victim.patched(b"mdhd", false, 20, &[0; 4]),
    );
    check(
        "a movie timescale of 0",
        victim.patched(b"mvhd", false, 20, &[0; 4]),
    );
    check(
        "another video codec",
        victim
            .patched(b"avc1", true, 0, &[0; 0])
            .tap_name(b"avc1", b"hvc1"),
    );
}

trait TapName {
    fn tap_name(self, from: &[u8; 4], to: &[u8; 4]) -> Vec<u8>;
}

impl TapName for Vec<u8> {
    /// Renames the last box of that name; the first `avc1` of a file is a brand.
    fn tap_name(mut self, from: &[u8; 4], to: &[u8; 4]) -> Vec<u8> {
        let place = self.windows(4).rposition(|window| window == from).unwrap();
        self[place..place + 4].copy_from_slice(to);
        self
    }
}

#[test]
fn absurd_edit_lists_give_bounded_sound() {
    let victim = Victim::new();
    let path = victim.folder.path().join("edit.mp4");
    let audio_of = |bytes: Vec<u8>| {
        std::fs::write(&path, bytes).unwrap();
        ClipReader::open(&path).unwrap().read_audio()
    };
    // Behind version and count: duration and start, 32 bits each.
    let endless = audio_of(victim.patched(b"elst", false, 8, &u32::MAX.to_be_bytes())).unwrap();
    assert!(
        endless.len() <= 21_504 + RATE_HZ as usize,
        "{} samples",
        endless.len()
    );
    let skipped = audio_of(victim.patched(b"elst", false, 12, &i32::MAX.to_be_bytes())).unwrap();
    assert!(skipped.len() <= 21_504 + RATE_HZ as usize);
    assert!(skipped.iter().all(|sample| *sample == 0.0));
    let empty_edit = audio_of(victim.patched(b"elst", false, 12, &(-1i32).to_be_bytes())).unwrap();
    assert_eq!(
        empty_edit.len(),
        samples_of_frames(30) + 21 * 1024,
        "delayed by its length, then whole"
    );
    let late = [u32::MAX.to_be_bytes(), (-1i32).to_be_bytes()].concat();
    assert!(audio_of(victim.patched(b"elst", false, 8, &late)).is_err());
}

#[test]
fn deep_nesting_and_endless_boxes_end_quickly() {
    let victim = Victim::new();
    // 100,000 boxes inside each other, all named like containers.
    for name in [b"moov", b"meta", b"trak", b"esds"] {
        let depth = 100_000u32;
        let mut bytes = Vec::new();
        for level in 0..depth {
            bytes.extend_from_slice(&(8 * (depth - level)).to_be_bytes());
            bytes.extend_from_slice(name);
        }
        let mut inside_moov = (bytes.len() as u32 + 8).to_be_bytes().to_vec();
        inside_moov.extend_from_slice(b"moov");
        inside_moov.extend_from_slice(&bytes);
        assert!(victim.read(&inside_moov).is_some());
    }
    let many_empty = [&8u32.to_be_bytes()[..], b"free"].concat().repeat(200_000);
    assert!(victim.read(&many_empty).is_some());
    let endless = [&1u32.to_be_bytes()[..], b"mdat", &u64::MAX.to_be_bytes()].concat();
    assert!(victim.read(&endless).is_some());
    assert!(victim.read(b"").is_some());
}
