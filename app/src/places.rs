//! Where the program keeps its files.

use std::path::{Path, PathBuf};

/// Name of the program in the platform's folders.
const NAME: &str = "ovi-desktop";
/// A file of this name beside the program makes it portable.
const PORTABLE_MARKER: &str = "portable";
/// Folder beside a portable program that holds everything.
const PORTABLE_FOLDER: &str = "ovi-data";

/// Folders of the program; none where the platform names none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Settings.
    pub config: Option<PathBuf>,
    /// Library.
    pub data: Option<PathBuf>,
    /// What can be made again: log, previews, the test-pattern model.
    pub cache: Option<PathBuf>,
    /// Sockets of this login.
    pub runtime: Option<PathBuf>,
}

impl Places {
    /// Everything in one folder.
    pub fn within(folder: &Path) -> Self {
        Self {
            config: Some(folder.to_owned()),
            data: Some(folder.to_owned()),
            cache: Some(folder.join("cache")),
            runtime: Some(folder.to_owned()),
        }
    }

    /// The platform's folders.
    pub fn platform() -> Self {
        let Some(dirs) = directories::ProjectDirs::from("", "", NAME) else {
            return Self::default();
        };
        Self {
            config: Some(dirs.config_dir().to_owned()),
            data: Some(dirs.data_dir().to_owned()),
            cache: Some(dirs.cache_dir().to_owned()),
            runtime: dirs.runtime_dir().map(Path::to_owned),
        }
    }

    /// As asked for on the command line: a named folder, beside the program, or the platform's.
    pub fn choose(named: Option<&Path>, is_portable: bool) -> Self {
        if let Some(folder) = named {
            let absolute = std::path::absolute(folder);
            return Self::within(absolute.as_deref().unwrap_or(folder));
        }
        let program = std::env::current_exe().ok();
        match program.as_deref().and_then(Path::parent) {
            Some(folder) if is_portable || folder.join(PORTABLE_MARKER).is_file() => {
                Self::within(&folder.join(PORTABLE_FOLDER))
            }
            _ => Self::platform(),
        }
    }

    /// The settings file.
    pub fn settings_file(&self) -> Option<PathBuf> {
        Some(self.config.as_ref()?.join("settings.toml"))
    }

    /// The library's database.
    pub fn library_file(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("library.sqlite"))
    }

    /// The form as it was last filled in.
    pub fn draft_file(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("draft.json"))
    }

    /// First frames that are no files elsewhere: from the clipboard and from clips.
    pub fn pictures(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("first frames"))
    }

    /// The log.
    pub fn log_file(&self) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join("ovi-desktop.log"))
    }

    /// The model with random weights.
    pub fn test_pattern_model(&self) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join("test-pattern-model"))
    }

    /// Clip of the self-test.
    pub fn self_test(&self) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join("self-test.mp4"))
    }

    /// File by which programs notice that another one is generating.
    pub fn busy_file(&self) -> Option<PathBuf> {
        Some(self.cache.as_ref()?.join("generating.lock"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_holds_everything() {
        let places = Places::choose(Some(Path::new("/some/where")), true);
        assert_eq!(places, Places::within(Path::new("/some/where")));
        for file in [
            places.settings_file(),
            places.library_file(),
            places.draft_file(),
            places.pictures(),
            places.log_file(),
            places.test_pattern_model(),
            places.self_test(),
            places.busy_file(),
        ] {
            assert!(file.unwrap().starts_with("/some/where"));
        }
    }

    #[test]
    fn a_portable_program_keeps_everything_beside_it() {
        let program = std::env::current_exe().unwrap();
        let beside = program.parent().unwrap().join(PORTABLE_FOLDER);
        assert_eq!(Places::choose(None, true), Places::within(&beside));
    }
}
