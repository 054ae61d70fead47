//! `ovi demo-checkpoint DIR`.

use std::path::PathBuf;

use ovi_engine::demo::{DemoSizes, write_checkpoint};

use crate::{Exit, megabytes};

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder to write the checkpoint to.
    folder: PathBuf,
}

pub fn run(arguments: &Arguments) -> Exit {
    match write_checkpoint(&arguments.folder, &DemoSizes::default()) {
        Ok(files) => {
            let size = files
                .iter()
                .filter_map(|file| file.metadata().ok())
                .map(|metadata| metadata.len())
                .sum();
            println!(
                "{} files, {} in {}",
                files.len(),
                megabytes(size),
                arguments.folder.display()
            );
            println!("The weights are random numbers: clips made with them are test patterns.");
            Exit::Done
        }
        Err(error) => {
            eprintln!("The checkpoint could not be written: {error}. Choose another folder.");
            Exit::Failed
        }
    }
}
