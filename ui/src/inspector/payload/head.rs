//! What a message is, in two lines, and what is wrong with it.

use sockscope_core::session::api::{DiagnosticRow, MessageRow, MessageView, close_code_words, sanitise};
use yew::prelude::*;

use crate::settings::use_settings;
use crate::{moment, sign, words};

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
    let (arrow, side, name) = sign::of_side(row.from);
    let zone = use_settings().settings.zone;
    let lost = lost(row);
    html! {
        <header class="payload-head">
            <h2>
                <span class={side}><span aria-hidden="true">{arrow}</span>{" "}{name}</span>
                <span>{sanitise::line(&row.opcode).into_owned()}</span>
                <span class="dim">{format!("#{} of connection {}", words::count(row.message), words::count(row.connection))}</span>
                <span class="grow"></span>
                if let Some(time) = row.time {
                    <time class="dim mono" title={moment::whole(time, zone)}>{moment::clock(time, zone)}</time>
                }
            </h2>
            if let Some(code) = row.code {
                <p class="payload-close">
                    <b>{code}</b>{" "}<span>{close_meaning(code)}</span>
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
    let (mark, class, _) = sign::of_severity(found.severity);
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

/// What a Close's code says (RFC 6455 §7.4.2), where no registry has a name for it.
fn close_meaning(code: u16) -> &'static str {
    let range = match code {
        0..1000 => "not used",
        1000..3000 => "not defined",
        3000..4000 => "of a library or framework",
        4000..5000 => "of the application",
        _ => "not defined",
    };
    close_code_words(code).unwrap_or(range)
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
    fn a_code_without_a_name_is_told_by_its_range() {
        assert_eq!(close_meaning(1001), "going away");
        assert_eq!(close_meaning(4001), "of the application");
        assert_eq!(close_meaning(999), "not used");
    }
}
