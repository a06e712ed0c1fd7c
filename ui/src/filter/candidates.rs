//! What can be typed next, in a list beneath the field.

use sockscope_core::session::api::{Candidate, Completion, What};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

/// The list's id; those of its candidates end in their numbers.
pub const LIST: &str = "filter-candidates";

/// A list that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// What fits.
    pub completion: Completion,
    /// The candidate that Enter takes; `None`: Enter applies the filter.
    pub active: Option<usize>,
}

impl List {
    /// A list, if anything fits.
    pub fn of(completion: Completion) -> Option<Self> {
        (!completion.candidates.is_empty()).then_some(Self { completion, active: None })
    }

    /// The candidate that Tab takes: the active one, or the first if a part of it is typed.
    pub fn nearest(&self) -> Option<&Candidate> {
        let first = (!self.completion.range.is_empty()).then_some(0);
        self.completion.candidates.get(self.active.or(first)?)
    }

    /// The list with another candidate active, round at the ends.
    pub fn moved(&self, by: isize) -> Self {
        let count = self.completion.candidates.len();
        let active = match self.active {
            Some(active) => active.checked_add_signed(by).filter(|&active| active < count),
            None => None,
        };
        let at_end = if by > 0 { 0 } else { count.saturating_sub(1) };
        Self { active: Some(active.unwrap_or(at_end)), ..self.clone() }
    }
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The list.
    pub list: List,
    /// Takes the candidate with that number.
    pub take: Callback<usize>,
}

/// The list.
#[component]
pub fn Candidates(props: &Props) -> Html {
    let active = use_node_ref();
    use_effect_with((props.list.active, active.clone()), |(_, active): &(_, NodeRef)| {
        if let Some(element) = active.cast::<web_sys::Element>() {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    // A click must not take the focus from the field.
    let onpointerdown = Callback::from(|event: PointerEvent| event.prevent_default());
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    let item = |(number, candidate): (usize, &Candidate)| {
        let is_active = props.list.active == Some(number);
        let onclick = props.take.reform(move |_| number);
        html! {
            <li id={format!("{LIST}-{number}")} class={classes!("candidate", is_active.then_some("active"))} role="option"
                aria-selected={is_active.to_string()} ref={if is_active { active.clone() } else { NodeRef::default() }} {onclick}>
                <span class={classes!("mono", class(candidate))}>{&candidate.text}</span>
                <span class="dim">{&candidate.about}</span>
                <span class="faint">{what(candidate.what)}</span>
            </li>
        }
    };
    html! {
        <div class="candidates" {onpointerdown} {onmousedown}>
            <ul id={LIST} role="listbox" aria-label="What can be typed next">
                { for props.list.completion.candidates.iter().enumerate().map(item) }
            </ul>
            <div class="candidates-keys faint" aria-hidden="true"><kbd>{"↑"}</kbd><kbd>{"↓"}</kbd>{" choose "}<kbd>{"Tab"}</kbd>{" take "}<kbd>{"Enter"}</kbd>{" apply "}<kbd>{"Esc"}</kbd>{" close"}</div>
        </div>
    }
}

fn what(what: What) -> &'static str {
    match what {
        What::Field => "field",
        What::Operator => "operator",
        What::Value => "value",
        What::Word => "",
    }
}

fn class(candidate: &Candidate) -> &'static str {
    match (candidate.what, candidate.text.as_str()) {
        (What::Field, _) => "field-name",
        (What::Value, "client") => "client",
        (What::Value, "server") => "server",
        (What::Value, _) => "value",
        (What::Operator, _) => "operator",
        (What::Word, _) => "word",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::complete;

    #[test]
    fn the_active_one_goes_round() {
        let list = List::of(complete("from == ", 8)).expect("client and server");
        assert_eq!((list.active, list.nearest()), (None, None), "nothing is typed of it");
        let actives = [1, 1, 1, -1, -1].iter().scan(list, |list, &by| {
            *list = list.moved(by);
            list.active
        });
        assert_eq!(actives.collect::<Vec<_>>(), [0, 1, 0, 1, 0]);
        let list = List::of(complete("from == se", 10)).expect("server");
        assert_eq!(list.nearest().map(|candidate| candidate.text.as_str()), Some("server"));
        assert_eq!(list.moved(-1).active, Some(0));
        assert_eq!(List::of(complete("\"", 1)), None);
    }
}
