//! Whether everything of a screen fits: text that is cut off, controls that overlap or leave the
//! window, at every window size and text size that the program promises.

use std::collections::{BTreeSet, HashMap};

use egui::accesskit::{NodeId, Role};
use egui::epaint::ClippedShape;
use egui::{LayerId, Rect, Shape, WidgetRect};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;

use super::Rig;

/// Windows in pixels of the screen, and the text size in them.
pub const WINDOWS: [([f32; 2], f32); 6] = [
    ([1280.0, 720.0], 0.8),
    ([1280.0, 720.0], 1.0),
    ([1280.0, 720.0], 1.5),
    ([1280.0, 720.0], 2.0),
    ([1920.0, 1080.0], 1.0),
    ([1920.0, 1080.0], 2.0),
];

/// Pixels by which something may be cut or overlap: lines and rounding.
const TOLERANCE: f32 = 1.5;
/// Glyphs that an abbreviated text must still show.
const LEAST_GLYPHS: usize = 4;

/// Open a screen in every window and fail with a list of everything that does not fit.
///
/// `open` gets the size in points: the text size scales the whole window, so that a window of
/// 1280x720 pixels at 200 % has 640x360 points. It opens the window with that size
/// (`Setup { size, ..Setup::default() }`), leaves the text size alone, and brings it to the state
/// that shall be looked at.
pub fn in_every_window(mut open: impl FnMut([f32; 2]) -> Rig) {
    let mut all = Vec::new();
    for ([width, height], scale) in WINDOWS {
        let rig = open([width / scale, height / scale]);
        let percent = scale * 100.0;
        let found = misfits(&rig.harness);
        all.extend(
            found
                .into_iter()
                .map(|misfit| format!("{width}x{height} at {percent} %: {misfit}")),
        );
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// One sentence for everything in the drawn window that does not fit, each once.
///
/// Reported are texts cut at their left or right, or cut above or below by a box too low for them or by
/// the window; texts abbreviated to nearly nothing; controls of one layer that overlap, are cut at a side,
/// or leave the window. What is scrolled away is not reported.
pub fn misfits<State>(harness: &Harness<'_, State>) -> Vec<String> {
    let window = harness.ctx.content_rect();
    let mut found = BTreeSet::new();
    for shape in &harness.output().shapes {
        visit_texts(&shape.shape, shape, window, &mut found);
    }
    let names = names(harness);
    let widgets = harness
        .ctx
        .viewport(|viewport| viewport.prev_pass.widgets.clone());
    for (layer, rects) in widgets.layers() {
        let named: Vec<(String, &WidgetRect)> = rects
            .iter()
            .filter_map(|rect| Some((names.get(&rect.id.accesskit_id())?.clone(), rect)))
            .filter(|(_, rect)| rect.visible && is_interactive(rect))
            .collect();
        controls(&named, *layer, window, &mut found);
    }
    found.into_iter().collect()
}

fn visit_texts(shape: &Shape, clipped: &ClippedShape, window: Rect, found: &mut BTreeSet<String>) {
    match shape {
        Shape::Vec(shapes) => {
            for shape in shapes {
                visit_texts(shape, clipped, window, found);
            }
        }
        Shape::Text(text) => {
            let rect = text.visual_bounding_rect();
            let clip = clipped.clip_rect.intersect(window);
            if !rect.is_positive() || !clip.intersects(rect) {
                return;
            }
            let words: String = text.galley.text().chars().take(48).collect();
            let has_cut_side =
                rect.left() < clip.left() - TOLERANCE || rect.right() > clip.right() + TOLERANCE;
            if has_cut_side {
                found.insert(format!("the text {words:?} is cut at a side"));
            }
            let has_cut_end =
                rect.top() < clip.top() - TOLERANCE || rect.bottom() > clip.bottom() + TOLERANCE;
            let is_at_window = rect.bottom() > window.bottom() || rect.top() < window.top();
            let is_low_box = clip.height() < rect.height();
            let num_rows = text.galley.rows.len();
            if has_cut_end && (is_at_window || (is_low_box && num_rows == 1)) {
                found.insert(format!("the text {words:?} is cut above or below"));
            }
            let num_glyphs: usize = text.galley.rows.iter().map(|row| row.glyphs.len()).sum();
            if text.galley.elided && num_glyphs < LEAST_GLYPHS {
                found.insert(format!("nothing is left of the text {words:?}"));
            }
        }
        _ => {}
    }
}

fn controls(
    named: &[(String, &WidgetRect)],
    layer: LayerId,
    window: Rect,
    found: &mut BTreeSet<String>,
) {
    for (idx, (name, widget)) in named.iter().enumerate() {
        let seen = widget.interact_rect;
        if !seen.is_positive() {
            continue;
        }
        let has_cut_side = seen.left() > widget.rect.left() + TOLERANCE
            || seen.right() < widget.rect.right() - TOLERANCE;
        if has_cut_side {
            found.insert(format!("{name} is cut at a side"));
        }
        let leaves_window = widget.rect.bottom() > window.bottom() + TOLERANCE
            && seen.bottom() >= window.bottom() - TOLERANCE;
        if leaves_window {
            found.insert(format!("{name} leaves the window"));
        }
        for (other, rival) in &named[..idx] {
            let common = seen.intersect(rival.interact_rect);
            let is_within = seen.expand(TOLERANCE).contains_rect(rival.interact_rect)
                || rival.interact_rect.expand(TOLERANCE).contains_rect(seen);
            if common.width() > TOLERANCE && common.height() > TOLERANCE && !is_within {
                found.insert(format!(
                    "{name} overlaps {other} ({})",
                    layer.short_debug_format()
                ));
            }
        }
    }
}

fn is_interactive(rect: &WidgetRect) -> bool {
    rect.sense.senses_click() || rect.sense.senses_drag()
}

/// Role and words of everything that screen readers see.
fn names<State>(harness: &Harness<'_, State>) -> HashMap<NodeId, String> {
    let nodes = harness.root().children_recursive();
    let name = |node: egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        let is_container = matches!(node.role(), Role::GenericContainer | Role::Unknown);
        let words = node.label().or_else(|| node.value()).unwrap_or_default();
        (!is_container).then(|| (node.locate().0, format!("{:?} {words:?}", node.role())))
    };
    nodes.filter_map(name).collect()
}
