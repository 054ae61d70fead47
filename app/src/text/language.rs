//! Languages: which one the window speaks, and its texts.
//!
//! The language belongs to the window's thread, the only one that draws; tests that speak different
//! languages do not meet.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::OnceLock;

use super::catalogue::{KEYS, LANGUAGES};

/// Code of the language that is always complete.
pub const ENGLISH: &str = "en";
/// Table of a language file that describes the language itself.
const HEADER: &str = "language";

/// How a language forms plurals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum PluralRule {
    /// One and many: English, German, Spanish.
    #[default]
    OneOther,
    /// Nothing changes: Chinese, Japanese, Korean.
    Other,
    /// Zero counts as one: French.
    ZeroOneOther,
    /// One, few and many: Russian, Ukrainian.
    OneFewMany,
}

impl PluralRule {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "one_other" => Some(Self::OneOther),
            "other" => Some(Self::Other),
            "zero_one_other" => Some(Self::ZeroOneOther),
            "one_few_many" => Some(Self::OneFewMany),
            _ => None,
        }
    }

    fn form(self, n: u64) -> &'static str {
        let is_teen = (11..=14).contains(&(n % 100));
        match self {
            Self::OneOther if n == 1 => "one",
            Self::ZeroOneOther if n <= 1 => "one",
            Self::OneFewMany if n % 10 == 1 && !is_teen => "one",
            Self::OneFewMany if (2..=4).contains(&(n % 10)) && !is_teen => "few",
            Self::OneFewMany => "many",
            Self::OneOther | Self::ZeroOneOther | Self::Other => "other",
        }
    }
}

/// The texts of one language.
#[derive(Debug)]
pub struct Language {
    /// Code, e.g. `de`.
    pub code: String,
    /// Name in the language itself.
    pub name: String,
    /// Sign between whole numbers and fractions.
    pub decimal: char,
    /// Sign between groups of three digits.
    pub group: char,
    rule: PluralRule,
    /// In the order of [`KEYS`]; `None` is said in English.
    texts: Vec<Option<Text>>,
}

#[derive(Debug)]
enum Text {
    Plain(String),
    /// By the name of the form.
    Plural(HashMap<String, String>),
}

impl Language {
    /// Read a language from the text of its files. Texts that are missing or of the wrong kind are
    /// said in English; a file that is no TOML gives a sentence.
    pub fn read(code: &str, files: &[&str]) -> Result<Self, String> {
        let mut table = toml::Table::new();
        for file in files {
            let parsed = file.parse::<toml::Table>();
            table.extend(parsed.map_err(|error| error.message().to_owned())?);
        }
        let header = table.get(HEADER).and_then(toml::Value::as_table);
        let word = |key: &str| Some(header?.get(key)?.as_str()?.to_owned());
        let sign = |key: &str| word(key)?.chars().next();
        let texts = KEYS.iter().map(|key| text(table.get(*key)?)).collect();
        Ok(Self {
            code: code.to_owned(),
            name: word("name").unwrap_or_else(|| code.to_owned()),
            decimal: sign("decimal").unwrap_or('.'),
            group: sign("group").unwrap_or(','),
            rule: word("plural")
                .and_then(|name| PluralRule::from_name(&name))
                .unwrap_or_default(),
            texts,
        })
    }

    /// Keys that this language does not say.
    pub fn missing(&self) -> Vec<&'static str> {
        let pairs = KEYS.iter().zip(&self.texts);
        pairs
            .filter(|(_, text)| text.is_none())
            .map(|(key, _)| *key)
            .collect()
    }

    /// Share of the texts that it says, in whole per cent; 100 only if it says all.
    pub fn percent(&self) -> u32 {
        let num_keys = KEYS.len().max(1);
        ((num_keys - self.missing().len()) * 100 / num_keys) as u32
    }

    /// The first key, or `name`, whose text holds such a character.
    pub(super) fn first_text_with(&self, is_meant: fn(char) -> bool) -> Option<&str> {
        if self.name.contains(is_meant) || is_meant(self.decimal) || is_meant(self.group) {
            return Some("name");
        }
        let texts = KEYS.iter().zip(&self.texts);
        let mut meant = texts.filter(|(_, text)| match text {
            Some(Text::Plain(text)) => text.contains(is_meant),
            Some(Text::Plural(forms)) => forms.values().any(|text| text.contains(is_meant)),
            None => false,
        });
        meant.next().map(|(key, _)| *key)
    }

    /// Leave out texts that do not take the arguments that the English ones take: a figure or a
    /// name would be lost.
    pub(super) fn forget_unfaithful(&mut self) {
        let Some(english) = english() else {
            return;
        };
        for (text, model) in self.texts.iter_mut().zip(&english.texts) {
            let is_faithful = match (&text, model) {
                (Some(Text::Plain(text)), Some(Text::Plain(model))) => {
                    arguments(text) == arguments(model)
                }
                (Some(Text::Plural(forms)), Some(Text::Plural(model))) => {
                    let expected = model.get("other").map(|text| arguments(text));
                    let has_other = forms.contains_key("other");
                    has_other && forms.values().all(|text| Some(arguments(text)) == expected)
                }
                _ => false,
            };
            if !is_faithful {
                *text = None;
            }
        }
    }

    fn plain(&self, idx: usize) -> Option<&str> {
        match self.texts.get(idx)? {
            Some(Text::Plain(text)) => Some(text),
            Some(Text::Plural(_)) | None => None,
        }
    }

    fn plural(&self, idx: usize, n: u64) -> Option<&str> {
        match self.texts.get(idx)? {
            Some(Text::Plural(forms)) => forms
                .get(self.rule.form(n))
                .or_else(|| forms.get("other"))
                .map(String::as_str),
            Some(Text::Plain(_)) | None => None,
        }
    }

    /// Texts with their arguments, for tests of completeness.
    pub fn texts_of(&self, key: &str) -> Vec<&str> {
        let idx = KEYS.iter().position(|known| *known == key);
        match idx.and_then(|idx| self.texts.get(idx)?.as_ref()) {
            Some(Text::Plain(text)) => vec![text],
            Some(Text::Plural(forms)) => forms.values().map(String::as_str).collect(),
            None => Vec::new(),
        }
    }
}

/// Names between braces except the count, sorted.
fn arguments(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0))
        .filter(|name| *name != "n")
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn text(value: &toml::Value) -> Option<Text> {
    match value {
        toml::Value::String(text) => Some(Text::Plain(text.clone())),
        toml::Value::Table(forms) => {
            let form = |(form, text): (&String, &toml::Value)| {
                Some((form.clone(), text.as_str()?.to_owned()))
            };
            forms
                .iter()
                .map(form)
                .collect::<Option<_>>()
                .map(Text::Plural)
        }
        _ => None,
    }
}

/// All keys of the catalogue.
pub fn keys() -> &'static [&'static str] {
    KEYS
}

/// Languages that come with the program.
pub fn built_in() -> &'static [Language] {
    static LOADED: OnceLock<Vec<Language>> = OnceLock::new();
    LOADED.get_or_init(|| {
        let read = |(code, files): &(&str, &[&str])| {
            Language::read(code, files)
                .inspect_err(|error| log::error!("language {code}: {error}"))
                .ok()
        };
        LANGUAGES.iter().filter_map(read).collect()
    })
}

fn english() -> Option<&'static Language> {
    built_in().iter().find(|language| language.code == ENGLISH)
}

thread_local! {
    static ADDED: RefCell<Vec<&'static Language>> = const { RefCell::new(Vec::new()) };
    static CURRENT: Cell<Option<&'static Language>> = const { Cell::new(None) };
}

/// The language of this thread.
pub fn current() -> Option<&'static Language> {
    CURRENT.get().or_else(english)
}

/// Let this thread speak `language`.
pub fn speak(language: &'static Language) {
    CURRENT.set(Some(language));
}

/// Let this thread speak the offered language `code`; false if there is none.
pub fn speak_code(code: &str) -> bool {
    let found = offered().into_iter().find(|language| language.code == code);
    found.inspect(|language| speak(language)).is_some()
}

/// Languages that can be chosen: those of the program, then those of the user's files.
pub fn offered() -> Vec<&'static Language> {
    let mut languages: Vec<_> = built_in().iter().collect();
    ADDED.with_borrow(|added| languages.extend(added));
    languages
}

/// Offer the languages of the user's files from now on, on this thread.
pub fn offer(languages: Vec<Language>) {
    // Texts are borrowed for as long as the program runs; files are read once per start.
    let added = languages
        .into_iter()
        .map(|language| &*Box::leak(Box::new(language)));
    ADDED.set(added.collect());
}

/// The text of `key`, for texts that are named by data; empty if there is none.
pub(super) fn by_key(key: &str) -> &'static str {
    // The build script writes the keys in order.
    KEYS.binary_search(&key).map(plain).unwrap_or_default()
}

/// Signs between whole numbers and fractions, and between groups of three digits.
pub(super) fn signs() -> (char, char) {
    current()
        .or_else(english)
        .map_or(('.', ','), |language| (language.decimal, language.group))
}

pub(super) fn plain(idx: usize) -> &'static str {
    current()
        .and_then(|language| language.plain(idx))
        .or_else(|| english()?.plain(idx))
        .unwrap_or_default()
}

pub(super) fn filled(idx: usize, arguments: &[(&str, &dyn Display)]) -> String {
    fill(plain(idx), arguments)
}

pub(super) fn plural(idx: usize, n: u64, arguments: &[(&str, &dyn Display)]) -> String {
    let text = current()
        .and_then(|language| language.plural(idx, n))
        .or_else(|| english()?.plural(idx, n))
        .unwrap_or_default();
    let count = super::figures::whole(n);
    let mut all: Vec<(&str, &dyn Display)> = vec![("n", &count)];
    all.extend_from_slice(arguments);
    fill(text, &all)
}

/// Put the arguments in place of their names; a name that is no argument stays as it is.
fn fill(text: &str, arguments: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = arguments.iter().find(|(known, _)| *known == name)?;
            Some((value, behind))
        });
        match named {
            Some((value, behind)) => {
                filled.push_str(&value.to_string());
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_their_places_in_any_order() {
        let check = |text: &str, expected: &str| {
            assert_eq!(fill(text, &[("a", &1), ("b", &"x{a}")]), expected, "{text}");
        };
        check("{b} of {a}", "x{a} of 1");
        check("{a}{a}", "11");
        check("no", "no");
        check("{c} {", "{c} {");
    }

    #[test]
    fn plural_forms_follow_the_language() {
        let check = |rule: &str, expected: [&str; 6]| {
            let rule = PluralRule::from_name(rule).unwrap();
            let forms = [0, 1, 2, 5, 11, 21].map(|n| rule.form(n));
            assert_eq!(forms, expected, "{rule:?}");
        };
        check(
            "one_other",
            ["other", "one", "other", "other", "other", "other"],
        );
        check("other", ["other"; 6]);
        check(
            "zero_one_other",
            ["one", "one", "other", "other", "other", "other"],
        );
        check(
            "one_few_many",
            ["many", "one", "few", "many", "many", "one"],
        );
    }

    #[test]
    fn every_built_in_language_says_everything_with_the_same_arguments() {
        let english = english().unwrap();
        assert!(
            built_in().len() >= 2,
            "a second language proves the catalogue"
        );
        for language in built_in() {
            assert_eq!(language.missing(), Vec::<&str>::new(), "{}", language.code);
            for key in keys() {
                let expected = arguments(english.texts_of(key)[0]);
                for text in language.texts_of(key) {
                    assert_eq!(arguments(text), expected, "{} in {}", key, language.code);
                    assert!(!text.trim().is_empty(), "{} in {}", key, language.code);
                }
            }
        }
    }
}
