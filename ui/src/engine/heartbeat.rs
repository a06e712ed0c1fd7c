//! Asks the engine for a sign of life now and then. Between two turns it answers anything, so silence means that it hangs.

use gloo_timers::callback::Interval;
use sockscope_core::session::api::Request;
use yew::prelude::*;

use super::{Asking, use_client};

/// How often it is asked, in milliseconds.
const BEAT: u32 = 1000;
/// Beats without an answer until it counts as silent. Beats are counted, not time, which passes while a computer sleeps.
const SILENT: u32 = 3;
/// The same for the first answer: the module is loaded first.
const SILENT_AT_FIRST: u32 = 20;

/// A request that is answered at once and does nothing: 0 is no request's id.
const SIGN: Request = Request::Cancel { id: 0 };

#[derive(Default)]
struct Pulse {
    asking: Option<Asking>,
    beats: u32,
    has_answered: bool,
}

/// The engine does not answer.
#[hook]
pub fn use_silence() -> bool {
    let client = use_client();
    let is_silent = use_state_eq(|| false);
    let pulse = use_mut_ref(Pulse::default);
    use_effect_with(client, {
        let is_silent = is_silent.clone();
        move |client| {
            *pulse.borrow_mut() = Pulse::default();
            is_silent.set(false);
            let (client, pulse_of) = (client.clone(), pulse.clone());
            let beat = Interval::new(BEAT, move || {
                let mut now = pulse_of.borrow_mut();
                if now.asking.is_some() {
                    now.beats += 1;
                    let most = if now.has_answered { SILENT } else { SILENT_AT_FIRST };
                    is_silent.set(now.beats >= most);
                    return;
                }
                let (pulse, is_silent) = (pulse_of.clone(), is_silent.clone());
                now.beats = 0;
                now.asking = Some(client.ask(
                    SIGN,
                    Callback::from(move |_| {
                        let answered = {
                            let mut now = pulse.borrow_mut();
                            now.has_answered = true;
                            now.asking.take()
                        };
                        drop(answered);
                        is_silent.set(false);
                    }),
                ));
            });
            move || {
                drop(beat);
                let asking = pulse.borrow_mut().asking.take();
                drop(asking);
            }
        }
    });
    *is_silent
}
