//! Named settings: what they hold of the form, and those that are built in (spec: product 13).

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{GenerateRequest, Preset};
use serde::{Deserialize, Serialize};

use super::{Form, Library};
use crate::settings::OutputDefaults;

/// Steps of the draft.
const DRAFT_STEPS: u32 = 30;

/// Which preset was used last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresetRef {
    /// The defaults of the model's authors.
    #[default]
    Standard,
    /// Fewer steps.
    Draft,
    /// One of the user's.
    Own(String),
}

impl PresetRef {
    /// Presets that are built in.
    pub const BUILT_IN: [Self; 2] = [Self::Standard, Self::Draft];

    /// Its settings; `None` if it was removed.
    pub fn settings(
        &self,
        library: &Library,
        defaults: &OutputDefaults,
    ) -> Option<GenerateRequest> {
        let mut form = Form::default();
        form.take_defaults(defaults);
        let standard = form.settings();
        match self {
            Self::Standard => Some(standard),
            Self::Draft => Some(GenerateRequest {
                steps: DRAFT_STEPS,
                ..standard
            }),
            Self::Own(name) => {
                let preset = library.presets.iter().find(|preset| preset.name == *name);
                preset.map(|preset| without_job(preset.request.clone()))
            }
        }
    }
}

impl Form {
    /// The part of the form that a preset holds: no prompt, no files, no model, no seed.
    pub fn settings(&self) -> GenerateRequest {
        without_job(self.request(Path::new(""), None, PathBuf::new()))
    }

    /// Take the settings of a preset; prompt, files, model, seed and takes stay.
    pub fn use_preset(&mut self, preset: PresetRef, settings: &GenerateRequest) {
        let kept = self.clone();
        self.load(settings);
        self.take_paths_of(&kept);
        self.set_prompt(kept.prompt);
        self.variant = kept.variant;
        self.continue_from = kept.continue_from;
        self.continue_secs = kept.continue_secs;
        self.num_takes = kept.num_takes;
        (self.seed, self.is_seed_locked) = (kept.seed, kept.is_seed_locked);
        self.preset = preset;
    }

    /// Take over the files and folders of `other`.
    pub fn take_paths_of(&mut self, other: &Self) {
        self.checkpoint.clone_from(&other.checkpoint);
        self.first_frame.clone_from(&other.first_frame);
        self.output_folder.clone_from(&other.output_folder);
    }
}

/// `request` without what belongs to one job only.
fn without_job(request: GenerateRequest) -> GenerateRequest {
    let empty = GenerateRequest::default();
    GenerateRequest {
        checkpoint: empty.checkpoint,
        variant: None,
        prompt: String::new(),
        first_frame: None,
        seed: empty.seed,
        output: empty.output,
        job: None,
        continue_from: None,
        continue_secs: 0.0,
        redecode: None,
        ..request
    }
}

/// A preset as a file that can be shared.
pub fn preset_to_json(preset: &Preset) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(preset)
}

/// A preset from such a file; `None` if it is none. What belongs to one job only is left out.
pub fn preset_from_json(text: &str) -> Option<Preset> {
    // A request reads any JSON object, so the shape is asked for first.
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("request")?.as_object()?;
    let preset: Preset = serde_json::from_value(value).ok()?;
    let name = preset.name.trim().to_owned();
    (!name.is_empty()).then(|| Preset {
        name,
        request: without_job(preset.request),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_leaves_prompt_files_and_seed_alone() {
        let mut form = Form {
            checkpoint: "/m".into(),
            first_frame: "/p.png".into(),
            output_folder: "/out".into(),
            seed: 9,
            is_seed_locked: true,
            num_takes: 3,
            shift: 7.0,
            ..Form::default()
        };
        form.set_prompt("a dog");
        let before = form.clone();
        let library = Library::default();
        let draft = PresetRef::Draft
            .settings(&library, &OutputDefaults::default())
            .unwrap();
        form.use_preset(PresetRef::Draft, &draft);
        let expected = Form {
            steps: DRAFT_STEPS,
            shift: 5.0,
            preset: PresetRef::Draft,
            ..before
        };
        assert_eq!(form, expected);
        assert_eq!(form.settings(), draft, "unchanged from the preset");
        form.steps = 31;
        assert_ne!(form.settings(), draft);
    }

    #[test]
    fn a_shared_preset_is_read_back_without_anything_private() {
        let mut form = Form::default();
        form.set_prompt("secret");
        form.checkpoint = "/home/me".into();
        form.steps = 44;
        let preset = Preset {
            name: "Mine".into(),
            request: form.settings(),
        };
        let text = preset_to_json(&preset).unwrap();
        assert!(!text.contains("secret") && !text.contains("/home/me"));
        assert_eq!(preset_from_json(&text), Some(preset));
    }

    #[test]
    fn other_files_are_no_presets() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"name\":\"x\"}",
            "{\"name\":\" \",\"request\":{}}",
            "{\"name\":\"x\",\"request\":7}",
            "{\"name\":\"x\",\"request\":{\"steps\":\"many\"}}",
        ] {
            assert_eq!(preset_from_json(text), None, "{text}");
        }
    }
}
