//! What a pointer does to the timeline: it drags a span or one of its ends, and the wheel looks nearer or moves along.

use gloo_events::{EventListener, EventListenerOptions};
use sockscope_core::session::api::TimeSpan;
use wasm_bindgen::JsCast;
use web_sys::{Element, WheelEvent};
use yew::prelude::*;

use super::span::{Grip, Ruler};

/// Pixels that a pointer is moved before it drags.
const SLACK: f64 = 3.0;

/// A drag under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drag {
    /// Where it began.
    from: f64,
    /// What was gripped.
    grip: Grip,
    /// It was moved far enough.
    is_moved: bool,
}

impl Drag {
    /// The span that it draws, with the pointer at `x`.
    fn span(self, x: f64, ruler: Ruler, slices: usize, selected: Option<TimeSpan>) -> TimeSpan {
        // An end that is not gripped stays exactly where it is, seen or not.
        let held = match (self.grip, selected) {
            (Grip::Start, Some(selected)) => selected.end,
            (Grip::End, Some(selected)) => selected.start,
            _ => return ruler.between(self.from, x, slices),
        };
        let moved = ruler.border(x, slices);
        match moved < held {
            true => TimeSpan { start: moved, end: held },
            false => TimeSpan { start: held, end: moved.max(held + 1) },
        }
    }
}

/// Handlers of the element that is drawn on.
pub struct Handlers {
    /// A button goes down.
    pub down: Callback<PointerEvent>,
    /// The pointer is moved.
    pub moved: Callback<PointerEvent>,
    /// The button is let go.
    pub up: Callback<PointerEvent>,
    /// The system takes the pointer away.
    pub cancelled: Callback<PointerEvent>,
    /// The pointer is elsewhere.
    pub left: Callback<PointerEvent>,
    /// Two clicks.
    pub double: Callback<MouseEvent>,
}

/// Where the pointer is, and what it drags.
pub struct Pointed {
    /// The span that is dragged.
    pub draft: Option<TimeSpan>,
    /// The pointer's place.
    pub hover: Option<f64>,
    /// Gives the drag up.
    pub abandon: Callback<()>,
    /// The handlers.
    pub handlers: Handlers,
}

/// Follows the pointer. A span is selected when the button is let go.
#[hook]
pub fn use_pointer(
    ruler: Option<Ruler>,
    slices: usize,
    selected: Option<TimeSpan>,
    select: Callback<Option<TimeSpan>>,
    look: Callback<Option<TimeSpan>>,
) -> Pointed {
    let drag = use_mut_ref(|| None::<Drag>);
    let draft = use_state_eq(|| None::<TimeSpan>);
    let hover = use_state_eq(|| None::<f64>);
    let down = {
        let drag = drag.clone();
        Callback::from(move |event: PointerEvent| {
            let (Some(ruler), 0, Some(x)) = (ruler, event.button(), place(&event)) else { return };
            let on_buttons = event
                .target_dyn_into::<Element>()
                .is_some_and(|element| element.closest("button").is_ok_and(|found| found.is_some()));
            if on_buttons {
                return;
            }
            *drag.borrow_mut() = Some(Drag { from: x, grip: ruler.grip(x, selected), is_moved: false });
            if let Some(element) = surface(&event) {
                // A pointer that is gone needs no capture.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let moved = {
        let (drag, draft, hover) = (drag.clone(), draft.clone(), hover.clone());
        Callback::from(move |event: PointerEvent| {
            let (Some(ruler), Some(x)) = (ruler, place(&event)) else { return };
            hover.set(Some(x.clamp(0.0, ruler.width)));
            show_grip(&event, ruler, x, selected);
            if let Some(drag) = &mut *drag.borrow_mut() {
                drag.is_moved |= (x - drag.from).abs() >= SLACK;
                if drag.is_moved {
                    draft.set(Some(drag.span(x, ruler, slices, selected)));
                }
            }
        })
    };
    let up = {
        let (drag, draft, select) = (drag.clone(), draft.clone(), select.clone());
        Callback::from(move |event: PointerEvent| {
            let (Some(drag), Some(ruler), Some(x)) = (drag.take(), ruler, place(&event)) else { return };
            if drag.is_moved {
                select.emit(Some(drag.span(x, ruler, slices, selected)));
            }
            draft.set(None);
        })
    };
    let abandon = {
        let (drag, draft) = (drag.clone(), draft.clone());
        Callback::from(move |()| {
            drag.take();
            draft.set(None);
        })
    };
    let left = {
        let (drag, hover) = (drag.clone(), hover.clone());
        Callback::from(move |_| {
            if drag.borrow().is_none() {
                hover.set(None);
            }
        })
    };
    // What is selected is cleared first, and what is looked at closely then.
    let double = Callback::from(move |_| match selected {
        Some(_) => select.emit(None),
        None => look.emit(None),
    });
    let cancelled = abandon.reform(|_| ());
    let handlers = Handlers { down, moved, up, cancelled, left, double };
    Pointed { draft: *draft, hover: *hover, abandon, handlers }
}

/// The element that is drawn on.
fn surface(event: &PointerEvent) -> Option<Element> {
    event.target_dyn_into::<Element>()?.closest(".timeline-plot").ok().flatten()
}

fn place(event: &PointerEvent) -> Option<f64> {
    Some(f64::from(event.client_x()) - surface(event)?.get_bounding_client_rect().left())
}

/// The pointer's shape says what it would move.
fn show_grip(event: &PointerEvent, ruler: Ruler, x: f64, selected: Option<TimeSpan>) {
    if let Some(element) = surface(event) {
        let is_edge = ruler.grip(x, selected) != Grip::Free;
        // A class that is no name is refused; this one is.
        let _ = element.class_list().toggle_with_force("on-edge", is_edge);
    }
}

/// The wheel looks nearer and farther at the place where the pointer is; sideways, or with Shift, it moves along.
#[hook]
pub fn use_wheel(node: &NodeRef, ruler: Option<Ruler>, whole: TimeSpan, look: Callback<Option<TimeSpan>>) {
    use_effect_with((node.clone(), ruler, whole, look), |(node, ruler, whole, look)| {
        let (ruler, whole, look): (Option<Ruler>, TimeSpan, Callback<_>) = (*ruler, *whole, look.clone());
        let listener = node.cast::<Element>().zip(ruler).map(|(element, ruler)| {
            let options = EventListenerOptions::enable_prevent_default();
            let around = element.clone();
            EventListener::new_with_options(&element, "wheel", options, move |event| {
                let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
                event.prevent_default();
                let x = f64::from(event.client_x()) - around.get_bounding_client_rect().left();
                let (aside, down) = (event.delta_x(), event.delta_y());
                let seen = if event.shift_key() || aside.abs() > down.abs() {
                    ruler.panned(if aside == 0.0 { down } else { aside }, whole)
                } else {
                    ruler.zoomed(x, if down < 0.0 { 0.8 } else { 1.25 }, whole)
                };
                look.emit(Some(seen));
            })
        });
        move || drop(listener)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gripped_end_moves_and_the_other_stays() {
        let seen = TimeSpan { start: 0, end: 1_000 };
        let ruler = Ruler::new(seen, 100.0).expect("something to see");
        let selected = Some(TimeSpan { start: 203, end: 605 });
        let drag = |grip, x| Drag { from: 0.0, grip, is_moved: true }.span(x, ruler, 10, selected);
        assert_eq!(drag(Grip::End, 81.0), TimeSpan { start: 203, end: 800 });
        assert_eq!(drag(Grip::Start, 9.0), TimeSpan { start: 100, end: 605 });
        assert_eq!(
            drag(Grip::Start, 90.0),
            TimeSpan { start: 605, end: 900 },
            "it is dragged past the other"
        );
        assert_eq!(drag(Grip::Free, 15.0), TimeSpan { start: 0, end: 200 });
    }
}
