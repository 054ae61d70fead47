//! Figures of the operating system. Where it does not tell, the answer is `None`, never a guess.

/// Memory of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessMemory {
    /// Pages in memory, mapped files included.
    pub resident_bytes: u64,
    /// Part of them that belongs to mapped files.
    pub file_bytes: u64,
}

/// Memory of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemMemory {
    /// Installed.
    pub total_bytes: u64,
    /// Could be used now without swapping.
    pub available_bytes: u64,
}

impl ProcessMemory {
    /// Ask the system.
    #[cfg(target_os = "linux")]
    pub fn read() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        Some(Self {
            resident_bytes: field(&status, "VmRSS:")?,
            file_bytes: field(&status, "RssFile:")?,
        })
    }

    /// Not read on this system yet.
    #[cfg(not(target_os = "linux"))]
    pub fn read() -> Option<Self> {
        None
    }

    /// Resident memory that is not backed by mapped files.
    pub fn anonymous_bytes(&self) -> u64 {
        self.resident_bytes.saturating_sub(self.file_bytes)
    }
}

impl SystemMemory {
    /// Ask the system.
    #[cfg(target_os = "linux")]
    pub fn read() -> Option<Self> {
        let info = std::fs::read_to_string("/proc/meminfo").ok()?;
        Some(Self {
            total_bytes: field(&info, "MemTotal:")?,
            available_bytes: field(&info, "MemAvailable:")?,
        })
    }

    /// Not read on this system yet.
    #[cfg(not(target_os = "linux"))]
    pub fn read() -> Option<Self> {
        None
    }
}

/// Value of a `Name:   123 kB` line in bytes.
#[cfg(any(target_os = "linux", test))]
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    let kibibytes: u64 = line[name.len()..].split_whitespace().next()?.parse().ok()?;
    Some(1024 * kibibytes)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_kibibytes() {
        assert_eq!(
            field("VmPeak:\t  9 kB\nVmRSS:\t    1234 kB\n", "VmRSS:"),
            Some(1234 * 1024)
        );
        assert_eq!(field("VmRSS: many kB\n", "VmRSS:"), None);
    }
}
