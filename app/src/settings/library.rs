//! How the library lists its clips, remembered between runs.

use toml::{Table, Value};

use crate::state::{GroupBy, LibraryLayout, LibraryQuery, LibraryScreen, SortKey};

/// Layout, order and groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LibrarySettings {
    /// Grid or list.
    pub layout: LibraryLayout,
    /// Order.
    pub sort: SortKey,
    /// Least first.
    pub is_ascending: bool,
    /// Groups.
    pub group: GroupBy,
}

impl LibrarySettings {
    /// The table of the settings file.
    pub fn to_toml(self) -> Table {
        let mut table = Table::new();
        table.insert("layout".into(), self.layout.name().into());
        table.insert("sort".into(), self.sort.name().into());
        table.insert("ascending".into(), self.is_ascending.into());
        table.insert("group".into(), self.group.name().into());
        table
    }

    /// What a table says; what is not understood takes its default.
    pub fn read(table: &Table) -> Self {
        let name = |key: &str| table.get(key).and_then(Value::as_str);
        Self {
            layout: name("layout")
                .and_then(LibraryLayout::from_name)
                .unwrap_or_default(),
            sort: name("sort")
                .and_then(SortKey::from_name)
                .unwrap_or_default(),
            is_ascending: table
                .get("ascending")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            group: name("group")
                .and_then(GroupBy::from_name)
                .unwrap_or_default(),
        }
    }

    /// The library screen as it starts.
    pub fn screen(self, utc_offset_secs: i64) -> LibraryScreen {
        let query = LibraryQuery {
            sort: self.sort,
            is_ascending: self.is_ascending,
            group: self.group,
            ..LibraryQuery::default()
        };
        LibraryScreen::new(query, self.layout, utc_offset_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nonsense_is_the_default() {
        let settings = LibrarySettings {
            layout: LibraryLayout::List,
            sort: SortKey::Aspect,
            is_ascending: true,
            group: GroupBy::Prompt,
        };
        assert_eq!(LibrarySettings::read(&settings.to_toml()), settings);
        let nonsense = "layout = 3\nsort = \"x\"\nascending = \"yes\"".parse::<Table>();
        assert_eq!(
            LibrarySettings::read(&nonsense.unwrap()),
            LibrarySettings::default()
        );
    }
}
