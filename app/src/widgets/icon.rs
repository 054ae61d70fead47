//! Icons drawn as strokes, so that they are sharp at every size and follow the text colour.

use egui::epaint::{CubicBezierShape, PathShape};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2};

use crate::theme::stroke;

/// A drawing within a square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Triangle to the right.
    Play,
    /// Two bars.
    Pause,
    /// Bar and triangle to the left.
    StepBack,
    /// Triangle to the right and bar.
    StepForward,
    /// Two arrows in a ring.
    Loop,
    /// Loudspeaker with waves.
    Speaker,
    /// Loudspeaker, crossed out.
    SpeakerOff,
    /// A die.
    Dice,
    /// Closed padlock.
    Locked,
    /// Open padlock.
    Unlocked,
    /// Tick.
    Check,
    /// X.
    Cross,
    /// Triangle with a bar and a dot.
    Warning,
    /// Empty ring.
    Ring,
    /// Clapperboard: make clips.
    Generate,
    /// Lines one below the other.
    Queue,
    /// Four pictures.
    Library,
    /// A cube.
    Models,
    /// Sliders.
    Settings,
}

/// Draws in a unit square that is mapped to `rect`.
struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    color: Color32,
}

impl Icon {
    /// Draw within `rect`.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let pen = Pen {
            painter,
            rect,
            color,
        };
        match self {
            Self::Play => pen.fill(&[(0.24, 0.12), (0.86, 0.5), (0.24, 0.88)]),
            Self::Pause => {
                pen.bar(0.22, 0.42);
                pen.bar(0.58, 0.78);
            }
            Self::StepBack => {
                pen.bar(0.16, 0.27);
                pen.fill(&[(0.84, 0.14), (0.36, 0.5), (0.84, 0.86)]);
            }
            Self::StepForward => {
                pen.bar(0.73, 0.84);
                pen.fill(&[(0.16, 0.14), (0.64, 0.5), (0.16, 0.86)]);
            }
            Self::Loop => pen.ring_arrows(),
            Self::Speaker => {
                pen.speaker();
                pen.curve([(0.64, 0.34), (0.76, 0.42), (0.76, 0.58), (0.64, 0.66)]);
                pen.curve([(0.74, 0.2), (0.96, 0.34), (0.96, 0.66), (0.74, 0.8)]);
            }
            Self::SpeakerOff => {
                pen.speaker();
                pen.line(&[(0.66, 0.36), (0.94, 0.64)]);
                pen.line(&[(0.94, 0.36), (0.66, 0.64)]);
            }
            Self::Dice => {
                pen.frame((0.12, 0.12), (0.88, 0.88), 0.16);
                for (x, y) in [
                    (0.34, 0.34),
                    (0.5, 0.5),
                    (0.66, 0.66),
                    (0.66, 0.34),
                    (0.34, 0.66),
                ] {
                    pen.dot(x, y, 0.07);
                }
            }
            Self::Locked | Self::Unlocked => {
                pen.frame((0.18, 0.44), (0.82, 0.9), 0.1);
                let shift = if self == Self::Locked { 0.0 } else { 0.26 };
                pen.line(&[(0.32 + shift, 0.44), (0.32 + shift, 0.3)]);
                let (left, right) = (0.32 + shift, 0.68 + shift);
                pen.curve([(left, 0.3), (left, 0.04), (right, 0.04), (right, 0.3)]);
                if self == Self::Locked {
                    pen.line(&[(0.68, 0.3), (0.68, 0.44)]);
                }
                pen.dot(0.5, 0.66, 0.08);
            }
            Self::Check => pen.line(&[(0.16, 0.54), (0.4, 0.78), (0.86, 0.24)]),
            Self::Cross => {
                pen.line(&[(0.22, 0.22), (0.78, 0.78)]);
                pen.line(&[(0.78, 0.22), (0.22, 0.78)]);
            }
            Self::Warning => {
                pen.closed(&[(0.5, 0.1), (0.94, 0.88), (0.06, 0.88)]);
                pen.line(&[(0.5, 0.38), (0.5, 0.62)]);
                pen.dot(0.5, 0.75, 0.05);
            }
            Self::Ring => {
                let radius = pen.rect.width() * 0.34;
                painter.circle_stroke(rect.center(), radius, pen.stroke());
            }
            Self::Generate => {
                pen.frame((0.1, 0.34), (0.9, 0.88), 0.08);
                pen.closed(&[(0.1, 0.34), (0.14, 0.12), (0.9, 0.12), (0.9, 0.34)]);
                pen.line(&[(0.38, 0.12), (0.34, 0.34)]);
                pen.line(&[(0.64, 0.12), (0.6, 0.34)]);
            }
            Self::Queue => {
                for y in [0.22, 0.5, 0.78] {
                    pen.dot(0.14, y, 0.06);
                    pen.line(&[(0.32, y), (0.92, y)]);
                }
            }
            Self::Library => {
                for (x, y) in [(0.1, 0.1), (0.56, 0.1), (0.1, 0.56), (0.56, 0.56)] {
                    pen.frame((x, y), (x + 0.34, y + 0.34), 0.06);
                }
            }
            Self::Models => {
                pen.closed(&[
                    (0.5, 0.06),
                    (0.88, 0.28),
                    (0.88, 0.72),
                    (0.5, 0.94),
                    (0.12, 0.72),
                    (0.12, 0.28),
                ]);
                pen.line(&[(0.12, 0.28), (0.5, 0.5), (0.88, 0.28)]);
                pen.line(&[(0.5, 0.5), (0.5, 0.94)]);
            }
            Self::Settings => {
                for (y, x) in [(0.22, 0.66), (0.5, 0.32), (0.78, 0.58)] {
                    pen.line(&[(0.08, y), (x - 0.1, y)]);
                    pen.line(&[(x + 0.1, y), (0.92, y)]);
                    painter.circle_stroke(pen.at((x, y)), 0.1 * rect.width(), pen.stroke());
                }
            }
        }
    }
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        pos2(
            self.rect.left() + x * self.rect.width(),
            self.rect.top() + y * self.rect.height(),
        )
    }

    fn stroke(&self) -> Stroke {
        Stroke::new(stroke::THICK, self.color)
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|p| self.at(*p)).collect();
        self.painter.add(Shape::line(points, self.stroke()));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|p| self.at(*p)).collect();
        self.painter.add(Shape::closed_line(points, self.stroke()));
    }

    fn fill(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|p| self.at(*p)).collect();
        let shape = PathShape::convex_polygon(points, self.color, Stroke::NONE);
        self.painter.add(shape);
    }

    fn bar(&self, left: f32, right: f32) {
        let rect = Rect::from_two_pos(self.at((left, 0.14)), self.at((right, 0.86)));
        self.painter.rect_filled(rect, 1, self.color);
    }

    fn frame(&self, from: (f32, f32), to: (f32, f32), corner: f32) {
        let rect = Rect::from_two_pos(self.at(from), self.at(to));
        let corner = (corner * self.rect.width()) as u8;
        self.painter
            .rect_stroke(rect, corner, self.stroke(), egui::StrokeKind::Middle);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_filled(self.at((x, y)), radius * self.rect.width(), self.color);
    }

    fn curve(&self, points: [(f32, f32); 4]) {
        let points = points.map(|p| self.at(p));
        self.painter.add(CubicBezierShape::from_points_stroke(
            points,
            false,
            Color32::TRANSPARENT,
            self.stroke(),
        ));
    }

    fn speaker(&self) {
        self.fill(&[(0.06, 0.36), (0.28, 0.36), (0.28, 0.64), (0.06, 0.64)]);
        self.fill(&[(0.26, 0.36), (0.52, 0.12), (0.52, 0.88), (0.26, 0.64)]);
    }

    fn ring_arrows(&self) {
        self.curve([(0.14, 0.52), (0.14, 0.2), (0.3, 0.28), (0.8, 0.28)]);
        self.line(&[(0.66, 0.12), (0.82, 0.28), (0.66, 0.44)]);
        self.curve([(0.86, 0.48), (0.86, 0.8), (0.7, 0.72), (0.2, 0.72)]);
        self.line(&[(0.34, 0.56), (0.18, 0.72), (0.34, 0.88)]);
    }
}
