//! Steps back and forward through what was filled in: text, fixes, settings.

use super::Form;

/// Edits of one field within this time are one step.
const STEP_SECS: f64 = 1.0;
/// Steps that are kept.
const MAX_STEPS: usize = 200;

/// Which part of the form an edit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Prompt,
    VideoNegative,
    AudioNegative,
    Other,
}

/// Forms before and after the present one.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Form>,
    future: Vec<Form>,
    last_edit: Option<(Field, f64)>,
}

impl History {
    /// `before` is about to become `after`. Typing goes on in the same step, everything else begins
    /// a new one.
    pub fn record(&mut self, before: &Form, after: &Form, now_secs: f64) {
        let Some(field) = changed_field(before, after) else {
            return;
        };
        let goes_on = self.last_edit.is_some_and(|(last, secs)| {
            last == field && now_secs - secs < STEP_SECS && self.future.is_empty()
        });
        self.last_edit = Some((field, now_secs));
        if goes_on {
            return;
        }
        self.future.clear();
        if self.past.len() == MAX_STEPS {
            self.past.remove(0);
        }
        self.past.push(before.clone());
    }

    /// The next edit begins a step of its own.
    pub fn end_step(&mut self) {
        self.last_edit = None;
    }

    /// The form before the last step, if there is one.
    pub fn undo(&mut self, present: &Form) -> Option<Form> {
        let form = self.past.pop()?;
        self.future.push(present.clone());
        self.last_edit = None;
        Some(form)
    }

    /// The form after the step that was undone last.
    pub fn redo(&mut self, present: &Form) -> Option<Form> {
        let form = self.future.pop()?;
        self.past.push(present.clone());
        self.last_edit = None;
        Some(form)
    }

    /// Whether there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

/// `None` if only paths differ: files and folders are chosen, not typed back.
fn changed_field(before: &Form, after: &Form) -> Option<Field> {
    if before.prompt != after.prompt {
        return Some(Field::Prompt);
    }
    if before.video_negative != after.video_negative {
        return Some(Field::VideoNegative);
    }
    if before.audio_negative != after.audio_negative {
        return Some(Field::AudioNegative);
    }
    let mut same_paths = before.clone();
    same_paths.take_paths_of(after);
    (same_paths != *after).then_some(Field::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types `prompt` at `secs`.
    fn typed(history: &mut History, form: &mut Form, prompt: &str, secs: f64) {
        let before = form.clone();
        form.set_prompt(prompt);
        history.record(&before, form, secs);
    }

    #[test]
    fn typing_is_one_step_until_it_pauses() {
        let (mut history, mut form) = (History::default(), Form::default());
        typed(&mut history, &mut form, "a", 0.0);
        typed(&mut history, &mut form, "ab", 0.5);
        typed(&mut history, &mut form, "ab c", 3.0);
        let back = history.undo(&form).unwrap();
        assert_eq!(back.prompt, "ab");
        let first = history.undo(&back).unwrap();
        assert_eq!(first.prompt, "");
        assert!(!history.can_undo());
        let forward = history.redo(&first).unwrap();
        assert_eq!(forward.prompt, "ab");
        assert!(history.can_redo());
    }

    #[test]
    fn a_fix_in_the_middle_of_typing_is_a_step_of_its_own() {
        let (mut history, mut form) = (History::default(), Form::default());
        typed(&mut history, &mut form, "<S>a", 0.0);
        history.end_step();
        typed(&mut history, &mut form, "<S>a<E>", 0.1);
        history.end_step();
        assert_eq!(history.undo(&form).unwrap().prompt, "<S>a");
    }

    #[test]
    fn settings_are_steps_and_an_edit_ends_the_future() {
        let (mut history, mut form) = (History::default(), Form::default());
        let before = form.clone();
        form.steps = 9;
        history.record(&before, &form, 0.0);
        form = history.undo(&form).unwrap();
        assert_eq!(form.steps, before.steps);
        typed(&mut history, &mut form, "x", 0.1);
        assert!(!history.can_redo());
    }

    #[test]
    fn paths_are_no_steps() {
        let mut history = History::default();
        let before = Form::default();
        let after = Form {
            checkpoint: "/m".into(),
            ..before.clone()
        };
        history.record(&before, &after, 0.0);
        assert!(!history.can_undo());
    }
}
