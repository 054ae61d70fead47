//! Numbers with their units, as the language of the window writes them.

use super::language::signs;

/// A whole number, its digits in groups of three.
pub fn whole(number: u64) -> String {
    let digits = number.to_string();
    grouped(&digits)
}

/// A number with exactly so many decimals.
pub fn fixed(value: f64, num_decimals: usize) -> String {
    localised(&format!("{value:.num_decimals$}"))
}

/// A number without needless digits.
pub fn decimal(value: f64) -> String {
    localised(&value.to_string())
}

/// Digits with a point, in the language's signs.
fn localised(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", number),
    };
    match digits.split_once('.') {
        Some((whole, fraction)) => {
            let (decimal, _) = signs();
            format!("{sign}{}{decimal}{fraction}", grouped(whole))
        }
        None => format!("{sign}{}", grouped(digits)),
    }
}

fn grouped(digits: &str) -> String {
    let (_, group) = signs();
    let num_digits = digits.len();
    let mut text = String::with_capacity(num_digits + num_digits / 3);
    for (idx, digit) in digits.chars().enumerate() {
        let is_start_of_group = idx > 0 && (num_digits - idx).is_multiple_of(3);
        // Four digits are read at a glance.
        if is_start_of_group && num_digits > 4 {
            text.push(group);
        }
        text.push(digit);
    }
    text
}

/// Bytes in decimal units, as disks and the model's pages count them.
pub fn bytes(num_bytes: u64) -> String {
    const UNITS: [fn(String) -> String; 4] = [
        |value| super::unit_kilobytes(value),
        |value| super::unit_megabytes(value),
        |value| super::unit_gigabytes(value),
        |value| super::unit_terabytes(value),
    ];
    let mut value = num_bytes as f64;
    let mut unit = None;
    if num_bytes >= 1000 {
        for next in UNITS {
            if value < 999.5 {
                break;
            }
            value /= 1000.0;
            unit = Some(next);
        }
    }
    match unit {
        None => super::unit_bytes(num_bytes),
        Some(unit) if value < 9.95 => unit(fixed(value, 1)),
        Some(unit) => unit(fixed(value, 0)),
    }
}

/// Bytes with a sign.
pub fn signed_bytes(num_bytes: i64) -> String {
    let sign = if num_bytes < 0 { "−" } else { "+" };
    format!("{sign}{}", bytes(num_bytes.unsigned_abs()))
}

/// Seconds as people read them: `4.2 s`, `1:05 min`, `2:03:04 h`.
pub fn duration(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.0 {
        return "–".into();
    }
    if secs < 59.95 {
        return super::unit_seconds(fixed(secs, 1));
    }
    let whole = secs.round() as u64;
    if whole < 3600 {
        return super::unit_minutes(format!("{}:{:02}", whole / 60, whole % 60));
    }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60);
    super::unit_hours(format!("{hours}:{minutes:02}:{:02}", whole % 60))
}

/// A share as whole per cent.
pub fn percent(share: f32) -> String {
    super::unit_percent(fixed(f64::from(share) * 100.0, 0))
}

/// Pixels.
pub fn size_px(width: u32, height: u32) -> String {
    super::unit_pixels(width, height)
}

/// Frames and their time at 24 per second.
pub fn frames_and_length(num_frames: u32, secs: f64) -> String {
    super::unit_frames(num_frames.into(), super::unit_seconds(fixed(secs, 1)))
}

#[cfg(test)]
mod tests {
    use super::super::language;
    use super::*;

    #[test]
    fn figures_keep_two_to_three_digits() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_000), "1.0 kB");
        assert_eq!(bytes(999_600), "1.0 MB");
        assert_eq!(bytes(23_320_000_000), "23 GB");
        assert_eq!(signed_bytes(-12_000_000), "−12 MB");
        assert_eq!(signed_bytes(0), "+0 B");
        assert_eq!(duration(4.21), "4.2 s");
        assert_eq!(duration(59.96), "1:00 min");
        assert_eq!(duration(7384.0), "2:03:04 h");
        assert_eq!(duration(f64::NAN), "–");
        assert_eq!(percent(0.614), "61 %");
        assert_eq!(frames_and_length(121, 5.04), "121 frames, 5.0 s");
        assert_eq!(frames_and_length(1, 0.04), "1 frame, 0.0 s");
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let check = |code: &str, expected: [&str; 6]| {
            assert!(language::speak_code(code), "{code}");
            let written = [
                whole(2073),
                whole(518_400),
                whole(1_234_567),
                decimal(0.25),
                decimal(-12_345.5),
                fixed(11.657, 2),
            ];
            assert_eq!(written, expected, "{code}");
        };
        check(
            "en",
            ["2073", "518,400", "1,234,567", "0.25", "−12,345.5", "11.66"],
        );
        check(
            "de",
            ["2073", "518.400", "1.234.567", "0,25", "−12.345,5", "11,66"],
        );
        assert_eq!(duration(4.21), "4,2 s");
        assert_eq!(bytes(1_500_000_000), "1,5 GB");
        assert_eq!(frames_and_length(1, 0.04), "1 Bild, 0,0 s");
        language::speak_code(language::ENGLISH);
    }
}
