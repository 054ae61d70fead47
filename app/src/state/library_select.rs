//! Which clips of the list are selected, and which one of them the keys move.

use std::collections::HashSet;

use ovi_engine::protocol::ClipId;

/// How a click or key selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectHow {
    /// This clip and no other.
    Only,
    /// This clip too, or no longer.
    Toggle,
    /// Everything from the clip that was selected first to this one.
    Range,
}

/// Selected clips. Every method takes the list in its present order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    selected: HashSet<ClipId>,
    /// Where a range begins.
    anchor: Option<ClipId>,
    /// The clip that is shown and that keys move from.
    cursor: Option<ClipId>,
    /// Where the cursor stood.
    cursor_place: usize,
}

impl Selection {
    /// The clip that is shown.
    pub fn cursor(&self) -> Option<ClipId> {
        self.cursor
    }

    /// Whether a clip is selected.
    pub fn contains(&self, id: ClipId) -> bool {
        self.selected.contains(&id)
    }

    /// Number of selected clips.
    pub fn len(&self) -> usize {
        self.selected.len()
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.selected.is_empty()
    }

    /// Selected clips in the order of the list.
    pub fn ids(&self, list: &[ClipId]) -> Vec<ClipId> {
        let is_selected = |id: &&ClipId| self.selected.contains(id);
        list.iter().filter(is_selected).copied().collect()
    }

    /// Select a clip of the list.
    pub fn select(&mut self, list: &[ClipId], id: ClipId, how: SelectHow) {
        let Some(place) = list.iter().position(|known| *known == id) else {
            return;
        };
        let anchor = self.anchor;
        let anchor = anchor.and_then(|anchor| list.iter().position(|known| *known == anchor));
        match (how, anchor) {
            (SelectHow::Range, Some(anchor)) => {
                let range = anchor.min(place)..=anchor.max(place);
                self.selected = list
                    .get(range)
                    .unwrap_or_default()
                    .iter()
                    .copied()
                    .collect();
            }
            (SelectHow::Toggle, _) => {
                if !self.selected.remove(&id) {
                    self.selected.insert(id);
                }
                self.anchor = Some(id);
            }
            (SelectHow::Only, _) | (SelectHow::Range, None) => {
                self.selected = HashSet::from([id]);
                self.anchor = Some(id);
            }
        }
        self.cursor = Some(id);
        self.cursor_place = place;
    }

    /// Move the cursor by so many places, within the list.
    pub fn step(&mut self, list: &[ClipId], num_places: i64, how: SelectHow) {
        let Some(last) = list.len().checked_sub(1) else {
            return;
        };
        let place = match self.cursor {
            None => 0,
            Some(_) => {
                let from = i64::try_from(self.cursor_place).unwrap_or(i64::MAX);
                let to = from.saturating_add(num_places).max(0);
                usize::try_from(to).unwrap_or(usize::MAX).min(last)
            }
        };
        if let Some(id) = list.get(place) {
            self.select(list, *id, how);
        }
    }

    /// Select everything; the cursor stays.
    pub fn select_all(&mut self, list: &[ClipId]) {
        self.selected = list.iter().copied().collect();
    }

    /// Select only the clip that is shown.
    pub fn reduce(&mut self) {
        self.selected = self.cursor.into_iter().collect();
        self.anchor = self.cursor;
    }

    /// The list has changed: forget clips that are no longer in it. The cursor goes to what stands in
    /// its place now, so that deleting goes on from clip to clip.
    pub fn follow(&mut self, list: &[ClipId]) {
        let listed: HashSet<ClipId> = list.iter().copied().collect();
        self.selected.retain(|id| listed.contains(id));
        let cursor = self.cursor.filter(|cursor| listed.contains(cursor));
        let place = self.cursor_place.min(list.len().saturating_sub(1));
        self.cursor = cursor.or_else(|| list.get(place).copied());
        if let Some(cursor) = self.cursor {
            let found = list.iter().position(|known| *known == cursor);
            self.cursor_place = found.unwrap_or(place);
            if self.selected.is_empty() {
                self.reduce();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u64]) -> Vec<ClipId> {
        numbers.iter().copied().map(ClipId).collect()
    }

    #[test]
    fn clicks_with_control_and_shift_select_as_in_a_file_manager() {
        let list = ids(&[1, 2, 3, 4, 5]);
        let mut selection = Selection::default();
        selection.select(&list, ClipId(2), SelectHow::Only);
        selection.select(&list, ClipId(4), SelectHow::Range);
        assert_eq!(selection.ids(&list), ids(&[2, 3, 4]));
        selection.select(&list, ClipId(1), SelectHow::Range);
        assert_eq!(
            selection.ids(&list),
            ids(&[1, 2]),
            "from the anchor, not from the cursor"
        );
        selection.select(&list, ClipId(5), SelectHow::Toggle);
        selection.select(&list, ClipId(1), SelectHow::Toggle);
        assert_eq!(selection.ids(&list), ids(&[2, 5]));
        selection.select(&list, ClipId(9), SelectHow::Only);
        assert_eq!(
            selection.len(),
            2,
            "a clip that is not listed cannot be selected"
        );
    }

    #[test]
    fn keys_move_within_the_list_and_extend_with_shift() {
        let list = ids(&[1, 2, 3, 4, 5]);
        let mut selection = Selection::default();
        selection.step(&list, 1, SelectHow::Only);
        assert_eq!(
            selection.cursor(),
            Some(ClipId(1)),
            "the first key finds the first clip"
        );
        selection.step(&list, 3, SelectHow::Range);
        assert_eq!(selection.ids(&list), ids(&[1, 2, 3, 4]));
        selection.step(&list, 99, SelectHow::Only);
        assert_eq!(selection.ids(&list), ids(&[5]));
        selection.step(&list, i64::MIN, SelectHow::Only);
        assert_eq!(selection.cursor(), Some(ClipId(1)));
        selection.select_all(&list);
        assert_eq!((selection.len(), selection.cursor()), (5, Some(ClipId(1))));
    }

    #[test]
    fn what_disappears_hands_the_cursor_to_its_successor() {
        let list = ids(&[1, 2, 3, 4]);
        let mut selection = Selection::default();
        selection.follow(&list);
        assert_eq!(
            selection.cursor(),
            Some(ClipId(1)),
            "something is always shown"
        );
        selection.select(&list, ClipId(3), SelectHow::Only);
        selection.follow(&ids(&[1, 2, 4]));
        assert_eq!(selection.ids(&ids(&[1, 2, 4])), ids(&[4]));
        selection.follow(&ids(&[1, 2]));
        assert_eq!(selection.cursor(), Some(ClipId(2)));
        selection.follow(&[]);
        assert_eq!((selection.cursor(), selection.len()), (None, 0));
    }
}
