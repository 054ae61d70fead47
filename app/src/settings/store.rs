//! Where settings live, and a thread that writes them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{Settings, read};
use crate::text;

/// Settings in one file should never be larger; a larger file is not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Folder of finished clips where none was chosen.
pub fn default_output_folder() -> Option<PathBuf> {
    let dirs = directories::UserDirs::new()?;
    let videos = dirs
        .video_dir()
        .map_or_else(|| dirs.home_dir().join("Videos"), Path::to_owned);
    Some(videos.join("Ovi"))
}

/// Settings of `path`; a file that is missing or cannot be read gives the defaults.
pub fn load(path: &Path) -> (Settings, Vec<String>) {
    let source = std::fs::metadata(path).and_then(|metadata| {
        if metadata.len() > MAX_FILE_BYTES {
            return Err(std::io::Error::other(text::settings_too_large()));
        }
        std::fs::read_to_string(path)
    });
    match source {
        Ok(source) => read(&source),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Default::default(),
        Err(error) => (
            Settings::default(),
            vec![text::settings_unreadable(error.to_string())],
        ),
    }
}

/// Writes settings on a thread of its own; only the newest of those that wait is written.
pub struct SettingsSaver {
    sender: Sender<Settings>,
    thread: Option<JoinHandle<()>>,
}

impl SettingsSaver {
    /// Start the thread for the file `path`.
    pub fn start(path: PathBuf) -> std::io::Result<Self> {
        let (sender, receiver) = unbounded();
        let thread = std::thread::Builder::new()
            .name("settings".into())
            .spawn(move || write_newest(&path, &receiver))?;
        Ok(Self {
            sender,
            thread: Some(thread),
        })
    }

    /// Where to send settings that shall be written.
    pub fn sender(&self) -> Sender<Settings> {
        self.sender.clone()
    }

    /// Wait until everything that was sent is written. All other senders must be gone.
    pub fn finish(self) {
        drop(self.sender);
        if let Some(thread) = self.thread {
            thread.join().ok();
        }
    }
}

fn write_newest(path: &Path, receiver: &Receiver<Settings>) {
    while let Ok(mut settings) = receiver.recv() {
        // A dragged slider sends many values in a row.
        while let Ok(newer) = receiver.recv_timeout(Duration::from_millis(300)) {
            settings = newer;
        }
        if let Err(error) = write_atomically(path, settings.to_toml().as_bytes()) {
            log::warn!("settings were not saved ({error}): {}", path.display());
        }
    }
}

/// Put `bytes` in place of the file `path`, or leave it as it was.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension(format!("toml.{}.tmp", std::process::id()));
    let written = std::fs::File::create(&temporary)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        std::fs::remove_file(&temporary).ok();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_settings_reach_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new folder").join("settings.toml");
        assert_eq!(
            load(&path),
            (Settings::default(), Vec::new()),
            "a missing file is no problem"
        );
        let saver = SettingsSaver::start(path.clone()).unwrap();
        let sender = saver.sender();
        for step in 1..=20 {
            let settings = Settings {
                volume: step as f32 / 20.0,
                ..Settings::default()
            };
            sender.send(settings).unwrap();
        }
        drop(sender);
        saver.finish();
        let (settings, warnings) = load(&path);
        assert_eq!((settings.volume, warnings.len()), (1.0, 0));
        let num_files = std::fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(num_files, 1, "no temporary file stays");
    }

    #[test]
    fn a_folder_in_place_of_the_file_gives_defaults_and_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let (settings, warnings) = load(folder.path());
        assert_eq!((settings, warnings.len()), (Settings::default(), 1));
    }
}
