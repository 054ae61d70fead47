//! The four pages that are shown when the program is started for the first time.

use super::AppState;

/// A page of the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FirstRunPage {
    /// Language, text size, theme.
    Language,
    /// Where clips go.
    Folders,
    /// What the machine can do.
    Hardware,
    /// Which model.
    Model,
}

impl FirstRunPage {
    /// All pages in order.
    pub const ALL: [Self; 4] = [Self::Language, Self::Folders, Self::Hardware, Self::Model];

    /// Place in the order, from 0.
    pub fn idx(self) -> usize {
        Self::ALL
            .iter()
            .position(|page| *page == self)
            .unwrap_or_default()
    }

    /// The page after this one; none after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.idx() + 1).copied()
    }

    /// The page before this one; none before the first.
    pub fn previous(self) -> Option<Self> {
        Self::ALL.get(self.idx().checked_sub(1)?).copied()
    }
}

/// The first run while it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstRun {
    /// Page.
    pub page: FirstRunPage,
    /// The prompt is filled in at the end.
    pub wants_example: bool,
}

impl Default for FirstRun {
    fn default() -> Self {
        Self {
            page: FirstRunPage::Language,
            wants_example: true,
        }
    }
}

impl AppState {
    /// Show another page of the first run. Returns false where there is none.
    pub fn turn_first_run(&mut self, is_forward: bool) -> bool {
        let Some(first_run) = &mut self.first_run else {
            return false;
        };
        let page = match is_forward {
            true => first_run.page.next(),
            false => first_run.page.previous(),
        };
        page.inspect(|page| first_run.page = *page).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_turned_in_order() {
        let mut state = AppState::default();
        assert!(!state.turn_first_run(true));
        state.first_run = Some(FirstRun::default());
        assert!(!state.turn_first_run(false));
        for page in &FirstRunPage::ALL[1..] {
            assert!(state.turn_first_run(true));
            assert_eq!(state.first_run.map(|run| run.page), Some(*page));
        }
        assert!(!state.turn_first_run(true));
        assert!(state.turn_first_run(false));
    }
}
