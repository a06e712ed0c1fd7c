//! What is let through beside the filter: by who sent it, by what it is, and by the span of time.

use yew::prelude::*;

use crate::engine::use_progress;
use crate::icon::{Drawn, Icon};
use crate::place::{Place, Shown, use_place};
use crate::timeline::span_since;

/// A chip: its name in the document, its class, its sign, its words, and what it switches.
type Switch = (&'static str, &'static str, &'static str, &'static str, fn(&mut Shown) -> &mut bool);

const SWITCHES: [Switch; 6] = [
    ("client", "client", "▲", "client", |shown| &mut shown.client),
    ("server", "server", "▼", "server", |shown| &mut shown.server),
    ("text", "", "", "text", |shown| &mut shown.text),
    ("binary", "", "", "binary", |shown| &mut shown.binary),
    ("control", "", "", "control", |shown| &mut shown.control),
    ("only", "warn", "⚠", "only", |shown| &mut shown.only_diagnostics),
];

/// The chips.
#[component]
pub fn Chips() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let chip = |(id, class, sign, words, of): Switch| {
        let mut shown = placed.place.shown;
        let is_on = *of(&mut shown);
        let set = placed.clone();
        let onclick = Callback::from(move |_| {
            set.set(move |place| {
                let switched = of(&mut place.shown);
                *switched = !*switched;
            });
        });
        let says =
            if id == "only" { "only messages with diagnostics".to_owned() } else { format!("show {words}") };
        html! {
            <button type="button" class="chip" data-chip={id} {onclick} aria-pressed={is_on.to_string()} aria-label={says.clone()} title={says}>
                if !sign.is_empty() { <span class={class} aria-hidden="true">{sign}</span> }
                {words}
            </button>
        }
    };
    let start = progress.start.map_or(0, |start| start.0);
    let change = |change: fn(&mut Place)| {
        let placed = placed.clone();
        Callback::from(move |_: MouseEvent| placed.set(change))
    };
    html! {
        <div class="chips" role="group" aria-label="Shown">
            { for SWITCHES.into_iter().map(chip) }
            if let Some(span) = placed.place.span {
                <button type="button" class="chip span" data-chip="span" onclick={change(|place| place.span = None)} title="Remove the span of time">
                    <Drawn icon={Icon::Clock} />{span_since(span, start)}<span class="unseen">{": remove"}</span><Drawn icon={Icon::X} />
                </button>
            }
            if is_restricted(&placed.place) {
                <button type="button" class="link" data-chip="clear" onclick={change(Place::show_all)}>{"clear all"}</button>
            }
        </div>
    }
}

/// Something is hidden.
fn is_restricted(place: &Place) -> bool {
    !place.expression().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearing_lets_everything_through() {
        let mut place = Place { filter: "x".into(), span: None, ..Place::default() };
        for (.., of) in SWITCHES {
            let switched = of(&mut place.shown);
            *switched = !*switched;
            assert!(is_restricted(&place));
        }
        place.show_all();
        assert_eq!(place, Place::default());
        assert!(!is_restricted(&place));
    }
}
