//! Waveform peaks for a player: the range of the samples under each pixel column.

/// Smallest and largest sample of one column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WaveformPeak {
    /// Smallest sample.
    pub min: f32,
    /// Largest sample.
    pub max: f32,
}

/// Splits `samples` evenly into `num_columns` and returns the range of each; columns without a sample are zero.
///
/// With fewer samples than columns each sample fills several columns. Non-finite samples are ignored.
pub fn waveform_peaks(samples: &[f32], num_columns: usize) -> Vec<WaveformPeak> {
    let bound = |column: usize| {
        (column as u128 * samples.len() as u128 / num_columns.max(1) as u128) as usize
    };
    (0..num_columns)
        .map(|column| {
            let start = bound(column);
            let end = bound(column + 1).max(start + 1).min(samples.len());
            peak_of(samples.get(start..end).unwrap_or_default())
        })
        .collect()
}

fn peak_of(samples: &[f32]) -> WaveformPeak {
    let mut finite = samples.iter().copied().filter(|sample| sample.is_finite());
    let Some(first) = finite.next() else {
        return WaveformPeak::default();
    };
    finite.fold(
        WaveformPeak {
            min: first,
            max: first,
        },
        |peak, sample| WaveformPeak {
            min: peak.min.min(sample),
            max: peak.max.max(sample),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_cover_every_sample_once() {
        let samples: Vec<f32> = (0..10).map(|value| value as f32).collect();
        let peaks = waveform_peaks(&samples, 3);
        let ranges: Vec<(f32, f32)> = peaks.iter().map(|peak| (peak.min, peak.max)).collect();
        assert_eq!(ranges, [(0.0, 2.0), (3.0, 5.0), (6.0, 9.0)]);
    }

    #[test]
    fn short_and_strange_input_gives_full_columns() {
        assert_eq!(waveform_peaks(&[], 2), [WaveformPeak::default(); 2]);
        assert_eq!(
            waveform_peaks(&[0.5], 3),
            [WaveformPeak { min: 0.5, max: 0.5 }; 3]
        );
        assert_eq!(
            waveform_peaks(&[f32::NAN, -1.0], 1),
            [WaveformPeak {
                min: -1.0,
                max: -1.0
            }]
        );
        assert!(waveform_peaks(&[1.0], 0).is_empty());
    }
}
