//! Memory as the operating system sees it, and snapshots that set it beside the ledger.

mod process;
mod sampler;

use ovi_tensor::{DeviceKind, Ledger};

use crate::protocol::{HolderMemory, MemorySnapshot};

pub use process::{ProcessMemory, SystemMemory};
pub use sampler::Sampler;

/// Both views now; `floor_bytes` is the resident memory before the first job.
pub fn snapshot(ledger: &Ledger, floor_bytes: Option<u64>) -> MemorySnapshot {
    let levels = ledger.levels();
    let used = levels.iter().filter(|level| level.peak_bytes > 0);
    let holders = used.map(|level| HolderMemory {
        device: level.account.device.to_string(),
        holder: level.account.holder.to_owned(),
        kind: level.account.kind.name().to_owned(),
        current_bytes: level.current_bytes,
        peak_bytes: level.peak_bytes,
    });
    let process = ProcessMemory::read();
    let system = SystemMemory::read();
    MemorySnapshot {
        holders: holders.collect(),
        counted_bytes: ledger.current_bytes(DeviceKind::Cpu),
        counted_peak_bytes: ledger.peak_bytes(DeviceKind::Cpu),
        resident_bytes: process.map(|process| process.resident_bytes),
        resident_file_bytes: process.map(|process| process.file_bytes),
        resident_floor_bytes: floor_bytes,
        system_total_bytes: system.map(|system| system.total_bytes),
        system_available_bytes: system.map(|system| system.available_bytes),
    }
}
