//! Hooks that wait: for a pause in what changes, between two looks at it, and for the browser's next turn.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// A number that changes often, told at most once in so many milliseconds; the latest is always told in the end.
#[hook]
pub fn use_paced(value: u64, millis: u32) -> u64 {
    let told = use_state_eq(|| value);
    let latest = use_mut_ref(|| value);
    let waiting = use_mut_ref(|| false);
    let timer = use_mut_ref(|| None::<Timeout>);
    use_effect_with(value, {
        let told = told.clone();
        move |&value: &u64| {
            *latest.borrow_mut() = value;
            if !waiting.replace(true) {
                told.set(value);
                let over = Timeout::new(millis, move || {
                    waiting.replace(false);
                    told.set(*latest.borrow());
                });
                // An earlier one is over.
                timer.replace(Some(over));
            }
        }
    });
    *told
}

/// A value once it has stayed the same for so many milliseconds.
#[hook]
pub fn use_settled<T: Clone + PartialEq + 'static>(value: T, millis: u32) -> T {
    let settled = use_state_eq(|| value.clone());
    use_effect_with(value, {
        let settled = settled.clone();
        move |value: &T| {
            let value = value.clone();
            let waiting = Timeout::new(millis, move || settled.set(value));
            move || drop(waiting)
        }
    });
    (*settled).clone()
}

/// How many turns of the browser have passed since the first drawing, up to so many: what is drawn in several turns does
/// not keep the window from answering.
#[hook]
pub fn use_turns(most: u32) -> u32 {
    let turn = use_state_eq(|| 0_u32);
    use_effect_with(*turn, {
        let turn = turn.clone();
        move |&now: &u32| {
            let next = (now < most).then(|| Timeout::new(0, move || turn.set(now + 1)));
            move || drop(next)
        }
    });
    *turn
}
