//! Words of the library that depend on what they are about.

use ovi_engine::protocol::{ClipRecord, DecodeTiles};

use super::catalogue as key;
use super::figures::duration;
use crate::state::{GroupBy, GroupKey, LengthClass, SortKey, clip_title, date_of_day};

/// Name of an order.
pub fn sort_key(sort: SortKey) -> &'static str {
    match sort {
        SortKey::Date => key::sort_date(),
        SortKey::Rating => key::rating(),
        SortKey::Duration => key::length(),
        SortKey::Resolution => key::sort_resolution(),
        SortKey::Aspect => key::sort_aspect(),
        SortKey::TimeTaken => key::time_taken(),
    }
}

/// Name of a grouping.
pub fn group_choice(group: GroupBy) -> &'static str {
    match group {
        GroupBy::Day => key::group_day(),
        GroupBy::Model => key::model(),
        GroupBy::Prompt => key::prompt(),
        GroupBy::None => key::group_none(),
    }
}

/// Name of a group.
pub fn group_name(group: &GroupKey) -> String {
    match group {
        GroupKey::Day(days) => day(*days),
        GroupKey::Model(Some(model)) => model.name().to_owned(),
        GroupKey::Model(None) => key::model_unknown().to_owned(),
        GroupKey::Prompt(prompt) if prompt.is_empty() => key::prompt_unknown().to_owned(),
        GroupKey::Prompt(prompt) => prompt.split_whitespace().collect::<Vec<_>>().join(" "),
        GroupKey::All => key::library().to_owned(),
    }
}

/// Name of a range of lengths.
pub fn length_class(length: LengthClass) -> &'static str {
    match length {
        LengthClass::Short => key::length_short_clips(),
        LengthClass::Middle => key::length_middle_clips(),
        LengthClass::Long => key::length_long_clips(),
    }
}

/// Name of a way to cut frames.
pub fn tiles_name(tiles: DecodeTiles) -> String {
    match tiles {
        DecodeTiles::Off => key::off().to_owned(),
        DecodeTiles::Pixels(side) => key::tile_px(side),
    }
}

/// A date, from days since 1970.
pub fn day(days: i64) -> String {
    let (year, month, day) = date_of_day(days);
    let name = match month {
        1 => key::month_1(),
        2 => key::month_2(),
        3 => key::month_3(),
        4 => key::month_4(),
        5 => key::month_5(),
        6 => key::month_6(),
        7 => key::month_7(),
        8 => key::month_8(),
        9 => key::month_9(),
        10 => key::month_10(),
        11 => key::month_11(),
        _ => key::month_12(),
    };
    key::date_long(name, day, year)
}

/// Date and time of day of a moment, `utc_offset_secs` ahead of UTC.
pub fn day_and_time(unix: i64, utc_offset_secs: i64) -> String {
    let local = unix.saturating_add(utc_offset_secs);
    let (year, month, day) = date_of_day(local.div_euclid(86_400));
    let secs = local.rem_euclid(86_400);
    let time = format!("{:02}:{:02}", secs / 3600, secs / 60 % 60);
    let (day, month) = (format!("{day:02}"), format!("{month:02}"));
    key::date_short(year, month, day, time)
}

/// A whole number.
pub fn number(number: u64) -> String {
    number.to_string()
}

/// What a clip of the list is, for people who hear it.
pub fn clip_spoken(record: &ClipRecord) -> String {
    let mut parts = vec![clip_title(record), duration(record.clip.duration_secs)];
    if record.rating > 0 {
        parts.push(key::rated_with(u64::from(record.rating)));
    }
    if record.is_favourite {
        parts.push(key::favourite().to_owned());
    }
    if !record.is_present {
        parts.push(key::file_missing().to_owned());
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::language;

    #[test]
    fn dates_are_said_in_the_order_of_the_language() {
        let noon = 22_313 * 86_400 + 12 * 3600;
        assert_eq!(day(22_313), "February 3, 2031");
        assert_eq!(day_and_time(noon, 3600), "2031-02-03 13:00");
        language::speak_code("de");
        assert_eq!(day(22_313), "3. Februar 2031");
        assert_eq!(day_and_time(noon, -13 * 3600), "02.02.2031 23:00");
        language::speak_code(language::ENGLISH);
    }
}
