//! How the Accept follows from the key, step by step, compared with the one that was sent (RFC 6455 §4.2.2).

use sockscope_core::session::api::{AcceptStep, sanitise};
use yew::prelude::*;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The steps.
    pub accept: AcceptStep,
    /// The response was captured.
    pub is_answered: bool,
}

/// The steps.
#[component]
pub fn Accept(props: &Props) -> Html {
    let accept = &props.accept;
    let guid = accept.concatenated.strip_prefix(accept.key.as_str()).unwrap_or_default();
    let key = sanitise::line(&accept.key).into_owned();
    let sent = match &accept.received {
        None if props.is_answered => html! { <span class="bad">{"✗ no Accept was sent"}</span> },
        None => html! { <span class="dim">{"– the response was not captured"}</span> },
        Some(sent) if accept.differing.is_empty() => html! {
            <><span class="good">{sanitise::line(sent).into_owned()}</span>{" "}<span class="good">{"✓ equal"}</span></>
        },
        Some(sent) => html! {
            <>
                <span class="accept-sent">{ for characters(sent, &accept.differing) }</span>{" "}
                <span class="bad">{format!("✗ {}", told(sent, accept))}</span>
            </>
        },
    };
    html! {
        <dl class="derive mono">
            <dt>{"key"}</dt><dd>{&key}</dd>
            <dt>{"+ GUID"}</dt><dd>{&key}<span class="guid" title="The GUID of RFC 6455 §1.3">{guid}</span></dd>
            <dt>{"SHA-1"}</dt><dd>{&accept.sha1}</dd>
            <dt>{"Base64"}</dt><dd><span class="good">{&accept.expected}</span>{" "}<span class="faint">{"expected"}</span></dd>
            <dt>{"sent"}</dt><dd>{sent}</dd>
        </dl>
    }
}

/// The value's characters, those that differ marked.
fn characters(sent: &str, differing: &[u32]) -> Vec<Html> {
    let mut out: Vec<Html> = (0_u32..)
        .zip(sent.chars())
        .map(|(at, character)| {
            let shown = sanitise::line(character.encode_utf8(&mut [0; 4])).into_owned();
            match differing.binary_search(&at) {
                Ok(_) => html! { <mark class="differs">{shown}</mark> },
                Err(_) => html! { <span>{shown}</span> },
            }
        })
        .collect();
    // Where it is too short, places stand for what is missing.
    let length = u32::try_from(sent.chars().count()).unwrap_or(u32::MAX);
    let missing = differing.iter().filter(|&&at| at >= length).take(64);
    out.extend(missing.map(|_| html! { <mark class="differs missing" title="missing">{"␣"}</mark> }));
    out
}

fn told(sent: &str, accept: &AcceptStep) -> String {
    let (length, expected) = (sent.chars().count(), accept.expected.chars().count());
    let differing = accept.differing.len();
    if sent.is_empty() {
        return "it is empty".to_owned();
    }
    if length != expected {
        return format!("{length} characters instead of {expected}");
    }
    match differing {
        1 => "1 character differs".to_owned(),
        many if many == expected => "all characters differ".to_owned(),
        many => format!("{many} of {expected} characters differ"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(sent: &str, differing: &[u32]) -> AcceptStep {
        AcceptStep {
            expected: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned(),
            received: Some(sent.to_owned()),
            differing: differing.to_vec(),
            ..AcceptStep::default()
        }
    }

    #[test]
    fn a_difference_is_told() {
        assert_eq!(told("s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", &step("", &[26])), "1 character differs");
        assert_eq!(told("s3pPLMBiTxaQ9kYGzzhZRbK+xOo", &step("", &[27])), "27 characters instead of 28");
        assert_eq!(told("", &step("", &[])), "it is empty");
        assert_eq!(characters("ab", &[1, 2, 3]).len(), 4);
    }
}
