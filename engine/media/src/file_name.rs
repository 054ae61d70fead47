//! Names of output files: the prompt's slug and the name template (spec: product 13; pipeline 3).

/// The default name template of a clip, without extension.
pub const DEFAULT_NAME_TEMPLATE: &str = "{date}_{time}_{slug}_{width}x{height}_{seed}";

/// Longest slug, in Unicode scalar values.
const MAX_SLUG_CHARS: usize = 50;
/// Longest stem in bytes: leaves room for `_2` and an extension under the usual limit of 255.
const MAX_STEM_BYTES: usize = 220;
/// Name of a clip whose prompt leaves nothing to show.
const EMPTY_SLUG: &str = "clip";

/// A short file-name part from a prompt: tags removed, spaces and slashes to underscores, at most 50
/// characters, safe on every file system. Never empty.
pub fn prompt_slug(prompt: &str) -> String {
    let cut: String = without_tags(prompt)
        .chars()
        .map(|c| {
            if matches!(c, ' ' | '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .take(MAX_SLUG_CHARS)
        .collect();
    safe_stem(&cut)
}

/// What a name template can show.
#[derive(Debug, Clone)]
pub struct NameFields {
    /// Date as `YYYY-MM-DD`.
    pub date: String,
    /// Time of day as `HHMMSS`.
    pub time: String,
    /// See [`prompt_slug`].
    pub slug: String,
    /// Actual width in pixels.
    pub width: u32,
    /// Actual height in pixels.
    pub height: u32,
    /// Seed of the take.
    pub seed: u64,
    /// Take, counted from 0.
    pub index: u32,
}

impl NameFields {
    /// Fills `{date}`, `{time}`, `{slug}`, `{width}`, `{height}`, `{seed}`, `{index}`; other text stays.
    ///
    /// The result is one file-name stem without extension, safe on every file system, never empty:
    /// folder separators in the template become underscores.
    pub fn fill(&self, template: &str) -> String {
        let mut name = String::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            let (before, from_brace) = rest.split_at(start);
            name.push_str(before);
            let field = from_brace
                .find('}')
                .and_then(|end| Some((end, self.field(from_brace.get(1..end)?)?)));
            match field {
                Some((end, value)) => {
                    name.push_str(&value);
                    rest = from_brace.get(end + 1..).unwrap_or_default();
                }
                None => {
                    name.push('{');
                    rest = from_brace.get(1..).unwrap_or_default();
                }
            }
        }
        name.push_str(rest);
        safe_stem(&name)
    }

    fn field(&self, name: &str) -> Option<String> {
        Some(match name {
            "date" => self.date.clone(),
            "time" => self.time.clone(),
            "slug" => self.slug.clone(),
            "width" => self.width.to_string(),
            "height" => self.height.to_string(),
            "seed" => self.seed.to_string(),
            "index" => self.index.to_string(),
            _ => return None,
        })
    }
}

/// Removes every shortest `<`…`>` that does not span a line break.
fn without_tags(prompt: &str) -> String {
    let mut text = String::with_capacity(prompt.len());
    let mut rest = prompt;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        match tag.find(['>', '\n']) {
            Some(end) if tag[end..].starts_with('>') => rest = &tag[end + 1..],
            _ => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// Makes a stem every common file system accepts.
fn safe_stem(text: &str) -> String {
    let mut stem: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(safe_char)
        .collect();
    while stem.len() > MAX_STEM_BYTES {
        stem.pop();
    }
    // Windows drops trailing dots and spaces; leading dots hide files on Unix.
    let trimmed = stem.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let device = trimmed.split('.').next().unwrap_or_default();
    match trimmed {
        "" => EMPTY_SLUG.to_owned(),
        _ if trimmed.chars().all(|c| c == '_') => EMPTY_SLUG.to_owned(),
        _ if is_device_name(device) => format!("_{trimmed}"),
        _ => trimmed.to_owned(),
    }
}

fn safe_char(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
        c if c.is_control() => '_',
        c if c.is_whitespace() => '_',
        c => c,
    }
}

/// Characters that change nothing or reorder the name on screen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Names Windows keeps for devices, with any extension.
fn is_device_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!(
                (chars.next(), chars.next()),
                (Some('0'..='9' | '¹' | '²' | '³'), None)
            )
        })
    };
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_lose_tags_and_keep_words() {
        let check =
            |prompt: &str, expected: &str| assert_eq!(prompt_slug(prompt), expected, "{prompt:?}");
        check("A dog <S>Hello there<E> barks", "A_dog_Hello_there_barks");
        check("rain/snow <AUDCAP>wind<ENDAUDCAP>", "rain_snow_wind");
        check("a < b\nand > c", "a___b_and___c");
        check("what: \"now\"?", "what___now__");
        check("", "clip");
        check("<S><E>", "clip");
        check("...", "clip");
        check("con", "_con");
        check("Lpt1.mp4", "_Lpt1.mp4");
        check("ends with dot.", "ends_with_dot");
        check("\u{202e}abc\u{0}", "abc_");
    }

    #[test]
    fn slugs_count_characters_not_bytes() {
        let slug = prompt_slug(&"ü".repeat(80));
        assert_eq!(slug.chars().count(), 50);
        assert!(prompt_slug(&"🎬".repeat(80)).len() <= MAX_STEM_BYTES);
    }

    #[test]
    fn templates_fill_known_fields_only() {
        let fields = NameFields {
            date: "2031-01-02".into(),
            time: "030405".into(),
            slug: "a_dog".into(),
            width: 960,
            height: 544,
            seed: 103,
            index: 1,
        };
        assert_eq!(
            fields.fill(DEFAULT_NAME_TEMPLATE),
            "2031-01-02_030405_a_dog_960x544_103"
        );
        assert_eq!(
            fields.fill("{slug}_{height}x{width}_{seed}_{index}"),
            "a_dog_544x960_103_1"
        );
        assert_eq!(fields.fill("../{unknown}/{slug"), "_{unknown}_{slug");
        assert_eq!(fields.fill(""), "clip");
    }
}
