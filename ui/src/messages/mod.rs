//! The messages: as a table, or as a conversation.

mod cell_menu;
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

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::filter::use_tell_count;
use crate::focus;
use crate::icon::{Drawn, Icon};
use crate::menu::MenuButton;
use crate::place::{View, use_place};
use crate::words;
use conversation::Conversation;
use go_to::GoTo;
use layout::use_columns;
use table::Table;
pub use table::{TABLE, name};

/// The messages.
#[component]
pub fn Messages() -> Html {
    let placed = use_place();
    let columns = use_columns();
    let counted = use_state_eq(|| (0_u64, false));
    use_tell_count(counted.0, counted.1);
    let is_going = use_state_eq(|| false);
    let wanted = use_state_eq(|| None::<(u64, u64)>);
    let going = {
        let (placed, is_going) = (placed.clone(), is_going.clone());
        Callback::from(move |()| {
            placed.set(|place| place.view = View::Table);
            is_going.set(true);
        })
    };
    use_ctrl_g(going.clone());
    let found = {
        let wanted = wanted.clone();
        Callback::from(move |row| wanted.set(Some((row, wanted.map_or(0, |(_, wish)| wish + 1)))))
    };
    let close_field = {
        let is_going = is_going.clone();
        Callback::from(move |()| {
            is_going.set(false);
            focus::id(table::TABLE);
        })
    };
    let items = {
        let (columns, placed) = (columns.clone(), placed.clone());
        Callback::from(move |()| {
            let placed = placed.clone();
            let sort = Callback::from(move |order| placed.set(move |place| place.order = order));
            head::items(None, &columns, &sort)
        })
    };
    let switch = |this: View, words: &'static str, icon: Icon| {
        let is_on = placed.place.view == this;
        let placed = placed.clone();
        let onclick = Callback::from(move |_| placed.set(move |place| place.view = this));
        html! {
            <button class={"segment"} aria-pressed={is_on.to_string()} {onclick}>
                <Drawn {icon} />{words}
            </button>
        }
    };
    let count = match *counted {
        (total, true) => words::count(total),
        (total, false) => format!("{}…", words::count(total)),
    };
    html! {
        <section class="messages" aria-label="Messages">
            <div class="pane-head">
                <h2 class="pane-title">{"Messages"}</h2>
                <span class="pane-count">{count}</span>
                <div class="segments" role="group" aria-label="Show messages as">
                    {switch(View::Table, "Table", Icon::Columns)}
                    {switch(View::Conversation, "Conversation", Icon::Conversation)}
                </div>
                <span class="grow"></span>
                if *is_going {
                    <GoTo {found} close={close_field} />
                } else {
                    <button class="tool" onclick={going.reform(|_: MouseEvent| ())} aria-label="Go to a message or a packet"
                        title="Go to a message or a packet by its number (Ctrl+G)"><Drawn icon={Icon::GoTo} /></button>
                }
                if placed.place.view == View::Table {
                    <MenuButton label="Columns" icon={Icon::Settings} {items} />
                }
            </div>
            if placed.place.view == View::Table {
                <Table {columns} wanted={*wanted} counted={let counted = counted.clone(); Callback::from(move |count| counted.set(count))} />
            } else {
                <Conversation />
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
