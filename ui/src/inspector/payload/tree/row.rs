//! One line of a tree.

use sockscope_core::session::api::{JsonKind, JsonNode, sanitise};
use yew::prelude::*;

use super::outline::{Line, Shown, is_container};
use crate::filter::marks::marked;
use crate::filter::use_words;
use crate::words;

/// Steps to the right at most: what is deeper stands below each other.
const INDENT: usize = 24;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its place among the lines.
    pub at: usize,
    /// What it shows.
    pub line: Line,
    /// Somebody stands on it.
    pub is_selected: bool,
}

/// The line.
#[component]
pub fn TreeRow(props: &Props) -> Html {
    let Line { depth, shown } = &props.line;
    let looked_for = use_words();
    let steps = (0..(*depth).min(INDENT)).map(|_| html! { <span class="tree-step"></span> });
    let content = match shown {
        Shown::Node { node, is_open, .. } => value(node, *is_open, &looked_for),
        Shown::End(kind) => html! { <><span class="tree-fold"></span>{brackets(*kind).1}</> },
        Shown::More { known, count, .. } => html! {
            <><span class="tree-fold"></span><span class="tree-more">{format!("{} of {} · more…", words::count(*known), words::count(*count))}</span></>
        },
        Shown::Awaited => html! { <><span class="tree-fold"></span><span class="faint">{"…"}</span></> },
        Shown::Broken { at, why } => html! {
            <><span class="tree-fold"></span><span class="bad">{format!("✗ byte {}: {}", words::count(*at), sanitise::line(why))}</span></>
        },
    };
    let is_item = shown.is_item();
    let (expanded, siblings, place) = match shown {
        Shown::Node { node, is_open, siblings } => (
            (is_container(node) && !node.empty).then(|| is_open.to_string()),
            Some(siblings.to_string()),
            Some((node.index + 1).to_string()),
        ),
        _ => (None, None, None),
    };
    html! {
        <div class={classes!("tree-row", props.is_selected.then_some("selected"))} id={format!("tree-row-{}", props.at)} data-line={props.at.to_string()}
            role={if is_item { "treeitem" } else { "presentation" }} aria-level={is_item.then(|| (depth + 1).to_string())}
            aria-expanded={expanded} aria-setsize={siblings} aria-posinset={place}
            aria-selected={is_item.then(|| props.is_selected.to_string())}>
            { for steps }
            if *depth > INDENT { <span class="faint">{format!("{depth} ")}</span> }
            {content}
        </div>
    }
}

fn value(node: &JsonNode, is_open: bool, looked_for: &[String]) -> Html {
    let marked = |text: &str| marked(text, looked_for, sanitise::line);
    let fold = match (is_container(node) && !node.empty, is_open) {
        (false, _) => "",
        (true, true) => "▾",
        (true, false) => "▸",
    };
    let name = node.key.as_ref().map(|key| {
        html! { <><span class="tree-key">{marked(&quoted(key))}</span>{": "}</> }
    });
    let shown = match node.kind {
        JsonKind::Object | JsonKind::Array => {
            let (open, close) = brackets(node.kind);
            match (is_open, node.empty) {
                (true, false) => html! { {open} },
                (_, true) => html! { {format!("{open} {close}")} },
                (false, false) => {
                    html! { <>{format!("{open} ")}<span class="dim">{held(node)}</span>{format!(" {close}")}</> }
                }
            }
        }
        JsonKind::String => html! {
            <><span class="tree-string">{marked(&quoted(&node.shown))}</span>{more(node)}</>
        },
        JsonKind::Number => {
            html! { <><span class="tree-number">{marked(&sanitise::line(&node.shown))}</span>{more(node)}</> }
        }
        JsonKind::Boolean | JsonKind::Null => {
            html! { <span class="tree-word">{marked(&sanitise::line(&node.shown))}</span> }
        }
    };
    html! { <><span class="tree-fold" data-fold="">{fold}</span>{name}{shown}</> }
}

fn more(node: &JsonNode) -> Html {
    match node.cut {
        true => html! { <span class="dim">{format!(" … {}", words::size(node.end - node.start))}</span> },
        false => Html::default(),
    }
}

/// `12 items`, or how long it is where that was not counted.
fn held(node: &JsonNode) -> String {
    match (node.children, node.kind) {
        (Some(count), JsonKind::Object) => words::counted(count, "member"),
        (Some(count), _) => words::counted(count, "item"),
        (None, _) => words::size(node.end - node.start),
    }
}

fn brackets(kind: JsonKind) -> (&'static str, &'static str) {
    if kind == JsonKind::Object { ("{", "}") } else { ("[", "]") }
}

/// In quotes, what is invisible made visible.
fn quoted(text: &str) -> String {
    format!("\"{}\"", sanitise::line(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_closed_container_holds() {
        let node = |kind, children| JsonNode {
            index: 0,
            key: None,
            key_range: None,
            kind,
            start: 10,
            end: 1210,
            shown: String::new(),
            cut: true,
            empty: false,
            children,
        };
        assert_eq!(held(&node(JsonKind::Array, Some(12))), "12 items");
        assert_eq!(held(&node(JsonKind::Object, Some(1))), "1 member");
        assert_eq!(held(&node(JsonKind::Object, None)), "1.2 kB");
        assert_eq!(quoted("a\n\u{202e}"), "\"a⏎\\u{202e}\"");
    }
}
