use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;
use crate::stream::Side;

/// What a row says of a message of this text.
fn row(text: &str, expected: Option<&str>) {
    let message = Message {
        number: 0,
        from: Side::Client,
        opcode: Opcode::TEXT,
        payload: text.as_bytes(),
        length: text.len() as u64,
    };
    let decoded = Json.is_likely(&message).then(|| Alone.decode(&message)).flatten();
    assert_eq!(decoded.map(|decoded| decoded.to_json()).as_deref(), expected, "{text}");
}

#[test]
fn rows() {
    row(r#"{"a":1}"#, Some(r#"{"protocol":"json","confidence":1.0}"#));
    row(" \n[]", Some(r#"{"protocol":"json","confidence":1.0}"#));
    row("{\"a\":1}\n{\"b\":2}\n", Some(r#"{"protocol":"json","confidence":1.0,"values":2}"#));
    row("{\"type\":6}\u{1e}", Some(r#"{"protocol":"json","confidence":1.0}"#));
    row(
        r#"{"a":1"#,
        Some(
            r#"{"protocol":"json","confidence":0.5,"problems":["no JSON at byte 6: the text ends within an array or an object"]}"#,
        ),
    );
    row(
        "{} {nope",
        Some(
            r#"{"protocol":"json","confidence":0.5,"problems":["no JSON at byte 4: a member's name must stand here"]}"#,
        ),
    );
    for text in ["hello", "", "17", "\"text\"", "true", "{hello}", "[12:30] <Ada> hi", "[Ada] hi", "  x {}"] {
        row(text, None);
    }
}

#[test]
fn binary_messages_may_be_json_too() {
    let check = |payload: &[u8]| {
        let message = Message {
            number: 0,
            from: Side::Client,
            opcode: Opcode::BINARY,
            payload,
            length: payload.len() as u64,
        };
        Alone.decode(&message).is_some()
    };
    assert!(check(b"{\"a\":\"\xc3\xbc\"}"));
    assert!(!check(b"{\"a\":\"\xff\"}"));
}

#[test]
fn hostile_texts_cost_no_stack() {
    let open = [b'['].repeat(1 << 20);
    let closed = [open.clone(), [b']'].repeat(1 << 20)].concat();
    assert_eq!(check(&closed), Checked { values: 1, depth: 1 << 20, broken: None });
    assert_eq!(check(&open).broken, Some(Broken { offset: 1 << 20, fault: Fault::Unfinished }));
    assert_eq!(Landmarks::of(&closed, None).count(), 1);
    assert!(at_offset(&closed, 1 << 20).is_some());
    assert!(at_pointer(&closed, &"/0".repeat(1 << 16)).is_some());
}

/// Values as people and attackers write them.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-0.0e-7".to_owned()),
        Just("123456789012345678901234567890".to_owned()),
        Just(r#""\ud800 lone""#.to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let space = prop_oneof![Just(""), Just(" "), Just("\n\t")];
    scalar.prop_recursive(5, 40, 5, move |inner| {
        let key = prop_oneof![
            Just("\"a\"".to_owned()),
            any::<String>().prop_map(|k| serde_json::to_string(&k).unwrap())
        ];
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), space.clone())
                .prop_map(|(values, space)| format!("[{space}{}]", values.join(&format!("{space},")))),
            (prop::collection::vec((key, inner), 0..5), space.clone()).prop_map(|(members, space)| {
                let members: Vec<_> =
                    members.into_iter().map(|(key, value)| format!("{space}{key}{space}:{value}")).collect();
                format!("{{{}{space}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    /// The short way through one whole value says what the tokens say, of what is one and of what somebody broke.
    #[test]
    fn one_value_is_what_its_tokens_are(text in value(), place in any::<prop::sample::Index>(), byte in "[ -~\n\u{1e}]?") {
        prop_assert_eq!(check(text.as_bytes()), by_tokens(text.as_bytes()));
        let mut broken = text.into_bytes();
        let at = place.index(broken.len());
        broken.splice(at..=at, byte.bytes());
        prop_assert_eq!(check(&broken), by_tokens(&broken));
    }
}

#[test]
fn most_messages_go_the_short_way() {
    for (text, depth) in
        [("{}", 1), (" [1, {\"a\": [\"\\u00fc\", -0.5e+7, true, null]}]\n", 3), ("[[],{}]", 2)]
    {
        assert_eq!(whole::depth_of_one(text.as_bytes()), Some(depth), "{text}");
    }
    let deepest = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(whole::depth_of_one(deepest(64).as_bytes()), Some(64));
    assert_eq!(whole::depth_of_one(deepest(65).as_bytes()), None);
    for text in [
        "",
        "1",
        "\"a\"",
        "{} {}",
        "[1,]",
        "{,}",
        "{\"a\":1,}",
        "[1 2]",
        "[01]",
        "{\"a\"}",
        "[\"\u{1}\"]",
        "[}",
        "[tru]",
    ] {
        assert_eq!(whole::depth_of_one(text.as_bytes()), None, "{text}");
    }
}

/// The tokens of a text, without what stands between them.
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let mut tokens = Tokens::new(text);
    let mut seen = Vec::new();
    while let Ok(Some(lexeme)) = tokens.next_token() {
        seen.push(&text[lexeme.start..lexeme.end]);
    }
    seen
}

/// Children lie within their container, in order, with nothing but punctuation between them, down to the leaves; each
/// is found again by its first byte and by its path.
fn tiles(text: &[u8], container: Option<u64>, within: Range<usize>) {
    let mut done = within.start;
    let between = |bytes: &[u8]| bytes.iter().all(|byte| b" \t\n\r,:[]{}\x1e".contains(byte));
    let landmarks = Landmarks::of(text, container);
    let nodes = landmarks.page(text, 0, PAGE);
    let children: Vec<_> = Children::of(text, container).collect();
    assert_eq!(nodes, children.iter().map(|child| child.node(text)).collect::<Vec<_>>());
    assert_eq!(landmarks.count(), children.len() as u64);
    for child in children {
        let start = child.key.as_ref().map_or(child.value.start, |key| key.start);
        assert!(between(&text[done..start]), "{:?}", String::from_utf8_lossy(&text[done..start]));
        if let Some(key) = &child.key {
            assert!(between(&text[key.end..child.value.start]));
        }
        let place = at_offset(text, child.value.start as u64).expect("a node");
        assert_eq!(place.node, child);
        // Of members with one name the pointer means the last.
        let found = at_pointer(text, &place.pointer());
        assert!(found.as_ref() == Some(&child) || found.is_none_or(|found| found.value != child.value));
        if matches!(child.kind, Kind::Array | Kind::Object) {
            tiles(text, Some(child.value.start as u64), child.value.clone());
        }
        done = child.value.end;
    }
    assert!(between(&text[done..within.end]));
}

proptest! {
    #[test]
    fn ranges_tile_the_input(text in value()) {
        tiles(text.as_bytes(), None, 0..text.len());
    }

    #[test]
    fn pointers_name_the_node_where_names_are_unique(text in value(), at in any::<prop::sample::Index>()) {
        let Some(place) = at_offset(text.as_bytes(), at.index(text.len()) as u64) else { return Ok(()) };
        prop_assert!(place.node.value.end <= text.len());
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
            // serde_json keeps the last of equal names as well.
            prop_assert_eq!(value.pointer(&place.pointer()).is_some(), at_pointer(text.as_bytes(), &place.pointer()).is_some());
        }
    }

    #[test]
    fn pretty_means_the_same(text in value()) {
        let lines = pretty(text.as_bytes(), 1 << 20);
        prop_assert!(!lines.cut && lines.broken.is_none());
        prop_assert_eq!(tokens(lines.text.as_bytes()), tokens(text.as_bytes()));
        prop_assert_eq!(
            serde_json::from_str::<serde_json::Value>(&lines.text).ok(),
            serde_json::from_str::<serde_json::Value>(&text).ok()
        );
    }

    #[test]
    fn agrees_with_serde_json(text in r#"[\[\]{},:"\\ua0-9.eE+\-truefalsn \n\x00]{0,24}"#) {
        let expected: Vec<_> = serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>().collect();
        let is_one = expected.len() == 1 && expected.iter().all(Result::is_ok);
        let checked = check(text.as_bytes());
        prop_assert_eq!(checked.broken.is_none() && checked.values == 1, is_one, "{:?}", text);
    }

    #[test]
    fn any_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0u64..220, most in 0usize..300) {
        check(&bytes);
        pretty(&bytes, most);
        at_offset(&bytes, at);
        at_pointer(&bytes, &String::from_utf8_lossy(&bytes));
        Landmarks::of(&bytes, Some(at)).page(&bytes, at, most);
        unescape(&bytes, most);
    }

    #[test]
    fn a_damaged_text_does_not_panic(text in value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let place = at_offset(&bytes, at as u64);
        prop_assert!(place.is_none_or(|place| place.node.value.end <= bytes.len()));
        let lines = pretty(&bytes, 1 << 20);
        prop_assert_eq!(lines.broken.is_some(), check(&bytes).broken.is_some());
    }
}
