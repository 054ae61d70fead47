//! Languages that users add as files: `languages/*.toml` in the configuration folder, the name of
//! each file being the language's code. A file holds what the files of a built-in language hold together;
//! it may be incomplete.

use std::path::Path;

use super::language::{self, Language};

/// A file with every text is a tenth of it.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// More are not read.
const MAX_FILES: usize = 64;

/// What the files gave.
#[derive(Debug, Default)]
pub struct LanguageFiles {
    /// Languages in the order of their codes.
    pub languages: Vec<Language>,
    /// Files that are none.
    pub problems: Vec<LanguageProblem>,
}

/// Why a file is no language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageProblem {
    /// Name of the file.
    pub file: String,
    /// What is wrong.
    pub flaw: LanguageFlaw,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LanguageFlaw {
    /// Its name is no code like `fr` or `pt-br`.
    Name,
    /// The program has this language.
    BuiltIn,
    /// It is too large to be one.
    TooLarge,
    /// It cannot be read or is no TOML.
    Unreadable(String),
    /// A text holds characters that steer the display.
    Control(String),
    /// It says nothing that the window says.
    Empty,
}

/// Read the files of `folder`; a folder that is not there has none. Not for the window's thread.
pub fn read_languages(folder: &Path) -> LanguageFiles {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return LanguageFiles::default();
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let mut files = LanguageFiles::default();
    for path in paths.iter().take(MAX_FILES) {
        match read_file(path) {
            Ok(language) => files.languages.push(language),
            Err(flaw) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let file = name.chars().filter(|c| !is_steering(*c)).take(80).collect();
                files.problems.push(LanguageProblem { file, flaw });
            }
        }
    }
    files
}

fn read_file(path: &Path) -> Result<Language, LanguageFlaw> {
    let code = path.file_stem().and_then(|stem| stem.to_str());
    let code = code
        .filter(|code| is_code(code))
        .ok_or(LanguageFlaw::Name)?;
    if language::built_in().iter().any(|known| known.code == code) {
        return Err(LanguageFlaw::BuiltIn);
    }
    let unreadable = |error: std::io::Error| LanguageFlaw::Unreadable(error.to_string());
    // Links and pipes could give more than their length says.
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > MAX_FILE_BYTES {
        return Err(LanguageFlaw::TooLarge);
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let mut language = Language::read(code, &[&text]).map_err(LanguageFlaw::Unreadable)?;
    if let Some(key) = language.first_text_with(is_steering) {
        return Err(LanguageFlaw::Control(key.to_owned()));
    }
    language.forget_unfaithful();
    match language.percent() {
        0 if language.missing().len() == language::keys().len() => Err(LanguageFlaw::Empty),
        _ => Ok(language),
    }
}

/// `fr`, `pt-br`, `zh-hant`.
fn is_code(code: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (2..=16).contains(&code.len()) && code.chars().all(is_letter)
}

/// Control characters, and those that turn the direction of what follows.
fn is_steering(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> LanguageFiles {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        read_languages(folder.path())
    }

    #[test]
    fn a_file_becomes_a_language_and_what_it_does_not_say_stays_english() {
        let files = read(&[(
            "fr.toml",
            "save = 'Enregistrer'\nsaved = 'Enregistré'\nno_such_key = 'x'\n\
             [language]\nname = 'Français'\nplural = 'zero_one_other'\ndecimal = ','\n\
             [words]\none = '{n} mot'\nother = '{n} mots'\n",
        )]);
        assert_eq!(files.problems, []);
        let [french] = &files.languages[..] else {
            panic!("{files:?}");
        };
        assert_eq!(
            (french.code.as_str(), french.name.as_str()),
            ("fr", "Français")
        );
        assert!(french.percent() < 100);
        let missing = french.missing();
        assert!(!missing.contains(&"save") && !missing.contains(&"words"));
        // It leaves out the path that the English text names.
        assert!(missing.contains(&"saved"));

        language::offer(files.languages);
        assert!(language::speak_code("fr"));
        assert_eq!(crate::text::save(), "Enregistrer");
        assert_eq!(crate::text::words(0), "0 mot");
        assert_eq!(crate::text::close(), "Close");
        assert_eq!(crate::text::decimal(0.5), "0,5");
        language::speak_code(language::ENGLISH);
    }

    #[test]
    fn hostile_files_are_refused_by_name() {
        let large = format!("save = '{}'", "x".repeat(1 << 20));
        let check = |name: &str, text: &str, flaw: LanguageFlaw| {
            let files = read(&[(name, text)]);
            assert!(files.languages.is_empty(), "{name}");
            let file = name.to_owned();
            assert_eq!(files.problems, [LanguageProblem { file, flaw }], "{name}");
        };
        check("fr.toml", &large, LanguageFlaw::TooLarge);
        check("de.toml", "save = 'x'", LanguageFlaw::BuiltIn);
        check("Bad Name.toml", "save = 'x'", LanguageFlaw::Name);
        check("fr.toml", "other = 'x'", LanguageFlaw::Empty);
        let key = || LanguageFlaw::Control("save".to_owned());
        check("fr.toml", "save = \"a\\u0007\"", key());
        check("fr.toml", "save = \"a\\u202Eb\"", key());
        let files = read(&[("fr.toml", "[[[")]);
        assert!(matches!(
            &files.problems[0].flaw,
            LanguageFlaw::Unreadable(_)
        ));
        assert!(read(&[("notes.txt", "x")]).problems.is_empty());
        assert!(
            read_languages(Path::new("/no/such/folder"))
                .problems
                .is_empty()
        );
    }
}
