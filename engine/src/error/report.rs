//! Errors as people read them: a code, a sentence with numbers, the next step.

use ovi_media::MediaError;
use ovi_models::ModelError;
use ovi_tensor::TensorError;
use ovi_weights::WeightError;

use super::EngineError;
use crate::protocol::{ErrorCode, ErrorReport, Role};

impl EngineError {
    /// Code, sentence and next step for people.
    pub fn report(&self) -> ErrorReport {
        let (code, message, action) = self.parts();
        ErrorReport {
            code,
            message,
            action,
            details: self.chain(),
        }
    }

    fn parts(&self) -> (ErrorCode, String, String) {
        let text = |code, message: String, action: &str| (code, message, action.to_owned());
        match self {
            Self::MissingPart { role, root } => text(
                ErrorCode::Missing,
                format!(
                    "The {} is not installed. Looked in {}.",
                    role.label(),
                    root.display()
                ),
                "Choose the folder that holds it, or put the file there.",
            ),
            Self::WrongPart { role, found, path } => text(
                ErrorCode::Kind,
                format!(
                    "{found} It cannot be the {}: {}.",
                    role.label(),
                    path.display()
                ),
                "Choose another file.",
            ),
            Self::AmbiguousPart {
                role,
                num_files,
                root,
            } => text(
                ErrorCode::Kind,
                format!(
                    "{num_files} files in {} could be the {}.",
                    root.display(),
                    role.label()
                ),
                "Name the model to use.",
            ),
            Self::Unsupported { role, what, path } => text(
                ErrorCode::Kind,
                format!(
                    "The {} is stored as {what}, which this version cannot compute with: {}.",
                    role.label(),
                    path.display()
                ),
                "Choose the BF16, F16 or F32 file.",
            ),
            Self::UnknownVariant { path } => text(
                ErrorCode::Length,
                format!(
                    "The three Ovi models hold the same tensors; {} does not tell which it is.",
                    path.display()
                ),
                "Name the model: 720x720_5s, 960x960_5s or 960x960_10s.",
            ),
            Self::Unreadable { role, source } => weight_parts(*role, source),
            Self::Part { role, source } => model_parts(*role, source),
            Self::Setting(reason) => {
                text(ErrorCode::Prompt, sentence(reason), "Change the setting.")
            }
            Self::Prompt(reason) => text(ErrorCode::Prompt, sentence(reason), "Change the prompt."),
            Self::Picture(source) => text(
                ErrorCode::Image,
                sentence(&source.to_string()),
                "Choose another picture.",
            ),
            Self::PictureSize(source) => text(
                ErrorCode::Image,
                sentence(&source.to_string()),
                "Choose another picture.",
            ),
            Self::SourceClip { path, source } => text(
                ErrorCode::Image,
                format!("The clip cannot be used: {source}: {}.", path.display()),
                "Choose another clip.",
            ),
            Self::NoLatents(path) => text(
                ErrorCode::Missing,
                format!("The latents are not there: {}.", path.display()),
                "Choose another file, or make the clip again.",
            ),
            Self::KeptLatents { path, reason } => text(
                ErrorCode::Damaged,
                format!("The latents cannot be used: {reason}: {}.", path.display()),
                "Choose another file, or make the clip again.",
            ),
            Self::NotFinite { place } => text(
                ErrorCode::NotFinite,
                format!("The numbers overflowed in {place}."),
                "Check the model files, or try another seed.",
            ),
            Self::Output(source) => output_parts(source),
            Self::Latents(source) => text(
                ErrorCode::Write,
                format!("The sampled latents cannot be kept: {source}."),
                "Choose another output folder or free some space.",
            ),
            Self::Demo(source) => text(
                ErrorCode::Write,
                format!("The test-pattern model cannot be written: {source}."),
                "Choose another folder or free some space.",
            ),
            Self::AfterSampling { source, latents } => {
                let (code, message, action) = source.parts();
                (
                    code,
                    format!(
                        "{message} The clip's latents are saved in {}.",
                        latents.display()
                    ),
                    action,
                )
            }
            Self::Busy => text(
                ErrorCode::Busy,
                "Another window is generating.".into(),
                "Wait until it has finished, or use that window.",
            ),
            Self::Cancelled => text(
                ErrorCode::Internal,
                "The job was stopped.".into(),
                "Start it again.",
            ),
            Self::Panic(_) => text(
                ErrorCode::Internal,
                "Something went wrong inside the program; the other jobs go on.".into(),
                "Copy the details and report them.",
            ),
        }
    }
}

fn weight_parts(role: Role, source: &WeightError) -> (ErrorCode, String, String) {
    let code = match source.cause() {
        WeightError::Missing { .. } => ErrorCode::Shape,
        _ => ErrorCode::Damaged,
    };
    let message = format!("The {} cannot be read: {source}.", role.label());
    (
        code,
        message,
        "Download the file again or choose another.".into(),
    )
}

fn model_parts(role: Role, source: &ModelError) -> (ErrorCode, String, String) {
    let action = |text: &str| text.to_owned();
    match source {
        ModelError::Weight(source) => weight_parts(role, source),
        ModelError::Tensor(TensorError::OutOfMemory {
            device,
            requested_bytes,
        }) => (
            ErrorCode::Memory,
            format!(
                "Memory ran out on {device} in the {} ({:.1} MB were asked for).",
                role.label(),
                *requested_bytes as f64 / 1e6
            ),
            action("Make the clip smaller or close other programs."),
        ),
        ModelError::Tensor(TensorError::DeviceUnavailable { .. }) => (
            ErrorCode::Device,
            sentence(&source.to_string()),
            action("Choose another device."),
        ),
        ModelError::WeightShape { .. } => {
            let message = format!("The {} does not fit: {source}.", role.label());
            (ErrorCode::Shape, message, action("Choose another file."))
        }
        ModelError::WrongModel { .. } => (
            ErrorCode::Kind,
            sentence(&source.to_string()),
            action("Choose another file."),
        ),
        ModelError::Parameter { .. } => (
            ErrorCode::Prompt,
            sentence(&source.to_string()),
            action("Change the setting."),
        ),
        ModelError::Tokenizer(_) => (
            ErrorCode::Damaged,
            sentence(&source.to_string()),
            action("Download the tokenizer again."),
        ),
        ModelError::Tensor(_) => (
            ErrorCode::Internal,
            format!("The {} failed: {source}.", role.label()),
            action("Copy the details and report them."),
        ),
    }
}

fn output_parts(source: &MediaError) -> (ErrorCode, String, String) {
    if matches!(source, MediaError::NoSpace { .. }) {
        return (
            ErrorCode::Disk,
            sentence(&source.to_string()),
            "Free some space or choose another folder.".into(),
        );
    }
    match source {
        MediaError::VideoSize { .. } => {
            return (
                ErrorCode::Prompt,
                sentence(&source.to_string()),
                "Choose another size.".into(),
            );
        }
        MediaError::NoFileName { .. } => {
            return (
                ErrorCode::Write,
                sentence(&source.to_string()),
                "Choose another file name.".into(),
            );
        }
        _ => {}
    }
    (
        ErrorCode::Write,
        sentence(&source.to_string()),
        "Choose another output folder.".into(),
    )
}

/// First letter capital, full stop at the end.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", chars.as_str())
}
