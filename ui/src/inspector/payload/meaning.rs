//! What a message means in its sub-protocol, in a line, with links to the messages that belong to it.

use sockscope_core::session::api::{Confidence, Decoded, MessageName, Value, sanitise};
use yew::prelude::*;

use crate::place::use_place;
use crate::words;

/// Letters of a value that are shown; the payload below has all of them.
const SHOWN: usize = 160;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// What it means.
    pub decoded: Decoded,
}

/// The box.
#[component]
pub fn Meaning(props: &Props) -> Html {
    let decoded = &props.decoded;
    let connection = props.message.connection;
    let version = decoded.version.map(|version| format!(" {version}"));
    let facts = decoded.more.iter().filter_map(|(key, value)| fact(connection, key, value));
    let sure = (decoded.confidence < Confidence::CERTAIN)
        .then(|| format!("{:.0} % sure", decoded.confidence.value() * 100.0));
    html! {
        <section class="payload-meaning" aria-label="Meaning">
            <span class="meaning-name">{sanitise::line(&decoded.protocol).into_owned()}{version}</span>
            if let Some(packet) = &decoded.packet {
                <b>{sanitise::line(packet).into_owned()}</b>
            }
            { for facts }
            if let Some(sure) = sure {
                <span class="dim" title="How sure it is that the message is of this sub-protocol">{sure}</span>
            }
            { for decoded.problems().iter().map(|problem| html! { <p class="warn">{"⚠ "}{sanitise::line(problem).into_owned()}</p> }) }
        </section>
    }
}

/// A message is not worth a box that says only that it is JSON, perhaps broken, which the tree below shows.
pub fn says_more(decoded: &Decoded) -> bool {
    decoded.protocol != "json" || decoded.more.iter().any(|(key, _)| key != "problems")
}

fn fact(connection: u64, key: &str, value: &Value) -> Option<Html> {
    let link = |message: u64| html! { <Link {connection} {message} /> };
    let name = |name: String, value: Html| html! { <span class="meaning-fact"><span class="dim">{name}</span>{" "}{value}</span> };
    let label = sanitise::line(&key.replace('_', " ")).into_owned();
    Some(match (key, value) {
        // Below, each in a line of its own; and what the tree shows.
        ("problems" | "args" | "data", _) => return None,
        ("answers" | "answered_by" | "of", Value::Number(message)) => name(label, link(*message)),
        ("attached", Value::Json(list)) => {
            let messages = attached(list);
            name(label, html! { { for messages.into_iter().map(link) } })
        }
        ("index", Value::Number(index)) => name(label, html! { {words::count(index.saturating_add(1))} }),
        (_, Value::Number(number)) => name(label, html! { {words::count(*number)} }),
        (_, Value::Yes(yes)) => name(label, html! { {if *yes { "yes" } else { "no" }} }),
        (_, Value::Text(text) | Value::Json(text)) => name(label, html! { <code>{beginning(text)}</code> }),
    })
}

/// The numbers of the messages that are attached to one.
fn attached(list: &str) -> Vec<u64> {
    let list: Vec<serde_json::Value> = serde_json::from_str(list).unwrap_or_default();
    list.iter().filter_map(|attached| attached.get("message")?.as_u64()).collect()
}

/// The first letters of a text, made harmless.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", sanitise::line(text.get(..end).unwrap_or_default())),
        None => sanitise::line(text).into_owned(),
    }
}

#[derive(Properties, PartialEq)]
struct LinkProps {
    connection: u64,
    message: u64,
}

/// A link that selects another message of the connection.
#[component]
fn Link(props: &LinkProps) -> Html {
    let placed = use_place();
    let name = MessageName { connection: props.connection, message: props.message };
    let onclick = Callback::from(move |_: MouseEvent| placed.set(move |place| place.message = Some(name)));
    html! { <button class="link" {onclick} title="Go to this message">{format!("#{}", words::count(props.message))}</button> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_messages() {
        assert_eq!(attached(r#"[{"message":7,"length":3},{"message":9,"length":1}]"#), [7, 9]);
        assert_eq!(attached("not a list"), [] as [u64; 0]);
    }

    #[test]
    fn values_are_short_and_harmless() {
        assert_eq!(beginning("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(beginning(&"ü".repeat(500)).chars().count(), SHOWN + 1);
    }
}
