//! What was done is told for a moment, beside where it was done.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// How long it is told, in milliseconds.
const MOMENT: u32 = 2500;

/// What is told now, and the way to tell something.
#[hook]
pub fn use_told() -> (Option<AttrValue>, Callback<AttrValue>) {
    let told = use_state(|| None::<AttrValue>);
    use_effect_with((*told).clone(), {
        let told = told.clone();
        move |now| {
            let rest = now.as_ref().map(|_| Timeout::new(MOMENT, move || told.set(None)));
            move || drop(rest)
        }
    });
    let tell = {
        let told = told.clone();
        Callback::from(move |words| told.set(Some(words)))
    };
    ((*told).clone(), tell)
}
