//! What a start of the program was asked to do, as text that another process reads.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::cli::Args;

/// What a start was asked to do. Paths are absolute: the other process has another folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartRequest {
    /// Model folder.
    pub checkpoint: Option<PathBuf>,
    /// Output folder.
    pub output: Option<PathBuf>,
    /// Prompt.
    pub prompt: Option<String>,
    /// Files to open as if they had been dropped on the window.
    pub files: Vec<PathBuf>,
}

impl From<&Args> for StartRequest {
    fn from(args: &Args) -> Self {
        Self {
            checkpoint: args.checkpoint.as_deref().map(absolute),
            output: args.output.as_deref().map(absolute),
            prompt: args.prompt.clone(),
            files: args.files.iter().map(|file| absolute(file)).collect(),
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl StartRequest {
    /// As text. A path that is no text cannot be handed over and is left out.
    pub fn to_toml(&self) -> String {
        let mut table = Table::new();
        let mut put = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                table.insert(key.into(), value.into());
            }
        };
        let text = |path: &'_ Option<PathBuf>| {
            path.as_ref()
                .and_then(|path| Some(path.to_str()?.to_owned()))
        };
        put("checkpoint", text(&self.checkpoint).as_deref());
        put("output", text(&self.output).as_deref());
        put("prompt", self.prompt.as_deref());
        let files = self
            .files
            .iter()
            .filter_map(|file| Some(file.to_str()?.into()));
        table.insert("files".into(), Value::Array(files.collect()));
        table.to_string()
    }

    /// From text; `None` if it is none of ours.
    pub fn from_toml(text: &str) -> Option<Self> {
        let table: Table = text.parse().ok()?;
        let string = |key: &str| Some(table.get(key)?.as_str()?.to_owned());
        let files = table.get("files")?.as_array()?.iter();
        let files = files.map(|file| file.as_str().map(PathBuf::from));
        Some(Self {
            checkpoint: string("checkpoint").map(PathBuf::from),
            output: string("output").map(PathBuf::from),
            prompt: string("prompt"),
            files: files.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_way() {
        let request = StartRequest {
            checkpoint: Some("/models/\"a\"\nb".into()),
            output: None,
            prompt: Some("<S>hello\u{0}<E> ü".into()),
            files: vec!["/x.png".into(), "/y.csv".into()],
        };
        assert_eq!(StartRequest::from_toml(&request.to_toml()), Some(request));
        let empty = StartRequest::default();
        assert_eq!(StartRequest::from_toml(&empty.to_toml()), Some(empty));
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for text in ["", "hello", "files = 3", "files = [1]", "\u{0}"] {
            assert_eq!(StartRequest::from_toml(text), None, "{text:?}");
        }
    }
}
