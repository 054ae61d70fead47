//! `ovi inspect FILE`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ovi_weights::{WeightSet, recognise};
use serde_json::json;

use crate::{Exit, megabytes};

#[derive(clap::Args)]
pub struct Arguments {
    /// Weight file: safetensors, or a torch .pth or .pt.
    file: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Exit {
    if !arguments.file.exists() {
        eprintln!(
            "E-MISS: There is no such file: {}. Choose another file.",
            arguments.file.display()
        );
        return Exit::MissingModel;
    }
    let set = match WeightSet::open(std::slice::from_ref(&arguments.file)) {
        Ok(set) => set,
        Err(error) => {
            eprintln!("E-DAMAGED: {error}. Choose another file.");
            return Exit::MissingModel;
        }
    };
    let what = recognise(&set).describe();
    let entries = || set.files().iter().flat_map(|file| file.entries());
    if arguments.json {
        let tensors: Vec<_> = entries()
            .map(|entry| json!({ "name": entry.name, "type": entry.stored.label(), "shape": entry.shape }))
            .collect();
        let metadata = set.files().first().map(|file| file.metadata().clone());
        let object = json!({
            "file": arguments.file,
            "is": what,
            "num_tensors": set.len(),
            "parameters": set.num_parameters(),
            "bytes": set.total_bytes(),
            "metadata": metadata,
            "tensors": tensors,
        });
        println!("{object}");
        return Exit::Done;
    }
    println!("{what}");
    println!(
        "{} tensors, {} parameters, {}",
        set.len(),
        set.num_parameters(),
        megabytes(set.total_bytes())
    );
    let mut types: BTreeMap<&str, usize> = BTreeMap::new();
    entries().for_each(|entry| *types.entry(entry.stored.label()).or_default() += 1);
    for (label, count) in types {
        println!("  {count} x {label}");
    }
    for entry in entries() {
        println!(
            "{:<10} {:<24} {}",
            entry.stored.label(),
            format!("{:?}", entry.shape),
            entry.name
        );
    }
    Exit::Done
}
