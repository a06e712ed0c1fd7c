//! How many messages are shown: told by the table, which knows it, and said beside the filter.

use yew::prelude::*;

/// Rows that are let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// As far as was looked.
    pub total: u64,
    /// All was looked at.
    pub counted: bool,
}

/// The count, and who is told of it.
pub type Counted = UseStateHandle<Count>;

/// How often searches that were stopped went on: whoever shows what they find asks again.
#[derive(Clone, PartialEq)]
pub struct Searches(pub UseStateHandle<u64>);

/// Changes where a search that was stopped goes on.
#[hook]
pub fn use_searches() -> u64 {
    use_context::<Searches>().map_or(0, |searches| *searches.0)
}

/// Tells how many rows the table has. For the table of messages.
#[hook]
pub fn use_tell_count(total: u64, counted: bool) {
    let known = use_context::<Counted>();
    use_effect_with(Count { total, counted }, move |&count: &Count| {
        if let Some(known) = known {
            known.set(count);
        }
    });
}

/// How many rows the table has.
#[hook]
pub fn use_count() -> Count {
    use_context::<Counted>().map_or_else(Count::default, |known| *known)
}
