//! A device: which arm computes, whose books pay, which job may cancel.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::Backend;
use crate::candle::CandleArm;
use crate::ledger::{Account, Charge, Holder, Ledger, MemoryKind};
use crate::{CancelToken, Result};

/// Where an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// The processor.
    Cpu,
    /// NVIDIA card by index, through CUDA (feature `cuda`).
    Cuda(usize),
    /// Apple GPU by index (feature `metal`).
    Metal(usize),
}

impl std::fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cpu => write!(f, "cpu"),
            Self::Cuda(idx) => write!(f, "cuda:{idx}"),
            Self::Metal(idx) => write!(f, "metal:{idx}"),
        }
    }
}

#[derive(Clone, Debug)]
struct Scope {
    holder: Holder,
    kind: MemoryKind,
    cancel: CancelToken,
}

struct Inner {
    kind: DeviceKind,
    arm: Box<dyn Backend>,
    ledger: Arc<Ledger>,
    scope: Mutex<Scope>,
}

/// Handle of a compute device. Cheap to clone; clones share the current scope.
#[derive(Clone)]
pub struct Device(Arc<Inner>);

impl Device {
    /// The processor, with its own books.
    pub fn cpu() -> Self {
        Self::with_arm(DeviceKind::Cpu, Box::new(CandleArm::cpu()), Ledger::new())
    }

    /// The processor through candle's own operations, the way CUDA and Metal compute: slower, for
    /// the conformance suite.
    pub fn cpu_composed() -> Self {
        Self::with_arm(
            DeviceKind::Cpu,
            Box::new(CandleArm::cpu_composed()),
            Ledger::new(),
        )
    }

    /// Open `kind` and book its memory on `ledger`.
    ///
    /// # Errors
    /// [`crate::TensorError::DeviceUnavailable`] if this build or machine lacks the device. There is
    /// no fall-back to another device.
    pub fn open(kind: DeviceKind, ledger: &Arc<Ledger>) -> Result<Self> {
        let arm = CandleArm::open(kind)?;
        Ok(Self::with_arm(kind, Box::new(arm), Arc::clone(ledger)))
    }

    fn with_arm(kind: DeviceKind, arm: Box<dyn Backend>, ledger: Arc<Ledger>) -> Self {
        let scope = Scope {
            holder: "unscoped",
            kind: MemoryKind::Activations,
            cancel: CancelToken::new(),
        };
        Self(Arc::new(Inner {
            kind,
            arm,
            ledger,
            scope: Mutex::new(scope),
        }))
    }

    /// Which device this is.
    pub fn kind(&self) -> DeviceKind {
        self.0.kind
    }

    /// The books this device charges.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.0.ledger
    }

    /// Book allocations on `holder` and `kind` until the guard is dropped; the cancel token stays.
    pub fn enter(&self, holder: Holder, kind: MemoryKind) -> ScopeGuard {
        self.replace(|scope| Scope {
            holder,
            kind,
            cancel: scope.cancel.clone(),
        })
    }

    /// Book allocations on `kind` of the current holder until the guard is dropped.
    pub fn enter_kind(&self, kind: MemoryKind) -> ScopeGuard {
        self.replace(|scope| Scope {
            kind,
            ..scope.clone()
        })
    }

    /// Let operations and networks on this device stop when `cancel` is triggered.
    pub fn watch(&self, cancel: &CancelToken) -> ScopeGuard {
        self.replace(|scope| Scope {
            cancel: cancel.clone(),
            ..scope.clone()
        })
    }

    /// # Errors
    /// [`crate::TensorError::Cancelled`] once the watched token is set.
    pub fn check_cancelled(&self) -> Result<()> {
        self.scope().cancel.check()
    }

    /// Book `bytes` on the current holder under `kind`.
    pub fn charge(&self, kind: MemoryKind, bytes: u64) -> Charge {
        let holder = self.scope().holder;
        self.0.ledger.charge(
            Account {
                device: self.0.kind,
                holder,
                kind,
            },
            bytes,
        )
    }

    /// Book `bytes` on the current holder and kind.
    pub(crate) fn charge_scoped(&self, bytes: u64) -> Charge {
        let kind = self.scope().kind;
        self.charge(kind, bytes)
    }

    pub(crate) fn cancel_token(&self) -> CancelToken {
        self.scope().cancel
    }

    pub(crate) fn arm(&self) -> &dyn Backend {
        &*self.0.arm
    }

    fn scope(&self) -> Scope {
        self.0
            .scope
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn replace(&self, next: impl FnOnce(&Scope) -> Scope) -> ScopeGuard {
        let mut scope = self.0.scope.lock().unwrap_or_else(PoisonError::into_inner);
        let next = next(&scope);
        let previous = std::mem::replace(&mut *scope, next);
        ScopeGuard {
            device: self.clone(),
            previous: Some(previous),
        }
    }
}

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Device({})", self.0.kind)
    }
}

/// Restores the previous scope of a [`Device`] on drop.
#[must_use = "the scope ends when the guard is dropped"]
pub struct ScopeGuard {
    device: Device,
    previous: Option<Scope>,
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        if let Some(previous) = self.previous.take() {
            *self
                .device
                .0
                .scope
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = previous;
        }
    }
}
