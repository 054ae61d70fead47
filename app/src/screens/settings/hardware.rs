//! What the engine runs on, and what it cannot use yet.

use egui::Ui;

use super::row::{Row, setting};
use crate::screens::View;
use crate::text;
use crate::widgets::{Icon, card, note, problem};

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::hw_engine(), |ui| facts(ui, view));
    card(ui, text::hw_not_yet(), |ui| {
        let color = crate::theme::palette(ui).muted;
        for sentence in [text::hw_no_gpu(), text::hw_no_calibration()] {
            problem(ui, Icon::Ring, color, sentence);
        }
    });
}

/// Processor and memory, line by line.
pub fn facts(ui: &mut Ui, view: &View<'_>) {
    let hardware = view.hardware;
    let vectors = match hardware.vectors.is_empty() {
        true => text::hw_no_vectors().to_owned(),
        false => hardware.vectors.join(", "),
    };
    let memory = view.state.memory.as_deref();
    let total = memory.and_then(|memory| memory.system_total_bytes);
    let available = memory.and_then(|memory| memory.system_available_bytes);
    let memory = match (available, total) {
        (Some(available), Some(total)) => text::memory_free(available, total),
        _ => text::hw_memory_unknown().to_owned(),
    };
    let rows = [
        (text::hw_device(), text::hw_processor(hardware.architecture)),
        (text::hw_vectors(), vectors),
        (text::hw_threads(), hardware.num_threads.to_string()),
        (text::hw_memory(), memory),
    ];
    for (name, value) in rows {
        setting(ui, Row { name, hint: "" }, &mut (), &(), |ui, ()| {
            note(ui, value);
        });
    }
}
