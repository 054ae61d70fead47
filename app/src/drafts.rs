//! What was filled in, kept between runs in a file that a thread of its own writes. Prompts are private,
//! so they do not stand in the settings file, which people show around.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::settings::write_atomically;
use crate::state::Draft;

/// A form in one file should never be larger; a larger file is not ours.
const MAX_FILE_BYTES: u64 = 16 << 20;
/// Typing that goes on is written once it pauses this long.
const PAUSE: Duration = Duration::from_millis(400);

/// The draft of `path`; `None` if there is none that can be read.
pub fn load(path: &Path) -> Option<Draft> {
    let num_bytes = std::fs::metadata(path).ok()?.len();
    if num_bytes > MAX_FILE_BYTES {
        log::warn!(
            "the draft is too large and was not read: {}",
            path.display()
        );
        return None;
    }
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let draft = read.and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()));
    draft
        .inspect_err(|error| log::warn!("the draft cannot be read: {error}"))
        .ok()
}

/// Writes drafts on a thread of its own; only the newest of those that wait is written.
pub struct DraftSaver {
    sender: Sender<Draft>,
    thread: JoinHandle<()>,
}

impl DraftSaver {
    /// Start the thread for the file `path`.
    pub fn start(path: PathBuf) -> std::io::Result<Self> {
        let (sender, receiver) = unbounded();
        let thread = std::thread::Builder::new()
            .name("draft".into())
            .spawn(move || write_newest(&path, &receiver))?;
        Ok(Self { sender, thread })
    }

    /// Where to send drafts.
    pub fn sender(&self) -> Sender<Draft> {
        self.sender.clone()
    }

    /// Wait until everything that was sent is written. All other senders must be gone.
    pub fn finish(self) {
        drop(self.sender);
        self.thread.join().ok();
    }
}

fn write_newest(path: &Path, receiver: &Receiver<Draft>) {
    while let Ok(mut draft) = receiver.recv() {
        while let Ok(newer) = receiver.recv_timeout(PAUSE) {
            draft = newer;
        }
        let written = serde_json::to_vec(&draft)
            .map_err(std::io::Error::other)
            .and_then(|bytes| write_atomically(path, &bytes));
        if let Err(error) = written {
            log::warn!("the draft was not saved ({error}): {}", path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_draft_reaches_the_file_and_damage_is_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new folder").join("draft.json");
        assert_eq!(load(&path), None);
        let saver = DraftSaver::start(path.clone()).unwrap();
        let sender = saver.sender();
        let mut draft = Draft::default();
        for num_takes in 1..=20 {
            draft.num_takes = num_takes;
            draft.request.prompt = format!("Él {num_takes}\n");
            sender.send(draft.clone()).unwrap();
        }
        drop(sender);
        saver.finish();
        assert_eq!(load(&path), Some(draft));
        std::fs::write(&path, b"{\"request\": 7").unwrap();
        assert_eq!(load(&path), None);
    }
}
