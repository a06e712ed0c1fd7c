//! Messages as an exchange that can be read, a page at a time: the client's to the left, the server's indented, what is long cut.
//!
//! Texts have the heights that they need, so the pages are of a fixed number of messages rather than of pixels. What is before
//! a page, and behind it, is said at its ends.

use std::rc::Rc;

use sockscope_core::session::api::{
    Answer, MessageName, MessageRow, Page, Request, SessionState, Side, Span, Stage, Target, sanitise,
};
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

use super::cell_menu::{self, Cell};
use super::columns::Column;
use super::preview::preview;
use super::table::name;
use crate::engine::{Client, Told, use_answer, use_client, use_progress};
use crate::filter::marks::marked;
use crate::filter::{use_found, use_searches};
use crate::findings::{Findings, use_findings};
use crate::focus;
use crate::grid::step;
use crate::inspector::VIEW;
use crate::menu::{Menu, Opened};
use crate::place::address::use_message_link;
use crate::place::{FOUND, use_place};
use crate::told::use_told;
use crate::{sign, words};

/// Messages that PageUp and PageDown pass.
const LEAP: u64 = 10;
/// Messages of a page.
const PAGE: u64 = 200;
/// A silence that is told of, in nanoseconds.
const SILENCE: u64 = 1_000_000_000;
/// Bytes of a text that "more" shows; the inspector shows all of it.
const MORE: u64 = 16 << 10;

/// Where a page begins to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entered {
    AtItsBeginning,
    AtItsEnd,
}

/// The conversation.
#[component]
pub fn Conversation() -> Html {
    let client = use_client();
    let placed = use_place();
    let progress = use_progress();
    let findings = use_findings();
    let found = use_found();
    let scroller = use_node_ref();
    let page = use_state_eq(|| 0_u64);
    let entered = use_mut_ref(|| None::<Entered>);
    // Where keys lead to may be on another page, which is asked for; what they led to takes the focus once it is drawn.
    let awaited = use_mut_ref(|| None::<u64>);
    let is_led = use_mut_ref(|| false);
    let menu = use_state(|| None::<Opened>);
    let link = use_message_link();
    let (told, tell) = use_told();
    let place = &placed.place;
    let (connection, filter) = (place.connection, place.expression());
    let request = Request::Messages {
        connection,
        rows: Span { start: *page * PAGE, length: PAGE },
        order: FOUND,
        filter: filter.clone(),
    };
    let fresh =
        progress.messages * 2 + u64::from(progress.state != SessionState::Reading) + (use_searches() << 40);
    let answered = use_answer(Some(request), fresh);
    let rows: Rc<Page<MessageRow>> = match answered.answer.as_deref() {
        Some(Answer::Messages(page)) => Rc::new(page.clone()),
        _ => Rc::default(),
    };

    // Another list begins at the message that is looked at, if it is in it.
    let looked_at = place.message;
    use_effect_with((client.clone(), connection, filter), {
        let (page, awaited) = (page.clone(), awaited.clone());
        move |(client, connection, filter): &(Client, Option<u64>, String)| {
            let (connection, filter) = (*connection, filter.clone());
            awaited.take();
            if looked_at.is_none() {
                page.set(0);
            }
            let asking = looked_at.map(|message| {
                let told = Callback::from(move |told| {
                    if let Told::Answer { answer, .. } = told
                        && let Answer::Row(row) = *answer
                    {
                        page.set(row.unwrap_or_default() / PAGE);
                    }
                });
                let target = Target::Message(message);
                client.ask(Request::GoTo { target, connection, order: FOUND, filter }, told)
            });
            move || drop(asking)
        }
    });
    use_effect_with((rows.start, rows.rows.is_empty(), scroller.clone()), {
        let entered = entered.clone();
        move |(_, is_empty, scroller): &(u64, bool, NodeRef)| {
            let Some(scroller) = scroller.cast::<Element>().filter(|_| !is_empty) else { return };
            match (entered.take(), scroller.query_selector(".said.selected")) {
                (Some(Entered::AtItsEnd), _) => scroller.set_scroll_top(scroller.scroll_height()),
                (None, Ok(Some(said))) => {
                    let options = ScrollIntoViewOptions::new();
                    options.set_block(ScrollLogicalPosition::Center);
                    said.scroll_into_view_with_scroll_into_view_options(&options);
                }
                _ => scroller.set_scroll_top(0),
            }
        }
    });

    let select = {
        let (placed, is_led) = (placed.clone(), is_led.clone());
        move |message: MessageName| {
            // At either end a key leads nowhere.
            if looked_at != Some(message) {
                *is_led.borrow_mut() = true;
                placed.set(move |place| place.message = Some(message));
            }
        }
    };
    use_effect({
        let (rows, awaited, select) = (rows.clone(), awaited.clone(), select.clone());
        move || {
            let row = awaited.borrow().and_then(|row| at(&rows, row)).map(name);
            if let Some(message) = row {
                *awaited.borrow_mut() = None;
                select(message);
            }
        }
    });
    use_effect_with((looked_at, rows.start, scroller.clone()), {
        let is_led = is_led.clone();
        move |(_, _, scroller): &(Option<MessageName>, u64, NodeRef)| {
            let said = scroller
                .cast::<Element>()
                .and_then(|scroller| scroller.query_selector(".said.selected").ok()?);
            if let Some(said) = said.filter(|_| is_led.replace(false)) {
                focus::take(Some(said.clone()));
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                said.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    });
    let open_menu = {
        let (placed, client, menu) = (placed.clone(), client.clone(), menu.clone());
        let (findings, tell) = (findings.clone(), tell.reform(|words: String| words.into()));
        Rc::new(move |row: &MessageRow, at: (f64, f64)| {
            let text = preview(row, &findings).text;
            let link = link.emit(name(row));
            let cell = Cell { row: row.clone(), column: Column::Preview, text };
            let items = cell_menu::items(&cell, &placed, &client, &link, &tell);
            menu.set(Some(Opened { at, name: "Message".into(), items }));
        })
    };
    let onkeydown = {
        let (rows, page, entered, scroller) = (rows.clone(), page.clone(), entered.clone(), scroller.clone());
        let (awaited, select, open_menu) = (awaited.clone(), select.clone(), open_menu.clone());
        Callback::from(move |event: KeyboardEvent| {
            let is_in_button =
                event.target_dyn_into::<Element>().is_some_and(|element| element.tag_name() == "BUTTON");
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_in_button {
                return;
            }
            let here = rows.rows.iter().position(|row| looked_at == Some(name(row)));
            let row = here.and_then(|here| rows.rows.get(here));
            match (event.key().as_str(), row) {
                ("Enter", Some(_)) => {
                    focus::id(VIEW);
                }
                ("ContextMenu", Some(row)) => open_menu(row, corner(&scroller)),
                ("F10", Some(row)) if event.shift_key() => open_menu(row, corner(&scroller)),
                (key, _) => {
                    let from = here.map(|here| rows.start + here as u64);
                    let Some(to) = step(key, from, rows.total, LEAP) else { return };
                    match at(&rows, to) {
                        Some(row) => select(name(row)),
                        None => {
                            let is_back = to < rows.start;
                            entered.replace(Some(if is_back {
                                Entered::AtItsEnd
                            } else {
                                Entered::AtItsBeginning
                            }));
                            awaited.replace(Some(to));
                            page.set(to / PAGE);
                        }
                    }
                }
            }
            event.prevent_default();
        })
    };

    let last = rows.total.saturating_sub(1) / PAGE;
    let go = |to: u64, how: Entered| {
        let (page, entered) = (page.clone(), entered.clone());
        Callback::from(move |_: MouseEvent| {
            entered.replace(Some(how));
            page.set(to);
        })
    };
    let turn = |words: &'static str, to: u64| {
        let is_here = to == *page;
        html! { <button class="tool" disabled={is_here} onclick={go(to, Entered::AtItsBeginning)}>{words}</button> }
    };
    // What is not on this page, where it would be.
    let rest = |to: u64, entered: Entered| {
        let (from, end) = (to * PAGE, ((to + 1) * PAGE).min(rows.total));
        html! {
            <li class="exchange-rest">
                <button class="button small" onclick={go(to, entered)}>
                    {format!("Messages {}–{} of {}", words::count(from + 1), words::count(end), words::count(rows.total))}
                </button>
            </li>
        }
    };
    let close = {
        let menu = menu.clone();
        Callback::from(move |()| menu.set(None))
    };
    let is_there = !rows.rows.is_empty() && rows.start == *page * PAGE;
    let from = rows.start.min(rows.total);
    let span = match rows.total {
        0 => "no messages".to_owned(),
        total => format!(
            "Messages {}–{} of {}",
            words::count(from + 1),
            words::count(from + rows.rows.len() as u64),
            words::count(total)
        ),
    };
    let above = |at: usize| at.checked_sub(1).and_then(|above| rows.rows.get(above));
    let said = |(at, row): (usize, &MessageRow)| {
        let silence =
            above(at).and_then(|above| Some(row.time?.since(above.time?))).filter(|&nanos| nanos >= SILENCE);
        let this = name(row);
        let onclick = {
            let placed = placed.clone();
            Callback::from(move |_: MouseEvent| placed.set(move |place| place.message = Some(this)))
        };
        let oncontextmenu = {
            let (placed, row, open_menu) = (placed.clone(), row.clone(), open_menu.clone());
            Callback::from(move |event: MouseEvent| {
                event.prevent_default();
                placed.set(move |place| place.message = Some(this));
                open_menu(&row, (f64::from(event.client_x()), f64::from(event.client_y())));
            })
        };
        let since = row.time.map(|time| words::seconds(time.since(progress.start.unwrap_or(time))));
        html! {
            <li key={format!("{}:{}", row.connection, row.message)}>
                if let Some(silence) = silence {
                    <p class="silence">{words::duration(silence)}</p>
                }
                <Said row={row.clone()} since={since.unwrap_or_default()} findings={findings.clone()}
                    is_selected={looked_at == Some(this)} is_found={found.contains(this)} words={found.words().clone()} shows_connection={connection.is_none()} {onclick} {oncontextmenu} />
            </li>
        }
    };
    html! {
        <div class="conversation" id="conversation">
            if last > 0 {
                <nav class="pager" aria-label="Pages of the conversation">
                    {turn("First", 0)}
                    {turn("Earlier", page.saturating_sub(1))}
                    <span class="pager-span" role="status">{span}</span>
                    {turn("Later", (*page + 1).min(last))}
                    {turn("Last", last)}
                </nav>
            }
            if let Some(problem) = &answered.problem {
                <p class="table-said bad" role="alert">{&problem.message}</p>
            }
            <ol class="exchange" ref={scroller} tabindex="0" aria-label="Conversation" aria-busy={answered.pending.to_string()} {onkeydown}>
                if is_there && *page > 0 { {rest(*page - 1, Entered::AtItsEnd)} }
                { for rows.rows.iter().enumerate().map(said) }
                if is_there && *page < last { {rest(*page + 1, Entered::AtItsBeginning)} }
            </ol>
            <p class="table-told" role="status">{told}</p>
            if let Some(opened) = &*menu {
                <Menu opened={opened.clone()} {close} />
            }
        </div>
    }
}

/// The message in a row of all, if it is on this page.
fn at(rows: &Page<MessageRow>, row: u64) -> Option<&MessageRow> {
    rows.rows.get(usize::try_from(row.checked_sub(rows.start)?).ok()?)
}

/// Where the menu of the message opens that is looked at.
fn corner(scroller: &NodeRef) -> (f64, f64) {
    let said =
        scroller.cast::<Element>().and_then(|scroller| scroller.query_selector(".said.selected").ok()?);
    said.map_or_else(Default::default, |said| {
        let place = said.get_bounding_client_rect();
        (place.left(), place.bottom())
    })
}

#[derive(Properties, PartialEq)]
struct SaidProps {
    row: MessageRow,
    since: String,
    findings: Findings,
    is_selected: bool,
    is_found: bool,
    words: Rc<[String]>,
    shows_connection: bool,
    onclick: Callback<MouseEvent>,
    oncontextmenu: Callback<MouseEvent>,
}

/// One message.
#[component]
fn Said(props: &SaidProps) -> Html {
    let is_open = use_state_eq(|| false);
    let row = &props.row;
    let bytes = Span { start: 0, length: MORE };
    let request = Request::Payload { message: name(row), stage: Stage::Application, bytes };
    let answered = use_answer(is_open.then_some(request), 0);
    let preview = preview(row, &props.findings);
    let is_control = !matches!(row.opcode.as_str(), "text" | "binary");
    let whole = match answered.answer.as_deref() {
        Some(Answer::Payload(part)) if *is_open && part.is_text => {
            let text = String::from_utf8_lossy(&part.bytes);
            let cut = if part.total > MORE { "…" } else { "" };
            Some(format!("{}{cut}", sanitise::block(&text)))
        }
        _ => None,
    };
    let beginning = row.payload.preview.as_deref();
    let is_cut = beginning.is_some_and(|text| (text.len() as u64) < row.length);
    let text = whole.unwrap_or_else(|| match beginning {
        Some(text) if !is_control => format!("{}{}", sanitise::block(text), if is_cut { "…" } else { "" }),
        _ => preview.text.clone(),
    });
    let (arrow, side, _) = sign::of_side(row.from);
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            is_open.set(!*is_open);
        })
    };
    let number = match props.shows_connection {
        true => format!("{}:{}", row.connection, words::count(row.message)),
        false => words::count(row.message),
    };
    let class = classes!(
        "said",
        format!("from-{}", row.from.map_or("nobody", Side::name)),
        is_control.then_some("control"),
        preview.is_binary.then_some("binary"),
        props.is_found.then_some("matched"),
        props.is_selected.then_some("selected"),
    );
    html! {
        <article {class} tabindex="-1" onclick={props.onclick.clone()} oncontextmenu={props.oncontextmenu.clone()} aria-current={props.is_selected.then_some("true")}
            data-connection={row.connection.to_string()} data-message={row.message.to_string()}>
            <header class="said-head">
                <span class={side} aria-label={row.from.map_or("", Side::name)} role="img">{arrow}</span>
                <span>{number}</span>
                <span>{&props.since}</span>
                <span>{sanitise::line(&row.opcode).into_owned()}</span>
                <span>{words::size(row.length)}</span>
            </header>
            if let Some((severity, words)) = &preview.finding {
                <p class={classes!("said-finding", sign::of_severity(*severity).1)}>{format!("{} {words}", sign::of_severity(*severity).0)}</p>
            }
            if !text.is_empty() {
                <p class="said-text">{marked(&text, &props.words, sanitise::block)}</p>
            }
            if is_cut {
                <button class="said-more" aria-expanded={is_open.to_string()} onclick={toggle}>{if *is_open { "less" } else { "more" }}</button>
            }
        </article>
    }
}
