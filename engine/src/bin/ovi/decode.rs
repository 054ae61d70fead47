//! `ovi decode`: kept latents to a clip, without sampling.

use std::path::PathBuf;

use clap::ValueEnum;
use ovi_engine::pipeline::kept_request;
use ovi_engine::protocol::{DecodeParts, GenerateRequest, ModelVariant, Redecode};

use crate::request::{OutputArguments, parse_variant};
use crate::run::{Job, run_jobs};
use crate::{Exit, fail};

#[derive(clap::Args)]
pub struct Arguments {
    /// File of latents that `--keep-latents` or a failed decode left.
    latents: PathBuf,
    /// Checkpoint folder in the official layout.
    #[arg(long)]
    checkpoint: PathBuf,
    /// Which published model the weights are: 720x720_5s, 960x960_5s or 960x960_10s.
    #[arg(long, value_parser = parse_variant)]
    model: Option<ModelVariant>,
    /// File to write; an existing one is kept and the name gets _2, _3, …
    #[arg(long)]
    output: PathBuf,
    /// Decode one track and take the other one from the clip.
    #[arg(long, value_enum, requires = "clip")]
    only: Option<Track>,
    /// Clip the other track is taken from.
    #[arg(long, requires = "only")]
    clip: Option<PathBuf>,
    /// Of a clip that goes on from another, make only the new part; otherwise the other clip must
    /// still be where it was.
    #[arg(long)]
    part_only: bool,
    #[command(flatten)]
    result: OutputArguments,
    /// Print progress as one JSON object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Track {
    Picture,
    Sound,
}

pub fn run(arguments: &Arguments) -> Exit {
    let made_by = match kept_request(&arguments.latents) {
        Ok(request) => request.unwrap_or_default(),
        Err(error) => return fail(&error.report()),
    };
    let mut request = GenerateRequest {
        checkpoint: arguments.checkpoint.clone(),
        variant: arguments.model.or(made_by.variant),
        output: arguments.output.clone(),
        job: None,
        continue_from: made_by
            .continue_from
            .clone()
            .filter(|_| !arguments.part_only),
        redecode: Some(Redecode {
            latents: arguments.latents.clone(),
            clip: arguments.clip.clone(),
            parts: match arguments.only {
                None => DecodeParts::Both,
                Some(Track::Picture) => DecodeParts::Picture,
                Some(Track::Sound) => DecodeParts::Sound,
            },
        }),
        ..made_by
    };
    arguments.result.apply(&mut request);
    run_jobs(&[Job::only(request)], arguments.json, None)
}
