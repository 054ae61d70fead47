//! Names of finished clips (spec: product 13).

use std::path::PathBuf;

use ovi_engine::protocol::GenerateRequest;
use ovi_media::{NameFields, prompt_slug};

/// A local date and time, and the same moment in seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `HHMMSS`.
    pub time: String,
    /// Seconds since 1970 (UTC).
    pub unix: i64,
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have the leap day at their end.
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 1970-01-01 is this many days after 0000-03-01.
    365 * year + leap_days + day_of_year - 719_468
}

/// Year, month and day of so many days after 1970-01-01.
pub fn date_of_day(days: i64) -> (i64, u8, u8) {
    let from_march = days + 719_468;
    let era = from_march.div_euclid(146_097);
    let day_of_era = from_march.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month as u8, day as u8)
}

/// Where clips go and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputName {
    /// Folder.
    pub folder: PathBuf,
    /// Name with fields in braces.
    pub template: String,
}

impl OutputName {
    /// Path of the clip that `request` makes at `stamp`, of this size in pixels.
    pub fn path(&self, request: &GenerateRequest, size: [u32; 2], stamp: &Stamp) -> PathBuf {
        let [width, height] = size;
        let fields = NameFields {
            date: stamp.date.clone(),
            time: stamp.time.clone(),
            slug: prompt_slug(&request.prompt),
            width,
            height,
            seed: request.seed,
            index: 0,
        };
        self.folder
            .join(format!("{}.mp4", fields.fill(&self.template)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_each_others_inverse() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(2000, 3, 1), 11_017);
        assert_eq!(date_of_day(22_313), (2031, 2, 3));
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, day_of_month) = date_of_day(day);
            assert_eq!(
                days_since_1970(year, month.into(), day_of_month.into()),
                day
            );
        }
    }
}
