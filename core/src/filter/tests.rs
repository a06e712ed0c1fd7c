use std::net::SocketAddr;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Severity;

/// A message from 10.0.0.1:50000 to [2001:db8::2]:8001, with a diagnostic.
struct Sample;

impl Record for Sample {
    fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let (client, server): (SocketAddr, SocketAddr) =
            ("10.0.0.1:50000".parse().unwrap(), "[2001:db8::2]:8001".parse().unwrap());
        match field {
            Field::From => holds(Value::Text("client")),
            Field::Opcode => holds(Value::Number(1)),
            Field::Length => holds(Value::Number(1_500)),
            Field::WireLength => holds(Value::Number(700)),
            Field::Text | Field::Payload => {
                holds(Value::Bytes("{\"type\":\"Order\",\"größe\":12}".as_bytes()))
            }
            Field::Time => holds(Value::Number(1_795_329_894_000_007_000)),
            Field::SinceStart => holds(Value::Number(12_500_000_000)),
            Field::Connection => holds(Value::Number(3)),
            Field::Message => holds(Value::Number(12)),
            Field::Packet => holds(Value::Number(88)) || holds(Value::Number(90)),
            Field::TcpStream => holds(Value::Number(4)),
            Field::Client => holds(Value::EndPoint(client)),
            Field::Server => holds(Value::EndPoint(server)),
            Field::Address => holds(Value::Address(client.ip())) || holds(Value::Address(server.ip())),
            Field::Source => holds(Value::Address(client.ip())),
            Field::Port => holds(Value::Number(50_000)) || holds(Value::Number(8_001)),
            Field::Host => holds(Value::Text("example.com:8001")) || holds(Value::Text("example.com")),
            Field::Path => holds(Value::Text("/chat")),
            Field::Target => holds(Value::Text("/chat?room=1")),
            Field::Compressed | Field::WebSocket => holds(Value::Flag(true)),
            Field::Complete => holds(Value::Flag(false)),
            Field::Diagnostic => holds(Value::Text("mask-zero")),
            Field::Severity => holds(Value::Severity(Severity::Warning)),
            Field::Mask => holds(Value::Number(0xa1b2_c3d4)),
            Field::Verdict => holds(Value::Text("valid")),
            // A text message has no code and no reason; this connection has no sub-protocol.
            _ => false,
        }
    }
}

#[track_caller]
fn check(expression: &str, expected: bool) {
    let filter =
        Filter::parse(expression).unwrap_or_else(|error| panic!("{}\n{error}", error.under(expression)));
    assert_eq!(filter.holds(&Sample), expected, "{expression} read as {filter}");
    let printed = filter.to_string();
    let again = Filter::parse(&printed).unwrap_or_else(|error| panic!("{}\n{error}", error.under(&printed)));
    assert_eq!(again.to_string(), printed, "{expression}");
    assert_eq!(again.holds(&Sample), expected, "{expression} printed as {printed}");
}

#[track_caller]
fn check_error(expression: &str, marked: &str, says: &str) {
    let error = Filter::parse(expression).expect_err(expression);
    assert_eq!(expression.get(error.range.clone()), Some(marked), "{expression}: {error}");
    assert!(error.message.contains(says), "{expression}: {error}");
}

#[test]
fn an_expression_that_is_empty_holds_for_everything() {
    check("", true);
    check("  \n", true);
}

#[test]
fn numbers_and_sizes() {
    check("length == 1500", true);
    check("length == 1.5k", true);
    check("length >= 1.5kB", true);
    check("length < 1Ki", false);
    check("length <= 1M and length > 0x5db", true);
    check("length in {1, 2, 1..5k}", true);
    check("length in {1..1499, 1501..9999}", false);
    check("connection=3", true);
    check("message ge 12 and message lt 13", true);
    check("opcode == text", true);
    check("opcode == 1", true);
    check("opcode in {close, ping, pong}", false);
    check("opcode >= close", false);
}

#[test]
fn flags_enumerations_and_absent_fields() {
    check("compressed", true);
    check("not complete", true);
    check("complete == false", true);
    check("compressed != true", false);
    check("from == client", true);
    check("from == CLIENT", true);
    check("severity >= warning", true);
    check("severity > warning", false);
    check("diagnostic", true);
    check("diagnostic == mask-zero", true);
    check("diagnostic contains mask", true);
    check("code == mask_zero", true);
    check("code contains MASK", true);
    check("verdict in {valid, missing}", true);
    check("code == 1000", false);
    check("code != 1000", false);
    check("not code == 1000", true);
    check("reason", false);
    check("subprotocol != x", false);
}

#[test]
fn several_values() {
    check("packet == 88 and packet == 90", true);
    check("packet == 89", false);
    check("packet in {89..95}", true);
    check("packet != 88", false);
    check("packet != 89", true);
    check("host == example.com and host == example.com:8001", true);
}

#[test]
fn addresses() {
    check("client == 10.0.0.1", true);
    check("client == 10.0.0.1:50000", true);
    check("client == 10.0.0.1:50001", false);
    check("client in {192.168.0.0/16, 10.0.0.0/8}", true);
    check("server == 2001:db8::/32", true);
    check("server == [2001:db8::2]:8001", true);
    check("server contains DB8::2]:80", true);
    check("address == ::1", false);
    check("ip.addr == 10.0.0.1 and ipv6.addr == 2001:db8::2", true);
    check("ip.src == 10.0.0.1", true);
    check("client matches '^10\\.0'", true);
    check("tcp.port == 8001", true);
    check("port in {80, 8000..9000}", true);
}

#[test]
fn times() {
    check("time == 2026-11-22T06:44:54.000007Z", true);
    check("time > 2026-11-22T07:44:54+01:00", true);
    check("time > \"2026-11-22 06:44:54\"", true);
    check("time > 1795329894 and time < 1795329895", true);
    check("time == 1795329894.000007", true);
    check("time > 12 and time <= 12.5", true);
    check("time in {10..20}", true);
    check("frame.time_relative == 12.5", true);
    check("frame.time_epoch > 12", true);
    check("frame.time_epoch in {1..2}", false);
    check("time >= 1970-01-01", true);
}

#[test]
fn text_and_bytes() {
    check("text contains order", true);
    check("text contains \"GRÖSSE\" or text contains \"GRÖßE\"", true);
    check("text matches order", false);
    check("text matches '(?i)\"type\":\\s*\"order\"'", true);
    check(r#"text matches "\"type\":\"\w+\"""#, true);
    check("payload contains hex:4f72646572", true);
    check("payload contains hex:6f72646572", false);
    check("payload contains 'hex:4f'", false);
    check("text == order", false);
    check("path == /chat and target == \"/chat?room=1\"", true);
    check(r#"text contains "\x22type\u{22}""#, true);
    check("mask == a1b2c3d4 and mask == a1:b2:c3:d4 and mask == 0xA1B2C3D4", true);
}

#[test]
fn bare_words_search_the_text() {
    check("order", true);
    check("ORDER \"größe\"", true);
    check("order cancel", false);
    check("order or cancel", true);
    check("not cancel", true);
    check("websocket", true);
    check("\"websocket\"", false);
    check("from == client and order type", true);
}

#[test]
fn and_binds_tighter_than_or() {
    check("order or order and cancel", true);
    check("(order or order) and cancel", false);
    check("cancel and cancel or order", true);
    check("not cancel and order", true);
    check("not (cancel and order)", true);
    check("! cancel && !(order && cancel) || cancel", true);
}

#[test]
fn errors_say_where_and_what_to_do() {
    check_error("opcod == 1", "opcod", "did you mean opcode?");
    check_error("websocket.opcodes", "websocket.opcodes", "did you mean websocket.opcode");
    check_error("from == clint", "clint", "takes client or server");
    check_error("length > 10x", "10x", "10k or 1M");
    check_error("length contains 1", "contains", "it takes == != < <= > >= in");
    check_error("host < a", "<", "it takes contains");
    check_error("length >", "", "a value is missing here");
    check_error("a and", "", "a comparison or a word");
    check_error("and a", "and", "missing before this");
    check_error("(a or b", "(", "`)` is missing");
    check_error("a)", ")", "closes nothing");
    check_error("()", ")", "missing before");
    check_error("text contains \"abc", "\"abc", "second quote");
    check_error("text matches \"a(\"", "\"a(\"", "unclosed group");
    check_error("text matches \"(\\w{900}){900}\"", "\"(\\w{900}){900}\"", "too large");
    check_error("text contains \"a\\d\"", "\\d", "no such escape");
    check_error("diagnostic == accept-mismach", "accept-mismach", "did you mean accept-mismatch?");
    check_error("payload contains hex:0", "hex:0", "pairs of hexadecimal digits");
    check_error("opcode in text", "text", "opcode in {a, b}");
    check_error("opcode in {text", "{", "`}` is missing");
    check_error("opcode in {text close}", "close", "`,` or `}`");
    check_error("opcode in {5..1}", "5..1", "lesser to the greater");
    check_error("code in {1000, mask-zero}", "mask-zero", "one kind");
    check_error("code < mask-zero", "mask-zero", "no order");
    check_error("from client", "client", "an operator is missing");
    check_error("time", "time", "every row has");
    check_error("from == client order", "order", "`and` or `or` is missing");
    check_error("order from == client", "from", "`and` or `or` is missing");
    check_error("path == /chat?a=1", "=", "quotes");
    check_error("{\"a\":1}", "{", "quotes");
    check_error("client == 10.0.0.0/33", "10.0.0.0/33", "a network");
    check_error("größe == 1", "größe", "there is no field");
    check_error("host == and", "and", "needs quotes");
}

#[test]
fn an_error_is_shown_under_its_place() {
    let error = Filter::parse("größe and lenght > 1").unwrap_err();
    assert_eq!(error.under("größe and lenght > 1"), "größe and lenght > 1\n          ^^^^^^");
    let error = Filter::parse("length >").unwrap_err();
    assert_eq!(error.under("length >"), "length >\n        ^");
}

#[test]
fn hostile_expressions_end_in_an_error() {
    for (open, close) in [("(", ")"), ("not ", ""), ("!(", ")")] {
        let deep = format!("{}a{}", open.repeat(3_000), close.repeat(3_000));
        assert!(Filter::parse(&deep).unwrap_err().message.contains("around each other"), "{open}");
    }
    assert!(Filter::parse(&"(".repeat(100_000)).unwrap_err().message.contains("at most"));
    assert!(Filter::parse(&"a ".repeat(200)).unwrap_err().message.contains("at most 128 comparisons"));
    check(&format!("{}order", "b or ".repeat(127)), true);
    check(&format!("{}order{}", "(".repeat(DEEPEST), ")".repeat(DEEPEST)), true);
    let many: Vec<String> = (0..2_000).map(|number| number.to_string()).collect();
    check(&format!("length in {{{}}}", many.join(",")), true);
}

#[test]
fn header_comparisons_are_asked_first() {
    let filter = Filter::parse("text matches a and order and host contains x and from == server").unwrap();
    let mut asked = Vec::new();
    filter.decide(|_, comparison| {
        asked.push(comparison.field());
        Some(true)
    });
    assert_eq!(asked, [Field::From, Field::Host, Field::Text, Field::Text]);
    let check = |expression: &str, expected| {
        assert_eq!(Filter::parse(expression).unwrap().holds_by_headers(&Sample), expected, "{expression}");
    };
    check("order and from == server", Some(false));
    check("order and from == client", None);
    check("order or from == client", Some(true));
    check("not order", None);
    check("length > 1", Some(true));
}

#[test]
fn what_was_seen_of_several_records_is_joined() {
    struct Opcode(u64);
    impl Record for Opcode {
        fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
            field == Field::Opcode && holds(Value::Number(self.0))
        }
    }
    struct Nothing;
    impl Record for Nothing {
        fn any(&self, _: Field, _: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
            false
        }
    }
    let check = |expression: &str, opcodes: &[u64], expected: bool| {
        let filter = Filter::parse(expression).unwrap();
        let mut seen = Seen::default();
        for &opcode in opcodes {
            seen.add(&filter, &Opcode(opcode));
        }
        assert_eq!(seen.holds_with(&filter, &Nothing), expected, "{expression} {opcodes:?}");
    };
    check("opcode == text and opcode == ping", &[1, 9], true);
    check("opcode == text and opcode == ping", &[1, 8], false);
    check("opcode != text", &[9, 1], false);
    check("opcode != text", &[9, 8], true);
    check("opcode != text", &[], false);
    check("not opcode == text", &[], true);
}

/// Something that could stand in an expression.
fn scrap() -> impl Strategy<Value = String> {
    let names = Field::names().chain(Operator::ALL.iter().map(|operator| operator.name()));
    let words: Vec<String> = names
        .chain([
            "(",
            ")",
            "{",
            "}",
            ",",
            "and",
            "or",
            "not",
            "!",
            "&&",
            "||",
            "client",
            "text",
            "1",
            "10k",
            "1..5",
            "12.5",
            "10.0.0.0/8",
            "[::1]:80",
            "hex:00ff",
            "mask-zero",
            "warning",
            "valid",
            "\"x y\"",
            "'a\\\"b'",
            "true",
            "\"",
            "2026-11-22T06:44:54Z",
            "a1b2c3d4",
            "größe",
        ])
        .map(str::to_owned)
        .collect();
    prop_oneof![8 => proptest::sample::select(words), 1 => "\\PC{0,4}"]
}

/// An expression that is one.
fn sound() -> impl Strategy<Value = String> {
    let comparison = prop_oneof![
        Just("from == client".to_owned()),
        (0..20_u64).prop_map(|number| format!("length != {number}")),
        (0..u64::MAX).prop_map(|nanos| format!("frame.time_epoch < {}", moment::print_seconds(nanos))),
        (0..u64::MAX).prop_map(|nanos| format!("since_start >= {}", moment::print_seconds(nanos))),
        (0..16_u8).prop_map(|opcode| format!("opcode in {{{opcode}, 3..15}}")),
        any::<u32>().prop_map(|mask| format!("mask == {mask:08x}")),
        any::<std::net::SocketAddr>().prop_map(|end| format!("client == {end}")),
        (any::<std::net::Ipv4Addr>(), 0..=32_u8)
            .prop_map(|(address, bits)| format!("address == {address}/{bits}")),
        "[a-zß\"' ]{0,5}".prop_map(|text| format!("text contains {text:?}")),
        "[a-z\"'.]{0,5}".prop_map(|text| format!("host matches \"{}\"", text.replace('"', "\\\""))),
        proptest::collection::vec(any::<u8>(), 0..4).prop_map(|bytes| format!(
            "payload == hex:{}",
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        )),
        Just("compressed".to_owned()),
        Just("reason".to_owned()),
        Just("severity >= warning".to_owned()),
        Just("order".to_owned()),
    ];
    comparison.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| format!("not ({part})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and {b}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a} or ({b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_filter_is_read_as_the_same(expression in sound()) {
        let filter = Filter::parse(&expression).unwrap_or_else(|error| panic!("{}\n{error}", error.under(&expression)));
        let printed = filter.to_string();
        let again = Filter::parse(&printed).unwrap_or_else(|error| panic!("{}\n{error}", error.under(&printed)));
        prop_assert_eq!(again.to_string(), printed);
        prop_assert_eq!(again.holds(&Sample), filter.holds(&Sample));
    }

    #[test]
    fn no_expression_panics(scraps in proptest::collection::vec(scrap(), 0..12), blanks in any::<bool>(), cursor in 0..80_usize) {
        let expression = scraps.join(if blanks { " " } else { "" });
        match Filter::parse(&expression) {
            Ok(filter) => {
                filter.holds(&Sample);
                let printed = filter.to_string();
                prop_assert_eq!(Filter::parse(&printed).map(|again| again.to_string()), Ok(printed.clone()));
            }
            Err(error) => {
                prop_assert!(expression.get(error.range.clone()).is_some(), "{:?} in {}", error, expression);
                error.under(&expression);
            }
        }
        let completion = complete(&expression, cursor);
        prop_assert!(cursor > expression.len() || expression.get(completion.range).is_some());
    }
}
