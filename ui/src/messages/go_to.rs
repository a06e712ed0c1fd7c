//! The small field for going to a message or a packet, or to the place of a link. What is hidden by what is chosen is told to be,
//! and shown when Enter is pressed once more.

use sockscope_core::session::api::{Answer, MessageName, MessageOrder, Request, Span, Target};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::table::name;
use super::target::{self, Typed};
use crate::desk::{Act, use_desk};
use crate::engine::{Client, use_client};
use crate::inspector::payload::reading::ask;
use crate::place::{FOUND, use_place};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Takes the row that was found.
    pub found: Callback<u64>,
    /// Closes the field.
    pub close: Callback<()>,
}

/// What came of what was typed.
#[derive(Clone, PartialEq)]
enum Said {
    Words(&'static str),
    /// It is there, but what is chosen hides it.
    Hidden(MessageName),
}

/// The field.
#[component]
pub fn GoTo(props: &Props) -> Html {
    let client = use_client();
    let placed = use_place();
    let desk = use_desk();
    let field = use_node_ref();
    let said = use_state(|| None::<Said>);
    // What was asked for last counts.
    let wishes = use_mut_ref(|| 0_u64);
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            let _ = field.focus();
        }
    });
    let go = {
        let (said, wishes, placed) = (said.clone(), wishes.clone(), placed.clone());
        let (found, close) = (props.found.clone(), props.close.clone());
        move |target: Target| {
            *wishes.borrow_mut() += 1;
            let wish = *wishes.borrow();
            let (client, place, wishes) = (client.clone(), placed.place.clone(), wishes.clone());
            let (said, found, close) = (said.clone(), found.clone(), close.clone());
            spawn_local(async move {
                let here = (place.connection, place.order, place.expression());
                let answer = find(&client, target, here, || *wishes.borrow() == wish).await;
                // A newer wish has cancelled this one.
                let Some(answer) = answer.filter(|_| *wishes.borrow() == wish) else { return };
                match answer {
                    Ok(row) => {
                        close.emit(());
                        found.emit(row);
                    }
                    Err(words) => said.set(Some(words)),
                }
            });
        }
    };
    let onkeydown = {
        let (close, said, of) =
            (props.close.clone(), said.clone(), placed.place.connection_in_view().unwrap_or_default());
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            match (event.key().as_str(), &*said) {
                ("Escape", _) => close.emit(()),
                ("Enter", Some(Said::Hidden(message))) => {
                    let message = *message;
                    placed.set(move |place| {
                        place.show_all();
                        place.connection = place.connection.map(|_| message.connection);
                        place.message = Some(message);
                    });
                    close.emit(());
                }
                ("Enter", _) => {
                    let typed = event.target_dyn_into::<HtmlInputElement>().map(|field| field.value());
                    match target::parse(&typed.unwrap_or_default(), of) {
                        Some(Typed::Target(target)) => go.clone()(target),
                        Some(Typed::Link(fragment)) => {
                            desk.dispatch(Act::Expect(*fragment));
                            close.emit(());
                        }
                        None => said.set(Some(Said::Words("1204, 2:17, p2204, or a link"))),
                    }
                }
                _ => said.set(None),
            }
        })
    };
    let words = match &*said {
        None => html! {},
        Some(Said::Words(words)) => html! { {*words} },
        Some(Said::Hidden(_)) => {
            html! { <>{"hidden by what is chosen; "}<kbd>{"Enter"}</kbd>{" shows it"}</> }
        }
    };
    html! {
        <span class="go-to">
            <input ref={field} class="go-to-field" type="text" placeholder="1204, 2:17, p2204" aria-label="Go to a message, to a packet or to the place of a link"
                aria-describedby="go-to-said" spellcheck="false" autocomplete="off" {onkeydown} />
            <span id="go-to-said" class="warn" role="status">{words}</span>
        </span>
    }
}

/// Which rows are meant: those of a connection or of all, in an order, of which this holds.
type Rows = (Option<u64>, MessageOrder, String);

/// The row of it, or why there is none; `None`: it was not answered, or is not wished any more.
async fn find(
    client: &Client,
    target: Target,
    here: Rows,
    is_wished: impl Fn() -> bool,
) -> Option<Result<u64, Said>> {
    let everywhere = (None, FOUND, String::new());
    let is_all = here == everywhere;
    if let Some(row) = row_of(client, target, here).await? {
        return Some(Ok(row));
    }
    let hidden = if is_all || !is_wished() { None } else { row_of(client, target, everywhere).await? };
    Some(Err(match hidden {
        Some(row) => Said::Hidden(name_of(client, row).await?),
        None => Said::Words("there is none"),
    }))
}

/// The row of it among those that hold, if it is one of them; `None`: it was not answered.
async fn row_of(client: &Client, target: Target, (connection, order, filter): Rows) -> Option<Option<u64>> {
    match &*ask(client, Request::GoTo { target, connection, order, filter }).await.ok()? {
        Answer::Row(row) => Some(*row),
        _ => None,
    }
}

/// The message in a row of all.
async fn name_of(client: &Client, row: u64) -> Option<MessageName> {
    let rows = Span { start: row, length: 1 };
    let request = Request::Messages { connection: None, rows, order: FOUND, filter: String::new() };
    match &*ask(client, request).await.ok()? {
        Answer::Messages(page) => page.rows.first().map(name),
        _ => None,
    }
}
