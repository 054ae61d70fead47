//! Errors and warnings for people: a code, one sentence with numbers, the next step.

use serde::{Deserialize, Serialize};

/// Stable code of an error (spec: product 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A model file is missing.
    Missing,
    /// A file is of another kind than it should be.
    Kind,
    /// A file is damaged or incomplete.
    Damaged,
    /// Tensors are missing or have other shapes.
    Shape,
    /// Length and model disagree.
    Length,
    /// The prompt or a setting cannot be used.
    Prompt,
    /// The picture cannot be used.
    Image,
    /// A batch file or a queue file cannot be used.
    Batch,
    /// Memory ran out.
    Memory,
    /// The disk is full.
    Disk,
    /// The device is lost or not there.
    Device,
    /// Numbers overflowed.
    NotFinite,
    /// The output cannot be written.
    Write,
    /// Another instance is at work.
    Busy,
    /// A bug.
    Internal,
}

impl ErrorCode {
    /// Code as shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "E-MISS",
            Self::Kind => "E-KIND",
            Self::Damaged => "E-DAMAGED",
            Self::Shape => "E-SHAPE",
            Self::Length => "E-LEN",
            Self::Prompt => "E-PROMPT",
            Self::Image => "E-IMG",
            Self::Batch => "E-CSV",
            Self::Memory => "E-MEM",
            Self::Disk => "E-DISK",
            Self::Device => "E-DEV",
            Self::NotFinite => "E-NAN",
            Self::Write => "E-WRITE",
            Self::Busy => "E-BUSY",
            Self::Internal => "E-INT",
        }
    }
}

/// Why a job or question failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// Code.
    pub code: ErrorCode,
    /// One sentence with numbers.
    pub message: String,
    /// The next step, e.g. "Choose another picture".
    pub action: String,
    /// Error chain for "Copy details"; holds no prompt.
    pub details: String,
}

impl std::fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} {}", self.code.code(), self.message, self.action)
    }
}

/// Stable code of a warning (spec: product 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// The size was changed to what the model makes.
    Size,
    /// The prompt was put into the model's form.
    Dialect,
    /// The prompt is longer than the model reads.
    Tokens,
    /// All frames look alike.
    Flat,
    /// The sound is silent.
    Silent,
    /// Samples beyond full scale were limited.
    Limited,
    /// Random weights: the result is a test pattern.
    TestPattern,
    /// A file beside the clip could not be written.
    Extra,
    /// A setting has no effect, or not all of it.
    NoEffect,
    /// A track of another clip was encoded again instead of copied.
    Reencoded,
}

impl WarningCode {
    /// All warnings.
    pub const ALL: [Self; 10] = [
        Self::Size,
        Self::Dialect,
        Self::Tokens,
        Self::Flat,
        Self::Silent,
        Self::Limited,
        Self::TestPattern,
        Self::Extra,
        Self::NoEffect,
        Self::Reencoded,
    ];

    /// The warning with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|warning| warning.code() == code)
    }

    /// Code as shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Size => "W-SIZE",
            Self::Dialect => "W-DIA",
            Self::Tokens => "W-TOK",
            Self::Flat => "W-FLAT",
            Self::Silent => "W-SILENT",
            Self::Limited => "W-LIMIT",
            Self::TestPattern => "W-TEST",
            Self::Extra => "W-EXTRA",
            Self::NoEffect => "W-NONE",
            Self::Reencoded => "W-COPY",
        }
    }
}

/// Something a user should know about a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Code.
    pub code: WarningCode,
    /// One sentence with numbers.
    pub message: String,
}
