//! What the engine runs on, as far as the program can tell today: the processor.

use std::fmt;

/// The machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hardware {
    /// Architecture of the processor.
    pub architecture: &'static str,
    /// Vector instructions the engine's kernels would use, best first.
    pub vectors: Vec<&'static str>,
    /// Threads that run at once.
    pub num_threads: usize,
}

impl Hardware {
    /// This machine.
    pub fn detect() -> Self {
        Self {
            architecture: std::env::consts::ARCH,
            vectors: vectors(),
            num_threads: std::thread::available_parallelism().map_or(1, |count| count.get()),
        }
    }
}

impl fmt::Display for Hardware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            architecture,
            vectors,
            num_threads,
        } = self;
        let vectors = match vectors.is_empty() {
            true => "none".to_owned(),
            false => vectors.join(", "),
        };
        write!(
            f,
            "processor {architecture}, vectors {vectors}, {num_threads} threads"
        )
    }
}

#[cfg(target_arch = "x86_64")]
fn vectors() -> Vec<&'static str> {
    let features = [
        ("AVX-512", std::is_x86_feature_detected!("avx512f")),
        ("AVX2", std::is_x86_feature_detected!("avx2")),
        ("FMA", std::is_x86_feature_detected!("fma")),
    ];
    let there = features.into_iter().filter(|(_, is_there)| *is_there);
    there.map(|(name, _)| name).collect()
}

#[cfg(target_arch = "aarch64")]
fn vectors() -> Vec<&'static str> {
    // Every 64-bit Arm processor has them.
    vec!["NEON"]
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn vectors() -> Vec<&'static str> {
    Vec::new()
}
