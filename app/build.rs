//! Turns the text catalogue of `ui-assets/text/en` into functions: a text becomes
//! `text::key()`, a text with `{arguments}` a function of them, a text with plural forms a function
//! of a count. Other languages are embedded as they are and looked up at run time. The themes of
//! `ui-assets/theme` become palettes.

#[path = "build/theme.rs"]
mod theme;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

/// Forms of a text that depends on a count.
const PLURAL_FORMS: [&str; 4] = ["one", "few", "many", "other"];
/// Table that describes the language itself.
const HEADER: &str = "language";
/// Argument of plural texts that is the count.
const COUNT: &str = "n";

struct Entry {
    /// Text, or its form for many, for the documentation.
    shown: String,
    arguments: Vec<String>,
    is_plural: bool,
}

fn main() -> Result<(), Failure> {
    let assets = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../ui-assets");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let texts = assets.join("text");
    println!("cargo::rerun-if-changed={}", texts.display());
    std::fs::write(out.join("catalogue.rs"), catalogue(&texts)?)?;
    let themes = assets.join("theme/themes.toml");
    println!("cargo::rerun-if-changed={}", themes.display());
    let palettes = theme::palettes(&themes)
        .map_err(|problem| format!("ui-assets/theme/themes.toml: {problem}"))?;
    std::fs::write(out.join("palettes.rs"), palettes)?;
    Ok(())
}

/// Functions of the English texts, and the texts of all languages.
fn catalogue(root: &Path) -> Result<String, Failure> {
    let mut code = String::new();
    let english = read_folder(&root.join("en"))?;
    let mut entries = BTreeMap::new();
    for (file, table) in &english {
        for (key, value) in table.iter().filter(|(key, _)| *key != HEADER) {
            let entry = entry(value).ok_or_else(|| format!("{file}: {key} is no text"))?;
            if entries.insert(key.clone(), entry).is_some() {
                return Err(format!("{file}: {key} is there twice").into());
            }
        }
    }
    for (idx, (key, entry)) in entries.iter().enumerate() {
        write_function(&mut code, idx, key, entry)?;
    }
    let keys: Vec<&String> = entries.keys().collect();
    writeln!(code, "pub(super) const KEYS: &[&str] = &{keys:?};")?;
    writeln!(
        code,
        "pub(super) const LANGUAGES: &[(&str, &[&str])] = &{};",
        languages(root)?
    )?;
    Ok(code)
}

/// Tables of the folder's files, in the order of their names.
fn read_folder(folder: &Path) -> Result<Vec<(String, toml::Table)>, Failure> {
    let mut tables = Vec::new();
    for path in files(folder)? {
        let text = std::fs::read_to_string(&path)?;
        let name = path.display().to_string();
        let table = text
            .parse::<toml::Table>()
            .map_err(|error| format!("{name}: {error}"))?;
        tables.push((name, table));
    }
    Ok(tables)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Every language folder with the text of its files.
fn languages(root: &Path) -> Result<String, Failure> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    let mut code = String::from("[");
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        write!(code, "({name:?}, &[")?;
        for path in files(&folder)? {
            write!(code, "include_str!({:?}),", path.canonicalize()?)?;
        }
        code.push_str("]),");
    }
    code.push(']');
    Ok(code)
}

fn entry(value: &toml::Value) -> Option<Entry> {
    match value {
        toml::Value::String(text) => Some(Entry {
            shown: text.clone(),
            arguments: arguments(text),
            is_plural: false,
        }),
        toml::Value::Table(forms) => {
            let are_forms = forms
                .iter()
                .all(|(form, text)| PLURAL_FORMS.contains(&form.as_str()) && text.is_str());
            let shown = forms.get("other")?.as_str()?.to_owned();
            let mut arguments = arguments(&shown);
            arguments.retain(|argument| argument != COUNT);
            are_forms.then_some(Entry {
                shown,
                arguments,
                is_plural: true,
            })
        }
        _ => None,
    }
}

/// Names between braces, in the order of their first use.
fn arguments(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

fn write_function(code: &mut String, idx: usize, key: &str, entry: &Entry) -> Result<(), Failure> {
    let mut doc = String::new();
    for sign in entry.shown.replace('\n', " ").chars() {
        // Tags and brackets of a text are not the documentation's own.
        if matches!(sign, '<' | '>' | '[' | ']' | '`' | '*' | '_') {
            doc.push('\\');
        }
        doc.push(sign);
    }
    writeln!(code, "#[doc = {:?}]", format!("\"{doc}\""))?;
    if entry.arguments.is_empty() && !entry.is_plural {
        writeln!(
            code,
            "pub fn {key}() -> &'static str {{ super::language::plain({idx}) }}"
        )?;
        return Ok(());
    }
    let count = if entry.is_plural { "n: u64, " } else { "" };
    let parameters: String = entry
        .arguments
        .iter()
        .map(|name| format!("{name}: impl std::fmt::Display, "))
        .collect();
    let values: String = entry
        .arguments
        .iter()
        .map(|name| format!("({name:?}, &{name} as &dyn std::fmt::Display), "))
        .collect();
    let call = match entry.is_plural {
        true => format!("super::language::plural({idx}, n, &[{values}])"),
        false => format!("super::language::filled({idx}, &[{values}])"),
    };
    writeln!(
        code,
        "pub fn {key}({count}{parameters}) -> String {{ {call} }}"
    )?;
    Ok(())
}
