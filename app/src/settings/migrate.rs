//! Brings settings of older versions into today's shape, one version at a time.

use toml::{Table, Value};

/// Version of the file that is written today.
pub const VERSION: i64 = 2;
/// Key of the version. The first version had none.
pub const VERSION_KEY: &str = "version";

/// The table in today's shape. Newer versions stay as they are: what is known of them is read.
pub fn migrate(mut table: Table) -> Table {
    let version = table.get(VERSION_KEY).and_then(Value::as_integer);
    if version.unwrap_or(1) < 2 {
        from_1(&mut table);
    }
    table
}

/// Version 1 kept folders at the top, and the published models by folder under `models`.
fn from_1(table: &mut Table) {
    let mut folders = Table::new();
    for (old, new) in [("checkpoint", "model"), ("output_folder", "output")] {
        if let Some(value) = table.remove(old) {
            folders.insert(new.into(), value);
        }
    }
    if !folders.is_empty() {
        table.insert("folders".into(), folders.into());
    }
    if let Some(models) = table.remove("models") {
        table.insert("variants".into(), models);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_is_brought_up() {
        let old = "checkpoint = '/m'\noutput_folder = '/o'\nmodels = { '/m' = '720x720_5s' }\n\
            theme = 'dark'";
        let new = "folders = { model = '/m', output = '/o' }\nvariants = { '/m' = '720x720_5s' }\n\
            theme = 'dark'";
        let parse = |text: &str| text.parse::<Table>().unwrap();
        assert_eq!(migrate(parse(old)), parse(new));
        let current = "version = 2\nmodels = 'something else'";
        assert_eq!(migrate(parse(current)), parse(current));
        let newer = "version = 99\ncheckpoint = '/x'";
        assert_eq!(migrate(parse(newer)), parse(newer));
    }
}
