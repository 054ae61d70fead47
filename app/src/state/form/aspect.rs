//! Shapes of clips that can be chosen by their ratio (spec: product 5.1).

/// Shape of the clip; only the ratio matters, the model decides the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// 21:9.
    Ultrawide,
    /// 2.5:1.
    Panorama,
    /// 16:9.
    Wide,
    /// 3:2.
    Photo,
    /// 4:3.
    Classic,
    /// 5:4.
    Broad,
    /// 1:1.
    Square,
    /// 4:5.
    BroadUpright,
    /// 3:4.
    Upright,
    /// 2:3.
    PhotoUpright,
    /// 9:16.
    Tall,
    /// 1:2.5.
    PanoramaUpright,
    /// 9:21.
    UltraTall,
    /// Width and height as typed.
    Custom,
}

impl Aspect {
    /// All shapes in the order they are listed, landscape before portrait.
    pub const ALL: [Self; 14] = [
        Self::Wide,
        Self::Photo,
        Self::Classic,
        Self::Broad,
        Self::Square,
        Self::Panorama,
        Self::Ultrawide,
        Self::Tall,
        Self::PhotoUpright,
        Self::Upright,
        Self::BroadUpright,
        Self::PanoramaUpright,
        Self::UltraTall,
        Self::Custom,
    ];

    /// Requested `(width, height)`; `None` for [`Aspect::Custom`].
    pub fn size(self) -> Option<(u32, u32)> {
        let size = match self {
            Self::Ultrawide => (1120, 480),
            Self::Panorama => (1120, 448),
            Self::Wide => (1280, 704),
            Self::Photo => (960, 640),
            Self::Classic => (1024, 768),
            Self::Broad => (960, 768),
            Self::Square => (960, 960),
            Self::BroadUpright => (768, 960),
            Self::Upright => (768, 1024),
            Self::PhotoUpright => (640, 960),
            Self::Tall => (704, 1280),
            Self::PanoramaUpright => (448, 1120),
            Self::UltraTall => (480, 1120),
            Self::Custom => return None,
        };
        Some(size)
    }

    /// The shape that requests this size.
    pub fn of(width: u32, height: u32) -> Self {
        Self::ALL
            .into_iter()
            .find(|aspect| aspect.size() == Some((width, height)))
            .unwrap_or(Self::Custom)
    }

    /// Ratio for people; `None` for [`Aspect::Custom`].
    pub fn ratio(self) -> Option<&'static str> {
        let ratio = match self {
            Self::Ultrawide => "21:9",
            Self::Panorama => "2.5:1",
            Self::Wide => "16:9",
            Self::Photo => "3:2",
            Self::Classic => "4:3",
            Self::Broad => "5:4",
            Self::Square => "1:1",
            Self::BroadUpright => "4:5",
            Self::Upright => "3:4",
            Self::PhotoUpright => "2:3",
            Self::Tall => "9:16",
            Self::PanoramaUpright => "1:2.5",
            Self::UltraTall => "9:21",
            Self::Custom => return None,
        };
        Some(ratio)
    }
}

#[cfg(test)]
mod tests {
    use ovi_engine::picture::resolve_size;
    use ovi_engine::protocol::ModelVariant;

    use super::*;
    use crate::state::SIDE;

    #[test]
    fn shapes_stay_within_the_range_and_are_found_by_their_size() {
        for aspect in Aspect::ALL {
            if let Some((width, height)) = aspect.size() {
                assert!(
                    SIDE.contains(&width) && SIDE.contains(&height),
                    "{aspect:?}"
                );
                assert_eq!(width % 32 + height % 32, 0, "{aspect:?}");
                assert_eq!(Aspect::of(width, height), aspect);
            }
        }
        assert_eq!(Aspect::of(1000, 999), Aspect::Custom);
    }

    #[test]
    fn shapes_resolve_to_the_sizes_of_the_specification() {
        use Aspect::*;
        let cases = [
            (Ultrawide, (1088, 480), (1472, 640)),
            (Panorama, (1152, 448), (1504, 608)),
            (Wide, (960, 544), (1280, 704)),
            (Photo, (896, 576), (1184, 768)),
            (Classic, (832, 640), (1120, 832)),
            (Broad, (800, 640), (1088, 864)),
            (Square, (704, 704), (960, 960)),
            (Tall, (544, 960), (704, 1280)),
            (BroadUpright, (640, 800), (864, 1088)),
        ];
        for (aspect, small, large) in cases {
            let (width, height) = aspect.size().unwrap();
            for (variant, expected) in [
                (ModelVariant::Square720Secs5, small),
                (ModelVariant::Square960Secs10, large),
            ] {
                let area = variant.video_area() as usize;
                let (h, w) = resolve_size(height as usize, width as usize, area);
                assert_eq!((w, h), expected, "{aspect:?} {variant:?}");
            }
        }
    }
}
