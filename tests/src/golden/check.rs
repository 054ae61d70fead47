//! Comparison of results with a case's expected outputs.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, Result, bail};
use ovi_tensor::Tensor;
use serde_json::Value;

use super::{Case, Verdict};

/// Largest error seen, next to what was allowed for it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Output with the largest share of its tolerance used.
    pub output: String,
    /// Its largest absolute error.
    pub error: f64,
    /// The tolerance at that element.
    pub allowed: f64,
    /// Outputs and rows compared.
    pub num_compared: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.output.is_empty() {
            return write!(f, "{} results exact", self.num_compared);
        }
        let Self {
            output,
            error,
            allowed,
            num_compared,
        } = self;
        write!(
            f,
            "{num_compared} compared, largest error {error:.2e} of {allowed:.2e} allowed ({output})"
        )
    }
}

/// Collects comparisons of one case.
pub struct Check<'a> {
    case: &'a Case,
    seen: BTreeSet<String>,
    worst: Outcome,
    failures: Vec<String>,
}

impl<'a> Check<'a> {
    pub(super) fn new(case: &'a Case) -> Self {
        Self {
            case,
            seen: BTreeSet::new(),
            worst: Outcome::default(),
            failures: Vec::new(),
        }
    }

    /// Compare a tensor with output `name`; shapes must agree up to axes of 1.
    pub fn tensor(&mut self, name: &str, got: &Tensor) -> Result<()> {
        self.values(name, &got.to_vec()?, got.shape())
    }

    /// Compare values of `shape` with output `name`.
    pub fn values(&mut self, name: &str, got: &[f32], shape: &[usize]) -> Result<()> {
        let want = self.case.stored(&format!("out.{name}"))?;
        if squeezed(shape) != squeezed(&want.shape) {
            bail!("{name}: shape {shape:?}, expected {:?}", want.shape);
        }
        let want = match want.stored {
            stored if stored.is_float() => want.to_f32()?,
            _ => want
                .to_i64()?
                .into_iter()
                .map(|value| value as f32)
                .collect(),
        };
        self.slice(name, got, &want)
    }

    /// As [`Check::values`] if the case lists output `name`.
    pub fn optional_values(&mut self, name: &str, got: &[f32], shape: &[usize]) -> Result<()> {
        if self.case.json["outputs"][name].is_object() {
            self.values(name, got, shape)
        } else {
            Ok(())
        }
    }

    /// Compare values with an expected vector, judged by the tolerance of output `name`.
    pub fn slice(&mut self, name: &str, got: &[f32], want: &[f32]) -> Result<()> {
        if got.len() != want.len() {
            bail!("{name}: {} values, expected {}", got.len(), want.len());
        }
        let rule = Rule::of(&self.case.json["outputs"][name])
            .with_context(|| format!("outputs.{name}"))?;
        let mut num_different = 0;
        let mut num_outside = 0;
        for (&got, &want) in got.iter().zip(want) {
            let (got, want) = (f64::from(got), f64::from(want));
            let error = if got == want || (got.is_nan() && want.is_nan()) {
                0.0
            } else {
                (got - want).abs()
            };
            let allowed = rule.atol + rule.rtol * want.abs();
            num_different += usize::from(error > 0.0);
            num_outside += usize::from(error.is_nan() || error > allowed);
            self.note(name, error, allowed);
        }
        if num_outside > 0 {
            self.fail(format!(
                "{name}: {num_outside} of {} values outside",
                got.len()
            ));
        }
        let share = num_different as f64 / got.len().max(1) as f64;
        if rule.max_fraction_different.is_some_and(|max| share > max) {
            self.fail(format!(
                "{name}: {:.2} % of the values differ",
                100.0 * share
            ));
        }
        self.compared(name);
        Ok(())
    }

    /// A result that has no tolerance: `agrees` or it is wrong.
    pub fn exact(&mut self, name: &str, agrees: bool, difference: impl FnOnce() -> String) {
        if !agrees {
            self.fail(format!("{name}: {}", difference()));
        }
        self.compared(name);
    }

    fn compared(&mut self, name: &str) {
        self.worst.num_compared += 1;
        self.seen.insert(name.to_owned());
    }

    fn note(&mut self, name: &str, error: f64, allowed: f64) {
        let used = |error: f64, allowed: f64| match error {
            0.0 => 0.0,
            error if error.is_nan() => f64::INFINITY,
            error => error / allowed.max(1e-300),
        };
        let first = self.worst.output.is_empty() && allowed > 0.0;
        if first || used(error, allowed) > used(self.worst.error, self.worst.allowed) {
            self.worst = Outcome {
                output: name.into(),
                error,
                allowed,
                ..self.worst.clone()
            };
        }
    }

    fn fail(&mut self, reason: String) {
        self.failures.push(reason);
    }

    pub(super) fn finish(mut self) -> Verdict {
        let outputs = self.case.json["outputs"].as_object();
        let missing = outputs
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .filter(|name| !self.seen.contains(*name));
        let missing: Vec<String> = missing
            .map(|name| format!("{name}: not compared"))
            .collect();
        self.failures.extend(missing);
        if self.worst.num_compared == 0 {
            self.failures.push("nothing was compared".into());
        }
        if self.failures.is_empty() {
            return Verdict::Passed(self.worst);
        }
        Verdict::Failed(format!("{} ({})", self.failures.join("; "), self.worst))
    }
}

/// Tolerance of one output.
struct Rule {
    rtol: f64,
    atol: f64,
    max_fraction_different: Option<f64>,
}

impl Rule {
    fn of(json: &Value) -> Result<Self> {
        if json["exact"] == Value::Bool(true) {
            return Ok(Self {
                rtol: 0.0,
                atol: 0.0,
                max_fraction_different: None,
            });
        }
        Ok(Self {
            rtol: json["rtol"].as_f64().context("rtol is missing")?,
            atol: json["atol"].as_f64().context("atol is missing")?,
            max_fraction_different: json["max_fraction_different"].as_f64(),
        })
    }
}

fn squeezed(shape: &[usize]) -> Vec<usize> {
    shape
        .iter()
        .copied()
        .filter(|&extent| extent != 1)
        .collect()
}
