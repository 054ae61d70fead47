//! The one check: values, equal bits of two runs, and books that balance.

use ovi_tensor::oracle::Array;
use ovi_tensor::{Device, Tensor, TensorError};

use crate::arms::ARMS;

type Result<T> = std::result::Result<T, TensorError>;

/// How far a result may be from its definition. Not-a-number and infinities must agree exactly.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Root of the summed squared errors, as a share of that of the expected values.
    pub normalised: f64,
    /// Largest error of one element.
    pub max_abs: f64,
}

impl Tolerance {
    /// Elements are only moved.
    pub const EXACT: Self = Self {
        normalised: 0.0,
        max_abs: 0.0,
    };

    /// Limits on both errors.
    pub const fn new(normalised: f64, max_abs: f64) -> Self {
        Self {
            normalised,
            max_abs,
        }
    }

    /// Why `got` is outside, if it is.
    pub fn judge(self, got: &[f32], want: &Array) -> std::result::Result<(), String> {
        let (mut errors, mut squares, mut worst) = (0.0, 0.0, (0.0, 0));
        for (idx, (&got, &want)) in got.iter().zip(&want.values).enumerate() {
            if got.is_nan() != want.is_nan() || (want.is_infinite() && f64::from(got) != want) {
                return Err(format!("element {idx}: expected {want:e}, found {got:e}"));
            }
            if !want.is_finite() {
                continue;
            }
            let error = (f64::from(got) - want).abs();
            errors += error * error;
            squares += want * want;
            if error > worst.0 {
                worst = (error, idx);
            }
        }
        let normalised = if squares > 0.0 {
            f64::sqrt(errors / squares)
        } else {
            0.0
        };
        if normalised <= self.normalised && worst.0 <= self.max_abs {
            return Ok(());
        }
        let (got, want) = (got[worst.1], want.values[worst.1]);
        Err(format!(
            "normalised error {normalised:.2e}, largest {:.2e} at element {}: expected {want:e}, \
             found {got:e}; allowed {self:?}",
            worst.0, worst.1
        ))
    }
}

/// Collects the failures of one family.
pub struct Cases {
    devices: Vec<(&'static str, Device)>,
    failures: Vec<String>,
    num_checked: usize,
}

/// Run the cases of one family and fail with all that is wrong.
pub fn family(body: impl FnOnce(&mut Cases)) {
    let mut cases = Cases {
        devices: ARMS.iter().map(|arm| (arm.name, (arm.open)())).collect(),
        failures: Vec::new(),
        num_checked: 0,
    };
    body(&mut cases);
    assert!(cases.num_checked > 0, "a family without cases");
    assert!(
        cases.failures.is_empty(),
        "{} of {} checks failed:\n{}",
        cases.failures.len(),
        cases.num_checked,
        cases.failures.join("\n")
    );
}

impl Cases {
    /// `compute` gives `want` on every arm.
    pub fn check(
        &mut self,
        case: &str,
        tolerance: Tolerance,
        want: &Array,
        compute: impl Fn(&Device) -> Result<Tensor>,
    ) {
        for (arm, device) in &self.devices {
            self.num_checked += 1;
            if let Err(reason) = verdict(device, tolerance, want, &compute) {
                self.failures.push(format!("[{arm}] {case}: {reason}"));
            }
        }
    }

    /// `attempt` ends on every arm with an error that `expected` accepts, and with balanced books.
    pub fn refuse(
        &mut self,
        case: &str,
        expected: fn(&TensorError) -> bool,
        attempt: impl Fn(&Device) -> Result<Tensor>,
    ) {
        for (arm, device) in &self.devices {
            self.num_checked += 1;
            let outcome = attempt(device);
            let found = match &outcome {
                Err(error) if expected(error) => None,
                Err(error) => Some(format!("{error:?}")),
                Ok(y) => Some(format!("a result of shape {:?}", y.shape())),
            };
            if let Some(found) = found {
                self.failures.push(format!("[{arm}] {case}: found {found}"));
            }
            drop(outcome);
            let left = device.ledger().current_bytes(device.kind());
            if left > 0 {
                self.failures
                    .push(format!("[{arm}] {case}: {left} bytes stay booked"));
            }
        }
    }
}

fn verdict(
    device: &Device,
    tolerance: Tolerance,
    want: &Array,
    compute: &impl Fn(&Device) -> Result<Tensor>,
) -> std::result::Result<(), String> {
    let (ledger, kind) = (device.ledger(), device.kind());
    let before = ledger.current_bytes(kind);
    ledger.reset_peaks();
    let first = compute(device).map_err(|error| error.to_string())?;
    if first.shape() != want.shape {
        return Err(format!(
            "shape {:?}, expected {:?}",
            first.shape(),
            want.shape
        ));
    }
    let peak = ledger.peak_bytes(kind);
    if peak < before + 4 * first.num_elements() as u64 {
        return Err(format!("a peak of {peak} bytes does not hold the result"));
    }
    let values = first.to_vec().map_err(|error| error.to_string())?;
    drop(first);
    let second = compute(device)
        .and_then(|y| y.to_vec())
        .map_err(|error| error.to_string())?;
    let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    if bits(&values) != bits(&second) {
        return Err("two runs differ".into());
    }
    let after = ledger.current_bytes(kind);
    if after != before {
        return Err(format!("{after} bytes stay booked, {before} before"));
    }
    tolerance.judge(&values, want)
}

#[test]
fn a_tolerance_finds_what_is_outside_of_it() {
    let want = Array::new(&[3], vec![1.0, f64::NAN, f64::INFINITY]).expect("three values");
    let tolerance = Tolerance::new(1e-3, 1e-2);
    let judge = |got: [f32; 3]| tolerance.judge(&got, &want);
    assert!(judge([1.0, f32::NAN, f32::INFINITY]).is_ok());
    assert!(judge([1.005, f32::NAN, f32::INFINITY]).is_err());
    assert!(judge([1.0, 0.0, f32::INFINITY]).is_err());
    assert!(judge([1.0, f32::NAN, f32::MAX]).is_err());
    assert!(judge([f32::NAN, f32::NAN, f32::INFINITY]).is_err());
}
