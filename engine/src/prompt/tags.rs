//! Tags of prompts and the spans between them.

use std::ops::Range;

pub const SPEECH_START: &str = "<S>";
pub const SPEECH_END: &str = "<E>";
pub const CAPTION_START: &str = "<AUDCAP>";
pub const CAPTION_END: &str = "<ENDAUDCAP>";
pub const AUDIO: &str = "Audio:";

/// A span with its tags, and what stands between them.
pub struct Span {
    /// From the first byte of the opening tag to the last of the closing one.
    pub whole: Range<usize>,
    /// The text inside.
    pub inner: Range<usize>,
}

/// Closed spans from left to right; each ends at the first closing tag.
pub fn spans<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = Span> + 'a {
    let mut position = 0;
    std::iter::from_fn(move || {
        let start = position + text.get(position..)?.find(open)?;
        let inner = start + open.len();
        let inner_end = inner + text.get(inner..)?.find(close)?;
        position = inner_end + close.len();
        Some(Span {
            whole: start..position,
            inner: inner..inner_end,
        })
    })
}

/// `text` with every closed span replaced by what `replace` makes of its inside.
pub fn replace_spans(
    text: &str,
    open: &str,
    close: &str,
    replace: impl Fn(&str) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut position = 0;
    for span in spans(text, open, close) {
        out.push_str(&text[position..span.whole.start]);
        out.push_str(&replace(&text[span.inner]));
        position = span.whole.end;
    }
    out.push_str(&text[position..]);
    out
}

/// A tag as written, and the tag it stands for.
pub struct Written {
    /// Bytes of the tag.
    pub range: Range<usize>,
    /// The tag the models know.
    pub canonical: &'static str,
}

/// Everything between angle brackets that is a tag or a misspelt one.
pub fn written_tags(text: &str) -> impl Iterator<Item = Written> + '_ {
    const MAX_LEN: usize = 24;
    text.match_indices('<').filter_map(|(start, _)| {
        let tail = &text[start + 1..];
        let len = tail
            .find(['>', '<'])
            .filter(|&len| len <= MAX_LEN && tail[len..].starts_with('>'))?;
        let name: String = tail[..len].chars().filter(|c| !c.is_whitespace()).collect();
        let canonical = match name.to_ascii_uppercase().as_str() {
            "S" => SPEECH_START,
            "E" | "/S" | "S/" | "/E" | "E/" => SPEECH_END,
            "AUDCAP" => CAPTION_START,
            "ENDAUDCAP" | "/AUDCAP" | "AUDCAP/" | "/ENDAUDCAP" => CAPTION_END,
            _ => return None,
        };
        Some(Written {
            range: start..start + len + 2,
            canonical,
        })
    })
}
