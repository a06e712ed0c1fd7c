//! The fonts of a capture's window, asked for while nothing is open. A browser asks the system for each font, size and
//! weight when it first lays out a text in it, and the window stands still meanwhile.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Letters, and the signs that may stand in another font.
const LETTERS: &str = "0a A✓✗⚠▲▼→…·−Δµ";
/// Fonts: see the style sheet.
const FONTS: usize = 7;
/// After the empty window has been drawn, in milliseconds.
const LATER: u32 = 200;

/// A text in each font, which nobody sees.
#[component]
pub fn Fonts() -> Html {
    let is_drawn = use_state_eq(|| false);
    use_effect_with((), {
        let is_drawn = is_drawn.clone();
        move |()| {
            let later = Timeout::new(LATER, move || is_drawn.set(true));
            move || drop(later)
        }
    });
    if !*is_drawn {
        return Html::default();
    }
    html! { <div class="fonts" aria-hidden="true">{ for (0..FONTS).map(|_| html! { <span>{LETTERS}</span> }) }</div> }
}
