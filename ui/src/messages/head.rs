//! The heads of the columns: press to sort, drag the edge to size, drag the head to move, right click for all of it.

use sockscope_core::session::api::{Direction, MessageKey, MessageOrder};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

use super::columns::{Column, Times};
use super::layout::Columns;
use crate::menu::Item;

/// Pixels that a head is dragged by before it moves.
const DRAGGED: i32 = 8;
/// Pixels that a key makes a column wider by.
const STEP: i32 = 12;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The columns that are shown.
    pub shown: Vec<Column>,
    /// All of them, and the way to change them.
    pub columns: Columns,
    /// How rows are sorted.
    pub order: MessageOrder,
    /// Sorts them.
    pub sort: Callback<MessageOrder>,
    /// Opens the menu of a column.
    pub menu: Callback<(Column, (f64, f64))>,
}

/// What is dragged, and from where.
#[derive(Clone, Copy)]
enum Drag {
    Edge(Column, i32),
    Head(Column, i32, bool),
}

/// The heads.
#[component]
pub fn Head(props: &Props) -> Html {
    let drag = use_mut_ref(|| None::<Drag>);
    let head = |(place, &column): (usize, &Column)| {
        let is_sorted = column.key() == Some(props.order.key) && column != Column::Connection;
        let sorted = match (is_sorted, props.order.direction) {
            (false, _) => "none",
            (true, Direction::Ascending) => "ascending",
            (true, Direction::Descending) => "descending",
        };
        let onclick = {
            let (sort, order, drag) = (props.sort.clone(), props.order, drag.clone());
            Callback::from(move |_: MouseEvent| {
                let was_moved = matches!(drag.borrow_mut().take(), Some(Drag::Head(_, _, true)));
                if let (Some(key), false) = (column.key(), was_moved) {
                    sort.emit(next(order, key));
                }
            })
        };
        let grasp = |what: fn(Column, i32) -> Drag| {
            let drag = drag.clone();
            Callback::from(move |event: PointerEvent| {
                if event.button() != 0 {
                    return;
                }
                event.stop_propagation();
                *drag.borrow_mut() = Some(what(column, event.client_x()));
                if let Some(element) = grasped(&event) {
                    // Without it the drag ends at the element's edge.
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
            })
        };
        let onpointermove = {
            let (drag, columns) = (drag.clone(), props.columns.clone());
            Callback::from(move |event: PointerEvent| {
                let x = event.client_x();
                let mut drag = drag.borrow_mut();
                match &mut *drag {
                    Some(Drag::Edge(column, from)) => {
                        let (column, pixels) = (*column, x - *from);
                        *from = x;
                        columns.set(move |layout| layout.widen(column, pixels));
                    }
                    Some(Drag::Head(_, from, is_moved)) if (x - *from).abs() > DRAGGED => *is_moved = true,
                    _ => {}
                }
            })
        };
        let onpointerup = {
            let (drag, columns) = (drag.clone(), props.columns.clone());
            Callback::from(move |event: PointerEvent| {
                let dragged = *drag.borrow();
                match dragged {
                    Some(Drag::Head(column, _, true)) => {
                        if let Some(there) = under(&event) {
                            columns.set(move |layout| layout.put(column, there));
                        }
                    }
                    Some(Drag::Edge(..)) => *drag.borrow_mut() = None,
                    _ => {}
                }
            })
        };
        let onkeydown = {
            let (columns, menu) = (props.columns.clone(), props.menu.clone());
            Callback::from(move |event: KeyboardEvent| {
                match (event.key().as_str(), event.alt_key(), event.shift_key()) {
                    ("ArrowLeft", true, false) => columns.set(move |layout| layout.widen(column, -STEP)),
                    ("ArrowRight", true, false) => columns.set(move |layout| layout.widen(column, STEP)),
                    ("ArrowLeft", true, true) => columns.set(move |layout| layout.shift(column, false)),
                    ("ArrowRight", true, true) => columns.set(move |layout| layout.shift(column, true)),
                    ("ContextMenu", ..) | ("F10", _, true) => {
                        let element = event.target_dyn_into::<Element>();
                        let place = element.map(|element| element.get_bounding_client_rect());
                        menu.emit((
                            column,
                            place.map_or_else(Default::default, |place| (place.left(), place.bottom())),
                        ));
                    }
                    // The table's own keys stay its own.
                    ("Enter" | " ", ..) => return event.stop_propagation(),
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            })
        };
        let oncontextmenu = {
            let menu = props.menu.clone();
            Callback::from(move |event: MouseEvent| {
                event.prevent_default();
                event.stop_propagation();
                menu.emit((column, (f64::from(event.client_x()), f64::from(event.client_y()))));
            })
        };
        let arrow = match sorted {
            "ascending" => " ↑",
            "descending" => " ↓",
            _ => "",
        };
        let title = format!(
            "{}: {}",
            column.name(),
            if column.key().is_some() {
                "press to sort, right click for more"
            } else {
                "right click for more"
            }
        );
        html! {
            <span key={column.id()} role="columnheader" aria-colindex={(place + 1).to_string()} aria-sort={sorted}
                class={classes!("cell", "column", format!("cell-{}", column.id()))} data-column={column.id()} {oncontextmenu}
                onpointermove={onpointermove} {onpointerup}>
                <button class="column-head" {title} aria-label={label(column)} {onclick} {onkeydown}
                    onpointerdown={grasp(|column, x| Drag::Head(column, x, false))}>{column.head()}<span aria-hidden="true">{arrow}</span></button>
                if !column.grows() {
                    <span class="column-edge" aria-hidden="true" onpointerdown={grasp(Drag::Edge)}></span>
                }
            </span>
        }
    };
    html! {
        <div class="table-head" role="row" aria-rowindex="1">
            { for props.shown.iter().enumerate().map(head) }
        </div>
    }
}

/// The head or the edge that the pointer is at. (Listeners are at the root of the page, and so is the event's current target.)
fn grasped(event: &PointerEvent) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(".column-head, .column-edge").ok()?
}

/// What a head is called: what is read on it, and what that means.
fn label(column: Column) -> String {
    match column.head().eq_ignore_ascii_case(column.name()) {
        true => column.head().to_owned(),
        false => format!("{}: {}", column.head(), column.name()),
    }
}

/// Upwards, downwards, as found.
fn next(order: MessageOrder, key: MessageKey) -> MessageOrder {
    match (order.key == key, order.direction) {
        (false, _) => MessageOrder { key, direction: Direction::Ascending },
        (true, Direction::Ascending) => MessageOrder { key, direction: Direction::Descending },
        (true, Direction::Descending) => {
            MessageOrder { key: MessageKey::Found, direction: Direction::Ascending }
        }
    }
}

/// The column whose head is under the pointer.
fn under(event: &PointerEvent) -> Option<Column> {
    let document = web_sys::window()?.document()?;
    let element = document.element_from_point(event.client_x() as f32, event.client_y() as f32)?;
    Column::of(&element.closest("[data-column]").ok()??.get_attribute("data-column")?)
}

/// The menu of a column; of none: that of the whole table.
pub fn items(column: Option<Column>, columns: &Columns, sort: &Callback<MessageOrder>) -> Vec<Item> {
    let mut items = Vec::new();
    let layout = |change: fn(&mut super::columns::Layout, Column), column: Column| {
        let columns = columns.clone();
        Callback::from(move |()| columns.set(move |layout| change(layout, column)))
    };
    if let Some(column) = column {
        items.push(Item::Title(column.name().into()));
        if let Some(key) = column.key() {
            for (direction, words) in
                [(Direction::Ascending, "Sort upwards"), (Direction::Descending, "Sort downwards")]
            {
                let sort = sort.clone();
                let chosen = Callback::from(move |()| sort.emit(MessageOrder { key, direction }));
                items.push(Item::Do(words.into(), chosen));
            }
        }
        items
            .push(Item::Do("Move left".into(), layout(|layout, column| layout.shift(column, false), column)));
        items
            .push(Item::Do("Move right".into(), layout(|layout, column| layout.shift(column, true), column)));
        items.push(Item::Do("Wider".into(), layout(|layout, column| layout.widen(column, 2 * STEP), column)));
        items.push(Item::Do(
            "Narrower".into(),
            layout(|layout, column| layout.widen(column, -2 * STEP), column),
        ));
        items.push(Item::Do("Hide".into(), layout(|layout, column| layout.toggle(column), column)));
    }
    if column.is_none_or(|column| column == Column::Time) {
        items.push(Item::Title("Times".into()));
        for (times, words) in Times::ALL {
            let changed = columns.clone();
            let chosen = Callback::from(move |()| changed.set(move |layout| layout.choose_times(times)));
            items.push(Item::Check(words.into(), columns.layout.times == times, chosen));
        }
    }
    items.push(Item::Title("Columns".into()));
    for placed in &columns.layout.columns {
        let toggle = layout(|layout, column| layout.toggle(column), placed.column);
        items.push(Item::Check(placed.column.name().into(), placed.is_shown, toggle));
    }
    let reset = columns.clone();
    items.push(Item::Do(
        "As at first".into(),
        Callback::from(move |()| reset.set(|layout| *layout = Default::default())),
    ));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_sorts_up_then_down_then_not() {
        let found = MessageOrder { key: MessageKey::Found, direction: Direction::Ascending };
        let up = next(found, MessageKey::Length);
        let down = next(up, MessageKey::Length);
        assert_eq!((up.key, up.direction), (MessageKey::Length, Direction::Ascending));
        assert_eq!((down.key, down.direction), (MessageKey::Length, Direction::Descending));
        assert_eq!(next(down, MessageKey::Length), found);
        assert_eq!(next(down, MessageKey::Time).direction, Direction::Ascending);
    }
}
