//! Runs folders of golden vectors against the same public functions the pipeline uses.
//!
//! A folder with a `case.json` is a case; its `component` selects the code under test and its
//! `outputs` hold the tolerances. Numbers are data: this module knows how to compare, not what.

mod case;
mod check;
mod components;

use std::path::{Path, PathBuf};

pub use case::Case;
pub use check::{Check, Outcome};
use components::{Component, find};

/// How one case ended.
#[derive(Debug)]
pub enum Verdict {
    /// Every output is within its tolerance.
    Passed(Outcome),
    /// An output is outside, or the code failed.
    Failed(String),
}

/// Sums over a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// Cases whose outputs all agree.
    pub num_passed: usize,
    /// Cases that differ, fail, or name an unknown component, and empty directories.
    pub num_failed: usize,
    /// Cases of formats this version does not read, by component.
    pub num_skipped: usize,
}

/// Run every case below `directories` whose component is in `only` (all, if empty), one line each.
pub fn run(directories: &[PathBuf], only: &[String], mut line: impl FnMut(&str)) -> Summary {
    let mut summary = Summary::default();
    for directory in directories {
        let cases = case_folders(directory);
        if cases.is_empty() {
            line(&format!(
                "FAIL {}: no case.json below it",
                directory.display()
            ));
            summary.num_failed += 1;
        }
        for folder in cases {
            run_case(directory, &folder, only, &mut summary, &mut line);
        }
    }
    summary
}

fn run_case(
    root: &Path,
    folder: &Path,
    only: &[String],
    summary: &mut Summary,
    line: &mut impl FnMut(&str),
) {
    let name = folder
        .strip_prefix(root)
        .unwrap_or(folder)
        .display()
        .to_string();
    let case = match Case::open(folder) {
        Ok(case) => case,
        Err(error) => {
            line(&format!("FAIL {name}: {error:#}"));
            summary.num_failed += 1;
            return;
        }
    };
    if !only.is_empty() && !only.contains(&case.component) {
        return;
    }
    match find(&case) {
        Component::Unknown => {
            line(&format!(
                "FAIL {name}: unknown component `{}`",
                case.component
            ));
            summary.num_failed += 1;
        }
        Component::NotRead(reason) => {
            line(&format!("skip {name}: {reason}"));
            summary.num_skipped += 1;
        }
        Component::Runs(run) => match verdict(&case, run) {
            Verdict::Passed(outcome) => {
                line(&format!("ok   {name}: {outcome}"));
                summary.num_passed += 1;
            }
            Verdict::Failed(reason) => {
                line(&format!("FAIL {name}: {reason}"));
                summary.num_failed += 1;
            }
        },
    }
}

fn verdict(case: &Case, run: components::Run) -> Verdict {
    let mut check = Check::new(case);
    match run(case, &mut check) {
        Ok(()) => check.finish(),
        Err(error) => Verdict::Failed(format!("{error:#}")),
    }
}

/// Folders that hold a `case.json`, sorted.
fn case_folders(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(folder) = pending.pop() {
        if folder.join("case.json").is_file() {
            found.push(folder);
            continue;
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        pending.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir()),
        );
    }
    found.sort();
    found
}
