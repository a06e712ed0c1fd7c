//! What a message is, in two lines, and what is wrong with it.

use sockscope_core::session::api::{DiagnosticRow, MessageRow, MessageView, Severity, Side, sanitise};
use yew::prelude::*;

use crate::words;

/// Holes that are named; of more only the number is told.
const HOLES: usize = 3;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The message, and what was found wrong with it.
    pub view: MessageView,
}

/// The head.
#[component]
pub fn Head(props: &Props) -> Html {
    let row = &props.view.row;
    let (side, arrow, name) = match row.from {
        Some(Side::Client) => ("client", "▲", "client"),
        Some(Side::Server) => ("server", "▼", "server"),
        None => ("", "", "unknown"),
    };
    let lost = lost(row);
    html! {
        <header class="payload-head">
            <h2>
                <span class={side}><span aria-hidden="true">{arrow}</span>{" "}{name}</span>
                <span>{sanitise::line(&row.opcode).into_owned()}</span>
                <span class="dim">{format!("#{} of connection {}", words::count(row.message), words::count(row.connection))}</span>
                <span class="grow"></span>
                if let Some(time) = row.time {
                    <time class="dim mono" title={format!("{time}")}>{clock(&time.to_string())}</time>
                }
            </h2>
            if let Some(code) = row.code {
                <p class="payload-close">
                    <b>{code}</b>{" "}<span>{close_meaning(code, props.view.close_name.as_deref())}</span>
                    if let Some(reason) = &row.reason {
                        <q>{sanitise::line(reason).into_owned()}</q>
                    }
                </p>
            }
            if let Some(lost) = lost {
                <p class="payload-lost warn">{"⚠ "}{lost}</p>
            }
            { for props.view.diagnostics.iter().map(diagnostic) }
        </header>
    }
}

fn diagnostic(found: &DiagnosticRow) -> Html {
    let (class, mark) = match found.severity {
        Severity::Error => ("bad", "✗"),
        Severity::Warning => ("warn", "⚠"),
        Severity::Note => ("dim", "ℹ"),
    };
    let line = |name: &'static str, text: &Option<String>| {
        text.as_ref().map(|text| html! { <p><b>{name}</b>{" "}{sanitise::line(text).into_owned()}</p> })
    };
    html! {
        <details class={classes!("payload-diagnostic", class)} data-code={found.code.clone()}>
            <summary><span class={class}>{mark}{" "}{sanitise::line(&found.message).into_owned()}</span></summary>
            {line("Why", &found.cause)}
            {line("Fix", &found.fix)}
            <p class="faint mono">{format!("{} · {}", found.code, found.rfc)}</p>
        </details>
    }
}

/// `06:44:54.000007` of RFC 3339's form.
fn clock(time: &str) -> String {
    time.get(11..26).unwrap_or(time).to_owned()
}

/// What a Close's code says (RFC 6455 §7.4.2), where no registry has a name for it.
fn close_meaning(code: u16, name: Option<&str>) -> String {
    let range = match code {
        0..1000 => "not used",
        1000..3000 => "not defined",
        3000..4000 => "of a library or framework",
        4000..5000 => "of the application",
        _ => "not defined",
    };
    name.unwrap_or(range).to_owned()
}

/// What is missing of a message.
fn lost(row: &MessageRow) -> Option<String> {
    let named = |(offset, length): &(u64, u64)| match length {
        0 => format!("bytes at {} (it is not known how many)", words::count(*offset)),
        length => format!("{} at {}", words::counted(*length, "byte"), words::count(*offset)),
    };
    let mut sentences = Vec::new();
    if !row.holes.is_empty() {
        let first: Vec<String> = row.holes.iter().take(HOLES).map(named).collect();
        let more = match row.holes.len().saturating_sub(HOLES) {
            0 => String::new(),
            more => format!(" and {} more gaps", words::count(more as u64)),
        };
        sentences.push(format!("Lost: {}{more}.", first.join(", ")));
    } else if row.complete == Some(false) {
        sentences.push("Its end was not captured.".to_owned());
    }
    if row.truncated {
        sentences.push("It is longer than what is kept of it.".to_owned());
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_named() {
        let row = |holes: &[(u64, u64)], complete, truncated| MessageRow {
            holes: holes.to_vec(),
            complete,
            truncated,
            ..MessageRow::default()
        };
        assert_eq!(lost(&row(&[], None, false)), None);
        assert_eq!(lost(&row(&[], Some(false), false)).unwrap(), "Its end was not captured.");
        assert_eq!(
            lost(&row(&[(1200, 1), (5000, 0)], Some(false), true)).unwrap(),
            "Lost: 1 byte at 1,200, bytes at 5,000 (it is not known how many). It is longer than what is kept of it."
        );
        let many = [(0, 9); 5];
        assert!(lost(&row(&many, Some(false), false)).unwrap().ends_with("9 bytes at 0 and 2 more gaps."));
    }

    #[test]
    fn codes_and_times() {
        assert_eq!(close_meaning(1001, Some("Going Away")), "Going Away");
        assert_eq!(close_meaning(4001, None), "of the application");
        assert_eq!(close_meaning(999, None), "not used");
        assert_eq!(clock("2026-11-22T06:44:54.000007000Z"), "06:44:54.000007");
    }
}
