//! What connections are sorted by, and which way.

use sockscope_core::session::api::{ConnectionKey, ConnectionOrder, Direction};
use yew::prelude::*;

use crate::icon::Icon;
use crate::menu::{Item, MenuButton};

const KEYS: [(ConnectionKey, &str); 9] = [
    (ConnectionKey::Number, "number"),
    (ConnectionKey::Opened, "opened"),
    (ConnectionKey::Duration, "duration"),
    (ConnectionKey::Verdict, "verdict"),
    (ConnectionKey::Client, "client"),
    (ConnectionKey::Server, "server"),
    (ConnectionKey::Target, "target"),
    (ConnectionKey::Messages, "messages"),
    (ConnectionKey::Bytes, "bytes"),
];
const DIRECTIONS: [(Direction, &str); 2] =
    [(Direction::Ascending, "Upwards"), (Direction::Descending, "Downwards")];

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// As it is.
    pub order: ConnectionOrder,
    /// Changes it.
    pub sort: Callback<ConnectionOrder>,
}

/// A button that says how connections are sorted, and opens the menu of the ways to.
#[component]
pub fn Sort(props: &Props) -> Html {
    let order = props.order;
    let items = {
        let sort = props.sort.clone();
        Callback::from(move |()| {
            let to = |order| sort.reform(move |()| order);
            let mut items = vec![Item::Title("Sort by".into())];
            items.extend(KEYS.map(|(key, name)| {
                Item::Choice(name.into(), key == order.key, to(ConnectionOrder { key, ..order }))
            }));
            items.push(Item::Title("Direction".into()));
            items.extend(DIRECTIONS.map(|(direction, name)| {
                let is_on = direction == order.direction;
                Item::Choice(name.into(), is_on, to(ConnectionOrder { direction, ..order }))
            }));
            items
        })
    };
    let name = KEYS.iter().find(|(key, _)| *key == order.key).map_or("", |(_, name)| name);
    let (icon, way) = match order.direction {
        Direction::Ascending => (Icon::ArrowUp, "upwards"),
        Direction::Descending => (Icon::ArrowDown, "downwards"),
    };
    let label = format!("Sorted by {name}, {way}");
    html! { <MenuButton {label} {icon} words={name} {items} /> }
}
