//! The small field for going to a message or a packet.

use sockscope_core::session::api::{Answer, MessageOrder, Request, Target};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::target;
use crate::engine::{Asking, Told, use_client};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Among the messages of this connection, or of all.
    pub connection: Option<u64>,
    /// The connection that a number without one belongs to.
    pub of: u64,
    /// How rows are sorted.
    pub order: MessageOrder,
    /// Which ones hold.
    pub filter: String,
    /// Takes the row that was found.
    pub found: Callback<u64>,
    /// Closes the field.
    pub close: Callback<()>,
}

/// The field.
#[component]
pub fn GoTo(props: &Props) -> Html {
    let client = use_client();
    let field = use_node_ref();
    let said = use_state(|| None::<&'static str>);
    let asking = use_mut_ref(|| None::<Asking>);
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            let _ = field.focus();
        }
    });
    let go = {
        let (said, asking, found, close) =
            (said.clone(), asking.clone(), props.found.clone(), props.close.clone());
        let (connection, order, filter) = (props.connection, props.order, props.filter.clone());
        move |target: Target| {
            let told = Callback::from(move |told| match told {
                Told::Answer { answer, .. } => match &*answer {
                    Answer::Row(Some(row)) => {
                        close.emit(());
                        found.emit(*row);
                    }
                    _ => said.set(Some("not among these rows")),
                },
                Told::Refused(_) => said.set(Some("not found")),
                Told::Cancelled => {}
            });
            let request = Request::GoTo { target, connection, order, filter: filter.clone() };
            *asking.borrow_mut() = Some(client.ask(request, told));
        }
    };
    let onkeydown = {
        let (close, said, of) = (props.close.clone(), said.clone(), props.of);
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            match event.key().as_str() {
                "Escape" => close.emit(()),
                "Enter" => {
                    let typed = event.target_dyn_into::<HtmlInputElement>().map(|field| field.value());
                    match target::parse(&typed.unwrap_or_default(), of) {
                        Some(target) => go.clone()(target),
                        None => said.set(Some("1204, 2:17 or p2204")),
                    }
                }
                _ => said.set(None),
            }
        })
    };
    html! {
        <span class="go-to">
            <input ref={field} class="go-to-field" type="text" placeholder="1204, 2:17, p2204" aria-label="Go to a message, or to a packet"
                aria-describedby="go-to-said" spellcheck="false" autocomplete="off" {onkeydown} />
            <span id="go-to-said" class="warn" role="status">{said.unwrap_or_default()}</span>
        </span>
    }
}
