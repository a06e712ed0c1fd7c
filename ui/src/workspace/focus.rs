//! Moves the focus from pane to pane.

use web_sys::{Document, Element};

use crate::focus::take;

/// The window's panes, in the order of F6. What has the focus in one is its first element that takes it.
const PANES: [&str; 6] =
    [".header", ".filter-bar", ".timeline", ".connections", ".messages, .nothing", ".inspector"];
/// What takes the focus.
const FOCUSABLE: &str = "[tabindex=\"0\"], input, button:not([tabindex=\"-1\"]), select, a[href]";
/// What takes it rather than what stands before it in its pane.
const PREFERRED: &str = "[role=grid], [role=listbox], [role=treegrid], [role=tabpanel], [role=row][tabindex=\"0\"], input[type=text], input[type=search]";

/// Focuses the field that a filter is typed in.
pub fn filter() -> bool {
    let field = document()
        .and_then(|document| document.query_selector(".filter-bar input, .filter-bar textarea").ok()?);
    take(field)
}

/// Focuses the pane that many panes away from the focused one; panes that nothing can be focused in are passed over.
pub fn step(by: isize) -> bool {
    let Some(document) = document() else { return false };
    let panes: Vec<Element> =
        PANES.iter().filter_map(|pane| document.query_selector(pane).ok().flatten()).collect();
    let active = document.active_element();
    let at = panes.iter().position(|pane| pane.contains(active.as_deref()));
    let count = panes.len() as isize;
    let mut to = match (at, by) {
        (Some(at), by) => at as isize + by,
        // From nowhere: to the messages' side of the window.
        (None, ..=0) => count - 1,
        (None, _) => 0,
    };
    for _ in 0..count {
        let pane = usize::try_from(to.rem_euclid(count)).ok().and_then(|at| panes.get(at));
        if pane.is_some_and(|pane| take(within(pane))) {
            return true;
        }
        to += by;
    }
    false
}

/// Leaves a field for the messages.
pub fn leave() -> bool {
    let Some(document) = document() else { return false };
    let is_in_field =
        document.active_element().is_some_and(|at| matches!(at.tag_name().as_str(), "INPUT" | "TEXTAREA"));
    is_in_field && take(document.query_selector(".messages").ok().flatten().and_then(|pane| within(&pane)))
}

fn within(pane: &Element) -> Option<Element> {
    let first = |selector| pane.query_selector(selector).ok().flatten();
    first(PREFERRED).or_else(|| first(FOCUSABLE))
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
