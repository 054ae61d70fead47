//! The form as it is kept between runs.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::GenerateRequest;
use serde::{Deserialize, Serialize};

use super::{Form, TAKES};
use crate::state::PresetRef;

/// Everything that was filled in, so that nothing typed is lost when the window closes. A part that an
/// older version did not write has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Settings and texts. The model and output folder are remembered with the program's settings.
    pub request: GenerateRequest,
    /// The seed is kept.
    pub is_seed_locked: bool,
    /// Clips made at once.
    pub num_takes: u32,
    /// Preset that was used last.
    pub preset: PresetRef,
}

impl Draft {
    /// What `form` holds.
    pub fn of(form: &Form) -> Self {
        let first_frame = form.first_frame.trim();
        let first_frame = (!first_frame.is_empty()).then(|| PathBuf::from(first_frame));
        Self {
            request: form.request(Path::new(""), first_frame, PathBuf::new()),
            is_seed_locked: form.is_seed_locked,
            num_takes: form.num_takes,
            preset: form.preset.clone(),
        }
    }

    /// Fill in `form`. The seed is taken only if it was locked; the folders stay.
    pub fn restore(&self, form: &mut Form) {
        let seed = form.seed;
        let checkpoint = std::mem::take(&mut form.checkpoint);
        form.load(&self.request);
        form.checkpoint = checkpoint;
        form.num_takes = self.num_takes.clamp(*TAKES.start(), *TAKES.end());
        form.preset = self.preset.clone();
        form.is_seed_locked = self.is_seed_locked;
        if !self.is_seed_locked {
            form.seed = seed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::unusual;
    use super::*;

    #[test]
    fn a_draft_fills_in_the_same_form() {
        let mut form = Form::default();
        form.load(&unusual());
        (form.num_takes, form.preset) = (7, PresetRef::Own("Mine".into()));
        form.output_folder = "/out".into();
        let text = serde_json::to_string(&Draft::of(&form)).unwrap();
        let read: Draft = serde_json::from_str(&text).unwrap();
        let mut restored = Form {
            checkpoint: form.checkpoint.clone(),
            output_folder: form.output_folder.clone(),
            ..Form::default()
        };
        read.restore(&mut restored);
        assert_eq!(restored, form);
    }

    #[test]
    fn an_unlocked_seed_is_drawn_anew() {
        let mut form = Form {
            seed: 5,
            ..Form::default()
        };
        Draft::of(&form).restore(&mut form);
        assert_eq!(form.num_takes, 1);
        form.seed = 9;
        let draft = Draft::of(&Form::default());
        draft.restore(&mut form);
        assert_eq!(form.seed, 9);
    }

    #[test]
    fn a_draft_of_another_version_is_read_as_far_as_it_goes() {
        let draft: Draft = serde_json::from_str(r#"{"request":{"prompt":"a"},"new":1}"#).unwrap();
        let mut form = Form::default();
        draft.restore(&mut form);
        assert_eq!((form.prompt.as_str(), form.num_takes), ("a", 1));
    }
}
