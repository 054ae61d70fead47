//! Flags of `ovi-desktop`.

use std::path::PathBuf;

use clap::Parser;
use log::LevelFilter;

/// Makes short clips with sound from text, on this machine.
#[derive(Debug, Parser)]
#[command(name = "ovi-desktop", version)]
pub struct Args {
    /// Folder with the model's files.
    #[arg(long, value_name = "FOLDER")]
    pub checkpoint: Option<PathBuf>,
    /// Folder for finished clips.
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Prompt to start with.
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,
    /// Pictures, clips, batch files or model folders to open.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Keep everything beside the program.
    #[arg(long, conflicts_with = "data")]
    pub portable: bool,
    /// Keep settings, library and cache in this folder.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Log on standard error: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "warn", default_missing_value = "debug", num_args = 0..=1)]
    pub log: LevelFilter,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<LevelFilter>) {
        let args = Args::try_parse_from(line.split(' '));
        assert_eq!(args.map(|args| args.log).ok(), expected, "{line}");
    }

    #[test]
    fn flags_are_read() {
        check("ovi-desktop", Some(LevelFilter::Warn));
        check("ovi-desktop --log", Some(LevelFilter::Debug));
        check(
            "ovi-desktop --log trace --checkpoint a --output b --prompt c",
            Some(LevelFilter::Trace),
        );
        check("ovi-desktop --log loud", None);
        check("ovi-desktop --unknown", None);
    }
}
