//! Free space of folders, as last asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Seconds between questions while a job runs.
const INTERVAL_SECS: f64 = 30.0;

/// Free space of folders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FreeSpace {
    by_folder: BTreeMap<PathBuf, Option<u64>>,
    asked: Option<(PathBuf, f64)>,
}

impl FreeSpace {
    /// Bytes free for `folder`; `None` while unknown.
    pub fn of(&self, folder: &Path) -> Option<u64> {
        self.by_folder.get(folder).copied().flatten()
    }

    /// Take an answer.
    pub fn set(&mut self, folder: PathBuf, num_bytes: Option<u64>) {
        self.by_folder.insert(folder, num_bytes);
    }

    /// Whether to ask for the output folder now; if so, the question counts as asked. Asks when the
    /// folder is another one, and from time to time while a job runs.
    pub fn asks(&mut self, folder: &Path, now_secs: f64, job_runs: bool) -> bool {
        let asks = match &self.asked {
            Some((asked, at)) if asked == folder => job_runs && now_secs - at >= INTERVAL_SECS,
            _ => true,
        };
        if asks {
            self.asked = Some((folder.to_owned(), now_secs));
        }
        asks
    }

    /// Ask again soon: something was written.
    pub fn forget_when(&mut self) {
        self.asked = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_seldom() {
        let mut space = FreeSpace::default();
        let (a, b) = (Path::new("/a"), Path::new("/b"));
        let mut check = |folder, now_secs, job_runs, expected| {
            assert_eq!(
                space.asks(folder, now_secs, job_runs),
                expected,
                "{now_secs}"
            );
        };
        check(a, 0.0, false, true);
        check(a, 99.0, false, false);
        check(a, 99.0, true, true);
        check(a, 128.0, true, false);
        check(a, 129.0, true, true);
        check(b, 129.5, false, true);
    }
}
