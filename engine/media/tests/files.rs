//! Files appear whole or not at all, and never on top of others.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::*;
use ovi_media::{ClipWriter, MediaError, unique_path, write_new_file, write_wav};

fn started_writer(path: &Path) -> ClipWriter {
    let mut writer = ClipWriter::create(path, spec(64, 64)).unwrap();
    for frame_idx in 0..3 {
        writer
            .push_rgb(&smooth_frame(spec(64, 64), frame_idx))
            .unwrap();
    }
    writer
}

#[test]
fn taken_names_get_a_number_and_keep_their_content() {
    let (folder, path) = temporary();
    std::fs::write(&path, b"precious").unwrap();
    let second = write_clip(&path, spec(64, 64), 2, "");
    let third = write_clip(&path, spec(64, 64), 2, "");
    assert_eq!(second.path, folder.path().join("clip_2.mp4"));
    assert_eq!(third.path, folder.path().join("clip_3.mp4"));
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    assert_eq!(
        files_in(folder.path()),
        ["clip.mp4", "clip_2.mp4", "clip_3.mp4"]
    );
}

#[test]
fn a_name_taken_while_writing_is_not_overwritten() {
    let (folder, path) = temporary();
    let writer = started_writer(&path);
    std::fs::write(&path, b"precious").unwrap();
    let written = writer.finish(&[], SOUND, "").unwrap();
    assert_eq!(written.path, folder.path().join("clip_2.mp4"));
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
}

#[test]
fn writers_that_race_for_a_name_all_succeed() {
    let (folder, path) = temporary();
    std::thread::scope(|scope| {
        for number in 0..8u8 {
            let path = &path;
            scope.spawn(move || write_new_file(path, &[number; 10]).unwrap());
        }
    });
    let mut contents: Vec<u8> = files_in(folder.path())
        .iter()
        .map(|name| std::fs::read(folder.path().join(name)).unwrap()[0])
        .collect();
    contents.sort_unstable();
    assert_eq!(contents, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_dropped_writer_leaves_nothing() {
    let (folder, path) = temporary();
    let writer = started_writer(&path);
    assert_eq!(files_in(folder.path()).len(), 1, "the temporary file");
    assert!(!path.exists());
    drop(writer);
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_missing_folder_is_named_at_once() {
    let (folder, _) = temporary();
    let missing = folder.path().join("nowhere");
    match ClipWriter::create(&missing.join("clip.mp4"), spec(64, 64)) {
        Err(MediaError::FolderMissing { folder }) => assert_eq!(folder, missing),
        Err(other) => panic!("unexpected {other}"),
        Ok(_) => panic!("a clip in a folder that does not exist"),
    }
    assert!(matches!(
        write_new_file(Path::new("/"), b""),
        Err(MediaError::NoFileName { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_named_at_once() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) = temporary();
    let locked = folder.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The administrator may write anywhere except in folders the kernel serves.
    let is_administrator = std::fs::write(locked.join("probe"), b"").is_ok();
    let refusing = if is_administrator {
        Path::new("/sys/kernel").to_owned()
    } else {
        locked
    };
    if !refusing.is_dir() {
        println!("skipped: no folder refuses the administrator here");
        return;
    }
    match ClipWriter::create(&refusing.join("clip.mp4"), spec(64, 64)) {
        Err(MediaError::FolderNotWritable { folder, source }) => {
            assert_eq!(folder, refusing);
            println!("{source}");
        }
        Err(other) => panic!("unexpected {other}"),
        Ok(_) => panic!("a clip in a folder that refuses files"),
    }
}

#[cfg(unix)]
#[test]
fn clips_have_ordinary_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = temporary();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, b"").unwrap();
    let written = write_new_file(&path, b"x").unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&written), mode(&plain));
}

#[test]
fn unique_names_count_up() {
    let (folder, _) = temporary();
    let check = |name: &str, expected: &str| {
        let found = unique_path(&folder.path().join(name));
        assert_eq!(found, folder.path().join(expected));
        std::fs::write(found, b"").unwrap();
    };
    check("a.b.mp4", "a.b.mp4");
    check("a.b.mp4", "a.b_2.mp4");
    check("a.b.mp4", "a.b_3.mp4");
    check("plain", "plain");
    check("plain", "plain_2");
}

#[test]
fn wav_samples_are_limited_and_truncated() {
    let (folder, _) = temporary();
    let path = folder.path().join("sound.wav");
    let written = write_wav(&path, &[0.0, 0.5, -0.5, 1.0, -1.0, 7.0, 0.00004], 16_000).unwrap();
    let mut reader = hound::WavReader::open(&written).unwrap();
    assert_eq!(reader.spec().sample_rate, 16_000);
    assert_eq!(
        (reader.spec().channels, reader.spec().bits_per_sample),
        (1, 16)
    );
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    assert_eq!(samples, [0, 16_383, -16_383, 32_767, -32_767, 32_767, 1]);

    assert_eq!(
        write_wav(&path, &[], 16_000).unwrap(),
        folder.path().join("sound_2.wav")
    );
    let refused = write_wav(&path, &[0.0, f32::INFINITY], 16_000);
    assert!(matches!(
        refused,
        Err(MediaError::NonFiniteSound { sample_idx: 1 })
    ));
    assert!(matches!(
        write_wav(&path, &[], 0),
        Err(MediaError::SampleRate { .. })
    ));
}

#[test]
fn writers_and_readers_move_between_threads() {
    fn check<T: Send>() {}
    check::<ClipWriter>();
    check::<ovi_media::ClipReader>();
    check::<ovi_media::FrameDecoder>();
    check::<MediaError>();
}
