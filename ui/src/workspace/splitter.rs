//! The border between two panes, which can be dragged or moved by keys (ARIA Authoring Practices, window splitter).

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::place::{Panes, use_place};

/// Pixels that an arrow key moves it by, and with Shift.
const STEP: f64 = 16.0;
const LEAP: f64 = 96.0;

/// Which border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// To the right of the connections.
    Connections,
    /// To the left of the inspector.
    Inspector,
}

impl Edge {
    fn name(self) -> &'static str {
        match self {
            Self::Connections => "Width of the connections",
            Self::Inspector => "Width of the inspector",
        }
    }

    fn width(self, panes: Panes) -> u16 {
        match self {
            Self::Connections => panes.connections,
            Self::Inspector => panes.inspector,
        }
    }

    /// The panes after this border was moved to the right by that many pixels.
    fn moved(self, panes: Panes, by: f64) -> Panes {
        let mut panes = panes;
        match self {
            Self::Connections => panes.connections = Panes::width(f64::from(panes.connections) + by),
            Self::Inspector => panes.inspector = Panes::width(f64::from(panes.inspector) - by),
        }
        panes
    }
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub edge: Edge,
}

/// A border. A double click brings it back to where it was at first.
#[component]
pub fn Splitter(props: &Props) -> Html {
    let edge = props.edge;
    let placed = use_place();
    let panes = placed.place.panes;
    // Where the pointer was pressed, and the panes then.
    let pressed = use_mut_ref(|| None::<(f64, Panes)>);
    let set = {
        let placed = placed.clone();
        move |panes: Panes| placed.set(move |place| place.panes = panes)
    };
    let onpointerdown = {
        let pressed = pressed.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(border) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
                return;
            };
            // Without the capture the border would be lost to a fast hand.
            let _ = border.set_pointer_capture(event.pointer_id());
            pressed.replace(Some((f64::from(event.client_x()), seen(&border, edge, panes))));
        })
    };
    let onpointermove = {
        let (pressed, set) = (pressed.clone(), set.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some((from, panes)) = *pressed.borrow() {
                set(edge.moved(panes, f64::from(event.client_x()) - from));
            }
        })
    };
    let onpointerup = Callback::from(move |_: PointerEvent| {
        pressed.replace(None);
    });
    let onkeydown = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            let step = if event.shift_key() { LEAP } else { STEP };
            let by = match event.key().as_str() {
                "ArrowLeft" => -step,
                "ArrowRight" => step,
                "Home" => f64::from(Panes::MOST) * -2.0,
                "End" => f64::from(Panes::MOST) * 2.0,
                _ => return,
            };
            event.prevent_default();
            let border = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let panes = border.map_or(panes, |border| seen(&border, edge, panes));
            set(edge.moved(panes, by));
        })
    };
    let ondblclick = Callback::from(move |_: MouseEvent| {
        let usual = Panes::default();
        set(match edge {
            Edge::Connections => Panes { connections: usual.connections, ..panes },
            Edge::Inspector => Panes { inspector: usual.inspector, ..panes },
        });
    });
    html! {
        <div class="splitter" role="separator" aria-orientation="vertical" aria-label={edge.name()} tabindex="0"
            aria-valuenow={edge.width(panes).to_string()} aria-valuemin={Panes::LEAST.to_string()} aria-valuemax={Panes::MOST.to_string()}
            onpointercancel={onpointerup.clone()} {onpointerdown} {onpointermove} {onpointerup} {onkeydown} {ondblclick}></div>
    }
}

/// The panes as wide as they are seen: where there is less room than wished, a border moves from where it stands.
fn seen(border: &Element, edge: Edge, panes: Panes) -> Panes {
    let pane = match edge {
        Edge::Connections => border.previous_element_sibling(),
        Edge::Inspector => border.next_element_sibling(),
    };
    let Some(width) = pane.map(|pane| pane.get_bounding_client_rect().width()) else { return panes };
    match edge {
        Edge::Connections => Panes { connections: Panes::width(width), ..panes },
        Edge::Inspector => Panes { inspector: Panes::width(width), ..panes },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_border_follows_the_pointer() {
        let panes = Panes { connections: 280, inspector: 460 };
        assert_eq!(Edge::Connections.moved(panes, 20.0), Panes { connections: 300, inspector: 460 });
        assert_eq!(Edge::Inspector.moved(panes, 20.0), Panes { connections: 280, inspector: 440 });
        assert_eq!(Edge::Inspector.moved(panes, 1e9).inspector, Panes::LEAST);
        assert_eq!(Edge::Connections.moved(panes, 1e9).connections, Panes::MOST);
    }
}
