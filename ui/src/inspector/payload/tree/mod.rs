//! The JSON of a payload as a tree that folds.

mod asking;
mod outline;
mod row;
mod selected;

use sockscope_core::session::api::{JsonView, MessageName, sanitise};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use self::asking::use_tree;
use self::outline::{Line, Move, Shown, is_container, key};
use self::row::TreeRow;
use self::selected::Selected;
use crate::grid::{Named, Rows, Window};
use crate::words;

/// Height of a row, in pixels.
const ROW: f64 = 20.0;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// Where its JSON stands.
    pub json: JsonView,
    /// Shows a byte in hexadecimal.
    pub show_byte: Callback<u64>,
    /// Told what was copied.
    pub tell: Callback<String>,
}

/// The view.
#[component]
pub fn Tree(props: &Props) -> Html {
    let tree = use_tree(props.message);
    let outline = tree.outline();
    let lines = use_memo(outline, |outline| outline.lines());
    let at = use_state_eq(|| 0_usize);
    let window = use_state_eq(Window::default);
    let reveal = use_state(|| None::<(u64, u64)>);

    let act = {
        let (tree, lines) = (tree.clone(), lines.clone());
        Callback::from(move |at: usize| match lines.get(at).map(|line| &line.shown) {
            Some(Shown::Node { node, .. }) if is_container(node) && !node.empty => tree.toggle(node.start),
            Some(Shown::More { container, .. }) => tree.ask(*container),
            _ => {}
        })
    };
    let onkeydown = {
        let (lines, at, act, reveal) = (lines.clone(), at.clone(), act.clone(), reveal.clone());
        let page = usize::try_from(window.page).unwrap_or(1);
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let Some(what) = key(&lines, *at, &event.key(), page) else { return };
            event.prevent_default();
            event.stop_propagation();
            match what {
                Move::To(to) => {
                    at.set(to);
                    reveal.set(Some((to as u64, reveal.map_or(0, |(_, times)| times + 1))));
                }
                Move::Toggle(at) | Move::Act(at) => act.emit(at),
            }
        })
    };
    let onclick = {
        let (lines, at, act) = (lines.clone(), at.clone(), act.clone());
        Callback::from(move |event: MouseEvent| {
            let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let Some(element) = element else { return };
            let row = element.closest("[data-line]").ok().flatten();
            let line = row.and_then(|row| row.get_attribute("data-line")?.parse::<usize>().ok());
            let Some(line) = line.filter(|line| lines.get(*line).is_some_and(|line| line.shown.is_item()))
            else {
                return;
            };
            at.set(line);
            let is_more = matches!(lines.get(line).map(|line| &line.shown), Some(Shown::More { .. }));
            if is_more || element.has_attribute("data-fold") || event.detail() == 2 {
                act.emit(line);
            }
        })
    };
    let draw = {
        let (lines, selected) = (lines.clone(), *at);
        Callback::from(move |row: u64| {
            let at = usize::try_from(row).unwrap_or(usize::MAX);
            let Some(line) = lines.get(at) else { return Html::default() };
            html! { <TreeRow key={row} {at} line={line.clone()} is_selected={at == selected} /> }
        })
    };
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    let node = match lines.get(*at) {
        Some(Line { shown: Shown::Node { node, .. }, .. }) => Some(node.clone()),
        _ => None,
    };
    let active = window.shows(*at as u64).then(|| format!("tree-row-{}", *at).into());
    let named = Named { role: "tree", label: "JSON".into(), active, ..Named::default() };
    html! {
        <div class="payload-tree">
            if let Some((offset, why)) = props.json.broken.clone() {
                <p class="payload-broken" role="alert">
                    <span class="bad">{format!("✗ No JSON from byte {} on: {}", words::count(offset), sanitise::line(&why))}</span>
                    <button class="link" onclick={let show = props.show_byte.clone(); Callback::from(move |_| show.emit(offset))}>{"show the byte"}</button>
                </p>
            }
            <div class="tree mono" {onkeydown} {onclick}>
                <Rows {named} total={lines.len() as u64} row={ROW} {draw} {seen} reveal={*reveal} />
            </div>
            if let Some(node) = node {
                <Selected message={props.message} node={(*node).clone()} show_byte={props.show_byte.clone()} tell={props.tell.clone()} />
            }
        </div>
    }
}
