//! UTF-8 that was read as Windows-1252 or Latin-1, read right (spec: text-encoder 5.5, step 2).
//!
//! `schÃ¶n` is `schön` whose bytes were taken for characters. Every character is turned back into
//! the byte it stands for; if the bytes are UTF-8 and the text looks garbled, the bytes win. A
//! line that holds other characters too is repaired piece by piece. Correct text that happens to
//! be decodable (`CAFÉ…`) must not look garbled, hence the rules in [`garbled`].

mod garbled;

use std::borrow::Cow;

use garbled::is_garbled;

const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Text may be garbled several times over.
const MAX_ROUNDS: usize = 4;

/// Windows-1252 for the bytes 0x80..=0x9F, Latin-1 for every other byte and the five undefined ones.
pub fn windows_1252(byte: u8) -> char {
    let c1 = byte
        .checked_sub(0x80)
        .and_then(|idx| C1.get(usize::from(idx)));
    c1.copied().unwrap_or(char::from(byte))
}

/// The byte `c` stands for in Windows-1252 or Latin-1.
fn byte_of(c: char) -> Option<u8> {
    match u8::try_from(u32::from(c)) {
        Ok(byte) => Some(byte),
        Err(_) => C1
            .iter()
            .position(|&listed| listed == c)
            .map(|idx| 0x80 + idx as u8),
    }
}

/// `line` as it was meant.
pub fn repair(line: &str) -> Cow<'_, str> {
    let mut current = Cow::Borrowed(line);
    for _ in 0..MAX_ROUNDS {
        match repair_once(&current) {
            Some(next) if next != current => current = Cow::Owned(next),
            _ => break,
        }
    }
    current
}

fn repair_once(line: &str) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    let chars: Vec<char> = line.chars().collect();
    if !is_garbled(&chars) {
        return None;
    }
    decoded(&chars).or_else(|| Some(repair_runs(&chars)))
}

/// The bytes that `chars` stand for in one of the two encodings, if they are UTF-8.
fn decoded(chars: &[char]) -> Option<String> {
    let is_latin1_only = |c: &char| byte_of(*c).map(windows_1252) != Some(*c);
    let is_windows_only = |c: &char| u32::from(*c) > 0xFF;
    if chars.iter().any(is_latin1_only) && chars.iter().any(is_windows_only) {
        return None;
    }
    let bytes: Option<Vec<u8>> = chars.iter().map(|&c| byte_of(c)).collect();
    String::from_utf8(with_blanks_restored(&bytes?)).ok()
}

/// Decode the runs that look garbled by themselves and leave the rest of the line.
fn repair_runs(chars: &[char]) -> String {
    let mut out = String::with_capacity(4 * chars.len());
    let mut rest = chars;
    while !rest.is_empty() {
        let len = run_len(rest);
        let (run, behind) = rest.split_at(len.max(1).min(rest.len()));
        match decoded(run).filter(|_| len > 0 && is_garbled(run)) {
            Some(decoded) => out.push_str(&decoded),
            None => out.extend(run),
        }
        rest = behind;
    }
    out
}

/// Characters at the start of `chars` whose bytes have the form of UTF-8 beyond ASCII; a blank may
/// be what is left of a no-break space.
fn run_len(chars: &[char]) -> usize {
    let mut len = 0;
    loop {
        let rest = chars.iter().skip(len);
        let num_following = match rest.clone().next().copied().and_then(byte_of) {
            Some(0xC2..=0xDF) => 1,
            Some(0xE0..=0xEF) => 2,
            Some(0xF0..=0xF4) => 3,
            _ => return len,
        };
        let following = rest.skip(1).take(num_following).map_while(|&c| byte_of(c));
        if following
            .filter(|byte| matches!(byte, b' ' | 0x80..=0xBF))
            .count()
            < num_following
        {
            return len;
        }
        len += 1 + num_following;
    }
}

/// A continuation byte 0xA0 is a no-break space as a character, which editors turn into a space.
fn with_blanks_restored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        out.push(byte);
        match (byte, after) {
            // `Ã ` is `à`, mostly a word of its own whose space is still needed.
            (0xC3, [b' ', following @ ..]) => {
                out.push(0xA0);
                let ends_word = |part: &&[u8]| !following.starts_with(part);
                let is_word = [b" ".as_slice(), b"s ", b"quel", b"quil"]
                    .iter()
                    .all(ends_word);
                if !is_word {
                    rest = following;
                }
            }
            (0xC2 | 0xC5 | 0xCE | 0xD0 | 0xD9, [b' ', following @ ..]) => {
                out.push(0xA0);
                rest = following;
            }
            (0xE2 | 0xE3, [b' ', third @ 0x80..=0xBF, following @ ..])
            | (0xE0..=0xE3, [third @ 0x80..=0xBF, b' ', following @ ..]) => {
                let is_second = after.first() == Some(&b' ');
                out.extend(if is_second {
                    [0xA0, *third]
                } else {
                    [*third, 0xA0]
                });
                rest = following;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbled_text_is_read_right() {
        let cases = [
            ("schÃ¶n dÃ©jÃ  vu", "schön déjà vu"),
            ("it’s “fineâ€\u{9d}", "it’s “fine”"),
            ("l’humanitÃ©", "l’humanité"),
            ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
            ("ðŸ˜€ 日本", "😀 日本"),
            ("ä¸\u{AD}æ–‡", "中文"),
            ("cafÃƒÂ©", "café"),
            ("voilÃ\u{A0} 20Â°", "voilà 20°"),
        ];
        for (text, expected) in cases {
            assert_eq!(repair(text), expected, "{text:?}");
        }
    }

    #[test]
    fn correct_text_stays() {
        for text in [
            "CAFÉ… naïve “É” ‘santé’”…",
            "Ein großer “Fuß”… 5×5° “SÃO PAULO”",
            "ÑANDÚ® Århus™ «FRANÇAIS» à la…",
            "ça coûte 20\u{A0}€, l’été»",
            "Привет 中文 😀 ½ ² ™",
        ] {
            assert_eq!(repair(text), text);
        }
    }
}
