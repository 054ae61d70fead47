//! The arms under test. A new one is one more line here.

use ovi_tensor::Device;

/// One compute arm.
pub struct Arm {
    /// Name in failure messages.
    pub name: &'static str,
    /// Opens a device with books of its own.
    pub open: fn() -> Device,
}

/// All arms of this machine.
pub const ARMS: [Arm; 2] = [
    Arm {
        name: "cpu",
        open: Device::cpu,
    },
    Arm {
        name: "cpu composed",
        open: Device::cpu_composed,
    },
];
