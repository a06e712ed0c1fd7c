//! Where somebody stands in a capture: all that was chosen, from which everything on the screen follows.

pub mod address;
pub mod fragment;
pub mod jump;
pub mod kept;

use std::rc::Rc;

use sockscope_core::session::api::{
    ConnectionKey, ConnectionOrder, Direction, MessageKey, MessageName, MessageOrder, Side, TimeSpan,
};
use yew::prelude::*;

use crate::inspector::payload::Choices;

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The filter, as typed.
    pub filter: String,
    /// What is let through beside it.
    pub shown: Shown,
    /// A span of time that was selected in the timeline.
    pub span: Option<TimeSpan>,
    /// The connection whose messages are shown; `None`: those of all.
    pub connection: Option<u64>,
    /// How connections are sorted.
    pub connection_order: ConnectionOrder,
    /// The message that is looked at. It stays when a filter hides its row.
    pub message: Option<MessageName>,
    /// How messages are shown.
    pub view: View,
    /// How messages are sorted, in the table.
    pub order: MessageOrder,
    /// What is shown of the message, or of its connection.
    pub tab: Tab,
    /// How payloads are shown.
    pub payload: Choices,
    /// How wide the panes at either side are.
    pub panes: Panes,
}

/// The order of the capture, which is a conversation's too.
pub const FOUND: MessageOrder = MessageOrder { key: MessageKey::Found, direction: Direction::Ascending };

impl Default for Place {
    fn default() -> Self {
        Self {
            filter: String::new(),
            shown: Shown::default(),
            span: None,
            connection: None,
            connection_order: ConnectionOrder { key: ConnectionKey::Number, direction: Direction::Ascending },
            message: None,
            view: View::Table,
            order: FOUND,
            tab: Tab::Payload,
            payload: Choices::default(),
            panes: Panes::default(),
        }
    }
}

/// Messages that are let through, by who sent them and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// From the client.
    pub client: bool,
    /// From the server.
    pub server: bool,
    /// Text.
    pub text: bool,
    /// Binary.
    pub binary: bool,
    /// Close, Ping, Pong and reserved opcodes.
    pub control: bool,
    /// Only those of which diagnostics speak.
    pub only_diagnostics: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { client: true, server: true, text: true, binary: true, control: true, only_diagnostics: false }
    }
}

/// How wide the panes beside the messages are wished to be, in pixels; where there is less room, they are narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panes {
    /// The list of connections.
    pub connections: u16,
    /// The inspector.
    pub inspector: u16,
}

impl Default for Panes {
    fn default() -> Self {
        Self { connections: 280, inspector: 460 }
    }
}

impl Panes {
    /// The narrowest that a pane can be wished.
    pub const LEAST: u16 = 160;
    /// The widest.
    pub const MOST: u16 = 1600;

    /// Panes as wide as this, within what can be wished.
    pub fn new(connections: f64, inspector: f64) -> Self {
        Self { connections: Self::width(connections), inspector: Self::width(inspector) }
    }

    /// The nearest width that can be wished.
    pub fn width(pixels: f64) -> u16 {
        pixels.clamp(f64::from(Self::LEAST), f64::from(Self::MOST)).round() as u16
    }
}

/// How messages are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A row each.
    #[default]
    Table,
    /// As an exchange that can be read.
    Conversation,
}

/// A view of the inspector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The message's payload.
    #[default]
    Payload,
    /// Its frames.
    Frames,
    /// The TCP segments that carried it.
    Packets,
    /// Its connection's handshake.
    Handshake,
    /// What was found wrong, in the whole capture.
    Diagnostics,
}

impl Tab {
    /// All of them, as they stand beside each other.
    pub const ALL: [Self; 5] =
        [Self::Payload, Self::Frames, Self::Packets, Self::Handshake, Self::Diagnostics];

    /// As it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Payload => "Payload",
            Self::Frames => "Frames",
            Self::Packets => "Packets",
            Self::Handshake => "Handshake",
            Self::Diagnostics => "Diagnostics",
        }
    }
}

impl Place {
    /// One expression for all that restricts the messages: the typed filter, what is let through, and the span of time.
    pub fn expression(&self) -> String {
        let mut parts = Vec::new();
        if !self.filter.trim().is_empty() {
            parts.push(format!("({})", self.filter));
        }
        parts.extend(self.shown.expressions());
        if let Some(span) = self.span {
            let seconds = |nanos: u64| format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
            parts.push(format!("time >= {} and time < {}", seconds(span.start), seconds(span.end)));
        }
        parts.join(" and ")
    }

    /// Lets everything through.
    pub fn show_all(&mut self) {
        self.filter.clear();
        self.shown = Shown::default();
        self.span = None;
    }

    /// The same, and this expression beside it.
    pub fn and(&self, expression: &str) -> String {
        let restricted = self.expression();
        match restricted.is_empty() {
            true => expression.to_owned(),
            false => format!("({restricted}) and ({expression})"),
        }
    }

    /// The order in which messages are seen.
    pub fn order_in_view(&self) -> MessageOrder {
        match self.view {
            View::Table => self.order,
            View::Conversation => FOUND,
        }
    }

    /// The connection whose handshake is shown: the message's, else the selected one.
    pub fn connection_in_view(&self) -> Option<u64> {
        self.message.map(|message| message.connection).or(self.connection)
    }
}

impl Shown {
    fn expressions(self) -> Vec<String> {
        let mut parts = Vec::new();
        for (is_shown, side) in [(self.client, Side::Client), (self.server, Side::Server)] {
            if !is_shown {
                parts.push(format!("from != {}", side.name()));
            }
        }
        match (self.text, self.binary, self.control) {
            (true, true, true) => {}
            (text, binary, true) => {
                let hidden = [(text, "text"), (binary, "binary")];
                parts.extend(
                    hidden
                        .iter()
                        .filter(|(is_shown, _)| !is_shown)
                        .map(|(_, name)| format!("opcode != {name}")),
                );
            }
            (text, binary, false) => {
                let names = [(text, "text"), (binary, "binary")];
                let names: Vec<&str> =
                    names.iter().filter(|(is_shown, _)| *is_shown).map(|(_, name)| *name).collect();
                parts.push(match names.is_empty() {
                    true => "not opcode >= 0".to_owned(),
                    false => format!("opcode in {{{}}}", names.join(", ")),
                });
            }
        }
        if self.only_diagnostics {
            parts.push("severity >= note".to_owned());
        }
        parts
    }
}

/// Changes a place.
pub type Change = Box<dyn FnOnce(&mut Place)>;

/// The place, and the way to change it, as every component of a workspace has it.
#[derive(Clone, PartialEq)]
pub struct Placed {
    /// What is chosen now.
    pub place: Rc<Place>,
    /// Chooses something else.
    pub change: Callback<Change>,
}

impl Placed {
    /// Chooses something else.
    pub fn set(&self, change: impl FnOnce(&mut Place) + 'static) {
        self.change.emit(Box::new(change));
    }
}

/// The place in the capture.
///
/// # Panics
/// Outside of a capture's workspace.
#[hook]
pub fn use_place() -> Placed {
    use_context::<Placed>().expect("a component of a workspace")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Place), expected: &str) {
        let mut place = Place::default();
        change(&mut place);
        let expression = place.expression();
        assert_eq!(expression, expected);
        if !expression.is_empty() {
            sockscope_core::filter::Filter::parse(&expression).expect("an expression");
        }
    }

    #[test]
    fn what_is_chosen_is_one_expression() {
        check(|_| {}, "");
        check(|place| place.filter = "a or b".into(), "(a or b)");
        check(|place| place.shown.client = false, "from != client");
        check(|place| place.shown.control = false, "opcode in {text, binary}");
        check(|place| (place.shown.control, place.shown.text) = (false, false), "opcode in {binary}");
        check(|place| place.shown.text = false, "opcode != text");
        check(
            |place| place.shown = Shown { text: false, binary: false, control: false, ..Shown::default() },
            "not opcode >= 0",
        );
        check(|place| place.shown.only_diagnostics = true, "severity >= note");
        check(
            |place| {
                place.span =
                    Some(TimeSpan { start: 1_700_000_000_000_000_005, end: 1_700_000_001_000_000_000 })
            },
            "time >= 1700000000.000000005 and time < 1700000001.000000000",
        );
    }
}
