//! The checks of a handshake, each with what came of it and its section.

use sockscope_core::session::api::{Check, CheckOutcome, Severity, Side, sanitise};
use yew::prelude::*;

use super::sound::sound;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The checks, in the order of the standard.
    pub checks: Vec<Check>,
}

/// The checks of both sides.
#[component]
pub fn Checks(props: &Props) -> Html {
    let of = |side: Side| props.checks.iter().filter(move |check| check.side == side);
    let groups = [(Side::Client, "Checks of the request"), (Side::Server, "Checks of the response")];
    html! {
        <>
            { for groups.into_iter().filter(|(side, _)| of(*side).next().is_some()).map(|(side, title)| html! {
                <details class="checks-group" open={of(side).any(|check| check.outcome != CheckOutcome::NotSeen)}>
                    <summary><h3>{title}{" "}<span class="faint">{count(of(side))}</span></h3></summary>
                    <ul class="checks">{ for of(side).map(draw) }</ul>
                </details>
            }) }
        </>
    }
}

/// `18 passed · 1 failed`
fn count<'a>(checks: impl Iterator<Item = &'a Check>) -> String {
    let mut counts = [0_u32; 3];
    for check in checks {
        counts[match check.outcome {
            CheckOutcome::Passed => 0,
            CheckOutcome::Failed => 1,
            CheckOutcome::NotSeen => 2,
        }] += 1;
    }
    let words = [(counts[0], "passed"), (counts[1], "found something"), (counts[2], "not seen")];
    let said: Vec<String> =
        words.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    said.join(" · ")
}

fn draw(check: &Check) -> Html {
    let (sign, tone, name) = match (check.outcome, check.severity) {
        (CheckOutcome::Passed, _) => ("✓", "good", "passed"),
        (CheckOutcome::NotSeen, _) => ("–", "faint", "not seen"),
        (CheckOutcome::Failed, Severity::Error) => ("✗", "bad", "failed"),
        (CheckOutcome::Failed, Severity::Warning) => ("⚠", "warn", "warning"),
        (CheckOutcome::Failed, Severity::Note) => ("ℹ", "dim", "note"),
    };
    let is_found = check.outcome == CheckOutcome::Failed;
    html! {
        <li class={classes!("check", is_found.then_some("found"))} data-code={check.code.clone()} data-outcome={name}>
            <span class={tone} role="img" aria-label={name}>{sign}</span>
            <span class={classes!("check-title", is_found.then_some(tone))} title={check.code.clone()}>
                { match sound(&check.code).filter(|_| !is_found) {
                    Some(holds) => holds,
                    None => check.title.as_str(),
                } }
            </span>
            <span class="faint mono check-rfc">{section(&check.rfc)}</span>
            { for check.found.iter().map(|found| html! {
                <div class="check-found">
                    <p>{sanitise::line(&found.message).into_owned()}</p>
                    if let Some(cause) = &found.cause { <p class="dim">{sanitise::line(cause).into_owned()}</p> }
                    if let Some(fix) = &found.fix { <p class="dim">{"Fix: "}{sanitise::line(fix).into_owned()}</p> }
                </div>
            }) }
        </li>
    }
}

/// `RFC 6455 §4.1, §4.2.1` as `§4.1, §4.2.1`: only another standard is named.
fn section(rfc: &str) -> String {
    rfc.replace("RFC 6455 ", "").replace("draft-hixie-thewebsocketprotocol-76", "hixie-76")
}
