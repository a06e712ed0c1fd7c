//! The handshake of a connection: its verdict, both heads, how the Accept comes about, and every check.

mod accept;
mod checks;
mod heads;
mod sound;
mod verdict;

use sockscope_core::session::api::{Answer, CheckOutcome, HandshakeView, Request, sanitise};
use yew::prelude::*;

use crate::engine::{use_answer, use_progress};
use crate::settings::{Zone, use_settings};
use crate::{moment, sign, words};
use accept::Accept;
use checks::Checks;
use heads::Heads;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub connection: u64,
}

/// The view.
#[component]
pub fn Handshake(props: &Props) -> Html {
    // While the capture is read, an answer may still come.
    let progress = use_progress();
    let zone = use_settings().settings.zone;
    let fresh =
        progress.errors.wrapping_add(progress.warnings).wrapping_add(u64::from(progress.state as u8) << 60);
    let answered = use_answer(Some(Request::Handshake { connection: props.connection }), fresh);
    let view = match (answered.answer.as_deref(), &answered.problem) {
        (_, Some(problem)) => return html! { <p class="bad" role="alert">{&problem.message}</p> },
        (Some(Answer::Handshake(view)), None) => view,
        _ => return html! { <p class="dim" aria-busy="true">{"Reading the handshake …"}</p> },
    };
    let verdict = verdict::verdict(view);
    html! {
        <div class="handshake" data-verdict={view.verdict.clone()}>
            <div class="verdict">
                <p class="verdict-line"><span class={verdict.tone} aria-hidden="true">{verdict.sign}</span>{" "}<b class={(verdict.tone == "bad").then_some("bad")}>{verdict.sentence}</b></p>
                if let Some(more) = verdict.more { <p class="dim">{more}</p> }
                {found(view)}
                if let Some(summary) = summary(view, zone) { <p class="dim mono verdict-summary">{summary}</p> }
            </div>
            if view.request.is_some() || view.response.is_some() {
                <Heads view={(**view).clone()} />
            }
            if let Some(accept) = view.accept.as_ref().filter(|_| view.verdict != "refused") {
                <section aria-label="How the Accept comes about">
                    <h3>{"How the Accept comes about"}{" "}<span class="faint">{"RFC 6455 §4.2.2"}</span></h3>
                    <Accept accept={accept.clone()} is_answered={view.response.is_some()} />
                    {cause(view)}
                </section>
            }
            <Checks checks={view.checks.clone()} />
        </div>
    }
}

/// What the checks found, one line each: they stand far below, among those that found nothing.
fn found(view: &HandshakeView) -> Html {
    let failed = view.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed);
    let lines = failed.map(|check| {
        let (sign, tone, name) = sign::of_severity(check.severity);
        html! { <li><span class={tone} role="img" aria-label={name}>{sign}</span>{" "}{&check.title}</li> }
    });
    html! { <ul class="verdict-found">{ for lines }</ul> }
}

/// `GET /chat → 101 Switching Protocols, 1.9 ms later`
fn summary(view: &HandshakeView, zone: Zone) -> Option<String> {
    let request = view.request.as_ref().map(|request| format!("{} {}", request.method, request.target));
    let response = view
        .response
        .as_ref()
        .map(|response| format!("{} {}", response.status, response.reason).trim_end().to_owned());
    let later = match (view.asked, view.answered) {
        (Some(asked), Some(answered)) if answered >= asked => {
            format!(", {} later", words::duration(answered.since(asked)))
        }
        (None, Some(answered)) => format!(", at {}", moment::whole(answered, zone)),
        _ => String::new(),
    };
    let said = match (request, response) {
        (Some(request), Some(response)) => format!("{request} → {response}{later}"),
        (Some(request), None) => format!("{request} → no response"),
        (None, Some(response)) => format!("no request → {response}{later}"),
        (None, None) => return None,
    };
    Some(sanitise::line(&said).into_owned())
}

/// Why the Accept is wrong, and what to do, where that is recognised.
fn cause(view: &HandshakeView) -> Html {
    const CODES: [&str; 3] = ["accept-mismatch", "accept-missing", "accept-duplicate"];
    let checks = view.checks.iter().filter(|check| CODES.contains(&check.code.as_str()));
    let found = checks.flat_map(|check| &check.found);
    html! {
        { for found.map(|found| html! {
            <div class="cause" role="note">
                <p><b class="bad">{"✗ "}{sanitise::line(found.cause.as_deref().unwrap_or(&found.message)).into_owned()}</b></p>
                if let Some(fix) = &found.fix { <p class="dim">{"Fix: "}{sanitise::line(fix).into_owned()}</p> }
            </div>
        }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::{RequestRow, ResponseRow, Timestamp};

    #[test]
    fn the_summary_tells_the_time_between() {
        let request = Some(RequestRow {
            method: "GET".into(),
            target: "/chat\u{202e}".into(),
            ..RequestRow::default()
        });
        let response =
            Some(ResponseRow { status: 101, reason: "Switching Protocols".into(), ..ResponseRow::default() });
        let view = HandshakeView {
            request,
            response,
            asked: Some(Timestamp(1_000)),
            answered: Some(Timestamp(1_901_000)),
            ..HandshakeView::default()
        };
        let told = summary(&view, Zone::Utc).expect("both heads");
        assert!(
            told.starts_with("GET /chat") && told.ends_with(" → 101 Switching Protocols, 1.90 ms later"),
            "{told}"
        );
        assert!(!told.contains('\u{202e}'), "what turns text round is made visible");
        assert_eq!(summary(&HandshakeView::default(), Zone::Utc), None);
    }
}
