//! Names with numbers in them: matching and filling.

/// Most numbers in one name.
const MAX_NUMBERS: usize = 2;

/// The numbers of a name, in order.
pub(super) type Numbers = Vec<usize>;

/// The numbers at the places marked `{}`, when the name matches the pattern exactly. Numbers are
/// written without leading zeros, so that no two names mean the same tensor.
pub(super) fn numbers_in(pattern: &str, name: &str) -> Option<Numbers> {
    let mut parts = pattern.split("{}");
    let mut rest = name.strip_prefix(parts.next()?)?;
    let mut numbers = Vec::with_capacity(MAX_NUMBERS);
    for part in parts {
        let num_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, behind) = rest.split_at_checked(num_digits)?;
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        numbers.push(digits.parse().ok()?);
        rest = behind.strip_prefix(part)?;
    }
    rest.is_empty().then_some(numbers)
}

/// The pattern with its places filled in order.
pub(super) fn fill(pattern: &str, numbers: &[usize]) -> String {
    let mut parts = pattern.split("{}");
    let mut name = parts.next().unwrap_or_default().to_owned();
    for (part, number) in parts.zip(numbers) {
        name.push_str(&number.to_string());
        name.push_str(part);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: Option<&[usize]>) {
        let numbers = numbers_in(pattern, name);
        assert_eq!(numbers.as_deref(), expected, "{pattern} on {name}");
        if let Some(numbers) = numbers {
            assert_eq!(fill(pattern, &numbers), name);
        }
    }

    #[test]
    fn matches_whole_names_only() {
        check("blocks.{}.norm", "blocks.12.norm", Some(&[12]));
        check("a.{}.b.{}", "a.0.b.7", Some(&[0, 7]));
        check("norm", "norm", Some(&[]));
        check("blocks.{}.norm", "blocks.12.norm.weight", None);
        check("blocks.{}.norm", "x.blocks.12.norm", None);
        check("blocks.{}.norm", "blocks..norm", None);
        check("blocks.{}.norm", "blocks.01.norm", None);
        check("blocks.{}.norm", "blocks.-1.norm", None);
        check("blocks.{}.norm", "blocks.99999999999999999999.norm", None);
    }
}
