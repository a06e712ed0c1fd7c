//! Request and response as they were sent, side by side.

use sockscope_core::session::api::{HandshakeView, RequestRow, ResponseRow, Side, sanitise};
use yew::prelude::*;

use crate::clipboard::CopyButton;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The handshake.
    pub view: HandshakeView,
}

/// Both heads.
#[component]
pub fn Heads(props: &Props) -> Html {
    let view = &props.view;
    html! {
        <div class="heads">
            { head(Side::Client, view.request.as_ref().map(|request| (request_line(request), request.headers.as_slice(), request.latin1))) }
            { head(Side::Server, view.response.as_ref().map(|response| (status_line(response), response.headers.as_slice(), response.latin1))) }
        </div>
    }
}

type Head<'a> = (String, &'a [(String, String)], bool);

fn head(side: Side, head: Option<Head<'_>>) -> Html {
    let (title, tone, arrow) = match side {
        Side::Client => ("Request", "client", "▲"),
        Side::Server => ("Response", "server", "▼"),
    };
    let text = head.as_ref().map(|(line, headers, _)| as_text(line, headers));
    let body = match head {
        None => html! { <p class="dim">{"Not captured."}</p> },
        Some((line, headers, is_latin1)) => html! {
            <>
                <p class="head-line mono">{sanitise::line(&line).into_owned()}</p>
                <dl class="headers mono">{ for headers.iter().map(|(name, value)| html! {
                    <div class={classes!("header-line", is_websocket(name).then_some("of-websocket"))}>
                        <dt>{sanitise::line(name).into_owned()}{":"}</dt>
                        <dd>{sanitise::line(value).into_owned()}</dd>
                    </div>
                }) }</dl>
                if is_latin1 { <p class="dim">{"Some bytes were not UTF-8 and are read as Latin-1."}</p> }
            </>
        },
    };
    html! {
        <section class="head" aria-label={title}>
            <div class="head-title">
                <h3><span class={tone} aria-hidden="true">{arrow}</span>{" "}{title}</h3><span class="grow"></span>
                if let Some(text) = text { <CopyButton {text} label={format!("Copy the {} head as it was sent", title.to_lowercase())} /> }
            </div>
            {body}
        </section>
    }
}

fn request_line(request: &RequestRow) -> String {
    format!("{} {} HTTP/{}", request.method, request.target, request.version)
}

fn status_line(response: &ResponseRow) -> String {
    format!("HTTP/{} {} {}", response.version, response.status, response.reason).trim_end().to_owned()
}

/// A head as it goes over the wire.
fn as_text(line: &str, headers: &[(String, String)]) -> String {
    let mut text = format!("{line}\r\n");
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text
}

/// What the upgrade consists of.
fn is_websocket(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("sec-websocket-")
        || matches!(name.as_str(), "upgrade" | "connection" | "host" | "origin" | "websocket-protocol")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_copied_as_it_goes_over_the_wire() {
        let response = ResponseRow { status: 101, version: "1.1".into(), ..ResponseRow::default() };
        let headers = [("Upgrade".to_owned(), "websocket".to_owned())];
        assert_eq!(as_text(&status_line(&response), &headers), "HTTP/1.1 101\r\nUpgrade: websocket\r\n\r\n");
    }

    #[test]
    fn headers_of_the_upgrade_are_known() {
        let known: Vec<bool> = ["Sec-WebSocket-Key", "UPGRADE", "Cookie", "Sec-Fetch-Mode"]
            .iter()
            .map(|name| is_websocket(name))
            .collect();
        assert_eq!(known, [true, true, false, false]);
    }
}
