//! What hooks know: of a question, its answer in parts, its refusal; and of progress.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, Progress, Request, SessionState, SummaryRow};
use sockscope_ui::engine::fake::Fake;
use sockscope_ui::engine::{Answered, use_answer, use_progress};
use yew::prelude::*;

use crate::Case;
use crate::stage::{self, settled, show, texts};

pub const CASES: &[Case] = &[
    ("answers::an_answer_is_shown", || Box::pin(an_answer_is_shown())),
    ("answers::the_old_answer_stays_until_the_new_one_comes", || {
        Box::pin(the_old_answer_stays_until_the_new_one_comes())
    }),
    ("answers::parts_are_pending_until_the_last", || Box::pin(parts_are_pending_until_the_last())),
    ("answers::a_refusal_is_known_and_forgotten", || Box::pin(a_refusal_is_known_and_forgotten())),
    ("answers::what_is_not_read_yet_is_asked_for_again", || {
        Box::pin(what_is_not_read_yet_is_asked_for_again())
    }),
    ("answers::an_early_refusal_behind_the_end_is_none", || {
        Box::pin(an_early_refusal_behind_the_end_is_none())
    }),
    ("answers::a_cancelled_question_is_no_longer_pending", || {
        Box::pin(a_cancelled_question_is_no_longer_pending())
    }),
    ("answers::who_is_gone_asks_no_more", || Box::pin(who_is_gone_asks_no_more())),
    ("answers::progress_is_drawn", || Box::pin(progress_is_drawn())),
];

/// What the hook gave, last.
type Known = Rc<RefCell<Answered>>;

#[derive(Properties)]
struct AskProps {
    request: Option<Request>,
    #[prop_or_default]
    fresh: u64,
    known: Known,
}

impl PartialEq for AskProps {
    fn eq(&self, other: &Self) -> bool {
        self.request == other.request && self.fresh == other.fresh
    }
}

/// Asks, and lets the test see what it knows.
#[component]
fn Ask(props: &AskProps) -> Html {
    let known = use_answer(props.request.clone(), props.fresh);
    props.known.replace(known);
    Html::default()
}

fn handshake(connection: u64) -> Option<Request> {
    Some(Request::Handshake { connection })
}

fn summary(messages: u64) -> Answer {
    Answer::Summary(Box::new(SummaryRow { messages, ..SummaryRow::default() }))
}

async fn an_answer_is_shown() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    show(&client, html! { <Ask request={handshake(1)} known={known.clone()} /> });
    settled().await;
    let asked = engine.asked_once();
    assert_eq!(Some(asked.request), handshake(1));
    assert!(known.borrow().pending && known.borrow().answer.is_none());
    engine.answer(asked.id, summary(1));
    settled().await;
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(1)));
    assert_eq!(known.borrow().to.as_deref().cloned(), handshake(1));
    assert!(!known.borrow().pending);
    assert!(engine.asked().is_empty(), "an answer is no reason to ask again");
}

async fn the_old_answer_stays_until_the_new_one_comes() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    let ask =
        |connection, fresh| html! { <Ask request={handshake(connection)} {fresh} known={known.clone()} /> };
    let mut shown = show(&client, ask(1, 0));
    settled().await;
    engine.answer(engine.asked_once().id, summary(1));
    shown.update(stage::Props { client: client.clone(), children: ask(2, 0) });
    settled().await;
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(1)));
    assert_eq!(known.borrow().to.as_deref().cloned(), handshake(1), "one can tell that it is the old one");
    let second = engine.asked_once();
    // A third question while the second is open: that one is cancelled, and its answer is not heard.
    shown.update(stage::Props { client: client.clone(), children: ask(2, 1) });
    settled().await;
    let asked = engine.asked();
    assert!(asked.iter().any(|asked| asked.request == Request::Cancel { id: second.id }), "{asked:?}");
    let third =
        asked.iter().find(|asked| Some(&asked.request) == handshake(2).as_ref()).expect("asked again");
    engine.answer(second.id, summary(2));
    settled().await;
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(1)));
    engine.answer(third.id, summary(3));
    settled().await;
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(3)));
}

async fn parts_are_pending_until_the_last() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    show(&client, html! { <Ask request={handshake(1)} known={known.clone()} /> });
    settled().await;
    let id = engine.asked_once().id;
    engine.answer_in_part(id, summary(1));
    settled().await;
    assert!(known.borrow().pending);
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(1)));
    engine.answer(id, summary(2));
    settled().await;
    assert!(!known.borrow().pending);
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(2)));
}

async fn a_refusal_is_known_and_forgotten() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    let ask = |connection| html! { <Ask request={handshake(connection)} known={known.clone()} /> };
    // All is read: nothing more may come.
    engine.progress(Progress { state: SessionState::Complete, ..Progress::default() });
    let mut shown = show(&client, ask(77));
    settled().await;
    engine.refuse(engine.asked_once().id, "there is no connection 77");
    settled().await;
    let problem = known.borrow().problem.clone().expect("a problem");
    assert_eq!(problem.message, "there is no connection 77");
    assert!(!known.borrow().pending);
    shown.update(stage::Props { client: client.clone(), children: ask(1) });
    settled().await;
    engine.answer(engine.asked_once().id, summary(1));
    settled().await;
    assert_eq!(known.borrow().problem, None);
}

async fn what_is_not_read_yet_is_asked_for_again() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    show(&client, html! { <Ask request={handshake(7)} known={known.clone()} /> });
    settled().await;
    engine.refuse(engine.asked_once().id, "there is no connection 7");
    settled().await;
    assert!(known.borrow().pending && known.borrow().problem.is_none());
    engine.progress(Progress { connections: 8, ..Progress::default() });
    let again = engine.asked_once();
    assert_eq!(Some(again.request), handshake(7));
    engine.answer(again.id, summary(7));
    settled().await;
    assert_eq!(known.borrow().answer.as_deref(), Some(&summary(7)));
}

async fn an_early_refusal_behind_the_end_is_none() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    show(&client, html! { <Ask request={handshake(7)} known={known.clone()} /> });
    settled().await;
    // The engine refused it before it read, and says so after it told that it read all.
    let early = engine.asked_once();
    engine.progress(Progress { state: SessionState::Complete, connections: 8, ..Progress::default() });
    engine.refuse(early.id, "there is no connection 7");
    settled().await;
    let again = engine.asked_once();
    assert_eq!((Some(again.request), &known.borrow().problem), (handshake(7), &None));
    engine.refuse(again.id, "there is no connection 7");
    settled().await;
    assert!(known.borrow().problem.is_some() && engine.asked().is_empty(), "now it is refused");
}

async fn a_cancelled_question_is_no_longer_pending() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    show(&client, html! { <Ask request={handshake(1)} known={known.clone()} /> });
    settled().await;
    engine.cancel(engine.asked_once().id);
    settled().await;
    assert!(!known.borrow().pending && known.borrow().answer.is_none());
}

async fn who_is_gone_asks_no_more() {
    let ((engine, client), known) = (Fake::new(), Known::default());
    let mut shown = show(&client, html! { <Ask request={handshake(1)} known={known.clone()} /> });
    settled().await;
    let id = engine.asked_once().id;
    shown.update(stage::Props { client: client.clone(), children: Html::default() });
    settled().await;
    assert_eq!(engine.asked_once().request, Request::Cancel { id });
    engine.answer(id, summary(1));
    settled().await;
    assert!(known.borrow().answer.is_none());
}

#[component]
fn Count() -> Html {
    let progress = use_progress();
    html! { <p class="count">{progress.messages}</p> }
}

async fn progress_is_drawn() {
    let (engine, client) = Fake::new();
    show(&client, html! { <Count /> });
    settled().await;
    assert_eq!(texts(".count"), ["0"]);
    engine.progress(Progress { messages: 48_211, ..Progress::default() });
    settled().await;
    assert_eq!(texts(".count"), ["48211"]);
}
