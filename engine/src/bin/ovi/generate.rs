//! `ovi generate`: one clip.

use std::path::PathBuf;

use ovi_engine::protocol::{GenerateRequest, SoundPreview};

use crate::Exit;
use crate::request::{OutputArguments, SamplingArguments, base_request, parse_sound_preview};
use crate::run::{Job, run_jobs};

#[derive(clap::Args)]
pub struct Arguments {
    /// Checkpoint folder in the official layout.
    #[arg(long)]
    checkpoint: PathBuf,
    /// What is seen, who speaks, what is heard.
    #[arg(long)]
    prompt: String,
    /// First frame (PNG, JPEG, WebP or BMP).
    #[arg(long, conflicts_with = "continue_from")]
    image: Option<PathBuf>,
    /// Clip to go on from: its last frame is the first one of the new part, and the result holds both.
    #[arg(long)]
    continue_from: Option<PathBuf>,
    /// File to write; an existing one is kept and the name gets _2, _3, …
    #[arg(long)]
    output: PathBuf,
    #[command(flatten)]
    sampling: SamplingArguments,
    #[command(flatten)]
    result: OutputArguments,
    /// Folder for previews of the latents while they are sampled, the newest about ten times a second.
    #[arg(long)]
    previews: Option<PathBuf>,
    /// Steps between previews of the picture; 0 is never.
    #[arg(long, default_value_t = 2, requires = "previews")]
    preview_every: u32,
    /// When the sound is previewed: off, half (after half of the steps), or every so many steps.
    #[arg(long, value_parser = parse_sound_preview, default_value = "off", requires = "previews")]
    sound_preview: SoundPreview,
    /// Print progress as one JSON object a line.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Exit {
    let has_previews = arguments.previews.is_some();
    let request = GenerateRequest {
        prompt: arguments.prompt.clone(),
        first_frame: arguments.image.clone(),
        continue_from: arguments.continue_from.clone(),
        output: arguments.output.clone(),
        preview_every: if has_previews {
            arguments.preview_every
        } else {
            0
        },
        sound_preview: arguments.sound_preview,
        ..base_request(
            &arguments.checkpoint,
            &arguments.sampling,
            &arguments.result,
        )
    };
    run_jobs(
        &[Job::only(request)],
        arguments.json,
        arguments.previews.clone(),
    )
}
