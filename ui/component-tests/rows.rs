//! The two lists ask for what is on the screen, however long they are, and show what they are told.

use std::cell::Cell;

use sockscope_core::session::api::{
    Answer, ConnectionRow, MessageRow, Page, Progress, Request, SessionState, Side, Span,
};
use sockscope_ui::connections::Connections;
use sockscope_ui::engine::fake::Fake;
use sockscope_ui::messages::Messages;
use yew::prelude::*;

use crate::Case;
use crate::stage::{all, settled, show, texts, until};

pub const CASES: &[Case] = &[
    ("rows::a_million_messages_are_asked_for_by_the_screen", || {
        Box::pin(a_million_messages_are_asked_for_by_the_screen())
    }),
    ("rows::messages_are_asked_for_once_more_when_there_are_more", || {
        Box::pin(messages_are_asked_for_once_more_when_there_are_more())
    }),
    ("rows::a_refused_filter_is_said", || Box::pin(a_refused_filter_is_said())),
    ("rows::markup_in_a_payload_stays_text", || Box::pin(markup_in_a_payload_stays_text())),
    ("rows::connections_are_listed", || Box::pin(connections_are_listed())),
];

/// So many messages that the scroll bar is scaled.
const MANY: u64 = 1_000_000;
/// More rows than any screen of these tests holds, with those asked for beyond it.
const FEW: u64 = 400;

fn page<T>(total: u64, rows: Span, row: impl Fn(u64) -> T) -> Page<T> {
    let end = rows.start.saturating_add(rows.length).min(total);
    Page { total, counted: true, start: rows.start, rows: (rows.start..end).map(row).collect() }
}

fn message(number: u64) -> MessageRow {
    let mut row = MessageRow {
        message: number,
        from: Some(Side::Client),
        opcode: "text".to_owned(),
        length: 4,
        ..MessageRow::default()
    };
    row.payload.text = Some(format!("word {number}"));
    row
}

fn messages(total: u64) -> impl Fn(&Request) -> Option<Answer> {
    move |request| match request {
        Request::Messages { rows, .. } => Some(Answer::Messages(page(total, *rows, message))),
        _ => None,
    }
}

fn read(messages: u64) -> Progress {
    Progress { state: SessionState::Complete, connections: 1, messages, ..Progress::default() }
}

async fn a_million_messages_are_asked_for_by_the_screen() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Messages /> });
    engine.progress(read(MANY));
    let most = Cell::new(0);
    let answer = || {
        engine.answer_with(|request| {
            if let Request::Messages { rows, .. } = request {
                most.set(most.get().max(rows.length));
            }
            messages(MANY)(request)
        });
    };
    until("the first rows", || {
        answer();
        texts(".message").iter().any(|row| row.contains("word 1"))
    })
    .await;
    assert!((1..FEW).contains(&(all(".message").len() as u64)), "{} rows are drawn", all(".message").len());
    // Whoever scrolls sees rows in their places.
    settled().await;
    let scroller = all(".messages .rows").into_iter().next().expect("what is scrolled");
    scroller.set_scroll_top(scroller.scroll_height());
    until("the last row", || {
        answer();
        texts(".message").iter().any(|row| row.contains("word 999999"))
    })
    .await;
    assert!((1..FEW).contains(&most.get()), "{} rows were asked for", most.get());
}

async fn messages_are_asked_for_once_more_when_there_are_more() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Messages /> });
    engine.progress(read(3));
    until("three rows", || {
        engine.answer_with(messages(3));
        texts(".message").iter().any(|row| row.contains("word 2"))
    })
    .await;
    settled().await;
    engine.answer_with(messages(3));
    settled().await;
    assert!(engine.asked().is_empty(), "nothing is new");
    engine.progress(read(5));
    until("five rows", || {
        engine.answer_with(messages(5));
        texts(".message").iter().any(|row| row.contains("word 4"))
    })
    .await;
}

async fn a_refused_filter_is_said() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Messages /> });
    until("the refusal", || {
        for asked in engine.asked() {
            if matches!(asked.request, Request::Messages { .. }) {
                engine.refuse(asked.id, "there is no field lenght");
            }
        }
        texts("[role=alert]").iter().any(|text| text.contains("there is no field lenght"))
    })
    .await;
}

async fn markup_in_a_payload_stays_text() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Messages /> });
    engine.progress(read(1));
    let hostile = "<img src=x onerror=alert(1)>\u{202e}gnp.exe";
    until("the row", || {
        engine.answer_with(|request| match request {
            Request::Messages { rows, .. } => Some(Answer::Messages(page(1, *rows, |number| {
                let mut row = message(number);
                row.payload.text = Some(hostile.to_owned());
                row
            }))),
            _ => None,
        });
        texts(".message").iter().any(|row| row.contains("<img src=x"))
    })
    .await;
    assert!(all(".message img").is_empty());
    assert!(texts(".message").iter().all(|row| !row.contains('\u{202e}')), "an override turns the row round");
}

async fn connections_are_listed() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Connections /> });
    engine.progress(read(1));
    until("the connections", || {
        engine.answer_with(|request| match request {
            Request::Connections { rows, .. } => {
                Some(Answer::Connections(page(2, *rows, |connection| ConnectionRow {
                    connection,
                    client: format!("10.0.0.1:{}", 40_000 + connection),
                    server: "10.0.0.2:80".to_owned(),
                    ..ConnectionRow::default()
                })))
            }
            _ => None,
        });
        let rows = texts(".connection");
        rows.iter().any(|row| row.contains("10.0.0.1:40000")) && rows.iter().any(|row| row.contains("40001"))
    })
    .await;
}
