//! `bench [--json] [ROW…]`: our networks beside PyTorch on the same work in the same run.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Parser;
use ovi_suite::bench::{Measurement, Peer, ROWS, Row, find_python, measure, median};

/// Measure the networks at their real widths beside PyTorch.
#[derive(Parser)]
struct Arguments {
    /// Print one JSON object a row.
    #[arg(long)]
    json: bool,
    /// Measure only our side.
    #[arg(long)]
    no_peer: bool,
    /// Measure one row in this process and print its measurement.
    #[arg(long, hide = true)]
    in_process: Option<String>,
    /// Rows; all by default.
    rows: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is this program's output")]
fn run(arguments: &Arguments) -> Result<()> {
    if let Some(row) = &arguments.in_process {
        println!("{}", serde_json::to_string(&measure(row)?)?);
        return Ok(());
    }
    let chosen: Vec<&Row> = ROWS
        .iter()
        .filter(|row| {
            arguments.rows.is_empty() || arguments.rows.iter().any(|name| name == row.name)
        })
        .collect();
    if chosen.is_empty() {
        bail!(
            "no such row; there are {}",
            ROWS.map(|row| row.name).join(", ")
        );
    }
    let peer = if arguments.no_peer {
        None
    } else {
        Some(Peer::new(&find_python())?)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for row in chosen {
        let ours = in_child(row)?;
        let torch = peer
            .as_ref()
            .map(|peer| peer.measure(row.name, threads, row.runs))
            .transpose()?;
        println!(
            "{}",
            line(row, &ours, torch.as_ref(), threads, arguments.json)
        );
    }
    Ok(())
}

fn in_child(row: &Row) -> Result<Measurement> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--in-process", row.name])
        .output()?;
    if !output.status.success() {
        bail!("{}: {}", row.name, String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("measurement")
}

fn line(
    row: &Row,
    ours: &Measurement,
    torch: Option<&Measurement>,
    threads: usize,
    json: bool,
) -> String {
    let ours_s = median(&ours.secs);
    let torch_s = torch.map(|torch| median(&torch.secs));
    let ratio = torch_s.map(|torch_s| ours_s / torch_s);
    if json {
        return serde_json::json!({
            "name": row.name,
            "description": row.description,
            "threads": threads,
            "ours_s": ours_s,
            "torch_s": torch_s,
            "ratio": ratio,
            "peak_mb": ours.peak_mb,
            "torch_peak_mb": torch.map(|torch| torch.peak_mb),
        })
        .to_string();
    }
    let beside = match (torch, torch_s, ratio) {
        (Some(torch), Some(torch_s), Some(ratio)) => {
            format!(
                "  PyTorch {torch_s:8.3} s {:6.0} MB  ratio {ratio:.2}",
                torch.peak_mb
            )
        }
        _ => String::new(),
    };
    format!(
        "{:<20} ours {ours_s:8.3} s {:6.0} MB{beside}  ({})",
        row.name, ours.peak_mb, row.description
    )
}
