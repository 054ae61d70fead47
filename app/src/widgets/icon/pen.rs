//! Draws what a drawing says into a square.

use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

use crate::theme::{size, stroke};

/// Sides of the grid on which drawings are made.
const GRID: f32 = 24.0;
/// Straight pieces of a full ring.
const RING_PIECES: f32 = 48.0;

/// Straight pieces of a curve.
const CURVE_PIECES: u32 = 12;
/// Pieces of a stroke that are shorter are left out, in points of the screen.
const SHORTEST_PIECE: f32 = 0.02;

/// Draws on a grid that is mapped to `rect`.
pub(super) struct Pen<'a> {
    pub(super) painter: &'a Painter,
    pub(super) rect: Rect,
    pub(super) color: Color32,
}

/// One word of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Move([f32; 2]),
    Line([f32; 2]),
    Curve([f32; 6]),
    Close,
    Ring([f32; 3]),
    Arc([f32; 5]),
    Dot([f32; 3]),
    Frame([f32; 5]),
    Fill([f32; 2]),
}

/// The parts of a drawing; a word that is none is left out.
pub(super) fn parts(drawing: &str) -> impl Iterator<Item = Part> {
    let mut words = drawing.split_ascii_whitespace().peekable();
    std::iter::from_fn(move || {
        let first = words.next()?;
        let (letter, number) = first.split_at_checked(1)?;
        let mut numbers = Vec::with_capacity(6);
        numbers.extend(number.parse::<f32>().ok());
        while let Some(number) = words.peek().and_then(|word| word.parse().ok()) {
            numbers.push(number);
            words.next();
        }
        Some(part(letter, &numbers))
    })
    .flatten()
}

fn part(letter: &str, numbers: &[f32]) -> Option<Part> {
    Some(match letter {
        "M" => Part::Move(numbers.try_into().ok()?),
        "L" => Part::Line(numbers.try_into().ok()?),
        "C" => Part::Curve(numbers.try_into().ok()?),
        "Z" if numbers.is_empty() => Part::Close,
        "O" => Part::Ring(numbers.try_into().ok()?),
        "A" => Part::Arc(numbers.try_into().ok()?),
        "D" => Part::Dot(numbers.try_into().ok()?),
        "R" => Part::Frame(numbers.try_into().ok()?),
        "F" => Part::Fill(numbers.try_into().ok()?),
        _ => return None,
    })
}

/// The stroke that is being drawn, in points of the screen.
#[derive(Default)]
struct Trail {
    points: Vec<Pos2>,
    /// Where filled triangles meet.
    fill_from: Option<Pos2>,
}

impl Pen<'_> {
    pub(super) fn draw(&self, drawing: &str) {
        let mut trail = Trail::default();
        for part in parts(drawing) {
            match part {
                Part::Move([x, y]) => {
                    self.finish(&mut trail, false);
                    trail.points.push(self.at(x, y));
                }
                Part::Line([x, y]) => trail.points.push(self.at(x, y)),
                Part::Curve(to) => self.curve(&mut trail, to),
                Part::Close => self.finish(&mut trail, true),
                Part::Ring([x, y, radius]) => {
                    let radius = radius * self.unit();
                    self.painter
                        .circle_stroke(self.at(x, y), radius, self.stroke());
                }
                Part::Arc(arc) => {
                    self.finish(&mut trail, false);
                    trail.points = self.arc(arc);
                }
                Part::Dot([x, y, radius]) => {
                    let radius = radius * self.unit();
                    self.painter
                        .circle_filled(self.at(x, y), radius, self.color);
                }
                Part::Frame([left, top, right, bottom, corner]) => {
                    let rect = Rect::from_two_pos(self.at(left, top), self.at(right, bottom));
                    let corner = CornerRadius::from(corner * self.unit());
                    self.painter
                        .rect_stroke(rect, corner, self.stroke(), StrokeKind::Middle);
                }
                Part::Fill([x, y]) => trail.fill_from = Some(self.at(x, y)),
            }
        }
        self.finish(&mut trail, false);
    }

    fn unit(&self) -> f32 {
        self.rect.width() / GRID
    }

    fn at(&self, x: f32, y: f32) -> Pos2 {
        let unit = self.unit();
        pos2(self.rect.left() + x * unit, self.rect.top() + y * unit)
    }

    fn stroke(&self) -> Stroke {
        let width = stroke::ICON * (self.rect.width() / size::ICON).max(1.0);
        Stroke::new(width, self.color)
    }

    fn curve(&self, trail: &mut Trail, [ax, ay, bx, by, x, y]: [f32; 6]) {
        let Some(from) = trail.points.last().copied() else {
            return;
        };
        let [a, b, to] = [self.at(ax, ay), self.at(bx, by), self.at(x, y)];
        trail.points.extend((1..=CURVE_PIECES).map(|piece| {
            let t = piece as f32 / CURVE_PIECES as f32;
            let [left, middle, right] = [from.lerp(a, t), a.lerp(b, t), b.lerp(to, t)];
            left.lerp(middle, t).lerp(middle.lerp(right, t), t)
        }));
    }

    fn arc(&self, [x, y, radius, from, to]: [f32; 5]) -> Vec<Pos2> {
        let num_pieces = ((to - from).abs() / 360.0 * RING_PIECES).ceil().max(1.0);
        let point = |piece: u32| {
            let angle = (from + (to - from) * piece as f32 / num_pieces).to_radians();
            self.at(x + radius * angle.cos(), y + radius * angle.sin())
        };
        (0..=num_pieces as u32).map(point).collect()
    }

    fn finish(&self, trail: &mut Trail, is_closed: bool) {
        let mut points = std::mem::take(&mut trail.points);
        // A piece without a length has no direction; its corner would be drawn without end.
        points.dedup_by(|a, b| a.distance(*b) < SHORTEST_PIECE);
        let ends = points.first().zip(points.last());
        if is_closed && ends.is_some_and(|(first, last)| first.distance(*last) < SHORTEST_PIECE) {
            points.pop();
        }
        if points.len() < 2 {
            return;
        }
        if let Some(center) = trail.fill_from {
            self.painter.add(self.fan(center, &points));
        }
        self.painter.add(match is_closed {
            true => Shape::closed_line(points, self.stroke()),
            false => Shape::line(points, self.stroke()),
        });
    }

    /// Triangles from one point to the pieces of a closed outline: fills shapes that bend inwards.
    fn fan(&self, center: Pos2, outline: &[Pos2]) -> Shape {
        let mut mesh = Mesh::default();
        let color = self.color;
        let vertex = |pos| Vertex {
            pos,
            uv: WHITE_UV,
            color,
        };
        mesh.vertices.push(vertex(center));
        mesh.vertices.extend(outline.iter().copied().map(vertex));
        let num_corners = outline.len() as u32;
        for corner in 0..num_corners {
            mesh.add_triangle(0, corner + 1, (corner + 1) % num_corners + 1);
        }
        Shape::mesh(mesh)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Icon, drawings::drawing};
    use super::*;

    /// Points that a part names, and its radius around them.
    fn extent(part: Part) -> (Vec<[f32; 2]>, f32) {
        match part {
            Part::Move(p) | Part::Line(p) | Part::Fill(p) => (vec![p], 0.0),
            // The curve stays within its control points.
            Part::Curve([_, _, _, _, x, y]) => (vec![[x, y]], 0.0),
            Part::Close => (Vec::new(), 0.0),
            Part::Ring([x, y, r]) | Part::Arc([x, y, r, ..]) | Part::Dot([x, y, r]) => {
                (vec![[x, y]], r)
            }
            Part::Frame([ax, ay, bx, by, _]) => (vec![[ax, ay], [bx, by]], 0.0),
        }
    }

    #[test]
    fn every_word_of_every_drawing_is_understood_and_within_the_grid() {
        for icon in Icon::ALL {
            let text = drawing(icon);
            let num_letters = text.chars().filter(char::is_ascii_uppercase).count();
            let parts: Vec<Part> = parts(text).collect();
            assert_eq!(parts.len(), num_letters, "{icon:?}: {parts:?}");
            for part in parts {
                let (points, radius) = extent(part);
                for value in points.into_iter().flatten() {
                    let is_inside = value - radius >= 1.5 && value + radius <= GRID - 1.5;
                    assert!(is_inside, "{icon:?}: {part:?} leaves the square");
                }
            }
        }
    }

    #[test]
    fn no_two_icons_look_the_same() {
        let drawings = Icon::ALL.map(drawing);
        for (idx, one) in drawings.iter().enumerate() {
            assert!(!drawings[..idx].contains(one), "{:?}", Icon::ALL[idx]);
        }
    }

    #[test]
    fn a_word_that_is_none_is_left_out() {
        let check = |text: &str, expected: &[Part]| {
            assert_eq!(parts(text).collect::<Vec<_>>(), expected, "{text}");
        };
        check("M1 2 L3", &[Part::Move([1.0, 2.0])]);
        check("?", &[]);
        check("Z", &[Part::Close]);
        check("é M1 2 x", &[]);
    }
}
