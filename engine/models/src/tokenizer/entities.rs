//! HTML entities: the lenient decoding of HTML5, and the strict one of the text repair
//! (spec: text-encoder 5.5).

use std::borrow::Cow;

/// Decode named and numeric references, with or without semicolon, once.
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let reference = Reference::read(after);
        match reference.decode() {
            Some(decoded) => out.push_str(&decoded),
            None => {
                out.push('&');
                out.push_str(reference.source());
            }
        }
        rest = &after[reference.source().len()..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Decode only complete references, from `&` to `;`. Names in capitals count too, as long as they
/// mean nothing else.
pub fn unescape_closed(text: &str) -> Cow<'_, str> {
    const MAX_NAME: usize = 24;
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let digits = after.strip_prefix('#').unwrap_or(after);
        let len = digits.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let end = after.len() - digits.len() + len;
        let closed = (1..=MAX_NAME).contains(&len) && after[end..].starts_with(';');
        let decoded = if closed {
            closed_reference(&after[..=end])
        } else {
            None
        };
        match decoded {
            Some(decoded) => {
                out.push_str(&decoded);
                rest = &after[end + 1..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `source` without its `&`, with its `;`.
fn closed_reference(source: &str) -> Option<String> {
    if source.starts_with('#') {
        let reference = Reference::read(source);
        // A decoded semicolon would look like an undecoded one.
        let decoded = reference.decode().filter(|decoded| !decoded.contains(';'));
        let is_whole = reference.source().len() == source.len();
        return decoded.filter(|_| is_whole).map(Cow::into_owned);
    }
    if let Some(decoded) = named(source) {
        return Some(decoded.to_owned());
    }
    let is_capitals = !source.bytes().any(|byte| byte.is_ascii_lowercase());
    if !is_capitals || Reference::Named(source).decode().is_some() {
        return None;
    }
    named(&source.to_ascii_lowercase()).map(str::to_uppercase)
}

/// What follows an ampersand.
enum Reference<'a> {
    /// `#` digits, or `#x` digits; the number, if it fits, and the source.
    Numeric(Option<u32>, &'a str),
    /// Possibly a name, possibly longer than one.
    Named(&'a str),
}

impl<'a> Reference<'a> {
    fn read(after: &'a str) -> Self {
        let number = |prefix: usize, radix: u32| {
            let digits = after.get(prefix..)?;
            let len = digits
                .bytes()
                .take_while(|&byte| char::from(byte).is_digit(radix))
                .count();
            let number = u32::from_str_radix(&digits[..len], radix).ok();
            let end = prefix + len + usize::from(digits[len..].starts_with(';'));
            (len > 0).then(|| Self::Numeric(number, &after[..end]))
        };
        if after.starts_with("#x") || after.starts_with("#X") {
            return number(2, 16).unwrap_or(Self::Named(""));
        }
        if after.starts_with('#') {
            return number(1, 10).unwrap_or(Self::Named(""));
        }
        const MAX_NAME: usize = 32;
        let ends_name = |c: char| matches!(c, '\t' | '\n' | '\x0C' | ' ' | '<' | '&' | '#' | ';');
        let name = after
            .char_indices()
            .take(MAX_NAME)
            .take_while(|&(_, c)| !ends_name(c));
        let end = name.last().map_or(0, |(idx, c)| idx + c.len_utf8());
        let closed = end > 0 && after[end..].starts_with(';');
        Self::Named(&after[..end + usize::from(closed)])
    }

    fn source(&self) -> &'a str {
        match self {
            Self::Numeric(_, source) | Self::Named(source) => source,
        }
    }

    fn decode(&self) -> Option<Cow<'static, str>> {
        let name = match self {
            Self::Numeric(number, _) => return Some(numeric(*number)),
            Self::Named(name) => *name,
        };
        if let Some(decoded) = named(name) {
            return Some(Cow::Borrowed(decoded));
        }
        // A known name may be a prefix of what was written: `&notit` is `¬it`.
        let ends = name
            .char_indices()
            .rev()
            .map(|(idx, _)| idx)
            .filter(|&idx| idx >= 2);
        let mut prefixes = ends.map(|idx| name.split_at(idx));
        let found = prefixes.find_map(|(prefix, rest)| Some((named(prefix)?, rest)));
        found.map(|(decoded, rest)| Cow::Owned(format!("{decoded}{rest}")))
    }
}

fn named(name: &str) -> Option<&'static str> {
    let key = format!("&{name}");
    std::str::from_utf8(htmlize::ENTITIES.get(key.as_bytes())?).ok()
}

/// Windows-1252 where HTML asks for it, nothing for characters it forbids.
fn numeric(number: Option<u32>) -> Cow<'static, str> {
    const REPLACEMENT: Cow<'static, str> = Cow::Borrowed("\u{FFFD}");
    let Some(number) = number else {
        return REPLACEMENT;
    };
    if let 0x80..=0x9F = number {
        return super::mojibake::windows_1252(number as u8)
            .to_string()
            .into();
    }
    let is_noncharacter = matches!(number, 0xFDD0..=0xFDEF) || number & 0xFFFE == 0xFFFE;
    let is_control = matches!(number, 0x1..=0x8 | 0xB | 0xE..=0x1F | 0x7F);
    match char::from_u32(number) {
        None | Some('\0') => REPLACEMENT,
        Some(_) if is_noncharacter || is_control => Cow::Borrowed(""),
        Some(c) => c.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_as_html5_does() {
        let cases = [
            ("&lt;S&gt; &amp;amp;", "<S> &amp;"),
            ("&copy 5 &notit; &notin;", "© 5 ¬it; ∉"),
            ("&#65;&#x42;&#67 &#x1F3AC;", "ABC 🎬"),
            (
                "&#128;&#0;&#xD800;&#99999999999;",
                "€\u{FFFD}\u{FFFD}\u{FFFD}",
            ),
            ("a&#1;b&#xFFFE;c", "abc"),
            ("& &; &# &#x &#xg; R&D &zzz;", "& &; &# &#x &#xg; R&D &zzz;"),
            ("&ngE;&fjlig;", "≧̸fj"),
            ("&é&amp", "&é&"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }

    #[test]
    fn the_strict_form_needs_the_semicolon() {
        let cases = [
            ("&lt &lt; &NTILDE; &HELLIP;", "&lt < Ñ …"),
            ("&#59; &#x3b; &#65; &zzz;", "&#59; &#x3b; A &zzz;"),
            ("&&amp;;", "&&;"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape_closed(text), expected, "{text}");
        }
    }
}
