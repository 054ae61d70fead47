//! What the window says about errors and warnings of the engine: a heading and the next step in its
//! own language. The sentence with the numbers is the engine's.

use ovi_engine::protocol::{ErrorCode, ErrorReport, WarningCode};

use crate::state::MessageAction;

/// A report as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportText<'a> {
    /// Code, e.g. `E-IMG`.
    pub code: &'static str,
    /// What happened, in the window's language.
    pub heading: &'static str,
    /// One sentence with numbers, as the engine wrote it.
    pub message: &'a str,
    /// The next step as the engine wrote it; may be empty.
    pub advice: &'a str,
    /// The next step, whose label is [`super::message_action`] of it.
    pub action: MessageAction,
}

/// What to say about an error.
pub fn error_report(report: &ErrorReport) -> ReportText<'_> {
    ReportText {
        code: report.code.code(),
        heading: error_heading(report.code),
        message: &report.message,
        advice: &report.action,
        action: MessageAction::of_error(report.code),
    }
}

/// What an error is about.
pub fn error_heading(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Missing => super::error_missing(),
        ErrorCode::Kind => super::error_kind(),
        ErrorCode::Damaged => super::error_damaged(),
        ErrorCode::Shape => super::error_shape(),
        ErrorCode::Length => super::error_length(),
        ErrorCode::Prompt => super::error_prompt(),
        ErrorCode::Image => super::error_image(),
        ErrorCode::Batch => super::error_batch(),
        ErrorCode::Memory => super::error_memory(),
        ErrorCode::Disk => super::error_disk(),
        ErrorCode::Device => super::error_device(),
        ErrorCode::NotFinite => super::error_not_finite(),
        ErrorCode::Write => super::error_write(),
        ErrorCode::Busy => super::error_busy(),
        ErrorCode::Internal => super::error_internal(),
    }
}

/// What a warning is about.
pub fn warning_heading(code: WarningCode) -> &'static str {
    match code {
        WarningCode::Size => super::warning_size(),
        WarningCode::Dialect => super::warning_dialect(),
        WarningCode::Tokens => super::warning_tokens(),
        WarningCode::Flat => super::warning_flat(),
        WarningCode::Silent => super::warning_silent(),
        WarningCode::Limited => super::warning_limited(),
        WarningCode::TestPattern => super::warning_test_pattern(),
        WarningCode::Extra => super::warning_extra(),
        WarningCode::NoEffect => super::warning_no_effect(),
        WarningCode::Reencoded => super::warning_reencoded(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::language;
    use super::*;

    #[test]
    fn an_error_has_a_heading_in_the_windows_language_and_the_engines_numbers() {
        let failed = ErrorReport {
            code: ErrorCode::Image,
            message: "The picture has 3 bytes.".into(),
            action: "Choose another picture.".into(),
            details: String::new(),
        };
        let english = error_report(&failed);
        assert_eq!(english.code, "E-IMG");
        assert_eq!(english.message, "The picture has 3 bytes.");
        language::speak_code("de");
        let german = error_report(&failed);
        assert_eq!(german.message, english.message);
        assert_ne!(german.heading, english.heading);
        assert_eq!(german.action, MessageAction::ChoosePicture);
        language::speak_code(language::ENGLISH);
    }
}
