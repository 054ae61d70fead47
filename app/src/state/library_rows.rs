//! Where the rows of the grid or list stand, so that only those in sight are drawn. Lengths are
//! points, from the top of the first row.

use std::ops::Range;

use super::library_query::LibraryList;

/// Shape of the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowShape {
    /// Clips of a row, at least 1.
    pub num_columns: usize,
    /// Height of a row of clips.
    pub row_height: f32,
    /// Height of a group's name; groups of an ungrouped list have none.
    pub header_height: f32,
    /// Between rows.
    pub gap: f32,
}

/// What a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Name of a group, by its place among the groups.
    Header(usize),
    /// Clips, by their places in the list.
    Clips(Range<usize>),
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Upper edge.
    pub top: f32,
    /// Height.
    pub height: f32,
    /// What it holds.
    pub kind: RowKind,
}

/// All rows of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    /// Height of all rows.
    pub height: f32,
}

impl Rows {
    /// Rows of `list`.
    pub fn new(list: &LibraryList, shape: RowShape, has_headers: bool) -> Self {
        let num_columns = shape.num_columns.max(1);
        let mut rows = Vec::with_capacity(list.ids.len() / num_columns + 2 * list.groups.len());
        let mut top = 0.0;
        let mut push = |height: f32, kind: RowKind| {
            rows.push(Row { top, height, kind });
            top += height + shape.gap;
        };
        for (group_idx, group) in list.groups.iter().enumerate() {
            if has_headers {
                push(shape.header_height, RowKind::Header(group_idx));
            }
            for start in group.range.clone().step_by(num_columns) {
                let end = (start + num_columns).min(group.range.end);
                push(shape.row_height, RowKind::Clips(start..end));
            }
        }
        let height = rows.last().map_or(0.0, |row: &Row| row.top + row.height);
        Self { rows, height }
    }

    /// Rows of which something lies between two heights.
    pub fn between(&self, top: f32, bottom: f32) -> &[Row] {
        let first = self.rows.partition_point(|row| row.top + row.height < top);
        let last = self.rows.partition_point(|row| row.top <= bottom);
        self.rows.get(first..last).unwrap_or_default()
    }

    /// The row that holds the clip at `place` of the list.
    pub fn of(&self, place: usize) -> Option<&Row> {
        self.rows.iter().find(|row| match &row.kind {
            RowKind::Clips(range) => range.contains(&place),
            RowKind::Header(_) => false,
        })
    }

    /// How far up or down from `place` the clip below or above it stands, in places of the list. The
    /// first or last row leads nowhere.
    pub fn vertical_step(&self, place: usize, is_down: bool) -> i64 {
        let is_here =
            |row: &&Row| matches!(&row.kind, RowKind::Clips(range) if range.contains(&place));
        let clip_rows = || {
            self.rows
                .iter()
                .filter(|row| matches!(row.kind, RowKind::Clips(_)))
        };
        let Some(row_idx) = clip_rows().position(|row| is_here(&row)) else {
            return 0;
        };
        let next_idx = match is_down {
            true => row_idx.checked_add(1),
            false => row_idx.checked_sub(1),
        };
        let ranges = (
            clip_rows().nth(row_idx).map(|row| &row.kind),
            next_idx
                .and_then(|idx| clip_rows().nth(idx))
                .map(|row| &row.kind),
        );
        let (Some(RowKind::Clips(here)), Some(RowKind::Clips(next))) = ranges else {
            return 0;
        };
        let column = place - here.start;
        let target = (next.start + column).min(next.end.saturating_sub(1));
        i64::try_from(target).unwrap_or(0) - i64::try_from(place).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::ClipId;

    use super::*;
    use crate::state::library_query::{Group, GroupKey};

    fn list(sizes: &[usize]) -> LibraryList {
        let mut list = LibraryList::default();
        for (idx, size) in sizes.iter().enumerate() {
            let start = list.ids.len();
            list.ids
                .extend((start..start + size).map(|id| ClipId(id as u64)));
            list.groups.push(Group {
                key: GroupKey::Day(idx as i64),
                range: start..start + size,
            });
        }
        list
    }

    const SHAPE: RowShape = RowShape {
        num_columns: 3,
        row_height: 100.0,
        header_height: 20.0,
        gap: 10.0,
    };

    #[test]
    fn rows_stand_below_each_other_and_only_those_in_sight_are_given() {
        let rows = Rows::new(&list(&[4, 1]), SHAPE, true);
        // Header 0..20, clips 30..130, clip 140..240, header 250..270, clip 280..380.
        assert_eq!(rows.height, 380.0);
        let kinds = |top, bottom| -> Vec<RowKind> {
            let rows = rows.between(top, bottom).iter();
            rows.map(|row| row.kind.clone()).collect()
        };
        assert_eq!(kinds(25.0, 100.0), [RowKind::Clips(0..3)]);
        assert_eq!(
            kinds(200.0, 260.0),
            [RowKind::Clips(3..4), RowKind::Header(1)]
        );
        assert_eq!(kinds(-50.0, 1e9).len(), 5);
        assert!(kinds(500.0, 600.0).is_empty());
        assert_eq!(rows.of(4).map(|row| row.top), Some(280.0));
        assert_eq!(Rows::new(&LibraryList::default(), SHAPE, true).height, 0.0);
    }

    #[test]
    fn up_and_down_keep_the_column_across_groups() {
        let rows = Rows::new(&list(&[5, 2]), SHAPE, true);
        // 0 1 2 / 3 4 // 5 6
        assert_eq!(rows.vertical_step(0, true), 3);
        assert_eq!(
            rows.vertical_step(2, true),
            2,
            "a shorter row: its last clip"
        );
        assert_eq!(rows.vertical_step(4, true), 2);
        assert_eq!(rows.vertical_step(5, false), -2);
        assert_eq!(rows.vertical_step(0, false), 0);
        assert_eq!(rows.vertical_step(6, true), 0);
        assert_eq!(rows.vertical_step(77, true), 0);
    }
}
