//! In the place of the messages where no WebSocket was found: what was there instead, and what to do about it.

use sockscope_core::session::api::{SummaryRow, sanitise};
use yew::prelude::*;

use super::decode_as::{AnyPort, use_decode_as};
use super::secrets::{HowToGet, Likely};
use crate::icon::{Drawn, Icon};
use crate::words::count;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the capture holds.
    pub summary: SummaryRow,
}

/// What was there.
#[component]
pub fn Nothing(props: &Props) -> Html {
    let summary = &props.summary;
    html! {
        <section class="nothing" aria-label="No WebSocket was found" tabindex="0">
            <div class="nothing-middle">
                <h2><Drawn icon={Icon::Search} />{"No WebSocket was found"}</h2>
                if summary.packets == 0 {
                    <p>{"The capture holds no packet. Was the right interface captured, and the capture filter not too narrow?"}</p>
                } else {
                    <p class="dim">{"What was there instead:"}</p>
                    <dl class="nothing-counts">{ for counts(summary).into_iter().map(|(number, what, why)| html! {
                        <div><dt>{count(number)}</dt><dd><b>{what}</b>if let Some(why) = why { <span class="dim">{why}</span> }</dd></div>
                    }) }</dl>
                    { for summary.looks_like_frames.iter().map(|server| html! { <LooksLikeFrames server={server.clone()} /> }) }
                    if summary.tls_without_secrets > 0 {
                        <section class="nothing-part">
                            <h3><Drawn icon={Icon::Key} />{"wss:// looks like this from outside"}</h3>
                            <p>{"Drop the key log of the client or of the server on this window, and what is in these connections appears. Without their secrets nobody can read them. Programs write them while you capture:"}</p>
                            <Likely />
                            <HowToGet />
                        </section>
                    }
                    if summary.tcp_connections > 0 { <AnyPort /> }
                }
            </div>
        </section>
    }
}

/// What was counted: how many, what, and what to know of it.
fn counts(summary: &SummaryRow) -> Vec<(u64, String, Option<&'static str>)> {
    let noun =
        |number: u64, one: &str, many: &str| if number == 1 { one.to_owned() } else { many.to_owned() };
    let mut rows = vec![
        (summary.packets, noun(summary.packets, "packet", "packets"), None),
        (summary.tcp_connections, noun(summary.tcp_connections, "TCP connection", "TCP connections"), None),
        (
            summary.tls_without_secrets,
            noun(
                summary.tls_without_secrets,
                "TLS connection without secrets",
                "TLS connections without secrets",
            ),
            Some("encrypted: what is in them cannot be seen"),
        ),
        (
            summary.http2_connections,
            noun(
                summary.http2_connections,
                "HTTP/2 connection without TLS",
                "HTTP/2 connections without TLS",
            ),
            Some("in which no WebSocket was opened (RFC 8441)"),
        ),
        (
            summary.http_requests,
            noun(summary.http_requests, "HTTP request", "HTTP requests"),
            Some("none of which asks for a WebSocket"),
        ),
        (
            summary.other_packets,
            noun(summary.other_packets, "packet of another kind", "packets of other kinds"),
            Some("than TCP: UDP, ARP, ICMP …"),
        ),
    ];
    // Packets and connections are told even where there are none.
    let told = 2;
    let mut place = 0;
    rows.retain(|(number, ..)| {
        place += 1;
        place <= told || *number > 0
    });
    rows.extend(summary.unknown_link_types.iter().map(|(link_type, packets)| {
        (
            *packets,
            format!("{} of link type {}", noun(*packets, "packet", "packets"), named(*link_type)),
            Some("which is not understood"),
        )
    }));
    rows
}

/// `228`, and its name where it has one that people know (tcpdump.org/linktypes.html).
fn named(link_type: u16) -> String {
    let name = match link_type {
        9 => "PPP",
        105 => "IEEE 802.11",
        119 | 163 => "IEEE 802.11 with a header of the driver",
        127 => "IEEE 802.11 with radiotap",
        147..=162 => "of somebody's own",
        165 | 227 => "CAN",
        187 | 201 => "Bluetooth HCI",
        189 | 220 | 249 => "USB",
        192 => "PPI",
        195 | 215 | 230 => "IEEE 802.15.4",
        251 | 256 => "Bluetooth Low Energy",
        253 => "netlink",
        _ => return link_type.to_string(),
    };
    format!("{link_type} ({name})")
}

#[derive(Properties, PartialEq)]
struct ServerProps {
    /// `address:port`
    server: AttrValue,
}

/// A server whose streams look like frames, but too few to be sure.
#[component]
fn LooksLikeFrames(props: &ServerProps) -> Html {
    let decode = use_decode_as(true);
    let port = port(&props.server);
    html! {
        <section class="nothing-part">
            <h3><Drawn icon={Icon::Info} />{"Looks like WebSocket"}</h3>
            <p>{"What "}<b class="mono">{sanitise::line(&props.server).into_owned()}</b>{" sends and gets looks like WebSocket frames. No handshake was captured, and there are too few to be sure."}</p>
            if let Some(port) = port {
                <button class="button primary" onclick={Callback::from(move |_| decode.emit(port))}><Drawn icon={Icon::Play} />{format!("Decode port {port} as WebSocket")}</button>
            }
        </section>
    }
}

/// The port of `address:port`, also of `[address]:port`.
fn port(server: &str) -> Option<u16> {
    server.rsplit_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_there_is_told() {
        let summary = SummaryRow {
            packets: 1204,
            tls_without_secrets: 1,
            other_packets: 30,
            unknown_link_types: vec![(127, 4), (999, 1)],
            ..SummaryRow::default()
        };
        let told: Vec<String> =
            counts(&summary).into_iter().map(|(number, what, _)| format!("{number} {what}")).collect();
        assert_eq!(
            told,
            [
                "1204 packets",
                "0 TCP connections",
                "1 TLS connection without secrets",
                "30 packets of other kinds",
                "4 packets of link type 127 (IEEE 802.11 with radiotap)",
                "1 packet of link type 999",
            ]
        );
    }

    #[test]
    fn a_server_has_a_port() {
        assert_eq!(
            [port("10.0.0.1:8001"), port("[::1]:9000"), port("nowhere")],
            [Some(8001), Some(9000), None]
        );
    }
}
