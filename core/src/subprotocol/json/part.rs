//! What a window asks of the JSON in a payload, as plain data: a page of a tree, the node at a byte and its path, the
//! text in lines. Offsets are those of the payload, of which the JSON may be only a part.

use serde::{Deserialize, Serialize};

use super::{Broken, Child, Landmarks, Node, Place, at_offset, at_pointer, pretty};

/// Where JSON stands in a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonView {
    /// Offset of the text in the payload.
    pub start: u64,
    /// Offset behind it.
    pub end: u64,
    /// Whole values that stand beside each other.
    pub values: u64,
    /// Containers within each other at most.
    pub depth: u64,
    /// Where it stops being JSON, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<(u64, String)>,
}

/// Some children of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonPage {
    /// How many it has in all; where the text is broken within it, before that place.
    pub count: u64,
    /// Those that were asked for.
    pub nodes: Vec<Node>,
    /// Where the text stops being JSON within the container, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<(u64, String)>,
    /// The array or object behind them that it is broken in; it ends at that place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Node>,
}

/// A node and the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonPlace {
    /// As JSON Pointer (RFC 6901).
    pub pointer: String,
    /// As JavaScript goes there.
    pub javascript: String,
    /// The node.
    pub node: Node,
}

/// A text in lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonPretty {
    /// The lines.
    pub text: String,
    /// It would be longer than was asked for.
    pub cut: bool,
}

/// The JSON in a payload.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    text: &'a [u8],
    start: u64,
}

impl<'a> Part<'a> {
    /// Of a whole payload; empty where the payload is not the one of the view.
    pub fn of(payload: &'a [u8], view: &JsonView) -> Self {
        let offset = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        let text = payload.get(offset(view.start)..offset(view.end)).unwrap_or_default();
        Self { text, start: view.start }
    }

    /// Where the children are of the container that begins at an offset, or, for `None`, the values themselves; nothing
    /// where no container of this text can begin. Reads the container to its end.
    pub fn landmarks(&self, container: Option<u64>) -> Option<Landmarks> {
        let inner = match container {
            Some(offset) => Some(offset.checked_sub(self.start)?),
            None => None,
        };
        Some(Landmarks::of(self.text, inner))
    }

    /// Up to `most` children, from the one with this index on, of the container that these landmarks are of.
    pub fn page(&self, landmarks: Option<&Landmarks>, from: u64, most: usize) -> JsonPage {
        let Some(landmarks) = landmarks else {
            return JsonPage { count: 0, nodes: Vec::new(), broken: None, unfinished: None };
        };
        let nodes = landmarks.page(self.text, from, most).into_iter().map(|node| self.moved(node));
        let broken = landmarks.broken().map(|broken| self.broken(broken));
        let unfinished = landmarks.unfinished().map(|child| self.node(child));
        JsonPage { count: landmarks.count(), nodes: nodes.collect(), broken, unfinished }
    }

    /// The innermost node that holds the byte at an offset.
    pub fn at_offset(&self, offset: u64) -> Option<JsonPlace> {
        let place = at_offset(self.text, offset.checked_sub(self.start)?)?;
        let (pointer, javascript) = (place.pointer(), place.javascript());
        let Place { node, .. } = place;
        Some(JsonPlace { pointer, javascript, node: self.node(&node) })
    }

    /// The node that a JSON Pointer names.
    pub fn at_pointer(&self, pointer: &str) -> Option<Node> {
        at_pointer(self.text, pointer).map(|child| self.node(&child))
    }

    /// All of it in lines, `most` bytes of them at most.
    pub fn lines(&self, most: usize) -> JsonPretty {
        let pretty = pretty(self.text, most);
        JsonPretty { text: pretty.text, cut: pretty.cut }
    }

    fn node(&self, child: &Child) -> Node {
        self.moved(child.node(self.text))
    }

    fn moved(&self, node: Node) -> Node {
        let moved = |offset: u64| offset.saturating_add(self.start);
        Node {
            key_range: node.key_range.map(|(start, end)| (moved(start), moved(end))),
            start: moved(node.start),
            end: moved(node.end),
            ..node
        }
    }

    fn broken(&self, broken: Broken) -> (u64, String) {
        (self.start.saturating_add(broken.offset as u64), broken.fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_the_payload() {
        let payload = br#"42/chat,["a",{"b":[1,2]}]"#;
        let view = JsonView { start: 8, end: payload.len() as u64, values: 1, depth: 3, broken: None };
        let part = Part::of(payload, &view);
        let written = |node: &Node| &payload[node.start as usize..node.end as usize];
        let children = |container, from| part.page(part.landmarks(container).as_ref(), from, 9);
        let root = children(None, 0);
        assert_eq!((root.count, written(&root.nodes[0])), (1, &payload[8..]));
        let page = children(Some(8), 1);
        assert_eq!((page.count, written(&page.nodes[0])), (2, &br#"{"b":[1,2]}"#[..]));
        let member = children(Some(page.nodes[0].start), 0);
        assert_eq!(member.nodes[0].key_range, Some((14, 17)));
        let place = part.at_offset(21).unwrap();
        assert_eq!((place.pointer.as_str(), written(&place.node)), ("/1/b/1", &b"2"[..]));
        assert_eq!(part.at_pointer(&place.pointer), Some(place.node));
        assert_eq!(part.at_offset(3), None);
        assert_eq!(children(Some(3), 0).count, 0);
        assert_eq!(
            part.lines(1 << 10).text,
            "[\n  \"a\",\n  {\n    \"b\": [\n      1,\n      2\n    ]\n  }\n]"
        );
        assert_eq!(Part::of(b"", &view).landmarks(None).map(|landmarks| landmarks.count()), Some(0));
    }
}
