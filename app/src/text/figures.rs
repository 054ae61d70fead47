//! Numbers with their units.

/// Bytes in decimal units, as disks and the model's pages count them.
pub fn bytes(num_bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if num_bytes < 1000 {
        return format!("{num_bytes} B");
    }
    let mut value = num_bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if value < 9.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A number without needless digits.
pub fn decimal(value: f64) -> String {
    let sign = super::language::current().map_or('.', |language| language.decimal);
    value.to_string().replace('.', &sign.to_string())
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
        return format!("{secs:.1} s");
    }
    let whole = secs.round() as u64;
    if whole < 3600 {
        return format!("{}:{:02} min", whole / 60, whole % 60);
    }
    format!(
        "{}:{:02}:{:02} h",
        whole / 3600,
        whole / 60 % 60,
        whole % 60
    )
}

/// A share as whole per cent.
pub fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

/// `1 word`, `2 words`.
pub fn count(num: usize, one: &str, many: &str) -> String {
    format!("{num} {}", if num == 1 { one } else { many })
}

/// Pixels.
pub fn size_px(width: u32, height: u32) -> String {
    format!("{width} × {height} px")
}

/// Frames and their time at 24 per second.
pub fn frames_and_length(num_frames: u32, secs: f64) -> String {
    format!("{num_frames} frames, {secs:.1} s")
}

#[cfg(test)]
mod tests {
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
        assert_eq!(count(1, "word", "words"), "1 word");
    }
}
