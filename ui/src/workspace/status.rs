//! The last line: how far reading is and how fast, or what came of it; what was found; what is selected; and what to do if the
//! engine does not answer.

use sockscope_core::session::api::{Answer, MessageName, Request, SessionState, Span, Stage, sanitise};
use yew::prelude::*;

use super::diagnostics::Stepped;
use crate::desk::{Act, use_capture, use_desk};
use crate::engine::{use_answer, use_broken, use_client, use_progress, use_silence};
use crate::icon::{Drawn, Icon};
use crate::place::use_place;
use crate::{sign, style, words};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where the last step from diagnostic to diagnostic led.
    pub stepped: Option<Stepped>,
}

/// The last line.
#[component]
pub fn Status(props: &Props) -> Html {
    let client = use_client();
    let progress = use_progress();
    let is_silent = use_silence();
    let broken = use_broken();
    html! {
        <footer class="status">
            if broken.is_some() || is_silent {
                <Restart why={broken.map(AttrValue::from)} />
            } else if progress.state == SessionState::Reading {
                <Reading />
            } else {
                <span role="status" class="status-words">{ended(&progress, client.pace().took())}</span>
            }
            <span class="grow"></span>
            if let Some(stepped) = &props.stepped {
                <span class="stepped" role="status">{stepped_to(stepped)}</span>
            }
            if progress.errors > 0 { <span class="bad status-found">{"✗ "}{words::counted(progress.errors, "error")}</span> }
            if progress.warnings > 0 { <span class="warn status-found">{"⚠ "}{words::counted(progress.warnings, "warning")}</span> }
            <Selected />
            <span class="hints" aria-hidden="true"><kbd>{"n"}</kbd>{" next problem "}<kbd>{"/"}</kbd>{" filter "}<kbd>{"?"}</kbd>{" keys"}</span>
        </footer>
    }
}

/// How far reading is, and a way to stop it.
#[component]
fn Reading() -> Html {
    let client = use_client();
    let progress = use_progress();
    let capture = use_capture();
    let bar = use_node_ref();
    let percent =
        progress.size.filter(|size| *size > 0).map(|size| (progress.read.min(size) * 100 / size).min(100));
    use_effect_with((bar.clone(), percent), |(bar, percent)| {
        style::set(bar, &[("--done", format!("{}%", percent.unwrap_or(0)))]);
    });
    let stop = Callback::from({
        let client = client.clone();
        move |_| client.order(Request::Stop)
    });
    let is_at_end = capture.origin.how.follow && percent == Some(100);
    let read = match percent {
        _ if is_at_end => format!("following, {} so far", words::counted(progress.packets, "packet")),
        Some(percent) => format!("reading {percent} %"),
        None => format!("reading, {} so far", words::size(progress.read)),
    };
    let speed = client
        .pace()
        .speed()
        .filter(|_| !is_at_end)
        .map(|speed| format!(" · {}/s", words::size(speed as u64)));
    html! {
        <>
            <span class="progress" ref={bar} role="progressbar" aria-label="Reading the capture" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow={percent.map(|percent| percent.to_string())}></span>
            <span class="status-words">{read}{speed}</span>
            <button class="button" onclick={stop} title="Read no more; what was read stays"><Drawn icon={Icon::Stop} />{"Stop"}</button>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct RestartProps {
    /// In the engine's own words; `None`: it says nothing.
    why: Option<AttrValue>,
}

/// The engine broke down or hangs.
#[component]
fn Restart(props: &RestartProps) -> Html {
    let desk = use_desk();
    let capture = use_capture();
    let restart = Callback::from(move |_| desk.dispatch(Act::Restart(capture.id)));
    html! {
        <span class="engine-broken" role="alert">
            <span class="bad">{"✗ "}{if props.why.is_some() { "The engine broke down." } else { "The engine does not answer." }}</span>
            if let Some(why) = &props.why { <span class="broken-why" title={why}>{why}</span> }
            <button class="button" onclick={restart} title="Reads the same files again, and comes back to this place"><Drawn icon={Icon::Restart} />{"Restart the engine"}</button>
        </span>
    }
}

/// What is selected.
#[component]
fn Selected() -> Html {
    let placed = use_place();
    let message = placed.place.message;
    // No bytes, only how many there are.
    let request = message.map(|message| Request::Payload {
        message,
        stage: Stage::Application,
        bytes: Span { start: 0, length: 0 },
    });
    let answered = use_answer(request.clone(), 0);
    let size = match (answered.answer.as_deref(), answered.to.as_deref() == request.as_ref()) {
        (Some(Answer::Payload(part)), true) => Some(words::size(part.total)),
        _ => None,
    };
    let what = match (message, placed.place.connection) {
        (Some(MessageName { connection, message }), _) => {
            format!("message {} of connection {}", words::count(message), words::count(connection))
        }
        (None, Some(connection)) => format!("connection {}", words::count(connection)),
        (None, None) => return html! {},
    };
    html! { <span class="selected-words">{what}if let Some(size) = size { {" · "}{size} }</span> }
}

/// What came of reading.
fn ended(progress: &sockscope_core::session::api::Progress, took: Option<f64>) -> String {
    let packets = words::counted(progress.packets, "packet");
    let took =
        took.map(|millis| format!(" in {}", words::duration((millis * 1e6) as u64))).unwrap_or_default();
    match progress.state {
        SessionState::Reading => String::new(),
        SessionState::Complete => format!("{packets} read{took}"),
        SessionState::Stopped => match progress.size {
            Some(size) => {
                format!("stopped at {} of {}: {packets}", words::size(progress.read), words::size(size))
            }
            None => format!("stopped at {}: {packets}", words::size(progress.read)),
        },
        SessionState::Failed => format!("reading failed after {packets}"),
    }
}

fn stepped_to(stepped: &Stepped) -> Html {
    let Some(row) = &stepped.row else { return html! { {"no diagnostics"} } };
    let (mark, class, _) = sign::of_severity(row.severity);
    html! {
        <>
            <span {class}>{mark}{" "}{&row.code}</span>
            {format!(" · {} of {} · ", words::count(stepped.at + 1), words::count(stepped.total))}
            <span title={row.message.clone()}>{sanitise::line(&row.message).into_owned()}</span>
        </>
    }
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::Progress;

    use super::*;

    #[test]
    fn the_end_of_reading_is_told() {
        let progress =
            |state| Progress { state, read: 5_000, size: Some(20_000), packets: 1204, ..Progress::default() };
        let told = |state, took| ended(&progress(state), took);
        assert_eq!(told(SessionState::Complete, Some(31.4)), "1,204 packets read in 31 ms");
        assert_eq!(told(SessionState::Complete, None), "1,204 packets read");
        assert_eq!(told(SessionState::Stopped, Some(9.0)), "stopped at 5.0 kB of 20 kB: 1,204 packets");
        assert_eq!(told(SessionState::Failed, None), "reading failed after 1,204 packets");
    }
}
