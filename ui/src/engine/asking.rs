//! Hooks: a component says what it wants to know, and is drawn again when it is told.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, Problem, Progress, Request};
use yew::prelude::*;

use super::{Client, Told};

/// What is known of a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    /// The latest answer, perhaps still that to an earlier question: see `to`.
    pub answer: Option<Rc<Answer>>,
    /// The question that `answer` or `problem` belongs to.
    pub to: Option<Rc<Request>>,
    /// Why the latest question cannot be answered.
    pub problem: Option<Problem>,
    /// An answer is awaited.
    pub pending: bool,
}

/// The capture's engine.
///
/// # Panics
/// Outside of a capture's workspace.
#[hook]
pub fn use_client() -> Client {
    use_context::<Client>().expect("a component of a workspace")
}

/// Asks the engine, again whenever the question or `fresh` changes. The old answer stays until the new one comes. Two
/// components must not ask questions of one kind that look at all messages, since the newer one cancels the older.
#[hook]
pub fn use_answer(request: Option<Request>, fresh: u64) -> Answered {
    let client = use_client();
    let known = use_state(Answered::default);
    // What is told later must see what was told before.
    let latest = use_mut_ref(Answered::default);
    use_effect_with((client, request, fresh), {
        let known = known.clone();
        move |(client, request, _): &(Client, Option<Request>, u64)| {
            let tell = move |change: &dyn Fn(&mut Answered)| {
                let mut latest = latest.borrow_mut();
                change(&mut latest);
                known.set(latest.clone());
            };
            let asking = request.clone().map(|request| {
                let question = Rc::new(request.clone());
                tell(&|known| known.pending = true);
                let told = Callback::from(move |told| match told {
                    Told::Answer { answer, last } => tell(&|known| {
                        *known = Answered {
                            answer: Some(answer.clone()),
                            to: Some(question.clone()),
                            problem: None,
                            pending: !last,
                        };
                    }),
                    Told::Refused(problem) => tell(&|known| {
                        known.to = Some(question.clone());
                        known.problem = Some(problem.clone());
                        known.pending = false;
                    }),
                    Told::Cancelled => tell(&|known| known.pending = false),
                });
                client.ask(request, told)
            });
            move || drop(asking)
        }
    });
    (*known).clone()
}

/// How far reading is.
#[hook]
pub fn use_progress() -> Rc<Progress> {
    use_watched(Client::progress)
}

/// Why the engine answers nothing any more, if it broke down.
#[hook]
pub fn use_broken() -> Option<String> {
    use_watched(Client::broken)
}

/// Something that a client knows, whenever it changes.
#[hook]
fn use_watched<T: Clone + PartialEq + 'static>(look: fn(&Client) -> T) -> T {
    let client = use_client();
    let seen = use_state_eq(|| look(&client));
    use_effect_with(client, {
        let seen = seen.clone();
        move |client| {
            seen.set(look(client));
            let watched = client.clone();
            let watching = client.watch(Callback::from(move |()| seen.set(look(&watched))));
            move || drop(watching)
        }
    });
    (*seen).clone()
}
