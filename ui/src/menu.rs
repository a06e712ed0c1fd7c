//! A menu at a place of the window (ARIA Authoring Practices, menu): opened by a right click, Shift F10 or a button; moved through by
//! keys.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::icon::{Drawn, Icon};
use crate::style;

/// One line of a menu.
#[derive(Clone, PartialEq)]
pub enum Item {
    /// Something to do.
    Do(AttrValue, Callback<()>),
    /// The same, and the key that does it too.
    Key(AttrValue, &'static str, Callback<()>),
    /// Something that is on or off.
    Check(AttrValue, bool, Callback<()>),
    /// One of several that exclude each other.
    Choice(AttrValue, bool, Callback<()>),
    /// What the lines below have in common.
    Title(AttrValue),
}

/// Where a menu is, and what is in it.
#[derive(Clone, PartialEq)]
pub struct Opened {
    /// From the window's left and top edge, in pixels.
    pub at: (f64, f64),
    /// What it is called.
    pub name: AttrValue,
    /// Its lines.
    pub items: Vec<Item>,
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is open.
    pub opened: Opened,
    /// Closes it.
    pub close: Callback<()>,
}

/// A menu.
#[component]
pub fn Menu(props: &Props) -> Html {
    let menu = use_node_ref();
    use_effect_with((menu.clone(), props.opened.at), |(menu, (x, y)): &(NodeRef, (f64, f64))| {
        let before = web_sys::window().and_then(|window| window.document()?.active_element());
        if let Some(element) = menu.cast::<HtmlElement>() {
            let window = web_sys::window();
            let inner = |length: Option<Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>>| {
                length.and_then(|length| length.ok()?.as_f64()).unwrap_or_default()
            };
            let (width, height) = (
                inner(window.as_ref().map(web_sys::Window::inner_width)),
                inner(window.as_ref().map(web_sys::Window::inner_height)),
            );
            let left = x.min(width - f64::from(element.offset_width()) - 4.0).max(4.0);
            let top = y.min(height - f64::from(element.offset_height()) - 4.0).max(4.0);
            style::set(menu, &[("left", format!("{left}px")), ("top", format!("{top}px"))]);
            step(&element, Step::First);
        }
        move || {
            // To where it was before, unless somebody chose another place meanwhile.
            let before = before.and_then(|element| element.dyn_into::<HtmlElement>().ok());
            if let Some(before) = before {
                let _ = before.focus();
            }
        }
    });
    let onkeydown = {
        let (menu, close) = (menu.clone(), props.close.clone());
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            let Some(element) = menu.cast::<HtmlElement>() else { return };
            match event.key().as_str() {
                "ArrowDown" => step(&element, Step::Next),
                "ArrowUp" => step(&element, Step::Before),
                "Home" => step(&element, Step::First),
                "End" => step(&element, Step::Last),
                "Escape" | "Tab" => close.emit(()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let line = |item: &Item| {
        let (role, words, is_on, key, chosen) = match item {
            Item::Title(words) => {
                return html! { <div class="menu-title" role="presentation">{words}</div> };
            }
            Item::Do(words, chosen) => ("menuitem", words, None, None, chosen),
            Item::Key(words, key, chosen) => ("menuitem", words, None, Some(*key), chosen),
            Item::Check(words, is_on, chosen) => ("menuitemcheckbox", words, Some(*is_on), None, chosen),
            Item::Choice(words, is_on, chosen) => ("menuitemradio", words, Some(*is_on), None, chosen),
        };
        html! {
            <button {role} class="menu-item" tabindex="-1" aria-checked={is_on.map(|is_on| is_on.to_string())}
                onclick={choose(chosen, &props.close)}>
                <span class="menu-check" aria-hidden="true">{if is_on == Some(true) { "✓" } else { "" }}</span>
                <span class="menu-words">{words}</span>
                if let Some(key) = key { <kbd>{key}</kbd> }
            </button>
        }
    };
    let close = props.close.clone();
    let behind = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        close.emit(());
    });
    html! {
        <>
            <div class="menu-behind" onmousedown={behind.clone()} oncontextmenu={behind}></div>
            <div class="menu" role="menu" aria-label={props.opened.name.clone()} ref={menu} {onkeydown}>
                { for props.opened.items.iter().map(line) }
            </div>
        </>
    }
}

/// What a button is given.
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// What the menu is called.
    pub label: AttrValue,
    /// What is drawn on the button.
    pub icon: Icon,
    /// Words before the icon.
    #[prop_or_default]
    pub words: Option<AttrValue>,
    /// The button's class.
    #[prop_or(AttrValue::Static("tool"))]
    pub class: AttrValue,
    /// The menu's lines, as they are when it opens.
    pub items: Callback<(), Vec<Item>>,
}

/// A button, and the menu beneath it while it is open.
#[component]
pub fn MenuButton(props: &ButtonProps) -> Html {
    let opened = use_state(|| None::<Opened>);
    let onclick = {
        let (opened, items, name) = (opened.clone(), props.items.clone(), props.label.clone());
        Callback::from(move |event: MouseEvent| {
            opened.set(Some(Opened { at: below(&event), name: name.clone(), items: items.emit(()) }));
        })
    };
    let close = {
        let opened = opened.clone();
        Callback::from(move |()| opened.set(None))
    };
    html! {
        <>
            <button class={props.class.clone()} aria-haspopup="menu" aria-expanded={opened.is_some().to_string()}
                aria-label={props.label.clone()} title={props.label.clone()} {onclick}>{props.words.clone()}<Drawn icon={props.icon} /></button>
            if let Some(opened) = &*opened {
                <Menu opened={opened.clone()} {close} />
            }
        </>
    }
}

/// The place below the button that was pressed.
fn below(event: &MouseEvent) -> (f64, f64) {
    let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let button = pressed.and_then(|pressed| pressed.closest("button").ok()?);
    button.map_or_else(Default::default, |button| {
        let place = button.get_bounding_client_rect();
        (place.left(), place.bottom() + 2.0)
    })
}

fn choose(chosen: &Callback<()>, close: &Callback<()>) -> Callback<MouseEvent> {
    let (chosen, close) = (chosen.clone(), close.clone());
    Callback::from(move |_| {
        close.emit(());
        chosen.emit(());
    })
}

#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
    Next,
    Before,
}

/// Moves the focus among a menu's lines, around its ends.
fn step(menu: &HtmlElement, step: Step) {
    let Ok(items) = menu.query_selector_all("button") else { return };
    let count = items.length();
    if count == 0 {
        return;
    }
    let active = menu.owner_document().and_then(|document| document.active_element());
    let at = (0..count).find(|&at| {
        items.item(at).and_then(|item| item.dyn_into::<web_sys::Element>().ok()) == active && active.is_some()
    });
    let to = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Before, None) => count - 1,
        (Step::Next, Some(at)) => (at + 1) % count,
        (Step::Before, Some(at)) => (at + count - 1) % count,
    };
    if let Some(item) = items.item(to).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
