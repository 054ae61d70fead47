//! What happens to a text before it is split into pieces (spec: text-encoder 5.5).
//!
//! Unicode repair line by line until nothing changes, HTML entities twice, then whitespace. The
//! network was trained on texts cleaned in this order, so ids depend on every step of it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::entities::{unescape, unescape_closed};
use super::mojibake;

/// Repetitions of the repair; real texts settle after two.
const MAX_REPAIRS: usize = 64;

/// The text the tokenizer sees: repaired, unescaped, on one line, with single spaces.
pub fn clean_text(text: &str) -> String {
    let repaired = repair(text);
    let unescaped = unescape(&repaired);
    let unescaped = unescape(&unescaped);
    let mut out = String::with_capacity(unescaped.len());
    for word in unescaped.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn repair(text: &str) -> String {
    let mut decode_entities = true;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // A tag makes it likely that entities are meant as they stand, from here on.
        decode_entities &= !line.contains('<');
        out.push_str(&repair_line(line, decode_entities));
    }
    out
}

fn repair_line(line: &str, decode_entities: bool) -> String {
    let mut current = line.to_owned();
    for _ in 0..MAX_REPAIRS {
        let next = repair_once(&current, decode_entities);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

fn repair_once(line: &str, decode_entities: bool) -> String {
    let line = if decode_entities {
        unescape_closed(line)
    } else {
        Cow::Borrowed(line)
    };
    let line = mojibake::repair(&line);
    let mut plain = String::with_capacity(line.len());
    line.chars().for_each(|c| push_plain(&mut plain, c));
    let plain = unify_line_breaks(&plain);
    let line = remove_colour_sequences(&plain);
    line.chars().filter(|&c| !is_removed(c)).nfc().collect()
}

/// Push what stands for `c`: C1 controls, ligatures, widths and quotes.
fn push_plain(out: &mut String, c: char) {
    match c {
        '\u{80}'..='\u{9F}' => push_simple(out, mojibake::windows_1252(c as u8)),
        'ŉ' => out.push_str("'n"),
        'Ĳ' => out.push_str("IJ"),
        'ĳ' => out.push_str("ij"),
        'Ǆ' => out.push_str("DŽ"),
        'ǅ' => out.push_str("Dž"),
        'ǆ' => out.push_str("dž"),
        'Ǉ' => out.push_str("LJ"),
        'ǈ' => out.push_str("Lj"),
        'ǉ' => out.push_str("lj"),
        'Ǌ' => out.push_str("NJ"),
        'ǋ' => out.push_str("Nj"),
        'ǌ' => out.push_str("nj"),
        'Ǳ' => out.push_str("DZ"),
        'ǲ' => out.push_str("Dz"),
        'ǳ' => out.push_str("dz"),
        'ﬀ' => out.push_str("ff"),
        'ﬁ' => out.push_str("fi"),
        'ﬂ' => out.push_str("fl"),
        'ﬃ' => out.push_str("ffi"),
        'ﬄ' => out.push_str("ffl"),
        'ﬅ' => out.push_str("ſt"),
        'ﬆ' => out.push_str("st"),
        '\u{3000}' => out.push(' '),
        '\u{FF01}'..='\u{FFEF}' => std::iter::once(c).nfkc().for_each(|c| push_simple(out, c)),
        _ => push_simple(out, c),
    }
}

fn push_simple(out: &mut String, c: char) {
    out.push(match c {
        '\u{2BC}' | '\u{2018}'..='\u{201B}' => '\'',
        '\u{201C}'..='\u{201F}' => '"',
        _ => c,
    });
}

fn unify_line_breaks(line: &str) -> String {
    let line = line.replace("\r\n", "\n");
    line.replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n")
}

/// Without `ESC [ digits and semicolons letter`.
fn remove_colour_sequences(line: &str) -> Cow<'_, str> {
    const START: &str = "\u{1B}[";
    if !line.contains(START) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(START) {
        let (before, sequence) = rest.split_at(start);
        out.push_str(before);
        let parameters = &sequence[START.len()..];
        let end = parameters.trim_start_matches(|c: char| c == ';' || c.is_ascii_digit());
        match end.strip_prefix(|c: char| c.is_ascii_alphabetic()) {
            Some(after) => rest = after,
            None => {
                out.push_str(START);
                rest = parameters;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_removed(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}'
            | '\u{B}'
            | '\u{E}'..='\u{1F}'
            | '\u{7F}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFC}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_in_the_order_of_the_reference() {
        let cases = [
            ("ﬁne ŉ ĳ ﬅ", "fine 'n ij ſt"),
            ("ＦＵＬＬ\u{3000}１２３ ｶﾞ", "FULL 123 ガ"),
            ("“a” ‘b’ «c» – …", "\"a\" 'b' «c» – …"),
            ("c\u{85}d\u{80}", "c…d€"),
            ("x\u{1B}[31;1mred\u{1B}[0m \u{1B}[9\u{7}", "xred [9"),
            ("cafe\u{301} \u{212B}", "café Å"),
            ("soft\u{AD} \u{200B}\u{FEFF}", "soft\u{AD} \u{200B}"),
        ];
        for (text, expected) in cases {
            assert_eq!(clean_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn entities_are_decoded_and_their_quotes_uncurled_only_before_a_tag() {
        assert_eq!(clean_text("&ldquo;a&rdquo;"), "\"a\"");
        assert_eq!(clean_text("<b>\n&ldquo;a&rdquo; &amp;amp;"), "<b> “a” &");
        assert_eq!(clean_text("&amp;amp;amp;amp;lt;"), "<");
        assert_eq!(clean_text("<&amp;amp;amp;lt;"), "<&amp;lt;");
    }

    #[test]
    fn whitespace_is_single_spaces() {
        assert_eq!(
            clean_text("\u{2003}a\u{A0}\t b\r\n\n c\u{2028}d \u{C}"),
            "a b c d"
        );
        assert_eq!(clean_text("\u{B}\u{FEFF} "), "");
    }
}
