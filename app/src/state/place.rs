//! Where the window stands on the screens.

/// A rectangle of the desktop in its pixels: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Part of the window's upper edge that must be on a screen, so that it can be moved.
const LEAST_SEEN: f64 = 120.0;
/// Height of the part by which a window is moved.
const TITLE: f64 = 32.0;

/// Where the window must go because it cannot be seen where it is; `None` if it can.
pub fn corrected(window: Area, screens: &[Area]) -> Option<[f64; 2]> {
    let seen = |screen: &Area| {
        let width = (window.x + window.width).min(screen.x + screen.width) - window.x.max(screen.x);
        let height = (window.y + TITLE).min(screen.y + screen.height) - window.y.max(screen.y);
        width >= LEAST_SEEN.min(window.width) && height >= TITLE / 2.0
    };
    let first = screens.first()?;
    if screens.iter().any(seen) {
        return None;
    }
    let middle = |start: f64, screen: f64, window: f64| start + ((screen - window) / 2.0).max(0.0);
    Some([
        middle(first.x, first.width, window.width),
        middle(first.y, first.height, window.height),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x: f64, y: f64, width: f64, height: f64) -> Area {
        Area {
            x,
            y,
            width,
            height,
        }
    }

    #[test]
    fn windows_that_cannot_be_seen_come_back() {
        let screens = [
            area(0.0, 0.0, 1920.0, 1080.0),
            area(-1280.0, 0.0, 1280.0, 1024.0),
        ];
        let check = |x, y, expected| {
            let window = area(x, y, 1000.0, 700.0);
            assert_eq!(corrected(window, &screens), expected, "{x} {y}");
        };
        let centre = Some([460.0, 190.0]);
        check(100.0, 100.0, None);
        check(-900.0, 50.0, None);
        check(1850.0, 0.0, centre);
        check(5000.0, 100.0, centre);
        check(100.0, 1075.0, centre);
        check(100.0, -600.0, centre);
        check(-2200.0, 10.0, centre);
    }

    #[test]
    fn without_screens_nothing_is_known() {
        assert_eq!(corrected(area(9e9, 0.0, 1.0, 1.0), &[]), None);
    }
}
