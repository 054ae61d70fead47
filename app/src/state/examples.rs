//! Prompts to start from, and how prompts are found again.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

const SOURCE: &str = include_str!("../../../ui-assets/examples.toml");

/// A prompt that shows how prompts are written (spec: product 8.2).
#[derive(Debug, Deserialize)]
pub struct Example {
    /// Title by language.
    titles: BTreeMap<String, String>,
    /// Length of the clip it was written for, in seconds.
    pub secs: u32,
    /// Prompt with its sound described after `Audio:`.
    pub prompt: String,
}

#[derive(Deserialize)]
struct File {
    example: Vec<Example>,
}

impl Example {
    /// Title in this language, or in English.
    pub fn title(&self, language: &str) -> &str {
        let title = self.titles.get(language).or_else(|| self.titles.get("en"));
        title.map(String::as_str).unwrap_or_default()
    }
}

/// All examples.
pub fn examples() -> &'static [Example] {
    static EXAMPLES: OnceLock<Vec<Example>> = OnceLock::new();
    // The file is part of the program and a test reads it.
    EXAMPLES.get_or_init(|| toml::from_str::<File>(SOURCE).map_or(Vec::new(), |file| file.example))
}

/// Whether `prompt` holds every word of `search`, in any order, whatever the case.
pub fn prompt_matches(prompt: &str, search: &str) -> bool {
    let prompt = prompt.to_lowercase();
    let search = search.to_lowercase();
    search.split_whitespace().all(|word| prompt.contains(word))
}

#[cfg(test)]
mod tests {
    use ovi_engine::prompt::{Dialect, LintContext, lint};
    use ovi_engine::protocol::ModelVariant;

    use super::*;

    #[test]
    fn every_example_is_without_objection_in_both_forms() {
        assert_eq!(examples().len(), 8);
        for example in examples() {
            let variants = match example.secs {
                10 => vec![ModelVariant::Square960Secs10],
                _ => vec![ModelVariant::Square720Secs5, ModelVariant::Square960Secs5],
            };
            for variant in variants {
                let prompt = Dialect::of(variant).format(&example.prompt);
                let context = LintContext {
                    variant,
                    num_tokens: None,
                    video_negative: "blur",
                    audio_negative: "echo",
                    video_guidance: 4.0,
                    audio_guidance: 3.0,
                };
                assert_eq!(lint(&prompt, &context), [], "{variant:?} {prompt}");
            }
            for language in ["en", "de"] {
                let title = example.titles.get(language);
                assert!(title.is_some_and(|title| !title.is_empty()), "{language}");
            }
            assert_eq!(example.title("xx"), example.title("en"));
        }
    }

    #[test]
    fn prompts_are_found_by_their_words() {
        let check = |search, expected| {
            assert_eq!(
                prompt_matches("An old Lighthouse at dusk", search),
                expected
            );
        };
        check("", true);
        check("LIGHT", true);
        check("dusk old", true);
        check("dusk dog", false);
    }
}
