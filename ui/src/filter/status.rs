//! What stands at the field's end: how many messages are let through, or how far the search for them is.

use yew::prelude::*;

use super::count::{Count, use_count};
use crate::engine::use_progress;
use crate::place::use_place;
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Searches no further.
    pub stop: Callback<()>,
    /// It was stopped: there may be more.
    pub is_stopped: bool,
}

/// How many messages are let through.
#[component]
pub fn Status(props: &Props) -> Html {
    let progress = use_progress();
    let count = use_count();
    let placed = use_place();
    let is_restricted = !placed.place.expression().is_empty() || placed.place.connection.is_some();
    if let Some(searching) = progress.searching {
        let percent = searching.searched.saturating_mul(100) / searching.size.max(1);
        return html! {
            <span class="filter-status" role="status">
                <progress max={searching.size.to_string()} value={searching.searched.to_string()} aria-label="Payloads searched" />
                <span class="number">{format!("{} found, {percent} %", words::count(count.total))}</span>
                <button type="button" class="link" onclick={props.stop.reform(|_| ())}>{"Stop"}</button>
            </span>
        };
    }
    html! {
        <span class="filter-status" role="status">
            if props.is_stopped {
                <span class="number">{of(count, progress.messages)}</span>
                <span>{"stopped; "}<kbd>{"Enter"}</kbd>{" goes on"}</span>
            } else if is_restricted {
                <span class="number">{of(count, progress.messages)}</span>
            }
        </span>
    }
}

/// `1,204 of 48,211`
fn of(count: Count, messages: u64) -> String {
    let more = if count.counted { "" } else { "+" };
    // While a capture is read, the two are not told at the same time.
    format!("{}{more} of {}", words::count(count.total), words::count(messages.max(count.total)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_counted_yet_may_be_more() {
        assert_eq!(of(Count { total: 1_204, counted: true }, 48_211), "1,204 of 48,211");
        assert_eq!(of(Count { total: 1_204, counted: false }, 1_000), "1,204+ of 1,204");
    }
}
