//! One capture's window: header, filter, timeline, and three panes beside each other.

mod header;
mod status;

use yew::prelude::*;

use crate::connections::Connections;
use crate::filter::{FilterBar, Filtering};
use crate::inspector::Inspector;
use crate::messages::Messages;
use crate::opening::Opened;
use crate::timeline::Timeline;
use header::Header;
use status::Status;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The capture's name.
    pub name: AttrValue,
    /// Takes another capture.
    pub open: Callback<Opened>,
    /// Closes this one.
    pub close: Callback<()>,
}

/// A capture that is looked at.
#[component]
pub fn Workspace(props: &Props) -> Html {
    html! {
        <Filtering>
            <div class="workspace">
                <Header name={props.name.clone()} open={props.open.clone()} close={props.close.clone()} />
                <FilterBar />
                <Timeline />
                <main class="panes">
                    <Connections />
                    <Messages />
                    <Inspector />
                </main>
                <Status />
            </div>
        </Filtering>
    }
}
