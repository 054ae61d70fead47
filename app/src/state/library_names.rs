//! What a clip is called.

use ovi_engine::protocol::ClipRecord;

use super::library_query::prompt;

/// Longest name, in characters.
const MAX_CHARS: usize = 120;

/// The start of the prompt without its tags; the name of the file where there is no prompt.
pub fn clip_title(record: &ClipRecord) -> String {
    let title = prompt(record).map(without_tags).unwrap_or_default();
    if !title.is_empty() {
        return title;
    }
    let stem = record.clip.path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn without_tags(prompt: &str) -> String {
    let mut title = String::new();
    let mut num_chars = 0;
    let mut is_in_tag = false;
    for sign in prompt.chars() {
        match sign {
            '<' => is_in_tag = true,
            '>' if is_in_tag => is_in_tag = false,
            _ if is_in_tag => {}
            _ if sign.is_whitespace() || sign.is_control() => {
                if !title.is_empty() && !title.ends_with(' ') {
                    title.push(' ');
                    num_chars += 1;
                }
            }
            _ => {
                title.push(sign);
                num_chars += 1;
            }
        }
        if num_chars >= MAX_CHARS {
            title.push('…');
            break;
        }
    }
    title.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_no_tags_and_one_line() {
        assert_eq!(
            without_tags(" A man\nsays <S>hi<E> loud "),
            "A man says hi loud"
        );
        assert_eq!(without_tags("<AUDCAP>"), "");
        assert_eq!(
            without_tags(&"x".repeat(500)).chars().count(),
            MAX_CHARS + 1
        );
        assert_eq!(without_tags("你好 <S>再见<E>"), "你好 再见");
    }
}
