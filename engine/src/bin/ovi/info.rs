//! `ovi info [--checkpoint DIR]`.

use std::path::PathBuf;

use ovi_engine::catalogue::Checkpoint;
use ovi_engine::protocol::CheckpointInfo;
use ovi_engine::telemetry::SystemMemory;
use serde_json::json;

use crate::{Exit, fail, megabytes};

#[derive(clap::Args)]
pub struct Arguments {
    /// Checkpoint folder to look at.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Exit {
    let checkpoint = match arguments
        .checkpoint
        .as_deref()
        .map(|root| Checkpoint::open(root, None))
        .transpose()
    {
        Ok(checkpoint) => checkpoint.map(|checkpoint| checkpoint.info),
        Err(error) => return fail(&error.report()),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = SystemMemory::read();
    if arguments.json {
        let object = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "threads": threads,
            "memory_total_bytes": memory.map(|memory| memory.total_bytes),
            "memory_available_bytes": memory.map(|memory| memory.available_bytes),
            "checkpoint": checkpoint.as_ref().map(checkpoint_json),
        });
        println!("{object}");
        return Exit::Done;
    }
    println!("Ovi Desktop {}", env!("CARGO_PKG_VERSION"));
    println!("processor: {threads} threads");
    match memory {
        Some(memory) => {
            println!(
                "memory: {} of {} available",
                megabytes(memory.available_bytes),
                megabytes(memory.total_bytes)
            );
        }
        None => println!("memory: unknown on this system"),
    }
    if let Some(checkpoint) = checkpoint {
        print_checkpoint(&checkpoint);
    }
    Exit::Done
}

fn print_checkpoint(info: &CheckpointInfo) {
    println!("checkpoint: {}", info.root.display());
    let model = info
        .variant
        .map_or("not told by the files", |variant| variant.name());
    println!(
        "  model: {}",
        if info.is_test_pattern {
            "test pattern (random numbers)"
        } else {
            model
        }
    );
    println!(
        "  parameters of the video and sound model: {}",
        info.num_parameters
    );
    for file in &info.files {
        println!(
            "  {}: {} ({})",
            file.role.label(),
            file.path.display(),
            megabytes(file.num_bytes)
        );
        println!("    {}", file.description);
    }
}

fn checkpoint_json(info: &CheckpointInfo) -> serde_json::Value {
    let files = info.files.iter().map(|file| {
        json!({ "part": file.role.label(), "path": file.path, "bytes": file.num_bytes, "is": file.description })
    });
    json!({
        "root": info.root,
        "variant": info.variant.map(|variant| variant.name()),
        "test_pattern": info.is_test_pattern,
        "parameters": info.num_parameters,
        "video_area": info.video_area,
        "latent_frames": info.latent_frames,
        "audio_steps": info.audio_steps,
        "files": files.collect::<Vec<_>>(),
    })
}
