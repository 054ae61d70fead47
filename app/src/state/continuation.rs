//! Long clips: when a clip that shall go on is done, the job for its next part is queued by itself.

use ovi_engine::protocol::{Clip, GenerateRequest, QueueEntry};

/// A job that follows from a finished clip; it gets its number when it is queued.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    /// What to make.
    pub request: GenerateRequest,
    /// Name of the job it follows.
    pub name: String,
}

impl Continuation {
    /// The next part after `clip`, the result of `job`; `None` if nothing more is wanted. `parent` is
    /// the clip that `job` itself went on from.
    pub fn of(job: &QueueEntry, clip: &Clip, parent: Option<&Clip>) -> Option<Self> {
        let fps = f64::from(clip.fps.max(1));
        let secs_wanted = job.request.continue_secs;
        // Less than half a frame is rounding.
        if secs_wanted < 0.5 / fps {
            return None;
        }
        // The next part begins with the last frame that is already there.
        let num_new_frames = own_frames(&job.request, clip, parent).checked_sub(1)?;
        if num_new_frames == 0 {
            return None;
        }
        let rest_secs = secs_wanted - f64::from(num_new_frames) / fps;
        let request = GenerateRequest {
            continue_from: Some(clip.path.clone()),
            continue_secs: if rest_secs < 0.5 / fps {
                0.0
            } else {
                rest_secs
            },
            first_frame: None,
            ..job.request.clone()
        };
        let name = job.name.clone();
        Some(Self { request, name })
    }
}

/// Frames the model made. A clip that goes on from another one holds both, with one frame in common.
fn own_frames(request: &GenerateRequest, clip: &Clip, parent: Option<&Clip>) -> u32 {
    if request.continue_from.is_none() {
        return clip.num_frames;
    }
    let from_parent = parent.and_then(|parent| clip.num_frames.checked_sub(parent.num_frames));
    let variant = request.variant.or(clip.variant);
    let latent_frames = request
        .latent_frames
        .or_else(|| variant.map(|variant| variant.latent_frames()));
    match (from_parent, latent_frames) {
        (Some(num_added), _) => num_added.saturating_add(1),
        (None, Some(latent_frames)) => latent_frames.saturating_sub(1).saturating_mul(4) + 1,
        (None, None) => clip.num_frames,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ovi_engine::protocol::{JobId, ModelVariant};

    use super::*;

    fn clip(path: &str, num_frames: u32) -> Clip {
        Clip {
            path: path.into(),
            extra_files: Vec::new(),
            width: 960,
            height: 544,
            num_frames,
            fps: 24,
            sample_rate_hz: 16_000,
            duration_secs: f64::from(num_frames) / 24.0,
            num_bytes: 1,
            seed: 7,
            is_test_pattern: false,
            stages: Vec::new(),
            total_secs: 1.0,
            peak_bytes: 1,
            peak_resident_bytes: None,
            latents: None,
            device: "cpu".into(),
            variant: None,
            warnings: Vec::new(),
        }
    }

    fn job(request: GenerateRequest) -> QueueEntry {
        QueueEntry {
            name: "long".into(),
            ..QueueEntry::new(JobId(1), request, 0)
        }
    }

    #[test]
    fn twelve_seconds_more_are_three_further_parts() {
        let mut request = GenerateRequest {
            first_frame: Some("/p.png".into()),
            continue_secs: 12.0,
            ..GenerateRequest::new("/m", "waves", "/out/a.mp4")
        };
        let mut parts = vec![clip("/out/a.mp4", 121)];
        let mut rests = Vec::new();
        loop {
            let last = parts.last().unwrap();
            let parent = parts.iter().rev().nth(1);
            let Some(next) = Continuation::of(&job(request.clone()), last, parent) else {
                break;
            };
            assert_eq!(
                next.request.continue_from.as_deref(),
                Some(last.path.as_path())
            );
            assert_eq!(next.request.first_frame, None);
            assert_eq!(
                (next.request.prompt.as_str(), next.name.as_str()),
                ("waves", "long")
            );
            rests.push(next.request.continue_secs);
            let num_frames = last.num_frames + 120;
            parts.push(clip(&format!("/out/a_{}.mp4", parts.len() + 1), num_frames));
            request = next.request;
        }
        assert_eq!(rests, [7.0, 2.0, 0.0]);
        assert_eq!(parts.last().unwrap().path, Path::new("/out/a_4.mp4"));
    }

    #[test]
    fn without_the_parent_the_model_tells_the_length() {
        let request = GenerateRequest {
            continue_from: Some("/gone.mp4".into()),
            continue_secs: 12.0,
            variant: Some(ModelVariant::Square960Secs10),
            ..GenerateRequest::new("/m", "waves", "/out/a.mp4")
        };
        let next = Continuation::of(&job(request), &clip("/out/a.mp4", 600), None).unwrap();
        assert_eq!(next.request.continue_secs, 2.0);
    }

    #[test]
    fn a_clip_of_one_frame_or_without_a_wish_goes_on_with_nothing() {
        let request = GenerateRequest {
            continue_secs: 3.0,
            ..GenerateRequest::default()
        };
        assert_eq!(
            Continuation::of(&job(request), &clip("/a.mp4", 1), None),
            None
        );
        let plain = job(GenerateRequest::default());
        assert_eq!(Continuation::of(&plain, &clip("/a.mp4", 121), None), None);
    }
}
