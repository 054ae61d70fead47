//! Who speaks: a guess from English words, for the advice on prompts (spec: product 8.4, W-WHO).

use std::ops::Range;

use crate::prompt::tags::Span;

const PEOPLE: &str = "man woman boy girl child kid guy lady gentleman person speaker mother father \
    mom dad son daughter brother sister friend husband wife teacher student doctor nurse officer \
    soldier singer chef host reporter announcer actor actress king queen worker driver customer";
const SEVERAL: &str = "men women boys girls children kids people couple friends crowd speakers \
    students soldiers brothers sisters both";
const PRONOUNS: &str = "he she they one other first second another";
const SPEAKING: &str = "say says said saying ask asks asking answer answers reply replies shout \
    shouts shouting whisper whispers whispering yell yells sing sings singing speak speaks \
    speaking exclaim exclaims murmur murmurs mutters declares announces adds responds screams \
    laughs";

/// Spans of speech whose sentence names no speaker, if at least two people are described before
/// byte `end`. Other languages give none.
pub fn without_speaker(prompt: &str, speech: &[Span], end: usize) -> Vec<Range<usize>> {
    let mut described = String::new();
    let mut position = 0;
    let mut found = Vec::new();
    for span in speech {
        let before = prompt.get(position..span.whole.start).unwrap_or_default();
        described.push_str(before);
        described.push(' ');
        let mut sentences = before.rsplit(['.', '!', '?', '\n']);
        let sentence = sentences.find(|part| !part.trim().is_empty());
        if !words(sentence.unwrap_or_default()).any(|word| introduces(&word)) {
            found.push(span.whole.clone());
        }
        position = span.whole.end;
    }
    described.push_str(prompt.get(position..end).unwrap_or_default());
    let count = |list| words(&described).filter(|word| is_in(list, word)).count();
    if count(PEOPLE) + 2 * count(SEVERAL) < 2 {
        found.clear();
    }
    found
}

fn introduces(word: &str) -> bool {
    [PEOPLE, PRONOUNS, SPEAKING]
        .iter()
        .any(|list| is_in(list, word))
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    parts.map(str::to_lowercase)
}
