//! The whole window: captures that are open, each in a tab, or the empty window that asks for one.

use std::rc::Rc;

use yew::prelude::*;

use crate::engine::Client;
use crate::opening::{self, Opened, Opening};
use crate::place::{Change, Place, Placed};
use crate::workspace::Workspace;

/// A capture that is open.
#[derive(Clone, PartialEq)]
pub struct Capture {
    /// Tells tabs apart; never used twice.
    pub id: u64,
    /// Its file's name, or those of several.
    pub name: AttrValue,
    /// Its engine.
    pub client: Client,
    /// Where somebody stands in it.
    pub place: Rc<Place>,
}

/// All captures that are open, and the one that is looked at.
#[derive(Clone, Default, PartialEq)]
pub struct Desk {
    captures: Vec<Capture>,
    active: Option<u64>,
    next: u64,
}

/// What happens to a desk.
pub enum Act {
    /// A capture is opened, and looked at.
    Open(Opened),
    /// A tab is chosen.
    Choose(u64),
    /// A tab is closed.
    Close(u64),
    /// The place in a capture changes.
    Move(u64, Change),
}

impl Reducible for Desk {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut desk = (*self).clone();
        match act {
            Act::Open(Opened { name, client, place }) => {
                let id = desk.next;
                desk.next += 1;
                desk.captures.push(Capture { id, name, client, place: Rc::new(place) });
                desk.active = Some(id);
            }
            Act::Choose(id) => desk.active = Some(id),
            Act::Close(id) => {
                let at = desk.captures.iter().position(|capture| capture.id == id);
                desk.captures.retain(|capture| capture.id != id);
                if desk.active == Some(id) {
                    let beside = at.unwrap_or_default().min(desk.captures.len().saturating_sub(1));
                    desk.active = desk.captures.get(beside).map(|capture| capture.id);
                }
            }
            Act::Move(id, change) => {
                if let Some(capture) = desk.captures.iter_mut().find(|capture| capture.id == id) {
                    change(Rc::make_mut(&mut capture.place));
                }
            }
        }
        Rc::new(desk)
    }
}

/// The window.
#[component]
pub fn App() -> Html {
    let desk = use_reducer(Desk::default);
    let open = {
        let desk = desk.dispatcher();
        Callback::from(move |opened| desk.dispatch(Act::Open(opened)))
    };
    opening::use_drops(open.clone());
    let active = desk.captures.iter().find(|capture| Some(capture.id) == desk.active);
    let Some(capture) = active else {
        return html! { <Opening {open} /> };
    };
    let placed = Placed {
        place: capture.place.clone(),
        change: {
            let (id, desk) = (capture.id, desk.dispatcher());
            Callback::from(move |change| desk.dispatch(Act::Move(id, change)))
        },
    };
    let close = {
        let (id, desk) = (capture.id, desk.dispatcher());
        Callback::from(move |()| desk.dispatch(Act::Close(id)))
    };
    html! {
        <ContextProvider<Client> context={capture.client.clone()} key={capture.id}>
            <ContextProvider<Placed> context={placed}>
                <Workspace name={capture.name.clone()} {open} {close} />
            </ContextProvider<Placed>>
        </ContextProvider<Client>>
    }
}
