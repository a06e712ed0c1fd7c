//! Filters made of what stands in a cell.

use sockscope_core::session::api::MessageRow;

use super::columns::Column;
use super::preview;

/// Letters of a text that are looked for.
const LETTERS: usize = 60;
/// Bytes of a payload that are looked for.
const BYTES: usize = 24;

/// The expressions that hold for what stands in a cell, the most telling first.
pub fn expressions(column: Column, row: &MessageRow) -> Vec<String> {
    match column {
        Column::Preview => payload(row),
        _ => value(column, row).into_iter().collect(),
    }
}

fn value(column: Column, row: &MessageRow) -> Option<String> {
    Some(match column {
        Column::Number => format!("message == {}", row.message),
        Column::Connection => format!("connection == {}", row.connection),
        Column::Time | Column::Delta => {
            let nanos = row.time?.0;
            format!("time == {}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
        }
        Column::From => format!("from == {}", row.from?.name()),
        Column::Type => format!("opcode == {}", row.opcode),
        Column::Size => format!("length == {}", row.length),
        Column::Wire => format!("wire_length == {}", row.wire_length),
        Column::Flags => match (row.complete, row.compressed, row.frames) {
            (Some(false), ..) => "not complete".to_owned(),
            (_, _, 2..) => "frames > 1".to_owned(),
            (_, true, _) => "compressed".to_owned(),
            (_, false, _) => "not compressed".to_owned(),
        },
        Column::Preview => return None,
    })
}

/// What is wrong with a message, and what it says.
fn payload(row: &MessageRow) -> Vec<String> {
    let wrong = row.diagnostics.iter().map(|code| format!("diagnostic == {code}"));
    wrong.chain(said(row)).collect()
}

fn said(row: &MessageRow) -> Option<String> {
    if let Some(code) = row.code {
        return Some(format!("code == {code}"));
    }
    if let Some(text) = row.payload.preview.as_deref().or(row.payload.text.as_deref()) {
        let beginning: String = text.chars().take(LETTERS).collect();
        return (!beginning.is_empty()).then(|| format!("text contains {}", quoted(&beginning)));
    }
    let bytes = preview::bytes(row);
    let beginning = bytes.get(..BYTES).unwrap_or(&bytes);
    let digits: String = beginning.iter().map(|byte| format!("{byte:02x}")).collect();
    (!digits.is_empty()).then(|| format!("payload contains hex:{digits}"))
}

/// A text between quotes, in the escapes of the filter language.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() || is_unseen(letter) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// Letters that reorder or hide others would do so in the filter's field too.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A filter, and this expression too.
pub fn and(filter: &str, expression: &str) -> String {
    let filter = filter.trim();
    if filter.is_empty() {
        return expression.to_owned();
    }
    // Parentheses only where they may be needed: bare words are no single comparison.
    let lower = format!(" {} ", filter.to_ascii_lowercase());
    let is_plain = !lower.contains(" or ") && !lower.contains("||") && !lower.contains('"');
    if is_plain { format!("{filter} and {expression}") } else { format!("({filter}) and {expression}") }
}

/// All but what this expression holds for.
pub fn not(expression: &str) -> String {
    match expression.strip_prefix("not ") {
        Some(rest) => rest.to_owned(),
        None => match expression.split_once(" == ") {
            Some((field, value)) if !value.contains(' ') => format!("{field} != {value}"),
            _ => format!("not {expression}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sockscope_core::filter::Filter;
    use sockscope_core::session::api::{PayloadColumns, Side, Timestamp};

    use super::*;

    fn row() -> MessageRow {
        MessageRow {
            connection: 3,
            message: 12,
            from: Some(Side::Client),
            opcode: "reserved-3".into(),
            time: Some(Timestamp(1_700_000_000_000_000_005)),
            frames: 1,
            length: 5,
            wire_length: 4,
            payload: PayloadColumns {
                preview: Some("a \"q\" \\ \n\u{202e}\u{0}".into()),
                ..Default::default()
            },
            ..MessageRow::default()
        }
    }

    fn check(column: Column, row: &MessageRow, holds: &str, excludes: &str) {
        let expression = expressions(column, row).into_iter().next().expect("an expression");
        assert_eq!((expression.as_str(), not(&expression).as_str()), (holds, excludes));
        for expression in [&expression, &not(&expression), &and("a or b", &expression)] {
            Filter::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error:?}"));
        }
    }

    #[test]
    fn every_cell_has_its_filter() {
        let row = row();
        check(Column::Number, &row, "message == 12", "message != 12");
        check(Column::Connection, &row, "connection == 3", "connection != 3");
        check(Column::Time, &row, "time == 1700000000.000000005", "time != 1700000000.000000005");
        check(Column::From, &row, "from == client", "from != client");
        check(Column::Type, &row, "opcode == reserved-3", "opcode != reserved-3");
        check(Column::Size, &row, "length == 5", "length != 5");
        check(Column::Wire, &row, "wire_length == 4", "wire_length != 4");
        check(Column::Flags, &row, "not compressed", "compressed");
        check(
            Column::Flags,
            &MessageRow { complete: Some(false), ..row.clone() },
            "not complete",
            "complete",
        );
        let text = r#"text contains "a \"q\" \\ \n\u{202e}\u{0}""#;
        check(Column::Preview, &row, text, &format!("not {text}"));
        assert_eq!(expressions(Column::Delta, &row), expressions(Column::Time, &row));
    }

    #[test]
    fn payloads_that_are_no_text_are_looked_for_by_bytes() {
        let payload =
            PayloadColumns { preview_base64: Some(STANDARD.encode([0x83, 0])), ..Default::default() };
        let binary = MessageRow { payload, ..row() };
        check(Column::Preview, &binary, "payload contains hex:8300", "not payload contains hex:8300");
        check(Column::Preview, &MessageRow { code: Some(1000), ..binary }, "code == 1000", "code != 1000");
        let wrong = MessageRow { diagnostics: vec!["accept-mismatch".into()], ..row() };
        check(Column::Preview, &wrong, "diagnostic == accept-mismatch", "diagnostic != accept-mismatch");
        let all = expressions(Column::Preview, &wrong);
        assert!(all.len() == 2 && all[1].starts_with("text contains"), "what it says, too: {all:?}");
    }

    #[test]
    fn filters_are_narrowed() {
        assert_eq!(and("", "a"), "a");
        assert_eq!(and("length > 3", "from == client"), "length > 3 and from == client");
        assert_eq!(and("x or y", "from == client"), "(x or y) and from == client");
        assert_eq!(and("x || y", "z"), "(x || y) and z");
    }
}
