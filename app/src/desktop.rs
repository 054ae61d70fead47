//! What the desktop does for the window: file dialogs and showing folders. A trait, so that tests
//! answer dialogs themselves. Every call may take as long as the user likes: task threads only.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::text;

/// File endings of pictures that can start a clip (spec: product 4.1).
pub const PICTURE_ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "webp", "bmp"];

/// File endings of batches (spec: product 9).
pub const BATCH_ENDINGS: [&str; 2] = ["csv", "tsv"];
/// File ending of a queue that was written to a file.
pub const QUEUE_ENDING: &str = "oviqueue";

/// The desktop around the window.
pub trait Desktop: Send + Sync {
    /// Ask for a folder, starting at `start`. `None` also where no dialog can be shown.
    fn pick_folder(&self, title: &str, start: Option<&Path>) -> Option<PathBuf>;

    /// Ask for a picture to read.
    fn pick_picture(&self, title: &str, start: Option<&Path>) -> Option<PathBuf>;

    /// Ask for any file that the window can open.
    fn pick_any(&self, title: &str) -> Option<PathBuf>;

    /// Ask where to write a clip.
    fn pick_clip_target(&self, title: &str, proposal: &Path) -> Option<PathBuf>;

    /// Bytes free for this folder, which may not have been made yet. `None` where the system does not
    /// tell.
    fn free_space(&self, folder: &Path) -> Option<u64>;
    /// Ask for a file with one of these endings to read.
    fn pick_file(&self, title: &str, endings: &[&str], start: Option<&Path>) -> Option<PathBuf>;

    /// Ask where to write a file of this ending.
    fn pick_target(&self, title: &str, ending: &str, proposal: &Path) -> Option<PathBuf>;

    /// Ask for clips to read; empty if nothing was chosen.
    fn pick_clips(&self, title: &str, start: Option<&Path>) -> Vec<PathBuf>;

    /// Show a folder in the file manager. Fails with a sentence.
    fn show_folder(&self, folder: &Path) -> Result<(), String>;

    /// Show a file in the program that the desktop opens it with. Fails with a sentence.
    fn open_file(&self, file: &Path) -> Result<(), String>;
}

/// The desktop the program runs on.
pub struct NativeDesktop;

impl Desktop for NativeDesktop {
    fn pick_folder(&self, title: &str, start: Option<&Path>) -> Option<PathBuf> {
        dialog(title, start).pick_folder()
    }

    fn pick_picture(&self, title: &str, start: Option<&Path>) -> Option<PathBuf> {
        dialog(title, start)
            .add_filter(text::pictures(), &PICTURE_ENDINGS)
            .pick_file()
    }

    fn pick_any(&self, title: &str) -> Option<PathBuf> {
        dialog(title, None).pick_file()
    }

    fn pick_clip_target(&self, title: &str, proposal: &Path) -> Option<PathBuf> {
        let name = proposal.file_name().unwrap_or_default().to_string_lossy();
        dialog(title, proposal.parent())
            .set_file_name(name)
            .add_filter(text::clips(), &["mp4"])
            .save_file()
    }

    fn free_space(&self, folder: &Path) -> Option<u64> {
        let there = folder.ancestors().find(|folder| folder.is_dir())?;
        fs4::available_space(there).ok()
    }

    fn pick_clips(&self, title: &str, start: Option<&Path>) -> Vec<PathBuf> {
        dialog(title, start)
            .add_filter(text::clips(), &["mp4", "m4v"])
            .pick_files()
            .unwrap_or_default()
    }

    fn pick_file(&self, title: &str, endings: &[&str], start: Option<&Path>) -> Option<PathBuf> {
        dialog(title, start)
            .add_filter(endings.join(", "), endings)
            .pick_file()
    }

    fn pick_target(&self, title: &str, ending: &str, proposal: &Path) -> Option<PathBuf> {
        let name = proposal.file_name().unwrap_or_default().to_string_lossy();
        dialog(title, proposal.parent())
            .set_file_name(name)
            .add_filter(ending, &[ending])
            .save_file()
    }

    fn open_file(&self, file: &Path) -> Result<(), String> {
        match open(file) {
            true => Ok(()),
            false => Err(text::cannot_open_file(file.display())),
        }
    }

    fn show_folder(&self, folder: &Path) -> Result<(), String> {
        match open(folder) {
            true => Ok(()),
            false => Err(text::cannot_show_folder(folder)),
        }
    }
}

/// Hand a file or folder to the desktop. Returns whether it took it.
fn open(path: &Path) -> bool {
    let program = match () {
        () if cfg!(target_os = "windows") => "explorer",
        () if cfg!(target_os = "macos") => "open",
        () => "xdg-open",
    };
    let status = Command::new(program)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // The Windows file manager answers 1 even when it shows the folder.
    status.is_ok_and(|status| status.success() || cfg!(target_os = "windows"))
}

fn dialog(title: &str, start: Option<&Path>) -> rfd::FileDialog {
    let dialog = rfd::FileDialog::new().set_title(title);
    match start.filter(|start| start.is_dir()) {
        Some(start) => dialog.set_directory(start),
        None => dialog,
    }
}
