//! The menu of a cell: filter by what stands in it, copy it.

use sockscope_core::session::api::{MessageRow, sanitise};
use yew::Callback;

use super::columns::Column;
use super::narrow;
use super::table::name;
use crate::engine::Client;
use crate::inspector::payload::copy::{copy_text, copy_whole};
use crate::menu::Item;
use crate::place::Placed;

/// Letters of an expression that a line of the menu shows.
const LETTERS: usize = 48;

/// A cell.
pub struct Cell {
    /// The message of its row.
    pub row: MessageRow,
    /// Its column.
    pub column: Column,
    /// What is shown in it.
    pub text: String,
}

/// The menu's lines; what is copied is told.
pub fn items(
    cell: &Cell,
    placed: &Placed,
    client: &Client,
    link: &str,
    tell: &Callback<String>,
) -> Vec<Item> {
    let mut items = Vec::new();
    let row = cell.row.clone();
    let expressions = narrow::expressions(cell.column, &row);
    if !expressions.is_empty() {
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
        for expression in expressions {
            if matches!(cell.column, Column::Time | Column::Delta) {
                add("From here on", "", expression.replacen("==", ">=", 1));
                add("Up to here", "", expression.replacen("==", "<=", 1));
            }
            add("Only ", &expression, expression.clone());
            add("Without ", &expression, narrow::not(&expression));
        }
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
    let copy = |text: String, what: &'static str| {
        let tell = tell.clone();
        Callback::from(move |()| copy_text(text.clone(), what.to_owned(), tell.clone()))
    };
    items.push(Item::Do("Copy cell".into(), copy(cell.text.clone(), "the cell")));
    let message = name(&row);
    let (client, told) = (client.clone(), tell.clone());
    let payload = Callback::from(move |()| copy_whole(client.clone(), message, told.clone()));
    items.push(Item::Do("Copy payload".into(), payload));
    // Rows always have a form in JSON.
    let json = serde_json::to_string(&row).unwrap_or_default();
    items.push(Item::Do("Copy row as JSON".into(), copy(json, "the row")));
    items.push(Item::Do("Copy link".into(), copy(link.to_owned(), "the link")));
    items
}

fn short(expression: &str) -> String {
    let shown = sanitise::line(expression);
    match shown.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
        None => shown.into_owned(),
    }
}
