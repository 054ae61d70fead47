//! Rules of the house that no compiler checks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

/// Longest source file; 400 lines are a prompt to split.
const MAX_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != ".git" {
            sources(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "py")
        {
            found.push(path);
        }
    }
}

/// Source files below `folders`, as (path from the root, text).
fn texts(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    folders
        .iter()
        .for_each(|folder| sources(&root().join(folder), &mut found));
    assert!(!found.is_empty(), "no sources below {folders:?}");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (
            path.strip_prefix(root()).unwrap().display().to_string(),
            text,
        )
    };
    found.into_iter().map(read).collect()
}

fn manifest(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Files below `folders` in which one of `words` occurs.
fn users_of(folders: &[&str], words: &[&str]) -> Vec<String> {
    let uses = |text: &str| words.iter().any(|word| text.contains(word));
    let using = texts(folders).into_iter().filter(|(_, text)| uses(text));
    let mut paths: Vec<String> = using.map(|(path, _)| path).collect();
    paths.sort();
    paths
}

#[test]
fn no_file_is_longer_than_the_limit() {
    let long: Vec<_> = texts(&["app", "engine", "tests", "packaging"])
        .into_iter()
        .map(|(path, text)| (text.lines().count(), path))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = texts(&["app", "engine", "tests", "packaging"])
        .into_iter()
        .filter(|(path, text)| path.ends_with(".rs") && !text.trim_start().starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn the_dependency_chain_is_the_architecture() {
    let forbidden = [
        (
            "engine/weights/Cargo.toml",
            &["candle", "wgpu", "ovi-tensor", "egui", "rodio"][..],
        ),
        (
            "engine/models/Cargo.toml",
            &["candle", "wgpu", "egui", "rodio", "ovi-media"],
        ),
        (
            "engine/media/Cargo.toml",
            &["candle", "wgpu", "ovi-", "egui", "rodio"],
        ),
        (
            "engine/Cargo.toml",
            &["candle", "wgpu", "egui", "rfd", "rodio"],
        ),
        (
            "app/Cargo.toml",
            &["candle", "ovi-tensor", "ovi-models", "ovi-weights"],
        ),
    ];
    for (path, names) in forbidden {
        let text = manifest(path);
        let (_, dependencies) = text.split_once("[dependencies]").unwrap();
        for name in names {
            assert!(
                !dependencies.lines().any(|line| line.starts_with(name)),
                "{path} names {name}"
            );
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    let engine = [
        "engine/src",
        "engine/models",
        "engine/weights",
        "engine/media",
    ];
    assert_eq!(
        users_of(&engine, &["candle_core::", "candle_nn::", "wgpu::"]),
        Vec::<String>::new()
    );
    assert_eq!(
        users_of(&["engine"], &["egui::", "eframe::", "rfd::", "rodio::"]),
        Vec::<String>::new()
    );
    assert_eq!(
        users_of(&["app"], &["candle_core::", "ovi_tensor::", "ovi_models::"]),
        Vec::<String>::new()
    );
    let database = users_of(&["app/src", "engine/src"], &["rusqlite::", "zip::"]);
    let outside: Vec<_> = database
        .iter()
        .filter(|path| !path.starts_with("engine/src/library/"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
    let candle = users_of(&["engine/tensor/src"], &["candle_core::"]);
    let outside: Vec<_> = candle
        .iter()
        .filter(|path| !path.contains("src/candle/") && !path.ends_with("src/backend.rs"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
fn unsafe_code_is_in_two_modules_and_justified() {
    let marker = ["unsafe", " {"].concat();
    let users = users_of(&["app/src", "engine"], &[&marker]);
    assert_eq!(
        users,
        ["engine/tensor/src/raw.rs", "engine/weights/src/map.rs"].map(String::from)
    );
    for (path, text) in texts(&["engine/tensor/src", "engine/weights/src"]) {
        let lines: Vec<&str> = text.lines().collect();
        for (idx, line) in lines.iter().enumerate() {
            if line.contains(&marker) && !line.trim_start().starts_with("//") {
                let near = &lines[idx.saturating_sub(4)..=idx];
                assert!(
                    near.iter().any(|line| line.contains("SAFETY:")),
                    "{path}:{}",
                    idx + 1
                );
            }
        }
    }
}

#[test]
fn nothing_is_left_open() {
    let words = ["TODO", "FIXME", "todo!", "unimplemented!"].map(|word| format!("{word}("));
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .chain(["// TODO", "// FIXME"])
        .collect();
    let mut open = users_of(&["app", "engine", "packaging"], &words);
    open.retain(|path| !path.ends_with("tidy.rs"));
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn one_version_of_each_shared_library() {
    let lock = manifest("Cargo.lock");
    for name in ["candle-core", "wgpu", "half", "gemm"] {
        let count = lock
            .lines()
            .filter(|line| *line == format!("name = \"{name}\""))
            .count();
        assert_eq!(count, 1, "{name} appears {count} times");
    }
}
