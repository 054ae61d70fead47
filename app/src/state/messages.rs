//! What the window said since it was opened: notices, warnings and errors with their next step.

use ovi_engine::protocol::{ErrorCode, ErrorReport, Warning, WarningCode};

/// Messages that are kept; the oldest go first.
const MAX_MESSAGES: usize = 200;

/// The one thing to do about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageAction {
    /// Look at the model's files.
    ShowModels,
    /// Change prompt or settings.
    ShowGenerate,
    /// Look at the job.
    ShowQueue,
    /// Choose another picture.
    ChoosePicture,
    /// Choose another output folder.
    ChooseOutput,
    /// Draw another seed.
    NewSeed,
    /// Look at the log and copy a report.
    ShowDiagnostics,
}

impl MessageAction {
    /// What to do about an error.
    pub fn of_error(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Missing
            | ErrorCode::Kind
            | ErrorCode::Damaged
            | ErrorCode::Shape
            | ErrorCode::Length => Self::ShowModels,
            ErrorCode::Prompt | ErrorCode::Memory => Self::ShowGenerate,
            ErrorCode::Image => Self::ChoosePicture,
            ErrorCode::Batch | ErrorCode::Busy | ErrorCode::Device | ErrorCode::NotFinite => {
                Self::ShowQueue
            }
            ErrorCode::Disk | ErrorCode::Write => Self::ChooseOutput,
            ErrorCode::Internal => Self::ShowDiagnostics,
        }
    }

    /// What to do about a warning.
    pub fn of_warning(code: WarningCode) -> Self {
        match code {
            WarningCode::Flat | WarningCode::Silent => Self::NewSeed,
            WarningCode::TestPattern => Self::ShowModels,
            WarningCode::Extra => Self::ChooseOutput,
            WarningCode::Size
            | WarningCode::Dialect
            | WarningCode::Tokens
            | WarningCode::Limited
            | WarningCode::NoEffect
            | WarningCode::Reencoded => Self::ShowGenerate,
        }
    }
}

/// Something the window said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Number, the newest is the highest.
    pub serial: u64,
    /// When, in seconds since 1970.
    pub unix: i64,
    /// Stable code; none for a plain notice.
    pub code: Option<&'static str>,
    /// One sentence with its numbers.
    pub text: String,
    /// The next step.
    pub action: Option<MessageAction>,
    /// For "Copy details"; holds no prompt.
    pub details: String,
    /// It is about something that did not work.
    pub is_problem: bool,
}

/// All messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    list: Vec<Message>,
    last_serial: u64,
    read_serial: u64,
    now_unix: i64,
}

impl Messages {
    /// Messages, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.list.iter().rev()
    }

    /// Problems nobody has looked at.
    pub fn num_unread(&self) -> usize {
        let is_new = |message: &&Message| message.is_problem && message.serial > self.read_serial;
        self.list.iter().filter(is_new).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The newest problem.
    pub fn last_problem(&self) -> Option<&Message> {
        self.iter().find(|message| message.is_problem)
    }

    /// Time of the messages that follow.
    pub fn set_now(&mut self, now_unix: i64) {
        self.now_unix = now_unix;
    }

    /// All of them were seen.
    pub fn mark_read(&mut self) {
        self.read_serial = self.last_serial;
    }

    /// Forget one.
    pub fn dismiss(&mut self, serial: u64) {
        self.list.retain(|message| message.serial != serial);
    }

    /// Forget all.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// A plain notice.
    pub fn note(&mut self, text: String, is_problem: bool) {
        self.push(Message {
            serial: 0,
            unix: 0,
            code: None,
            details: text.clone(),
            text,
            action: None,
            is_problem,
        });
    }

    /// An error.
    pub fn report(&mut self, report: &ErrorReport) {
        let code = report.code.code();
        self.push(Message {
            serial: 0,
            unix: 0,
            code: Some(code),
            text: format!("{} {}", report.message, report.action),
            action: Some(MessageAction::of_error(report.code)),
            details: format!("{report}\n{}", report.details),
            is_problem: true,
        });
    }

    /// A warning about a job. It stands beside the clip as well, so it is not counted as unread.
    pub fn warn(&mut self, warning: &Warning) {
        let code = warning.code.code();
        self.push(Message {
            serial: 0,
            unix: 0,
            code: Some(code),
            text: warning.message.clone(),
            action: Some(MessageAction::of_warning(warning.code)),
            details: format!("{code}: {}", warning.message),
            is_problem: false,
        });
    }

    fn push(&mut self, message: Message) {
        self.last_serial += 1;
        let (serial, unix) = (self.last_serial, self.now_unix);
        self.list.push(Message {
            serial,
            unix,
            ..message
        });
        if self.list.len() > MAX_MESSAGES {
            self.list.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> ErrorReport {
        ErrorReport {
            code: ErrorCode::Disk,
            message: "Needs 24.5 GB, 9.8 GB free.".into(),
            action: "Change the folder.".into(),
            details: "statvfs".into(),
        }
    }

    #[test]
    fn problems_are_unread_until_they_were_seen() {
        let mut messages = Messages::default();
        messages.set_now(7);
        messages.note("saved".into(), false);
        messages.report(&report());
        assert_eq!(messages.num_unread(), 1);
        messages.mark_read();
        assert_eq!(messages.num_unread(), 0);
        messages.report(&report());
        assert_eq!(messages.num_unread(), 1);
        let newest = messages.iter().next().unwrap().clone();
        assert_eq!((newest.unix, newest.code), (7, Some("E-DISK")));
        assert_eq!(newest.action, Some(MessageAction::ChooseOutput));
        assert!(newest.details.contains("statvfs"));
        messages.dismiss(newest.serial);
        assert_eq!((messages.num_unread(), messages.iter().count()), (0, 2));
    }

    #[test]
    fn the_oldest_go_first() {
        let mut messages = Messages::default();
        for number in 0..MAX_MESSAGES + 5 {
            messages.note(number.to_string(), true);
        }
        assert_eq!(messages.iter().count(), MAX_MESSAGES);
        assert_eq!(messages.iter().last().unwrap().text, "5");
    }
}
