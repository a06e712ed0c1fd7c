//! Rows of text on the screen, with the numbers of their lines.

use yew::prelude::*;

use super::lines::Row;
use super::piece::Piece;
use crate::grid::{Named, Rows, Window};
use crate::words;

/// Height of a row, in pixels.
const ROW: f64 = 18.0;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The element that is measured.
    pub node: NodeRef,
    /// Rows in all.
    pub total: u64,
    /// Number of the first of `rows`.
    pub first: u64,
    /// The rows that are known, and what they show.
    pub rows: Vec<(Row, Vec<Piece>)>,
    /// Told which rows are seen.
    pub seen: Callback<Window>,
}

/// The rows.
#[component]
pub fn Listing(props: &Props) -> Html {
    let window = use_state_eq(Window::default);
    let reveal = use_state(|| None::<(u64, u64)>);
    let draw = {
        let (first, rows) = (props.first, props.rows.clone());
        Callback::from(move |number: u64| {
            let known = number.checked_sub(first).and_then(|at| rows.get(usize::try_from(at).ok()?));
            let Some((row, pieces)) = known else { return html! { <div class="text-row" key={number} /> } };
            let line = if row.goes_on { "↪".to_owned() } else { words::count(row.line + 1) };
            html! {
                <div class="text-row" key={number}>
                    <span class="text-line" aria-hidden="true">{line}</span>
                    <span class="text-pieces">{ for pieces.iter().map(drawn) }</span>
                </div>
            }
        })
    };
    let onkeydown = {
        let (window, reveal, total) = (window.clone(), reveal.clone(), props.total);
        Callback::from(move |event: KeyboardEvent| {
            let Some(row) = scrolled(&event.key(), *window, total) else { return };
            event.prevent_default();
            event.stop_propagation();
            reveal.set(Some((row, reveal.map_or(0, |(_, times)| times + 1))));
        })
    };
    let seen = {
        let told = props.seen.clone();
        Callback::from(move |seen| {
            window.set(seen);
            told.emit(seen);
        })
    };
    let named = Named { role: "document", label: "Payload text".into(), ..Named::default() };
    html! {
        <div class="text-listing mono" ref={props.node.clone()} {onkeydown}>
            <Rows {named} total={props.total} row={ROW} {draw} {seen} reveal={*reveal} />
        </div>
    }
}

fn drawn(piece: &Piece) -> Html {
    match piece {
        Piece::Text(text) => html! { {text} },
        Piece::Found(text) => html! { <mark>{text}</mark> },
        Piece::Invalid(bytes) => html! { <span class="text-invalid" title="No UTF-8">{bytes}</span> },
        Piece::Lost(0) => html! { <span class="text-lost">{"⋯ some bytes lost ⋯"}</span> },
        Piece::Lost(length) => {
            html! { <span class="text-lost">{format!("⋯ {} lost ⋯", words::counted(*length, "byte"))}</span> }
        }
    }
}

/// The row that a key scrolls to, where no row is selected.
fn scrolled(key: &str, window: Window, total: u64) -> Option<u64> {
    let last = total.checked_sub(1)?;
    let row = match key {
        "ArrowUp" => window.first.saturating_sub(1),
        "ArrowDown" => window.first + window.page,
        "PageUp" => window.first.saturating_sub(window.page),
        "PageDown" => window.first + 2 * window.page - 1,
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(row.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_scroll() {
        let window = Window { first: 10, count: 6, page: 5, ..Window::default() };
        let to = |key| scrolled(key, window, 20);
        assert_eq!([to("ArrowUp"), to("ArrowDown")], [Some(9), Some(15)]);
        assert_eq!([to("PageUp"), to("PageDown")], [Some(5), Some(19)]);
        assert_eq!([to("Home"), to("End"), to("a")], [Some(0), Some(19), None]);
        assert_eq!(scrolled("End", window, 0), None);
    }
}
