//! Memory of the running job: counted by holder, beside what the system sees, and the gap.

use std::collections::BTreeMap;

use egui::{Color32, Rect, Response, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo, vec2};
use ovi_engine::protocol::MemorySnapshot;

use super::View;
use crate::text;
use crate::theme::{self, Palette, radius, space};
use crate::widgets::{Segment, card, note, segmented_bar};

/// Kind of the ledger's accounts that stand for mapped files.
const MAPPED: &str = "mapped";

/// A coloured, named amount.
struct Share {
    name: String,
    num_bytes: u64,
    color: Color32,
}

pub fn ui(ui: &mut Ui, view: &View<'_>) {
    let Some(memory) = &view.state.memory else {
        return;
    };
    card(ui, text::memory(), |ui| {
        let palette = theme::palette(ui);
        let full = memory
            .counted_bytes
            .max(memory.resident_bytes.unwrap_or(0))
            .max(1);
        ui.columns_const(|[left, right]| {
            let peak = text::memory_peak(memory.counted_peak_bytes);
            let title = text::memory_title(text::memory_counted(), memory.counted_bytes, &peak);
            account(left, &title, &counted_shares(memory, palette), full);
            let Some(num_bytes) = memory.resident_bytes else {
                return;
            };
            let gap = memory.gap_bytes().map(text::memory_gap).unwrap_or_default();
            let title = text::memory_title(text::memory_resident(), num_bytes, &gap);
            account(right, &title, &resident_shares(memory, palette), full)
                .on_hover_text(text::memory_gap_hint());
        });
    });
}

/// Title, bar and legend of one way to look at memory.
fn account(ui: &mut Ui, title: &str, shares: &[Share], full: u64) -> Response {
    let response = ui.label(title);
    let segments: Vec<Segment> = shares
        .iter()
        .map(|share| Segment {
            share: share.num_bytes as f32 / full as f32,
            color: share.color,
        })
        .collect();
    let spoken: Vec<String> = shares.iter().map(Share::words).collect();
    segmented_bar(ui, &segments, &format!("{title}: {}", spoken.join(", ")));
    legend(ui, shares);
    response
}

fn legend(ui: &mut Ui, shares: &[Share]) {
    if shares.is_empty() {
        note(ui, text::memory_empty());
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::M, 0.0);
        ui.set_row_height(ui.text_style_height(&TextStyle::Small));
        for share in shares {
            legend_entry(ui, share);
        }
    });
}

/// A dot and its words, never torn apart at the end of a line.
fn legend_entry(ui: &mut Ui, share: &Share) {
    let font = TextStyle::Small.resolve(ui.style());
    let ink = theme::palette(ui).muted;
    let galley = ui.painter().layout_no_wrap(share.words(), font, ink);
    let shift = space::S + space::XS;
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(shift, 0.0), Sense::hover());
    let dot = Rect::from_center_size(
        rect.left_center() + vec2(space::S / 2.0, 0.0),
        Vec2::splat(space::S),
    );
    ui.painter().rect_filled(dot, radius::S / 2, share.color);
    ui.painter()
        .galley(rect.min + vec2(shift, 0.0), galley, ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, share.words()));
}

impl Share {
    fn words(&self) -> String {
        format!("{} {}", self.name, text::bytes(self.num_bytes))
    }
}

/// Holders with memory that counts, largest first; their kinds are added up.
fn counted_shares(memory: &MemorySnapshot, palette: &Palette) -> Vec<Share> {
    let mut holders: BTreeMap<&str, u64> = BTreeMap::new();
    for holder in memory.holders.iter().filter(|holder| holder.kind != MAPPED) {
        *holders.entry(&holder.holder).or_default() += holder.current_bytes;
    }
    // Colours go by name, so that a holder keeps its colour while its size changes.
    let mut shares: Vec<Share> = holders
        .into_iter()
        .zip(palette.series.iter().cycle())
        .filter(|((_, num_bytes), _)| *num_bytes > 0)
        .map(|((name, num_bytes), color)| Share {
            name: name.to_owned(),
            num_bytes,
            color: *color,
        })
        .collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.num_bytes));
    shares
}

/// Resident memory: before the job, pages of mapped files, everything else.
fn resident_shares(memory: &MemorySnapshot, palette: &Palette) -> Vec<Share> {
    let Some(resident) = memory.resident_bytes else {
        return Vec::new();
    };
    let mapped = memory.resident_file_bytes.unwrap_or(0).min(resident);
    let floor = memory
        .resident_floor_bytes
        .unwrap_or(0)
        .min(resident - mapped);
    let [first, second, third, ..] = palette.series;
    [
        (text::memory_other(), resident - mapped - floor, first),
        (text::memory_mapped(), mapped, second),
        (text::memory_floor(), floor, third),
    ]
    .into_iter()
    .filter(|(_, num_bytes, _)| *num_bytes > 0)
    .map(|(name, num_bytes, color)| Share {
        name: name.to_owned(),
        num_bytes,
        color,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ovi_engine::protocol::HolderMemory;

    fn holder(holder: &str, kind: &str, current_bytes: u64) -> HolderMemory {
        let (device, holder, kind) = ("cpu".into(), holder.into(), kind.into());
        HolderMemory {
            device,
            holder,
            kind,
            current_bytes,
            peak_bytes: current_bytes,
        }
    }

    #[test]
    fn holders_are_added_up_and_mapped_files_left_out() {
        let memory = MemorySnapshot {
            holders: vec![
                holder("transformer", "weights", 5),
                holder("transformer", "mapped", 100),
                holder("transformer", "cache", 2),
                holder("decoder", "weights", 9),
                holder("encoder", "weights", 0),
            ],
            ..MemorySnapshot::default()
        };
        let shares = counted_shares(&memory, &theme::palettes::DARK);
        let words: Vec<_> = shares.iter().map(Share::words).collect();
        assert_eq!(words, ["decoder 9 B", "transformer 7 B"]);
    }

    #[test]
    fn resident_parts_add_up_whatever_the_system_says() {
        let memory = MemorySnapshot {
            resident_bytes: Some(100),
            resident_file_bytes: Some(80),
            resident_floor_bytes: Some(70),
            ..MemorySnapshot::default()
        };
        let shares = resident_shares(&memory, &theme::palettes::LIGHT);
        assert_eq!(shares.iter().map(|share| share.num_bytes).sum::<u64>(), 100);
        assert!(resident_shares(&MemorySnapshot::default(), &theme::palettes::DARK).is_empty());
    }
}
