//! The menu of a cell: filter by what stands in it, copy it.

use sockscope_core::session::api::{MessageRow, sanitise};
use yew::Callback;

use super::columns::Column;
use super::narrow;
use super::table::name;
use crate::clipboard;
use crate::engine::Client;
use crate::grid::Held;
use crate::inspector::payload::copy::copy_whole;
use crate::menu::Item;
use crate::place::Placed;

/// Letters of an expression that a line of the menu shows.
const LETTERS: usize = 48;

/// A cell.
pub struct Cell {
    /// The message of its row.
    pub row: Held<MessageRow>,
    /// Its column.
    pub column: Column,
    /// What is shown in it.
    pub text: String,
}

/// The menu's lines.
pub fn items(cell: &Cell, placed: &Placed, client: &Client, link: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let row = cell.row.clone();
    if let Some(expression) = narrow::expression(cell.column, &row) {
        items.push(Item::Title("Filter".into()));
        let mut add = |words: &str, shown: &str, expression: String| {
            let line = format!("{words}{}", short(shown));
            let placed = placed.clone();
            let chosen = Callback::from(move |()| {
                let expression = expression.clone();
                placed.set(move |place| place.filter = narrow::and(&place.filter, &expression));
            });
            items.push(Item::Do(line.into(), chosen));
        };
        if cell.column == Column::Time {
            add("From here on", "", expression.replacen("==", ">=", 1));
            add("Up to here", "", expression.replacen("==", "<=", 1));
        }
        add("Only ", &expression, expression.clone());
        add("Without ", &expression, narrow::not(&expression));
    }
    let number = row.connection;
    let is_alone = placed.place.connection == Some(number);
    let chosen = {
        let placed = placed.clone();
        Callback::from(move |()| {
            placed.set(move |place| place.connection = (!is_alone).then_some(number));
        })
    };
    items.push(Item::Check("Only this connection".into(), is_alone, chosen));
    items.push(Item::Title("Copy".into()));
    let text = cell.text.clone();
    items.push(Item::Do("Copy cell".into(), Callback::from(move |()| copy(text.clone()))));
    let message = name(&row);
    let client = client.clone();
    items
        .push(Item::Do("Copy payload".into(), Callback::from(move |()| copy_whole(client.clone(), message))));
    items.push(Item::Do(
        "Copy row as JSON".into(),
        Callback::from(move |()| {
            // Rows always have a form in JSON.
            copy(serde_json::to_string(&*row).unwrap_or_default());
        }),
    ));
    let link = link.to_owned();
    items.push(Item::Do("Copy link".into(), Callback::from(move |()| copy(link.clone()))));
    items
}

fn copy(text: String) {
    // Whoever looks away from the window may not write to the clipboard; nothing is lost by that.
    clipboard::copy(text, Callback::noop());
}

fn short(expression: &str) -> String {
    let shown = sanitise::line(expression);
    match shown.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
        None => shown.into_owned(),
    }
}
