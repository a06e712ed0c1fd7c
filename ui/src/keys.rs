//! The keys of the window, in one table: it feeds both the help and the handler. Keys of a list are handled by the list itself;
//! they stand here to be found.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// What a key of the whole window does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Chooses a file.
    Open,
    /// Types a filter.
    Filter,
    /// Goes to the next diagnostic.
    NextDiagnostic,
    /// Goes to the one before.
    PreviousDiagnostic,
    /// Moves to the next pane.
    NextPane,
    /// Moves to the pane before.
    PreviousPane,
    /// Looks at the next capture.
    NextTab,
    /// Looks at the capture before.
    PreviousTab,
    /// Looks at the capture of that number, counted from 1.
    Tab(u8),
    /// Lists the keys.
    Help,
    /// Closes what lies over the window, or leaves a field.
    Leave,
}

/// Keys that do the same, as they are written: `Ctrl+O`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Any of these.
    pub keys: &'static [&'static str],
    /// What they do.
    pub does: &'static str,
    /// What the window does; `None`: the pane does it.
    command: Option<Command>,
}

const fn window(keys: &'static [&'static str], does: &'static str, command: Command) -> Key {
    Key { keys, does, command: Some(command) }
}

const fn pane(keys: &'static [&'static str], does: &'static str) -> Key {
    Key { keys, does, command: None }
}

/// All keys, grouped by where they work.
pub const KEYS: &[(&str, &[Key])] = &[
    (
        "Anywhere",
        &[
            window(&["Ctrl+O"], "Open a capture or a key log", Command::Open),
            window(&["/"], "Type a filter", Command::Filter),
            window(&["n"], "Go to the next diagnostic", Command::NextDiagnostic),
            window(&["p"], "Go to the diagnostic before", Command::PreviousDiagnostic),
            window(&["F6"], "Move to the next pane", Command::NextPane),
            window(&["Shift+F6"], "Move to the pane before", Command::PreviousPane),
            window(&["Esc"], "Close what lies over the window, leave a field", Command::Leave),
            window(&["?"], "List all keys", Command::Help),
        ],
    ),
    (
        "Captures in tabs",
        &[
            window(&["Alt+1"], "The first capture, and so on to Alt+9", Command::Tab(1)),
            window(&["Ctrl+Tab", "]"], "The next capture", Command::NextTab),
            window(&["Ctrl+Shift+Tab", "["], "The capture before", Command::PreviousTab),
            pane(&["←", "→"], "Move along the tabs, once they have the focus"),
            pane(&["Del"], "Close the tab that has the focus"),
        ],
    ),
    (
        "Lists of connections and messages",
        &[
            pane(&["↑", "↓", "k", "j"], "The row above, the row below"),
            pane(&["PageUp", "PageDown"], "A page up, a page down"),
            pane(&["Home", "End"], "The first row, the last row"),
            pane(&["←", "→"], "The cell beside, in the table"),
            pane(&["Enter"], "Look into the row"),
            pane(&["Shift+F10"], "The menu of the cell: filter by it, copy it"),
            pane(&["Alt+←", "Alt+→"], "Make a column narrower or wider, once its head has the focus"),
            pane(&["Shift+Alt+←", "Shift+Alt+→"], "Move the column"),
        ],
    ),
    (
        "Finding and filtering",
        &[
            pane(&["Ctrl+F"], "Find without hiding rows"),
            pane(&["F3", "Shift+F3"], "The next match, the match before"),
            pane(&["Ctrl+G"], "Go to a message, to a packet, or to the place of a link"),
            pane(&["↑", "↓"], "Filters that were used before, in the empty field"),
            pane(&["Ctrl+Space"], "What can be typed next"),
            pane(&["Tab", "Enter"], "Take what is offered"),
        ],
    ),
    (
        "Timeline",
        &[
            pane(&["←", "→"], "Move an end of the selected span, once it has the focus"),
            pane(&["PageUp", "PageDown"], "Ten slices at once; so do the arrows with Shift"),
            pane(&["Alt+←", "Alt+→"], "Move both ends"),
            pane(&["Home", "End"], "To the capture's start, to its end"),
            pane(&["Esc"], "Take the span back, then the zoom"),
        ],
    ),
    (
        "Payload and frames",
        &[
            pane(&["←", "→", "↑", "↓"], "From byte to byte, from bit field to bit field, from view to view"),
            pane(&["Shift+→"], "Select bytes"),
            pane(&["Ctrl+A", "Ctrl+C"], "Select all bytes, copy those that are selected"),
            pane(&["Ctrl+Home", "Ctrl+End"], "The payload's first byte, its last one"),
            pane(&["→", "←", "Enter"], "Unfold, fold, do either, in the tree"),
        ],
    ),
    ("Between two panes", &[pane(&["←", "→"], "Move the border, once it has the focus")]),
];

/// Those that the desktop's menu has beside them.
pub const DESKTOP: (&str, &[Key]) = (
    "This window",
    &[
        pane(&["F5"], "Read the capture again"),
        pane(&["Ctrl+E"], "Follow it while it is written"),
        pane(&["Ctrl+W"], "Close the capture"),
        pane(&["Ctrl+=", "Ctrl+-", "Ctrl+0"], "Larger, smaller, as it was"),
        pane(&["F11"], "Full screen, and back"),
        pane(&["Ctrl+Q"], "Quit"),
    ],
);

/// A key that is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressed<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    /// Alt, or Option on a Mac.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// Text is typed where the focus is.
    pub typing: bool,
}

impl Pressed<'_> {
    /// What the window does.
    pub fn command(self) -> Option<Command> {
        if let (true, false, [digit @ b'1'..=b'9']) = (self.alt, self.ctrl, self.key.as_bytes()) {
            return Some(Command::Tab(digit - b'0'));
        }
        let all = KEYS.iter().flat_map(|(_, keys)| keys.iter());
        all.filter(|key| key.keys.iter().any(|written| self.is(written))).find_map(|key| key.command)
    }

    fn is(self, written: &str) -> bool {
        let mut parts = written.split('+');
        let Some(name) = parts.next_back() else { return false };
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        for part in parts {
            match part {
                "Ctrl" => ctrl = true,
                "Alt" => alt = true,
                _ => shift = true,
            }
        }
        let is_named = match name {
            "Esc" => self.key == "Escape",
            name => self.key.eq_ignore_ascii_case(name),
        };
        // On some keyboards a sign like ? or / needs Shift or Alt to be typed at all.
        let is_sign = name.len() == 1 && !name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_letter = name.len() == 1 && !ctrl && !alt;
        is_named
            && self.ctrl == ctrl
            && (self.alt == alt || is_sign)
            && (self.shift == shift || is_sign)
            && !(self.typing && is_letter)
    }
}

/// Calls `act` with what a pressed key does; where it returns `true`, the browser does nothing more with the key.
#[hook]
pub fn use_commands(act: Callback<Command, bool>) {
    // A listener of its own for every drawing would be much ado: one listens, and finds the latest.
    let latest = use_mut_ref(|| act.clone());
    *latest.borrow_mut() = act;
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let act = latest.borrow().clone();
                if let Some(command) = command(event)
                    && act.emit(command)
                {
                    event.prevent_default();
                }
            })
        });
        move || drop(listener)
    });
}

fn command(event: &KeyboardEvent) -> Option<Command> {
    if event.default_prevented() || event.is_composing() {
        return None;
    }
    // With Alt, keyboards of a Mac type other signs.
    let code = event.code();
    let key = match code.strip_prefix("Digit") {
        Some(digit) if event.alt_key() => digit.to_owned(),
        _ => event.key(),
    };
    let pressed = Pressed {
        key: &key,
        ctrl: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        typing: event.target().and_then(|target| target.dyn_into().ok()).is_some_and(|at| takes_text(&at)),
    };
    pressed.command()
}

/// Text is typed in it.
pub fn takes_text(element: &HtmlElement) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Pressed = Pressed { key: "", ctrl: false, alt: false, shift: false, typing: false };

    #[test]
    fn keys_are_found_in_the_table() {
        let cases = [
            (Pressed { key: "o", ctrl: true, ..PLAIN }, Some(Command::Open)),
            (Pressed { key: "o", ..PLAIN }, None),
            (Pressed { key: "n", ..PLAIN }, Some(Command::NextDiagnostic)),
            (Pressed { key: "N", shift: true, ..PLAIN }, None),
            (Pressed { key: "?", shift: true, ..PLAIN }, Some(Command::Help)),
            (Pressed { key: "/", shift: true, ..PLAIN }, Some(Command::Filter)),
            (Pressed { key: "F6", shift: true, ..PLAIN }, Some(Command::PreviousPane)),
            (Pressed { key: "Tab", ctrl: true, ..PLAIN }, Some(Command::NextTab)),
            (Pressed { key: "Tab", ..PLAIN }, None),
            (Pressed { key: "7", alt: true, ..PLAIN }, Some(Command::Tab(7))),
            (Pressed { key: "0", alt: true, ..PLAIN }, None),
            (Pressed { key: "ArrowDown", ..PLAIN }, None),
        ];
        for (pressed, expected) in cases {
            assert_eq!(pressed.command(), expected, "{pressed:?}");
        }
    }

    #[test]
    fn letters_are_text_where_text_is_typed() {
        for key in ["n", "/", "?", "]"] {
            assert_eq!(Pressed { key, typing: true, ..PLAIN }.command(), None, "{key}");
        }
        assert_eq!(Pressed { key: "Escape", typing: true, ..PLAIN }.command(), Some(Command::Leave));
        assert_eq!(Pressed { key: "o", ctrl: true, typing: true, ..PLAIN }.command(), Some(Command::Open));
    }

    #[test]
    fn no_key_does_two_things() {
        let mut written: Vec<&str> = KEYS
            .iter()
            .flat_map(|(_, keys)| keys.iter())
            .filter(|key| key.command.is_some())
            .flat_map(|key| key.keys.iter().copied())
            .collect();
        let all = written.len();
        written.sort_unstable();
        written.dedup();
        assert_eq!(written.len(), all);
    }
}
