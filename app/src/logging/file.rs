//! The log file. A full one is put aside, and the one that was put aside before goes.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::LogLine;

/// Size from which a file is put aside.
const MAX_BYTES: u64 = 4 << 20;

/// An open log file.
pub struct LogFile {
    path: PathBuf,
    file: File,
    num_bytes: u64,
}

impl LogFile {
    /// Open `path` to write behind what it holds.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let num_bytes = file.metadata()?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            num_bytes,
        })
    }

    /// Write a line. A line that cannot be written has no one to tell.
    pub fn write(&mut self, line: &LogLine) {
        if self.num_bytes >= MAX_BYTES {
            self.rotate();
        }
        let text = format!("{line}\n");
        if self.file.write_all(text.as_bytes()).is_ok() {
            self.num_bytes += text.len() as u64;
        }
    }

    fn rotate(&mut self) {
        let aside = self.path.with_extension("old.log");
        let fresh = std::fs::rename(&self.path, &aside).and_then(|()| File::create(&self.path));
        if let Ok(file) = fresh {
            self.file = file;
        }
        // Also where that failed: it is tried again only after as much again.
        self.num_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_put_aside_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("ovi.log");
        let line = LogLine {
            secs: 0.0,
            level: log::Level::Warn,
            target: "ovi".into(),
            text: "x".repeat(1 << 20),
        };
        let mut file = LogFile::open(&path).unwrap();
        for _ in 0..10 {
            file.write(&line);
        }
        let mut sizes: Vec<(String, u64)> = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, entry.metadata().unwrap().len() >> 20)
            })
            .collect();
        sizes.sort();
        assert_eq!(sizes, [("ovi.log".into(), 2), ("ovi.old.log".into(), 4)]);
        drop(file);
        let reopened = LogFile::open(&path).unwrap();
        assert!(reopened.num_bytes > 2 << 20, "it goes on behind");
    }
}
