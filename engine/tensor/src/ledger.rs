//! Counted memory: who holds how much of what, where, now and at most.
//!
//! Accounts are keyed by device, holder (a component or stage) and kind. A [`Charge`] is RAII and
//! lives inside the storage it pays for, so an account returns to zero exactly when the memory does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::DeviceKind;

/// Component or stage an allocation belongs to, e.g. `"transformer"`.
pub type Holder = &'static str;

/// What an allocation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemoryKind {
    /// Weights copied to the device.
    Weights,
    /// Results of operations.
    Activations,
    /// State carried between calls: convolution history, text keys and values.
    Cache,
    /// Short-lived working space inside an operation.
    Staging,
    /// Weights used in place from a mapped file; the system may drop these pages at any time.
    Mapped,
    /// Frames and samples on their way to the user.
    Output,
}

impl MemoryKind {
    /// Lower-case name for reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Activations => "activations",
            Self::Cache => "cache",
            Self::Staging => "staging",
            Self::Mapped => "mapped",
            Self::Output => "output",
        }
    }
}

/// Key of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// Where the memory is.
    pub device: DeviceKind,
    /// Who holds it.
    pub holder: Holder,
    /// What it is.
    pub kind: MemoryKind,
}

/// Level of one account in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLevel {
    /// The account.
    pub account: Account,
    /// Bytes held now.
    pub current_bytes: u64,
    /// Most bytes held at once since the last [`Ledger::reset_peaks`].
    pub peak_bytes: u64,
}

#[derive(Clone, Copy, Default)]
struct Level {
    current: u64,
    peak: u64,
}

impl Level {
    fn add(&mut self, bytes: u64) {
        self.current += bytes;
        self.peak = self.peak.max(self.current);
    }
}

#[derive(Default)]
struct Books {
    accounts: BTreeMap<Account, Level>,
    devices: BTreeMap<DeviceKind, Level>,
}

/// The books of one engine. Shared by all its devices.
#[derive(Default)]
pub struct Ledger(Mutex<Books>);

impl Ledger {
    /// Empty books.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // Levels are plain numbers, consistent after every statement, so a poisoned lock is usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Book `bytes` on `account` until the returned charge is dropped.
    pub fn charge(self: &Arc<Self>, account: Account, bytes: u64) -> Charge {
        let mut books = self.books();
        books.accounts.entry(account).or_default().add(bytes);
        if account.kind != MemoryKind::Mapped {
            books.devices.entry(account.device).or_default().add(bytes);
        }
        Charge {
            ledger: Arc::clone(self),
            account,
            bytes,
        }
    }

    /// Every account that was ever used, in a stable order.
    pub fn levels(&self) -> Vec<AccountLevel> {
        let books = self.books();
        let level = |(account, level): (&Account, &Level)| AccountLevel {
            account: *account,
            current_bytes: level.current,
            peak_bytes: level.peak,
        };
        books.accounts.iter().map(level).collect()
    }

    /// Bytes held now on `device`, mapped files not included.
    pub fn current_bytes(&self, device: DeviceKind) -> u64 {
        self.books()
            .devices
            .get(&device)
            .map_or(0, |level| level.current)
    }

    /// Most bytes held at once on `device` since the last reset, mapped files not included.
    pub fn peak_bytes(&self, device: DeviceKind) -> u64 {
        self.books()
            .devices
            .get(&device)
            .map_or(0, |level| level.peak)
    }

    /// Bytes held now by `holder` over all devices and kinds.
    pub fn held_by(&self, holder: &str) -> u64 {
        let books = self.books();
        books
            .accounts
            .iter()
            .filter(|(a, _)| a.holder == holder)
            .map(|(_, l)| l.current)
            .sum()
    }

    /// Forget earlier peaks: every peak becomes the current level.
    pub fn reset_peaks(&self) {
        let mut books = self.books();
        let Books { accounts, devices } = &mut *books;
        for level in accounts.values_mut().chain(devices.values_mut()) {
            level.peak = level.current;
        }
    }

    fn release(&self, account: Account, bytes: u64) {
        let mut books = self.books();
        if let Some(level) = books.accounts.get_mut(&account) {
            level.current = level.current.saturating_sub(bytes);
        }
        if account.kind == MemoryKind::Mapped {
            return;
        }
        if let Some(level) = books.devices.get_mut(&account.device) {
            level.current = level.current.saturating_sub(bytes);
        }
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.levels()).finish()
    }
}

/// Bytes booked on an account; given back on drop.
#[derive(Debug)]
pub struct Charge {
    ledger: Arc<Ledger>,
    account: Account,
    bytes: u64,
}

impl Charge {
    /// Booked size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.ledger.release(self.account, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(holder: Holder, kind: MemoryKind) -> Account {
        Account {
            device: DeviceKind::Cpu,
            holder,
            kind,
        }
    }

    #[test]
    fn a_dropped_charge_returns_the_account_to_zero_and_keeps_the_peak() {
        let ledger = Ledger::new();
        let first = ledger.charge(account("vae", MemoryKind::Activations), 100);
        let second = ledger.charge(account("vae", MemoryKind::Cache), 50);
        assert_eq!(ledger.held_by("vae"), 150);
        drop(first);
        assert_eq!(ledger.held_by("vae"), 50);
        drop(second);
        assert_eq!(ledger.current_bytes(DeviceKind::Cpu), 0);
        assert_eq!(ledger.peak_bytes(DeviceKind::Cpu), 150);
    }

    #[test]
    fn mapped_bytes_are_listed_but_not_counted_as_device_memory() {
        let ledger = Ledger::new();
        let mapped = ledger.charge(account("transformer", MemoryKind::Mapped), 1 << 30);
        assert_eq!(ledger.current_bytes(DeviceKind::Cpu), 0);
        assert_eq!(ledger.held_by("transformer"), mapped.bytes());
    }

    #[test]
    fn reset_peaks_starts_from_the_current_level() {
        let ledger = Ledger::new();
        drop(ledger.charge(account("a", MemoryKind::Staging), 500));
        let _kept = ledger.charge(account("a", MemoryKind::Staging), 20);
        ledger.reset_peaks();
        assert_eq!(ledger.peak_bytes(DeviceKind::Cpu), 20);
    }
}
