//! The field of the filter: a combobox whose expression is coloured, whose faults are shown where they are, and which
//! offers what can be typed next.

use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::candidates::{Candidates, LIST};
use super::painted::Painted;
use super::status::Status;
use super::typed::{Read, bytes, units};
use super::typing::{Typing, use_typing};
use super::{FIELD, leave};
use crate::hidden;
use crate::icon::{Drawn, Icon};
use crate::style;

/// The field.
#[component]
pub fn Field() -> Html {
    let typing = use_typing();
    let (input, painted, anchor, below) = (use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref());
    let cursor_wanted = use_mut_ref(|| None::<usize>);
    let is_focused = use_state_eq(|| false);
    let width = use_mut_ref(|| 0);

    let fault = typing.read.as_ref().and_then(Read::error).cloned();
    let list = (*typing.list).clone();
    let anchor_at = match (&list, &fault) {
        (Some(list), _) => list.completion.range.start,
        (None, Some(fault)) => fault.range.start,
        (None, None) => 0,
    };
    // After the letters have changed: the cursor behind a candidate, and what is below at its place.
    use_effect({
        let (input, painted, anchor, below) = (input.clone(), painted.clone(), anchor.clone(), below.clone());
        let (cursor_wanted, text) = (cursor_wanted.clone(), typing.text.clone());
        move || {
            if let (Some(cursor), Some(field)) = (cursor_wanted.take(), input.cast::<HtmlInputElement>()) {
                let at = units(&text, cursor);
                // It is a text field, which has a selection.
                let _ = field.set_selection_range(at, at);
            }
            keep_end(&input, &width);
            follow(&input, &painted);
            place_below(&anchor, &below);
        }
    });

    let take = {
        let (typing, cursor_wanted) = (typing.clone(), cursor_wanted.clone());
        Callback::from(move |number| *cursor_wanted.borrow_mut() = typing.take(number))
    };
    let oninput = {
        let (typing, cursor_wanted) = (typing.clone(), cursor_wanted.clone());
        Callback::from(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            match hidden::escaped(&field.value(), cursor(&field)) {
                // What is pasted may hide letters, or turn those around it round.
                Some((text, cursor)) => {
                    *cursor_wanted.borrow_mut() = Some(cursor);
                    typing.typed(&text, cursor);
                }
                None => typing.typed(&field.value(), cursor(&field)),
            }
        })
    };
    let onkeydown = {
        let (typing, take, cursor_wanted) = (typing.clone(), take.clone(), cursor_wanted.clone());
        Callback::from(move |event: KeyboardEvent| {
            if key(&typing, &take, &event) {
                event.prevent_default();
                event.stop_propagation();
                // A text from the history is edited at its end.
                if matches!(event.key().as_str(), "ArrowUp" | "ArrowDown") && typing.list.is_none() {
                    *cursor_wanted.borrow_mut() = Some(usize::MAX);
                }
            }
        })
    };
    let onscroll = {
        let (input, painted) = (input.clone(), painted.clone());
        Callback::from(move |_: Event| follow(&input, &painted))
    };
    let onfocus = {
        let is_focused = is_focused.clone();
        Callback::from(move |_: FocusEvent| is_focused.set(true))
    };
    let onblur = {
        let (typing, is_focused) = (typing.clone(), is_focused.clone());
        Callback::from(move |_: FocusEvent| {
            typing.list.set(None);
            is_focused.set(false);
        })
    };
    let clear = {
        let typing = typing.clone();
        Callback::from(move |_: MouseEvent| {
            typing.clear();
            super::focus();
        })
    };
    let stop = {
        let typing = typing.clone();
        Callback::from(move |()| typing.stop())
    };
    let is_broken = matches!(*typing.read, Some(Read::Broken(_))) && fault.is_some();
    let is_empty = typing.text.is_empty();
    let is_unfinished = fault.is_some() && !is_broken;
    let active = list.as_ref().and_then(|list| list.active).map(|active| format!("{LIST}-{active}"));
    html! {
        <div class={classes!("filter-field", is_broken.then_some("broken"))}>
            <Drawn icon={Icon::Filter} />
            <div class="filter-text">
                <Painted text={typing.text.to_string()} fault={fault.as_ref().map(|fault| fault.range.clone())} anchor={anchor_at} anchor_ref={anchor} node={painted} />
                <input ref={input} id={FIELD} type="text" role="combobox" spellcheck="false" autocomplete="off" autocapitalize="off" dir="ltr"
                    value={typing.text.to_string()} {oninput} {onkeydown} {onscroll} {onfocus} {onblur}
                    placeholder={r#"from == client and text contains "order", or words to search for"#}
                    aria-label="Filter" aria-autocomplete="list" aria-expanded={list.is_some().to_string()} aria-controls={LIST}
                    aria-activedescendant={active} aria-invalid={is_broken.to_string()} aria-describedby="filter-problem" />
                <div class="filter-below" ref={below}>
                    if let Some(list) = list.clone() {
                        <Candidates {list} {take} />
                    } else if let Some(fault) = fault.filter(|_| is_broken || *is_focused) {
                        <p id="filter-problem" class={classes!("filter-problem", is_unfinished.then_some("unfinished"))} role="status">
                            {if is_broken { "✗ " } else { "" }}{fault.message}
                        </p>
                    }
                </div>
            </div>
            <Status {stop} is_stopped={*typing.is_stopped} />
            if !is_empty {
                <button type="button" class="tool" onclick={clear} aria-label="Clear the filter" title="Clear the filter"><Drawn icon={Icon::X} /></button>
            }
        </div>
    }
}

/// What a key does; `false`: what it does in every field.
fn key(typing: &Typing, take: &Callback<usize>, event: &KeyboardEvent) -> bool {
    let list = (*typing.list).clone();
    let field: HtmlInputElement = event.target_unchecked_into();
    let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
    match (event.key().as_str(), list) {
        (" ", _) if event.ctrl_key() => typing.ask(cursor(&field)),
        _ if has_modifier => return false,
        ("ArrowDown", Some(list)) => typing.list.set(Some(list.moved(1))),
        ("ArrowUp", Some(list)) => typing.list.set(Some(list.moved(-1))),
        ("ArrowUp", None) => return typing.walk(true),
        ("ArrowDown", None) => {
            if !typing.walk(false) {
                typing.ask(cursor(&field));
            }
        }
        ("Enter", Some(list)) if list.active.is_some() => take.emit(list.active.unwrap_or_default()),
        ("Enter", _) => typing.enter(),
        ("Tab", Some(list)) if !event.shift_key() => {
            let nearest = list.nearest().and_then(|nearest| {
                list.completion.candidates.iter().position(|candidate| candidate == nearest)
            });
            let Some(nearest) = nearest else { return false };
            take.emit(nearest);
        }
        ("Escape", Some(_)) => typing.list.set(None),
        ("Escape", None) if typing.is_apart() => typing.revert(),
        ("Escape", None) => leave(),
        _ => return false,
    }
    true
}

fn cursor(field: &HtmlInputElement) -> usize {
    let at = field.selection_end().ok().flatten().unwrap_or(u32::MAX);
    bytes(&field.value(), at)
}

/// A browser does not scroll to the cursor when the field becomes narrower: what stands beside it comes and goes.
fn keep_end(input: &NodeRef, width: &std::cell::RefCell<i32>) {
    let Some(field) = input.cast::<HtmlInputElement>() else { return };
    let now = field.client_width();
    if width.replace(now) != now && cursor(&field) == field.value().len() {
        field.set_scroll_left(field.scroll_width());
    }
}

/// Moves the colours as far as the field is scrolled.
fn follow(input: &NodeRef, painted: &NodeRef) {
    if let Some(field) = input.cast::<Element>() {
        style::set(painted, &[("transform", format!("translateX({}px)", -field.scroll_left()))]);
    }
}

/// Puts what is below the field under the place that it speaks of, as far as the window has room.
fn place_below(anchor: &NodeRef, below: &NodeRef) {
    let (Some(anchor), Some(element)) = (anchor.cast::<Element>(), below.cast::<Element>()) else { return };
    let Some(around) = element.parent_element() else { return };
    let (anchor, around) = (anchor.get_bounding_client_rect(), around.get_bounding_client_rect());
    let room = (around.width() - element.get_bounding_client_rect().width()).max(0.0);
    let left = (anchor.left() - around.left()).clamp(0.0, room);
    style::set(below, &[("left", format!("{}px", left.round()))]);
}
