//! A row of one of the page's lists.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is written in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// All of it, and what is told when one points at it.
    pub text: String,
    /// Each cell by its column.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    pub(crate) fn of(row: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let cells = row["cells"].as_object().expect("cells").iter();
        Self {
            text: text(&row["text"]),
            cells: cells.map(|(column, cell)| (column.clone(), text(cell).trim().to_owned())).collect(),
        }
    }

    /// What is written in a column.
    ///
    /// # Panics
    /// If it is not shown.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.get(column).unwrap_or_else(|| panic!("no column {column} in {self:?}"))
    }
}
