//! A menu that opens beneath its button (ARIA Authoring Practices, menu button). What it holds is given as children: anything
//! with the role of a menu item is reached by the arrow keys.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use crate::icon::{Drawn, Icon};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the button is called.
    pub label: AttrValue,
    /// What is drawn on it.
    pub icon: Icon,
    /// [`Item`]s, and [`Group`]s of them.
    pub children: Html,
}

/// A button with its menu.
#[component]
pub fn Menu(props: &Props) -> Html {
    let is_open = use_state_eq(|| false);
    let whole = use_node_ref();
    let list = use_node_ref();
    let button = use_node_ref();
    // The first item has the focus once the menu is there, and a press elsewhere closes it.
    use_effect_with(*is_open, {
        let (list, whole, is_open) = (list.clone(), whole.clone(), is_open.clone());
        move |now: &bool| {
            let outside = now.then(|| {
                step(&list, 0);
                let window = web_sys::window()?;
                Some(EventListener::new(&window, "pointerdown", move |event| {
                    let at = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                    let is_inside = whole.cast::<Node>().is_some_and(|whole| whole.contains(at.as_ref()));
                    if !is_inside {
                        is_open.set(false);
                    }
                }))
            });
            move || drop(outside)
        }
    });
    let onkeydown = {
        let (list, button, is_open) = (list.clone(), button.clone(), is_open.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => step(&list, 1),
                "ArrowUp" => step(&list, -1),
                "Home" => step(&list, 0),
                "End" => step(&list, isize::MAX),
                "Escape" => {
                    is_open.set(false);
                    focus(button.cast::<HtmlElement>());
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let onclick = {
        let (is_open, button) = (is_open.clone(), button.clone());
        Callback::from(move |_| {
            is_open.set(false);
            focus(button.cast::<HtmlElement>());
        })
    };
    let onfocusout = {
        let (whole, is_open) = (whole.clone(), is_open.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
            let stays = to.is_none() || whole.cast::<Node>().is_some_and(|whole| whole.contains(to.as_ref()));
            if !stays {
                is_open.set(false);
            }
        })
    };
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_| is_open.set(!*is_open))
    };
    html! {
        <div class="menu" ref={whole} {onfocusout}>
            <button class="button" ref={button} aria-haspopup="menu" aria-expanded={is_open.to_string()}
                aria-label={props.label.clone()} title={props.label.clone()} onclick={toggle}>
                <Drawn icon={props.icon} />
            </button>
            if *is_open {
                <div class="menu-list" role="menu" aria-label={props.label.clone()} ref={list} {onkeydown} {onclick}>
                    {props.children.clone()}
                </div>
            }
        </div>
    }
}

/// Focuses the item that many steps from the focused one; 0: the first, the greatest number: the last.
fn step(list: &NodeRef, by: isize) {
    let Some(list) = list.cast::<Element>() else { return };
    let Ok(items) = list.query_selector_all("[role^=menuitem]") else { return };
    let count = items.length() as isize;
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    let at = (0..items.length())
        .find(|place| items.item(*place).as_ref() == focused.as_ref().map(AsRef::<Node>::as_ref))
        .map(|place| place as isize);
    let to = match (by, at) {
        (0, _) => 0,
        (isize::MAX, _) => count - 1,
        (by, Some(at)) => (at + by).rem_euclid(count.max(1)),
        (_, None) => 0,
    };
    let item = u32::try_from(to).ok().and_then(|to| items.item(to));
    focus(item.and_then(|item| item.dyn_into::<HtmlElement>().ok()));
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// What an item is given.
#[derive(Properties, PartialEq)]
pub struct ItemProps {
    /// What it says.
    pub label: AttrValue,
    /// What is drawn beside it.
    #[prop_or_default]
    pub icon: Option<Icon>,
    /// One of several that exclude each other: chosen or not.
    #[prop_or_default]
    pub chosen: Option<bool>,
    /// The key that does the same.
    #[prop_or_default]
    pub key_name: Option<AttrValue>,
    /// What it does.
    pub onclick: Callback<()>,
}

/// A line of a menu that does something. The menu closes then.
#[component]
pub fn Item(props: &ItemProps) -> Html {
    let role = if props.chosen.is_some() { "menuitemradio" } else { "menuitem" };
    let icon = match props.chosen {
        Some(true) => Some(Icon::Check),
        Some(false) => None,
        None => props.icon,
    };
    html! {
        <button class="menu-item" {role} tabindex="-1" aria-checked={props.chosen.map(|chosen| chosen.to_string())}
            onclick={props.onclick.reform(|_| ())}>
            <span class="menu-icon">if let Some(icon) = icon { <Drawn {icon} /> }</span>
            <span>{&props.label}</span>
            if let Some(key) = &props.key_name { <kbd>{key}</kbd> }
        </button>
    }
}

/// What a group is given.
#[derive(Properties, PartialEq)]
pub struct GroupProps {
    /// What its items have in common.
    pub label: AttrValue,
    /// The items.
    pub children: Html,
}

/// Items that belong together.
#[component]
pub fn Group(props: &GroupProps) -> Html {
    html! {
        <div class="menu-group" role="group" aria-label={props.label.clone()}>
            <div class="menu-title" aria-hidden="true">{&props.label}</div>
            {props.children.clone()}
        </div>
    }
}
