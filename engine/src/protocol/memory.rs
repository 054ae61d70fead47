//! Memory as counted and as the system sees it.

/// One account of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderMemory {
    /// Device name, e.g. `cpu`.
    pub device: String,
    /// Component or stage.
    pub holder: String,
    /// Weights, activations, cache, staging, mapped, output.
    pub kind: String,
    /// Held now.
    pub current_bytes: u64,
    /// Most since the job began.
    pub peak_bytes: u64,
}

/// Both views at one moment. Latest-wins.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MemorySnapshot {
    /// Accounts with a level or a peak above zero.
    pub holders: Vec<HolderMemory>,
    /// Sum of the counted levels, mapped files not included.
    pub counted_bytes: u64,
    /// Most counted since the job began.
    pub counted_peak_bytes: u64,
    /// Resident memory of this process, mapped pages included; `None` where the system does not tell.
    pub resident_bytes: Option<u64>,
    /// Part of the resident memory that is pages of mapped files.
    pub resident_file_bytes: Option<u64>,
    /// Resident memory before the first job, the floor the gap is measured from.
    pub resident_floor_bytes: Option<u64>,
    /// Memory of the machine.
    pub system_total_bytes: Option<u64>,
    /// Memory of the machine that could be used now.
    pub system_available_bytes: Option<u64>,
}

impl MemorySnapshot {
    /// Anonymous resident memory above the floor that no account explains; negative if more is
    /// counted than resident (pages not touched yet).
    pub fn gap_bytes(&self) -> Option<i64> {
        let anonymous = self
            .resident_bytes?
            .saturating_sub(self.resident_file_bytes?);
        let above_floor = anonymous.saturating_sub(self.resident_floor_bytes?);
        Some(above_floor as i64 - self.counted_bytes as i64)
    }
}
