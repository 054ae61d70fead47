//! What the window says about errors and warnings of the engine: a heading and the next step in its
//! own language. The sentence with the numbers is the engine's.

use ovi_engine::protocol::{ErrorCode, ErrorReport, WarningCode};

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
    /// Label of the next step in the window's language.
    pub action: &'static str,
}

/// What to say about an error.
pub fn report(report: &ErrorReport) -> ReportText<'_> {
    ReportText {
        code: report.code.code(),
        heading: error_heading(report.code),
        message: &report.message,
        advice: &report.action,
        action: error_action(report.code),
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

/// The one thing to do about an error (spec: product 10).
pub fn error_action(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Missing | ErrorCode::Kind | ErrorCode::Damaged | ErrorCode::Shape => {
            super::do_choose_model()
        }
        ErrorCode::Length => super::do_switch_model(),
        ErrorCode::Prompt => super::do_edit_prompt(),
        ErrorCode::Image => super::do_choose_picture(),
        ErrorCode::Batch => super::do_open_batch(),
        ErrorCode::Memory => super::do_change_settings(),
        ErrorCode::Disk | ErrorCode::Write => super::do_choose_output(),
        ErrorCode::Device | ErrorCode::NotFinite | ErrorCode::Busy => super::do_retry(),
        ErrorCode::Internal => super::do_copy_report(),
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
        let english = report(&failed);
        assert_eq!(english.code, "E-IMG");
        assert_eq!(english.message, "The picture has 3 bytes.");
        language::speak_code("de");
        let german = report(&failed);
        assert_eq!(german.message, english.message);
        assert_ne!(german.heading, english.heading);
        assert_ne!(german.action, english.action);
        language::speak_code(language::ENGLISH);
    }
}
