use super::*;

fn node(start: u64, end: u64, kind: JsonKind) -> JsonNode {
    JsonNode {
        index: 0,
        key: None,
        key_range: None,
        kind,
        start,
        end,
        shown: String::new(),
        cut: false,
        empty: false,
        children: None,
    }
}

fn page(count: u64, nodes: Vec<JsonNode>) -> JsonPage {
    JsonPage { count, nodes, broken: None, unfinished: None }
}

/// `[[1],2]`, open as it is from the beginning.
fn opened() -> Outline {
    let mut outline = Outline::default();
    assert_eq!(outline.hold(None, 0, &page(1, vec![node(0, 7, JsonKind::Array)])), [Some(0)]);
    let inner = vec![node(1, 4, JsonKind::Array), node(5, 6, JsonKind::Number)];
    assert_eq!(outline.hold(Some(0), 0, &page(2, inner)), [Some(1)]);
    assert_eq!(outline.hold(Some(1), 0, &page(1, vec![node(2, 3, JsonKind::Number)])), []);
    outline
}

fn drawn(outline: &Outline) -> String {
    let letter = |line: &Line| {
        let shown = match &line.shown {
            Shown::Node { node, is_open: true, .. } => format!("▾{}", node.start),
            Shown::Node { node, .. } if is_container(node) => format!("▸{}", node.start),
            Shown::Node { node, .. } => format!("·{}", node.start),
            Shown::End(_) => "]".to_owned(),
            Shown::More { known, count, .. } => format!("{known} of {count}"),
            Shown::Awaited => "?".to_owned(),
            Shown::Broken { at, .. } => format!("✗{at}"),
        };
        format!("{}{shown}", " ".repeat(line.depth))
    };
    outline.lines().iter().map(letter).collect::<Vec<_>>().join("\n")
}

#[test]
fn two_levels_are_open() {
    assert_eq!(drawn(&opened()), "▾0\n ▾1\n  ·2\n ]\n ·5\n]");
}

#[test]
fn containers_fold() {
    let mut outline = opened();
    assert_eq!(outline.toggle(1), None);
    assert_eq!(drawn(&outline), "▾0\n ▸1\n ·5\n]");
    assert_eq!(outline.toggle(1), None, "its children are known");
    let mut outline = Outline::default();
    outline.hold(None, 0, &page(60, vec![node(0, 7, JsonKind::Array)]));
    assert_eq!(drawn(&outline), "▸0\n1 of 60", "of many values none is open");
    assert_eq!(outline.toggle(0), Some(Some(0)));
    assert_eq!(drawn(&outline), "▾0\n ?\n]\n1 of 60");
}

#[test]
fn pages_follow_each_other() {
    let mut outline = Outline::default();
    outline.hold(None, 0, &page(1, vec![node(0, 99, JsonKind::Array)]));
    let many = |from: u64, until: u64| (from..until).map(|at| node(at, at + 1, JsonKind::Null)).collect();
    outline.hold(Some(0), 0, &page(5, many(1, 3)));
    assert_eq!(outline.known(Some(0)), 2);
    outline.hold(Some(0), 0, &page(5, many(1, 3)));
    assert_eq!(drawn(&outline), "▾0\n ·1\n ·2\n 2 of 5\n]", "a page that comes twice is taken once");
    outline.hold(Some(0), 2, &page(5, many(3, 6)));
    assert_eq!(drawn(&outline), "▾0\n ·1\n ·2\n ·3\n ·4\n ·5\n]");
}

#[test]
fn what_is_broken_shows_what_is_there() {
    let mut outline = Outline::default();
    let broken = Some((6, "x".to_owned()));
    let begun = node(0, 6, JsonKind::Array);
    let first = JsonPage { count: 0, nodes: vec![], broken: broken.clone(), unfinished: Some(begun) };
    assert_eq!(outline.hold(None, 0, &first), [Some(0)]);
    let within = JsonPage { broken, ..page(1, vec![node(1, 2, JsonKind::Number)]) };
    outline.hold(Some(0), 0, &within);
    assert_eq!(drawn(&outline), "▾0\n ·1\n ✗6");
}

#[test]
fn keys_move_and_fold() {
    let lines = opened().lines();
    let check = |at, pressed, expected| assert_eq!(key(&lines, at, pressed, 3), expected, "{at} {pressed}");
    check(0, "ArrowDown", Some(Move::To(1)));
    check(2, "ArrowDown", Some(Move::To(4)));
    check(4, "ArrowDown", None);
    check(4, "ArrowUp", Some(Move::To(2)));
    check(0, "ArrowRight", Some(Move::To(1)));
    check(1, "ArrowLeft", Some(Move::Toggle(1)));
    check(2, "ArrowLeft", Some(Move::To(1)));
    check(4, "ArrowLeft", Some(Move::To(0)));
    check(4, "ArrowRight", None);
    check(4, "Home", Some(Move::To(0)));
    check(0, "End", Some(Move::To(4)));
    check(0, "PageDown", Some(Move::To(2)));
    check(1, "Enter", Some(Move::Act(1)));
    check(9, "ArrowUp", None);
    let mut closed = opened();
    closed.toggle(1);
    assert_eq!(key(&closed.lines(), 1, "ArrowRight", 3), Some(Move::Toggle(1)));
}
