//! An expression of any text: an error points into it, a filter printed and read again is the same filter, what headers
//! decide the whole record decides alike, and what is completed fits where it is put.

use sockscope_core::diagnostic::Severity;
use sockscope_core::filter::{Field, Filter, Kind, Record, Seen, Value, complete};

use super::Input;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (cursor, length) = (usize::from(input.u16()), usize::from(input.u16()));
    let expression = String::from_utf8_lossy(input.bytes(length)).into_owned();
    let records = [0; 3].map(|_: u8| Made { number: input.u32(), bytes: input.bytes(60) });
    match Filter::parse(&expression) {
        Ok(filter) => check_filter(&filter, &records),
        Err(error) => {
            assert!(expression.get(error.range.clone()).is_some(), "{error:?} of {expression:?}");
            assert!(!error.message.is_empty());
            assert_eq!(error.under(&expression).lines().count(), 2);
        }
    }
    let completion = complete(&expression, cursor);
    assert!(expression.get(completion.range.clone()).is_some(), "{completion:?} of {expression:?}");
    assert!(completion.candidates.iter().all(|candidate| !candidate.text.is_empty()));
}

fn check_filter(filter: &Filter, records: &[Made<'_>]) {
    let printed = filter.to_string();
    let again = Filter::parse(&printed).unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    assert_eq!(again.to_string(), printed);
    let mut seen = Seen::default();
    for record in records {
        let holds = filter.holds(record);
        assert_eq!(again.holds(record), holds, "{printed}");
        let by_headers = filter.holds_by_headers(record);
        assert!(by_headers.is_none_or(|by_headers| by_headers == holds), "{printed}");
        if seen == Seen::default() {
            assert_eq!(seen.holds_with(filter, record), holds, "{printed}");
        }
        seen.add(filter, record);
    }
}

/// A record whose fields have what fits their kinds.
struct Made<'a> {
    number: u32,
    bytes: &'a [u8],
}

impl Record for Made<'_> {
    fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        // Some fields are absent, and some have several values.
        let (count, number) = (self.number >> 30, u64::from(self.number));
        let text = std::str::from_utf8(self.bytes).unwrap_or("client");
        let address = std::net::IpAddr::from(self.number.to_be_bytes());
        let value = match field.entry().kind {
            Kind::Flag => Value::Flag(number & 1 == 0),
            Kind::Address => Value::Address(address),
            Kind::EndPoint => Value::EndPoint((address, self.number as u16).into()),
            Kind::Text | Kind::Side | Kind::Verdict | Kind::Diagnostic => Value::Text(text),
            Kind::Severity => {
                Value::Severity([Severity::Note, Severity::Warning, Severity::Error][number as usize % 3])
            }
            Kind::Bytes => Value::Bytes(self.bytes),
            _ => Value::Number(number),
        };
        (0..count).any(|_| holds(value))
    }
}
