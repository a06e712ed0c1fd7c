//! Steps of *Find* to the next match, in the order in which messages are seen.

use sockscope_core::session::api::{Answer, MessageName, Request, Span, Target};
use wasm_bindgen_futures::spawn_local;

use super::find::Finding;
use super::matches::Step;
use crate::engine::Client;
use crate::inspector::payload::reading::ask;
use crate::place::{FOUND, Placed};

/// Looks at the match beside the selected message.
pub fn go(finding: &Finding, placed: &Placed, client: &Client, step: Step) {
    let selected = placed.place.message;
    if placed.place.order_in_view() == FOUND {
        // Matches come in that order.
        return select(placed, finding.found.beside(selected, step));
    }
    let Some(sought) = finding.sought.expression() else { return };
    let (placed, client) = (placed.clone(), client.clone());
    let count = finding.found.count() as u64;
    spawn_local(async move {
        // What cannot be read any more is said by the table.
        if let Ok(name) = beside(&client, &placed, &sought, count, step).await {
            select(&placed, name);
        }
    });
}

fn select(placed: &Placed, name: Option<MessageName>) {
    if let Some(name) = name {
        placed.set(move |place| place.message = Some(name));
    }
}

/// The match beside the selected message in an order that the engine knows, round at the ends. From a message that is
/// none, the first or the last.
async fn beside(
    client: &Client,
    placed: &Placed,
    sought: &str,
    count: u64,
    step: Step,
) -> Result<Option<MessageName>, String> {
    let place = &placed.place;
    let (connection, order, filter) = (place.connection, place.order_in_view(), place.and(sought));
    let at = match place.message {
        None => None,
        Some(message) => {
            let target = Target::Message(message);
            let request = Request::GoTo { target, connection, order, filter: filter.clone() };
            match &*ask(client, request).await? {
                Answer::Row(row) => *row,
                _ => None,
            }
        }
    };
    let rows = Span { start: row(at, count, step), length: 1 };
    let answer = ask(client, Request::Messages { connection, rows, order, filter }).await?;
    Ok(match &*answer {
        Answer::Messages(page) => page.rows.first().map(crate::messages::name),
        _ => None,
    })
}

/// The row beside a row, of so many.
fn row(at: Option<u64>, count: u64, step: Step) -> u64 {
    let last = count.saturating_sub(1);
    match (at, step) {
        (None, Step::Next) => 0,
        (None, Step::Previous) => last,
        (Some(at), Step::Next) if at >= last => 0,
        (Some(at), Step::Next) => at + 1,
        (Some(0), Step::Previous) => last,
        (Some(at), Step::Previous) => at - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_stepped_through_round_the_ends() {
        for (at, step, expected) in [
            (None, Step::Next, 0),
            (None, Step::Previous, 4),
            (Some(0), Step::Next, 1),
            (Some(4), Step::Next, 0),
            (Some(4), Step::Previous, 3),
            (Some(0), Step::Previous, 4),
        ] {
            assert_eq!(row(at, 5, step), expected, "{at:?} {step:?}");
        }
    }
}
