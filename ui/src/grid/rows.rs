//! The element that is scrolled, and the rows in it.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, WheelEvent};
use yew::prelude::*;

use super::scroll::Scroll;
use crate::resized::use_resized;
use crate::style;

/// The rows that are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first, perhaps only a part of it.
    pub first: u64,
    /// How many there are on the screen, the last perhaps only a part.
    pub count: u64,
    /// Rows that are seen whole: what a page key moves by.
    pub page: u64,
    /// Somebody stands at the end, and follows it.
    pub is_end: bool,
}

impl Window {
    /// The row is drawn.
    pub fn shows(self, row: u64) -> bool {
        (self.first..self.first + self.count).contains(&row)
    }
}

/// What a list is for those who do not see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// What it is: `grid`, `listbox`, `tree`.
    pub role: &'static str,
    /// What it is called.
    pub label: AttrValue,
    /// By what it is found.
    pub id: Option<AttrValue>,
    /// The element that keys are at.
    pub active: Option<AttrValue>,
    /// Rows and columns of a grid, its heads included.
    pub size: Option<(u64, usize)>,
    /// It is not yet what was asked for.
    pub is_busy: bool,
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it is, for those who do not see it: what is scrolled is what has the focus.
    pub named: Named,
    /// What stands above the rows and does not scroll away.
    #[prop_or_default]
    pub head: Html,
    /// Rows in all.
    pub total: u64,
    /// Height of a row, in pixels.
    pub row: f64,
    /// Draws rows, each with its place as key; called for those on the screen.
    pub draw: Callback<u64, Html>,
    /// Told whenever other rows are seen.
    #[prop_or_default]
    pub seen: Callback<Window>,
    /// A row that is scrolled to, and a number that changes with each wish.
    #[prop_or_default]
    pub reveal: Option<(u64, u64)>,
    /// Stay at the end while rows are added, if the end was seen.
    #[prop_or_default]
    pub follow: bool,
}

/// A list of rows of equal height, of which only those on the screen are drawn. Its keys are its owner's, to whom
/// they bubble.
#[component]
pub fn Rows(props: &Props) -> Html {
    let scroller = use_node_ref();
    let head = use_node_ref();
    let spacer = use_node_ref();
    let strip = use_node_ref();
    let viewport = use_state_eq(|| 0.0_f64);
    // The place at the top, in rows: a scaled scroll bar cannot tell neighbours apart.
    let place = use_state_eq(|| 0.0_f64);
    let latest = use_mut_ref(|| 0.0_f64);
    let scroll = Scroll { total: props.total, row: props.row, viewport: *viewport };

    // Whether somebody stands at the end: only who moves decides it, not rows that are added.
    let at_end = use_mut_ref(|| false);
    let move_to = {
        let (place, latest, scroller, at_end) =
            (place.clone(), latest.clone(), scroller.clone(), at_end.clone());
        Rc::new(move |scroll: Scroll, to: f64| {
            let to = to.clamp(0.0, scroll.last());
            let before = latest.replace(to);
            *at_end.borrow_mut() = scroll.is_end(to);
            place.set(to);
            // Setting it has the browser lay everything out at once, even where nothing is to be moved.
            let stays = before == 0.0 && to == 0.0;
            if let Some(element) = scroller.cast::<Element>().filter(|_| !stays) {
                element.set_scroll_top(scroll.top(to).round() as i32);
            }
        })
    };

    use_resized(&scroller, {
        let (viewport, head) = (viewport.clone(), head.clone());
        move |scroller| {
            let head = head.cast::<HtmlElement>().map_or(0, |head| head.offset_height());
            viewport.set(f64::from(scroller.client_height() - head));
        }
    });

    // The wheel moves by single rows where the scroll bar cannot.
    use_effect_with((scroller.clone(), scroll), {
        let (latest, move_to) = (latest.clone(), move_to.clone());
        move |(scroller, scroll): &(NodeRef, Scroll)| {
            let scroll = *scroll;
            let listener = scroller.cast::<Element>().filter(|_| scroll.is_scaled()).map(|element| {
                let options = gloo_events::EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&element, "wheel", options, move |event| {
                    let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
                    event.prevent_default();
                    let pixels = match event.delta_mode() {
                        WheelEvent::DOM_DELTA_LINE => event.delta_y() * scroll.row,
                        WheelEvent::DOM_DELTA_PAGE => event.delta_y() * scroll.viewport,
                        _ => event.delta_y(),
                    };
                    let from = *latest.borrow();
                    move_to(scroll, from + pixels / scroll.row);
                })
            });
            move || drop(listener)
        }
    });

    // Rows were added or taken away, or the viewport changed.
    use_effect_with((scroll, props.follow), {
        let (latest, move_to, at_end, spacer) =
            (latest.clone(), move_to.clone(), at_end.clone(), spacer.clone());
        move |(scroll, follow): &(Scroll, bool)| {
            style::set(&spacer, &[("height", format!("{}px", scroll.height()))]);
            let from = *latest.borrow();
            let was_at_end = *at_end.borrow();
            move_to(*scroll, if *follow && was_at_end { scroll.last() } else { from });
            // Rows that now end above the viewport's end were not scrolled to.
            *at_end.borrow_mut() = was_at_end && scroll.is_end(*latest.borrow());
        }
    });

    use_effect_with(props.reveal, {
        let (latest, move_to) = (latest.clone(), move_to.clone());
        move |reveal: &Option<(u64, u64)>| {
            if let Some((row, _)) = *reveal {
                let from = *latest.borrow();
                move_to(scroll, scroll.reveal(from, row));
            }
        }
    });

    let onscroll = {
        let (place, latest, scroller, at_end) =
            (place.clone(), latest.clone(), scroller.clone(), at_end.clone());
        Callback::from(move |_: Event| {
            let Some(element) = scroller.cast::<Element>() else { return };
            let top = f64::from(element.scroll_top());
            // What `move_to` itself did comes back rounded.
            if (scroll.top(*latest.borrow()) - top).abs() > 1.0 {
                let to = scroll.place(top);
                *latest.borrow_mut() = to;
                *at_end.borrow_mut() = scroll.is_end(to);
                place.set(to);
            }
        })
    };

    let at = place.min(scroll.last()).max(0.0);
    let first = at.floor();
    let window = Window {
        first: first as u64,
        count: (((*viewport / props.row).ceil() as u64) + 1).min(props.total.saturating_sub(first as u64)),
        page: scroll.page(),
        is_end: false,
    };
    use_effect_with((window, props.seen.clone()), {
        let (at_end, follow) = (at_end.clone(), props.follow);
        move |(window, seen): &(Window, Callback<Window>)| {
            seen.emit(Window { is_end: follow && *at_end.borrow(), ..*window });
        }
    });
    use_effect_with((at, props.row, strip.clone()), |(at, row, strip): &(f64, f64, NodeRef)| {
        style::set(strip, &[("transform", format!("translateY({}px)", -((at - at.floor()) * row).round()))]);
    });

    let named = &props.named;
    html! {
        <div class="rows" ref={scroller} {onscroll} tabindex="0" role={named.role} id={named.id.clone()} aria-label={named.label.clone()}
            aria-activedescendant={named.active.clone()} aria-busy={named.is_busy.then_some("true")}
            aria-rowcount={named.size.map(|(rows, _)| rows.to_string())} aria-colcount={named.size.map(|(_, columns)| columns.to_string())}>
            <div class="rows-head" ref={head} role="presentation">{props.head.clone()}</div>
            <div class="rows-height" ref={spacer} role="presentation">
                <div class="rows-seen" role="presentation">
                    <div ref={strip} role="presentation">
                        { for (window.first..window.first + window.count).map(|row| props.draw.emit(row)) }
                    </div>
                </div>
            </div>
        </div>
    }
}
