//! A waiting job whose settings are being changed.

use ovi_engine::protocol::{GenerateRequest, JobId, QueueEntry};

use super::{Blocked, PromptView};

/// Settings of a waiting job as typed; the queue keeps the old ones until they are saved.
#[derive(Clone, Debug, PartialEq)]
pub struct JobEdit {
    /// Job.
    pub id: JobId,
    /// Settings as they were.
    pub original: Box<GenerateRequest>,
    /// Settings as typed.
    pub request: Box<GenerateRequest>,
}

impl JobEdit {
    /// Begin to edit a job.
    pub fn of(entry: &QueueEntry) -> Self {
        Self {
            id: entry.id,
            original: Box::new(entry.request.clone()),
            request: Box::new(entry.request.clone()),
        }
    }

    /// Why it cannot be saved, by the rules of the main form.
    pub fn blocked(&self) -> Option<Blocked> {
        if self.request.prompt.trim().is_empty() {
            return Some(Blocked::NoPrompt);
        }
        let view = PromptView::new(&self.request.prompt);
        view.fault.map(Blocked::Tags)
    }

    /// Whether anything was changed.
    pub fn is_changed(&self) -> bool {
        self.request != self.original
    }

    /// Whether what the file is called after was changed.
    pub fn changes_name(&self) -> bool {
        let facts = |request: &GenerateRequest| {
            let size = (request.width, request.height);
            (request.prompt.clone(), request.seed, size)
        };
        facts(&self.request) != facts(&self.original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_checked_like_in_the_form() {
        let request = GenerateRequest::new("/m", "A man says <S>hi<E>", "/out/a.mp4");
        let mut edit = JobEdit::of(&QueueEntry::new(JobId(1), request, 0));
        assert_eq!((edit.blocked(), edit.is_changed()), (None, false));
        edit.request.steps = 20;
        assert!(edit.is_changed() && !edit.changes_name());
        edit.request.prompt = "A man says <S>hi".into();
        assert!(matches!(edit.blocked(), Some(Blocked::Tags(_))));
        assert!(edit.changes_name());
        edit.request.prompt = " ".into();
        assert_eq!(edit.blocked(), Some(Blocked::NoPrompt));
    }
}
