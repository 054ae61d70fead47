//! Turns `ui-assets/theme/themes.toml` into palettes.

use std::fmt::Write as _;
use std::path::Path;

use crate::Failure;

/// Tables of the file and the names of their palettes.
const THEMES: [(&str, &str); 4] = [
    ("dark", "DARK"),
    ("light", "LIGHT"),
    ("contrast_dark", "CONTRAST_DARK"),
    ("contrast_light", "CONTRAST_LIGHT"),
];
/// Tokens with one colour each, all of which every theme must give.
const COLORS: [&str; 24] = [
    "window",
    "panel",
    "card",
    "field",
    "raised",
    "hover",
    "pressed",
    "border",
    "outline",
    "text",
    "muted",
    "accent",
    "accent_hover",
    "on_accent",
    "focus",
    "selection",
    "speech",
    "sound",
    "danger",
    "warning",
    "good",
    "stage",
    "on_stage",
    "shadow",
];
/// Token with a list of colours.
const SERIES: &str = "series";
const NUM_SERIES: usize = 8;

/// Code of the palettes of `path`, or a sentence that names the theme and the token that is wrong.
pub fn palettes(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path)?;
    let file = text
        .parse::<toml::Table>()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if let Some(name) = file
        .keys()
        .find(|key| THEMES.iter().all(|(name, _)| name != key))
    {
        return Err(format!("[{name}] is no theme").into());
    }
    let mut code = String::new();
    for (theme, constant) in THEMES {
        let table = file.get(theme).and_then(toml::Value::as_table);
        let table = table.ok_or_else(|| format!("the theme [{theme}] is missing"))?;
        let palette = palette(table).map_err(|problem| format!("[{theme}] {problem}"))?;
        writeln!(code, "#[doc = \"The theme {theme}.\"]")?;
        writeln!(
            code,
            "pub const {constant}: Palette = Palette {{ {palette} }};"
        )?;
    }
    Ok(code)
}

fn palette(table: &toml::Table) -> Result<String, String> {
    if let Some(key) = table
        .keys()
        .find(|key| *key != SERIES && !COLORS.contains(&key.as_str()))
    {
        return Err(format!("{key} is no token"));
    }
    let mut code = String::new();
    for token in COLORS {
        let value = table
            .get(token)
            .ok_or_else(|| format!("{token} is missing"))?;
        let color = color(value).ok_or_else(|| format!("{token} is no colour: {value}"))?;
        code.push_str(&format!("{token}: {color}, "));
    }
    let series = table.get(SERIES).and_then(toml::Value::as_array);
    let series = series.ok_or_else(|| format!("{SERIES} is missing"))?;
    let colors: Option<Vec<String>> = series.iter().map(color).collect();
    match colors {
        Some(colors) if colors.len() == NUM_SERIES => {
            code.push_str(&format!("{SERIES}: [{}]", colors.join(", ")));
            Ok(code)
        }
        _ => Err(format!("{SERIES} must be a list of {NUM_SERIES} colours")),
    }
}

/// `#rrggbb`, or `#rrggbbaa` with an opacity.
fn color(value: &toml::Value) -> Option<String> {
    let hex = value.as_str()?.strip_prefix('#')?;
    let is_hex = hex.chars().all(|c| c.is_ascii_hexdigit());
    let channel = |from: usize| u8::from_str_radix(hex.get(from..from + 2)?, 16).ok();
    let [red, green, blue] = [channel(0)?, channel(2)?, channel(4)?];
    match (is_hex, hex.len()) {
        (true, 6) => Some(format!("Color32::from_rgb({red}, {green}, {blue})")),
        // Constants take colours with the opacity multiplied in.
        (true, 8) => {
            let alpha = channel(6)?;
            let [red, green, blue] =
                [red, green, blue].map(|value| u16::from(value) * u16::from(alpha) / 255);
            Some(format!(
                "Color32::from_rgba_premultiplied({red}, {green}, {blue}, {alpha})"
            ))
        }
        _ => None,
    }
}
