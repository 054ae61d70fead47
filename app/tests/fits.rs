//! The five screens, their bars and the dialogs fit at every window and text size.

mod common;

use common::{Rig, Setup, fits};
use egui_kittest::Harness;

#[test]
fn every_screen_fits_in_every_window() {
    for screen in ["Generate", "Queue", "Library", "Models", "Settings"] {
        fits::in_every_window(|size| {
            let mut rig = Rig::open(Setup {
                size,
                ..Setup::default()
            });
            rig.click(screen);
            rig
        });
    }
}

#[test]
fn what_does_not_fit_is_found() {
    let draw = |ui: &mut egui::Ui| {
        let window = ui.ctx().content_rect();
        let put = |ui: &mut egui::Ui, x: f32, words: &str| {
            let rect = egui::Rect::from_min_size(egui::pos2(x, 10.0), egui::vec2(80.0, 28.0));
            ui.put(rect, egui::Button::new(words));
        };
        put(ui, 10.0, "left");
        put(ui, 60.0, "middle");
        put(ui, window.right() - 40.0, "right");
        ui.painter().text(
            egui::pos2(100.0, window.bottom() - 4.0),
            egui::Align2::LEFT_TOP,
            "below",
            egui::FontId::default(),
            egui::Color32::WHITE,
        );
    };
    let mut harness = Harness::builder().with_size([300.0, 200.0]).build_ui(draw);
    harness.run_steps(2);
    let found = fits::misfits(&harness);
    let has = |words: &str| found.iter().any(|misfit| misfit.contains(words));
    assert!(has("\"middle\" overlaps"), "{found:?}");
    assert!(has("\"right\" is cut at a side"), "{found:?}");
    assert!(has("\"below\" is cut above or below"), "{found:?}");
    assert_eq!(
        found
            .iter()
            .filter(|misfit| misfit.contains("left"))
            .count(),
        1,
        "{found:?}"
    );
}
