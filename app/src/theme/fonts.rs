//! The typefaces of the window (`ui-assets/fonts`).
//!
//! Those of the window itself are loaded with it. The others are read when the first of their
//! characters is drawn: until then their pages are not even in memory.

use std::sync::Arc;

use egui::epaint::text::{FallbackRequest, FontInsert, FontPriority, InsertFontFamily};
use egui::{Context, FontData, FontDefinitions, FontFamily};

/// Family of headings and the main action.
pub const STRONG: &str = "strong";

macro_rules! font {
    ($file:literal) => {
        include_bytes!(concat!("../../../ui-assets/fonts/", $file))
    };
}

/// Name, bytes, and the families that it is the first of.
const ALWAYS: [(&str, &[u8]); 3] = [
    ("Inter", font!("Inter-Regular.otf")),
    ("Inter SemiBold", font!("Inter-SemiBold.otf")),
    ("Noto Sans Mono", font!("NotoSansMono-Regular.ttf")),
];

/// A typeface for some scripts.
struct Script {
    name: &'static str,
    bytes: &'static [u8],
    /// First and last characters of its ranges.
    ranges: &'static [(u32, u32)],
}

/// In the order they are asked for a character that no loaded typeface has.
const SCRIPTS: [Script; 10] = [
    Script {
        name: "Noto Sans Arabic",
        bytes: font!("NotoSansArabic-Regular.ttf"),
        ranges: &[
            (0x600, 0x6ff),
            (0x750, 0x77f),
            (0x8a0, 0x8ff),
            (0xfb50, 0xfdff),
            (0xfe70, 0xfeff),
        ],
    },
    Script {
        name: "Noto Sans Hebrew",
        bytes: font!("NotoSansHebrew-Regular.ttf"),
        ranges: &[(0x590, 0x5ff), (0xfb1d, 0xfb4f)],
    },
    Script {
        name: "Noto Sans Devanagari",
        bytes: font!("NotoSansDevanagari-Regular.ttf"),
        ranges: &[(0x900, 0x97f), (0x1cd0, 0x1cff), (0xa8e0, 0xa8ff)],
    },
    Script {
        name: "Noto Sans Thai",
        bytes: font!("NotoSansThai-Regular.ttf"),
        ranges: &[(0xe00, 0xe7f)],
    },
    Script {
        name: "Noto Sans Georgian",
        bytes: font!("NotoSansGeorgian-Regular.ttf"),
        ranges: &[(0x10a0, 0x10ff), (0x1c90, 0x1cbf), (0x2d00, 0x2d2f)],
    },
    Script {
        name: "Noto Sans Armenian",
        bytes: font!("NotoSansArmenian-Regular.ttf"),
        ranges: &[(0x530, 0x58f), (0xfb13, 0xfb17)],
    },
    Script {
        name: "Noto Sans Symbols 2",
        bytes: font!("NotoSansSymbols2-Regular.ttf"),
        ranges: &[(0x2190, 0x27bf), (0x2900, 0x297f), (0x2b00, 0x2bff)],
    },
    Script {
        name: "Noto Sans KR",
        bytes: font!("NotoSansKR-Regular.otf"),
        ranges: &[(0x3130, 0x318f), (0xac00, 0xd7a3)],
    },
    Script {
        name: "Droid Sans Fallback",
        bytes: font!("DroidSansFallbackFull.ttf"),
        ranges: &[
            (0x1100, 0x11ff),
            (0x2e80, 0x9fff),
            (0xf900, 0xfaff),
            (0xfe30, 0xfe4f),
            (0xff00, 0xffef),
        ],
    },
    Script {
        name: "Noto Emoji",
        bytes: font!("NotoEmoji-Regular.ttf"),
        ranges: &[
            (0x203c, 0x2049),
            (0x2300, 0x27bf),
            (0x2b00, 0x2bff),
            (0x1f000, 0x1faff),
        ],
    },
];

/// Make them the typefaces of the window. To be called once.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
    // One provider each: where a typeface lacks the character, the next one is asked.
    for script in &SCRIPTS {
        ctx.add_font_provider(Arc::new(|request: &FallbackRequest<'_>| {
            find(script, request)
        }));
    }
}

fn definitions() -> FontDefinitions {
    let mut definitions = FontDefinitions::empty();
    for (name, bytes) in ALWAYS {
        let data = Arc::new(FontData::from_static(bytes));
        definitions.font_data.insert(name.to_owned(), data);
    }
    let chains: [(FontFamily, &[&str]); 3] = [
        (FontFamily::Proportional, &["Inter"]),
        (
            FontFamily::Name(STRONG.into()),
            &["Inter SemiBold", "Inter"],
        ),
        (FontFamily::Monospace, &["Noto Sans Mono", "Inter"]),
    ];
    for (family, names) in chains {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        definitions.families.insert(family, names);
    }
    definitions
}

fn find(script: &Script, request: &FallbackRequest<'_>) -> Option<FontInsert> {
    let first = u32::from(request.cluster.chars().next()?);
    let mut ranges = script.ranges.iter();
    let is_in_range = ranges.any(|(from, to)| (*from..=*to).contains(&first));
    is_in_range.then(|| {
        let family = InsertFontFamily {
            family: request.family.clone(),
            priority: FontPriority::Lowest,
        };
        let data = FontData::from_static(script.bytes);
        FontInsert::new(script.name, data, vec![family])
    })
}

#[cfg(test)]
mod tests {
    use egui::epaint::text::Galley;
    use egui::{Color32, FontId};

    use super::*;

    /// A sentence of the window or of a prompt in each script.
    const SAMPLES: [(&str, &str); 14] = [
        (
            "English",
            "Speech ends with <E> – “quoted” … 5 × 3 ≤ 16 · −2 °C → ✓",
        ),
        ("German", "Größe, Übergänge, Straße: „fünf Clips“"),
        ("French", "Où est l’œuvre ? Ça coûte 3 € — très bien."),
        ("Polish", "Zażółć gęślą jaźń"),
        ("Turkish", "İşçi ğüneş, çığ"),
        ("Vietnamese", "Người phụ nữ mặc áo dài đứng giữa phố cổ."),
        ("Greek", "Ένας φάρος στη θάλασσα, Ωραία!"),
        ("Russian", "Съешь же ещё этих мягких французских булок"),
        ("Ukrainian", "Ґанок, їжак, є інший"),
        ("Arabic", "قال الرجل مرحبا بكم"),
        ("Hebrew", "שלום לכולם"),
        ("Hindi", "एक आदमी नमस्ते कहता है"),
        ("Thai", "ผู้หญิงยืนอยู่ริมทะเล"),
        (
            "Chinese, Japanese, Korean",
            "一位老人说：你好。海辺の灯台、アニメ。안녕하세요",
        ),
    ];

    /// Shape `text` as the window does.
    fn layout(family: &FontFamily, text: &str) -> (Context, Arc<Galley>) {
        let ctx = Context::default();
        install(&ctx);
        let font = FontId::new(14.0, family.clone());
        let mut galley = None;
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let laid_out = ui.fonts_mut(|fonts| {
                fonts.layout_no_wrap(text.to_owned(), font.clone(), Color32::WHITE)
            });
            galley = Some(laid_out);
        });
        output.textures_delta.clear();
        (ctx, galley.unwrap())
    }

    #[test]
    fn no_script_shows_boxes() {
        let families = definitions().families;
        for family in families.keys() {
            for (language, sample) in SAMPLES {
                let (ctx, _) = layout(family, sample);
                let font = FontId::new(14.0, family.clone());
                let missing: String = sample
                    .chars()
                    .filter(|c| !ctx.fonts_mut(|fonts| fonts.has_glyph(&font, *c)))
                    .collect();
                assert_eq!(missing, "", "{language} in {family}");
            }
        }
    }

    #[test]
    fn scripts_are_shaped_but_not_ordered_from_right_to_left() {
        let width = |text: &str| layout(&FontFamily::Proportional, text).1.size().x;
        // Joined letters are narrower than the same letters with a space that does not join.
        let joined = width("\u{628}\u{628}\u{628}");
        let apart = 3.0 * width("\u{628}");
        assert!(
            joined < 0.8 * apart,
            "{joined} {apart}: Arabic letters join"
        );
        let cluster = width("\u{915}\u{94d}\u{937}");
        let parts = width("\u{915}") + width("\u{937}");
        assert!(
            cluster < 0.9 * parts,
            "{cluster} {parts}: Devanagari forms clusters"
        );

        // What the toolkit does not do, so that a version that does is noticed.
        let words = "\u{5d0}\u{5d0} \u{5d1}";
        let (_, galley) = layout(&FontFamily::Proportional, words);
        let glyphs = &galley.rows[0].glyphs;
        let left_of = |c: char| glyphs.iter().find(|glyph| glyph.chr == c).unwrap().pos.x;
        assert!(
            left_of('\u{5d0}') < left_of('\u{5d1}'),
            "words stand in the order of the text, from left to right"
        );
    }
}
