//! The messages: as a table, or as a conversation.

mod cell_menu;
mod clipboard;
mod columns;
mod conversation;
pub mod export;
mod go_to;
mod head;
mod layout;
mod narrow;
mod preview;
mod row;
mod table;
mod target;

pub use preview::close_code;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::filter::use_tell_count;
use crate::grid::menu::{Menu, Opened, below};
use crate::icon::{Drawn, Icon};
use crate::place::use_place;
use crate::words;
use conversation::Conversation;
use export::ExportButton;
use go_to::GoTo;
use layout::use_columns;
use table::Table;

/// How messages are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum View {
    /// A row each.
    #[default]
    Table,
    /// As an exchange that can be read.
    Conversation,
}

/// The messages.
#[component]
pub fn Messages() -> Html {
    let placed = use_place();
    let columns = use_columns();
    let view = use_state_eq(View::default);
    let counted = use_state_eq(|| (0_u64, false));
    use_tell_count(counted.0, counted.1);
    let is_going = use_state_eq(|| false);
    let wanted = use_state_eq(|| None::<(u64, u64)>);
    let menu = use_state(|| None::<Opened>);
    use_ctrl_g({
        let (view, is_going) = (view.clone(), is_going.clone());
        Callback::from(move |()| {
            view.set(View::Table);
            is_going.set(true);
        })
    });
    let found = {
        let wanted = wanted.clone();
        Callback::from(move |row| wanted.set(Some((row, wanted.map_or(0, |(_, wish)| wish + 1)))))
    };
    let close_field = {
        let is_going = is_going.clone();
        Callback::from(move |()| {
            is_going.set(false);
            focus_table();
        })
    };
    let open_columns = {
        let (menu, columns, placed) = (menu.clone(), columns.clone(), placed.clone());
        Callback::from(move |event: MouseEvent| {
            let placed = placed.clone();
            let sort = Callback::from(move |order| placed.set(move |place| place.order = order));
            let items = head::items(None, &columns, &sort);
            menu.set(Some(Opened { at: below(&event), name: "Columns".into(), items }));
        })
    };
    let close_menu = {
        let menu = menu.clone();
        Callback::from(move |()| menu.set(None))
    };
    let switch = |this: View, words: &'static str, icon: Icon| {
        let view = view.clone();
        let is_on = *view == this;
        let onclick = Callback::from(move |_| view.set(this));
        html! {
            <button class={classes!("switch-part", is_on.then_some("on"))} aria-pressed={is_on.to_string()} {onclick}>
                <Drawn {icon} />{words}
            </button>
        }
    };
    let place = &placed.place;
    let count = match *counted {
        (total, true) => words::count(total),
        (total, false) => format!("{}…", words::count(total)),
    };
    html! {
        <section class="messages" aria-label="Messages">
            <div class="pane-head">
                <h2 class="pane-title">{"Messages"}</h2>
                <span class="pane-count">{count}</span>
                <div class="switch" role="group" aria-label="Show messages as">
                    {switch(View::Table, "Table", Icon::Columns)}
                    {switch(View::Conversation, "Conversation", Icon::Conversation)}
                </div>
                <span class="grow"></span>
                if *is_going {
                    <GoTo connection={place.connection} of={place.connection_in_view().unwrap_or_default()} order={place.order}
                        filter={place.expression()} {found} close={close_field} />
                }
                <ExportButton />
                <button class="tool" aria-haspopup="menu" aria-label="Columns" title="Columns and times" onclick={open_columns}>
                    <Drawn icon={Icon::Settings} />
                </button>
            </div>
            if *view == View::Table {
                <Table {columns} wanted={*wanted} counted={let counted = counted.clone(); Callback::from(move |count| counted.set(count))} />
            } else {
                <Conversation />
            }
            if let Some(opened) = &*menu {
                <Menu opened={opened.clone()} close={close_menu} />
            }
        </section>
    }
}

/// Tells when Ctrl G is pressed.
#[hook]
fn use_ctrl_g(pressed: Callback<()>) {
    use_effect_with(pressed, |pressed| {
        let pressed = pressed.clone();
        let listener = web_sys::window().map(|window| {
            // The browser would look for the next match of its own search.
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if (event.ctrl_key() || event.meta_key()) && event.key() == "g" {
                    event.prevent_default();
                    pressed.emit(());
                }
            })
        });
        move || drop(listener)
    });
}

fn focus_table() {
    let document = web_sys::window().and_then(|window| window.document());
    let table = document.and_then(|document| document.get_element_by_id("messages-table"));
    if let Some(table) = table.and_then(|table| table.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = table.focus();
    }
}
