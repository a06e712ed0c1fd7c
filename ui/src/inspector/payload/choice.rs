//! Which view of a payload is shown, and at which stage of its way to the application: what fits best, unless somebody
//! chose otherwise for messages of that kind.

use sockscope_core::session::api::{JsonView, MessageRow, Stage};

/// A way of showing a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As a tree.
    Json,
    /// As lines.
    Text,
    /// As bytes.
    Hex,
}

impl Look {
    /// All of them, the most telling first.
    pub const ALL: [Self; 3] = [Self::Json, Self::Text, Self::Hex];

    /// As it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Text => "Text",
            Self::Hex => "Hex",
        }
    }
}

/// Messages that are alike: a choice made for one holds for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is JSON in it.
    Json,
    /// It is text.
    Text,
    /// It is neither.
    Bytes,
}

impl Kind {
    /// All of them, in the order of their numbers, and how an address calls them.
    const ALL: [(Self, &'static str); 3] =
        [(Self::Json, "json"), (Self::Text, "text"), (Self::Bytes, "bytes")];
}

/// How an address calls what was chosen.
const STAGES: [(Stage, &str); 3] =
    [(Stage::Wire, "wire"), (Stage::Unmasked, "unmasked"), (Stage::Application, "application")];
const WRAPPED: &str = "wrapped";
const PRETTY: &str = "pretty";

/// What somebody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    looks: [Option<Look>; 3],
    stage: Option<Stage>,
    /// Lines are wrapped at the edge.
    pub is_wrapped: bool,
    /// JSON is laid out in lines, where it is shown as text.
    pub is_pretty: bool,
}

impl Choices {
    /// Shows the bytes as they were on the wire.
    pub fn choose_wire(&mut self) {
        self.looks = [Some(Look::Hex); 3];
        self.stage = Some(Stage::Wire);
    }

    /// Shows messages of a kind so.
    pub fn choose_look(&mut self, kind: Kind, look: Look) {
        self.looks[kind as usize] = Some(look);
    }

    /// What was chosen, in a word each, as an address has it: `json:text`, `wire`, `wrapped`.
    pub fn words(&self) -> Vec<String> {
        let looks = Kind::ALL.into_iter().zip(self.looks).filter_map(|((_, kind), look)| Some((kind, look?)));
        let mut words: Vec<String> =
            looks.map(|(kind, look)| format!("{kind}:{}", look.name().to_ascii_lowercase())).collect();
        let stage = STAGES.into_iter().find(|(stage, _)| Some(*stage) == self.stage);
        words.extend(stage.map(|(_, word)| word.to_owned()));
        words.extend(self.is_wrapped.then(|| WRAPPED.to_owned()));
        words.extend(self.is_pretty.then(|| PRETTY.to_owned()));
        words
    }

    /// Takes [`words`](Self::words) back; what is not understood is as by default.
    pub fn from_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut choices = Self::default();
        for word in words {
            if let Some((kind, look)) = word.split_once(':') {
                let kind = Kind::ALL.into_iter().find(|(_, name)| *name == kind);
                let look = Look::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(look));
                if let (Some((kind, _)), Some(look)) = (kind, look) {
                    choices.choose_look(kind, look);
                }
            } else if let Some((stage, _)) = STAGES.into_iter().find(|(_, name)| *name == word) {
                choices.choose_stage(stage);
            } else {
                choices.is_wrapped |= word == WRAPPED;
                choices.is_pretty |= word == PRETTY;
            }
        }
        choices
    }

    /// Shows payloads at this stage.
    pub fn choose_stage(&mut self, stage: Stage) {
        self.stage = Some(stage);
    }
}

/// What can be shown of one message, and what is.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What it is like.
    pub kind: Kind,
    /// Where it stands on its way, and how those stages are called: only ones that differ.
    pub stages: Vec<(Stage, &'static str)>,
    /// The one that is shown.
    pub stage: Stage,
    /// The view that is shown.
    pub look: Look,
    /// Why a view does not fit, in the order of [`Look::ALL`].
    pub refused: [Option<String>; 3],
}

impl Offer {
    /// Of a message, of which `beginning` are the first bytes as the application sees them.
    pub fn of(
        row: &MessageRow,
        is_masked: bool,
        json: Option<&JsonView>,
        beginning: &[u8],
        choices: Choices,
    ) -> Self {
        let stages = stages(is_masked, row.compressed);
        let stage = choices.stage.filter(|chosen| stages.iter().any(|(stage, _)| stage == chosen));
        let stage = stage.unwrap_or(Stage::Application);
        let is_text = row.opcode == "text" || (row.opcode != "close" && is_readable(beginning));
        let kind = match (json, is_text) {
            (Some(_), _) => Kind::Json,
            (None, true) => Kind::Text,
            (None, false) => Kind::Bytes,
        };
        let early = (stage != Stage::Application).then(|| {
            let done = if row.compressed { "inflated" } else { "unmasked" };
            format!("Before the payload is {done} it is bytes.")
        });
        let no_json = match (&early, json) {
            (None, None) => Some("There is no JSON in it.".to_owned()),
            (early, _) => early.clone(),
        };
        let no_text = early.or_else(|| match (is_text, row.opcode.as_str()) {
            (true, _) => None,
            (false, "close") => {
                Some("A Close begins with a code of two bytes; its reason stands above.".into())
            }
            (false, _) if row.length == 0 => Some("It is empty.".into()),
            (false, _) => Some("It is binary, and its beginning is no UTF-8 text.".into()),
        });
        let refused = [no_json, no_text, None];
        let fits = |look: Look| refused[look as usize].is_none();
        let best = Look::ALL.into_iter().find(|look| fits(*look)).unwrap_or(Look::Hex);
        let look = choices.looks[kind as usize].filter(|look| fits(*look)).unwrap_or(best);
        Self { kind, stages, stage, look, refused }
    }
}

/// The stages that differ, and how they are called.
fn stages(is_masked: bool, is_compressed: bool) -> Vec<(Stage, &'static str)> {
    match (is_masked, is_compressed) {
        (true, true) => {
            vec![(Stage::Wire, "wire"), (Stage::Unmasked, "unmasked"), (Stage::Application, "inflated")]
        }
        (true, false) => vec![(Stage::Wire, "wire"), (Stage::Application, "unmasked")],
        (false, true) => vec![(Stage::Wire, "wire"), (Stage::Application, "inflated")],
        (false, false) => vec![(Stage::Application, "as sent")],
    }
}

/// A payload that begins so can be read: UTF-8, perhaps cut within its last character, without control characters
/// but for white space.
fn is_readable(beginning: &[u8]) -> bool {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text.as_bytes(),
        Err(error) if error.error_len().is_none() => beginning.get(..error.valid_up_to()).unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty() && text.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(opcode: &str, json: bool, beginning: &[u8], choices: Choices) -> Offer {
        let row = MessageRow {
            opcode: opcode.into(),
            length: beginning.len() as u64,
            compressed: true,
            ..MessageRow::default()
        };
        let view = JsonView { start: 0, end: 2, values: 1, depth: 1, broken: None };
        Offer::of(&row, true, json.then_some(&view), beginning, choices)
    }

    #[test]
    fn the_best_view_is_chosen() {
        let check = |opcode, json, beginning: &[u8], expected| {
            assert_eq!(offer(opcode, json, beginning, Choices::default()).look, expected, "{opcode}");
        };
        check("text", true, b"{}", Look::Json);
        check("binary", true, b"{}", Look::Json);
        check("text", false, b"hello", Look::Text);
        check("text", false, b"\xff\xff", Look::Text);
        check("binary", false, b"hello", Look::Text);
        check("binary", false, "grö".as_bytes().split_last().unwrap().1, Look::Text);
        check("binary", false, b"\x00\x01", Look::Hex);
        check("binary", false, b"\xffhello", Look::Hex);
        check("ping", false, b"", Look::Hex);
        check("close", false, b"  bye", Look::Hex);
    }

    #[test]
    fn a_choice_holds_for_messages_of_its_kind() {
        let mut choices = Choices::default();
        choices.choose_look(Kind::Json, Look::Text);
        assert_eq!(offer("text", true, b"{}", choices).look, Look::Text);
        assert_eq!(offer("text", false, b"hello", choices).look, Look::Text);
        choices.choose_look(Kind::Text, Look::Hex);
        assert_eq!(offer("text", false, b"hello", choices).look, Look::Hex);
        assert_eq!(offer("text", true, b"{}", choices).look, Look::Text, "another kind");
    }

    #[test]
    fn before_it_is_inflated_a_payload_is_bytes() {
        let mut choices = Choices::default();
        choices.choose_stage(Stage::Unmasked);
        let offer = offer("text", true, b"{}", choices);
        assert_eq!((offer.stage, offer.look), (Stage::Unmasked, Look::Hex));
        assert_eq!(offer.stages.len(), 3);
        assert!(offer.refused[0].is_some() && offer.refused[1].is_some() && offer.refused[2].is_none());
    }

    #[test]
    fn only_stages_that_differ_are_offered() {
        let names = |masked, compressed| -> Vec<&str> {
            stages(masked, compressed).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(names(true, true), ["wire", "unmasked", "inflated"]);
        assert_eq!(names(true, false), ["wire", "unmasked"]);
        assert_eq!(names(false, true), ["wire", "inflated"]);
        assert_eq!(names(false, false), ["as sent"]);
    }
}
