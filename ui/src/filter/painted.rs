//! The expression in its colours. It lies beneath the field, whose own letters are transparent, and must take exactly the
//! same room: it has the same letters in the same font, and colours alone differ.

use std::ops::Range;

use sockscope_core::session::api::{Paint, paint};
use yew::prelude::*;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The expression.
    pub text: AttrValue,
    /// The bytes that are at fault; empty where something is missing.
    pub fault: Option<Range<usize>>,
    /// A place in bytes that can be pointed at.
    pub anchor: usize,
    /// An element at that place.
    pub anchor_ref: NodeRef,
    /// All of it, to be moved when the field scrolls.
    pub node: NodeRef,
}

/// The expression in its colours.
#[component]
pub fn Painted(props: &Props) -> Html {
    let text = props.text.as_str();
    let fault = props.fault.clone();
    let marks = fault.iter().flat_map(|fault| [fault.start, fault.end]).chain([props.anchor]);
    let pieces = pieces(text, marks);
    let is_missing = |at: usize| fault.as_ref().is_some_and(|fault| fault.is_empty() && fault.start == at);
    let at = |at: usize| {
        html! {
            <>
                if at == props.anchor { <span class="anchor" ref={props.anchor_ref.clone()}></span> }
                if is_missing(at) { <span class="missing"></span> }
            </>
        }
    };
    html! {
        <div class="painted" ref={props.node.clone()} aria-hidden="true">
            { for pieces.iter().map(|(range, paint)| {
                let is_wrong = fault.as_ref().is_some_and(|fault| fault.start <= range.start && range.end <= fault.end);
                let class = classes!(paint.map(class), is_wrong.then_some("wrong"));
                html! { <>{at(range.start)}<span {class}>{text.get(range.clone()).unwrap_or_default().to_owned()}</span></> }
            }) }
            {at(text.len())}
        </div>
    }
}

fn class(paint: Paint) -> &'static str {
    match paint {
        Paint::Field => "field-name",
        Paint::Operator | Paint::Sign => "operator",
        Paint::Word => "word",
        Paint::Client => "client",
        Paint::Server => "server",
        Paint::Value => "value",
        Paint::Text => "text",
        Paint::Stray => "stray",
    }
}

/// The whole text in pieces of one colour, cut at these places too.
fn pieces(text: &str, marks: impl Iterator<Item = usize>) -> Vec<(Range<usize>, Option<Paint>)> {
    let painted = paint(text);
    let mut borders: Vec<usize> = Vec::new();
    let tokens = painted.iter().flat_map(|token| [token.range.start, token.range.end]);
    for at in tokens.chain(marks).chain([0, text.len()]).filter(|&at| text.is_char_boundary(at)) {
        if let Err(place) = borders.binary_search(&at) {
            borders.insert(place, at);
        }
    }
    let pairs = borders.iter().zip(borders.iter().skip(1));
    pairs
        .map(|(&start, &end)| {
            let token = painted.iter().find(|token| token.range.start <= start && end <= token.range.end);
            (start..end, token.map(|token| token.paint))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text() {
        for text in ["", "a", " from == client and  \"größe\" ", "length in {1,2", "\"x", "ä ö"] {
            let marks = (0..text.len() + 3).step_by(3);
            let pieces = pieces(text, marks);
            let joined: String = pieces.iter().map(|(range, _)| &text[range.clone()]).collect();
            assert_eq!(joined, text);
        }
        let found = pieces("from==x", [5].into_iter());
        let expected = [
            (0..4, Some(Paint::Field)),
            (4..5, Some(Paint::Operator)),
            (5..6, Some(Paint::Operator)),
            (6..7, Some(Paint::Value)),
        ];
        assert_eq!(found, expected);
    }
}
