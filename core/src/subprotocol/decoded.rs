//! What a decoder says of a message: `"decoded"` in a row. The first keys are the same for all; which others there
//! are is the decoder's own business, so that a new decoder changes nothing here.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::json::token::Tokens;

/// A key of a row.
pub type Key = Cow<'static, str>;

/// How sure something is: 0 to 1, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u8);

impl Confidence {
    /// Beyond doubt.
    pub const CERTAIN: Self = Self(100);

    /// In hundredths; more than 100 is 100.
    pub const fn percent(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// What a message is, by its sub-protocol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// The sub-protocol's name: `socket.io`, `json`.
    pub protocol: Key,
    /// Its version, where it has some.
    pub version: Option<u8>,
    /// How sure it is that the message is of this sub-protocol.
    pub confidence: Confidence,
    /// The packet's name, where the sub-protocol has packets.
    pub packet: Option<Key>,
    /// What else it says, in the order in which it is printed.
    pub more: Vec<(Key, Value)>,
}

/// A value in a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Yes(bool),
    /// JSON as it was sent: numbers as written, names that stand twice. One line.
    Json(String),
}

impl Value {
    /// A whole value that was sent. White space goes where it would break the row's line.
    pub fn json(text: &str) -> Self {
        if let Some(scalar) = Self::scalar(text) {
            return scalar;
        }
        if !text.contains(['\n', '\r']) {
            return Self::Json(text.to_owned());
        }
        let mut tokens = Tokens::new(text.as_bytes());
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        while let Ok(Some(lexeme)) = tokens.next_token() {
            let between = text.get(done..lexeme.start).unwrap_or_default();
            out.extend(between.chars().filter(|c| !c.is_ascii_whitespace()));
            out.push_str(text.get(lexeme.start..lexeme.end).unwrap_or_default());
            done = lexeme.end;
        }
        Self::Json(out)
    }

    /// A value that can be held without loss.
    fn scalar(text: &str) -> Option<Self> {
        match text.as_bytes().first()? {
            b'"' => serde_json::from_str(text).ok().map(Self::Text),
            b't' | b'f' => serde_json::from_str(text).ok().map(Self::Yes),
            b'0'..=b'9' => text.parse().ok().map(Self::Number),
            _ => None,
        }
    }

    /// A list of texts.
    pub fn list(texts: &[String]) -> Self {
        Self::Json(serde_json::to_string(texts).unwrap_or_default())
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(text) => out.extend_from_slice(text.as_bytes()),
            Self::Text(value) => text(out, value),
            Self::Number(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
            Self::Yes(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        }
    }
}

impl Decoded {
    /// Adds a key. A key that does not apply is left out.
    pub fn with(&mut self, key: &'static str, value: impl Into<Option<Value>>) {
        if let Some(value) = value.into() {
            self.more.push((Cow::Borrowed(key), value));
        }
    }

    /// The value of a key of the decoder's own.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.more.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a key of the decoder's own.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What is wrong with it.
    pub fn problems(&self) -> Vec<String> {
        match self.get("problems") {
            Some(Value::Json(list)) => serde_json::from_str(list).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The packet in a few words, to read: `event msg · /chat · ack 12`. `None` where it is no packet.
    pub fn label(&self) -> Option<String> {
        let mut label = self.packet.clone()?.into_owned();
        let number = |key: &str| match self.get(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        if let Some(event) = self.text("event") {
            label.push(' ');
            label.push_str(event);
        }
        let more = [
            self.text("namespace").filter(|name| *name != "/").map(str::to_owned),
            number("ack").map(|ack| format!("ack {ack}")),
            number("answers").map(|message| format!("answers message {message}")),
            number("of")
                .zip(number("index"))
                .zip(number("attachments"))
                .map(|((of, index), all)| format!("{} of {all} of message {of}", index.saturating_add(1))),
        ];
        for more in more.into_iter().flatten() {
            label.push_str(" · ");
            label.push_str(&more);
        }
        Some(label)
    }

    /// Appends it as JSON: the same bytes as serialising gives, without the detour.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"protocol\":");
        text(out, &self.protocol);
        if let Some(version) = self.version {
            out.extend_from_slice(b",\"version\":");
            out.extend_from_slice(itoa::Buffer::new().format(version).as_bytes());
        }
        out.extend_from_slice(b",\"confidence\":");
        match self.confidence {
            Confidence::CERTAIN => out.extend_from_slice(b"1.0"),
            other => out.extend_from_slice(format!("{:?}", other.value()).as_bytes()),
        }
        if let Some(packet) = &self.packet {
            out.extend_from_slice(b",\"packet\":");
            text(out, packet);
        }
        for (key, value) in &self.more {
            out.push(b',');
            text(out, key);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/ ".contains(&byte)) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing into a vector does not fail.
        let _ = serde_json::to_writer(out, text);
    }
}

impl Serialize for Decoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("protocol", &self.protocol)?;
        if let Some(version) = self.version {
            map.serialize_entry("version", &version)?;
        }
        map.serialize_entry("confidence", &self.confidence.value())?;
        if let Some(packet) = &self.packet {
            map.serialize_entry("packet", packet)?;
        }
        for (key, value) in &self.more {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Yes(yes) => serializer.serialize_bool(*yes),
            // A form that is not text has no place for JSON but its own bytes, which no other value is.
            Self::Json(text) if !serializer.is_human_readable() => {
                serializer.serialize_bytes(text.as_bytes())
            }
            Self::Json(text) => {
                let raw = RawValue::from_string(text.clone()).map_err(serde::ser::Error::custom)?;
                raw.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return deserializer.deserialize_any(Binary);
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        Ok(Self::scalar(text).unwrap_or_else(|| Self::Json(text.to_owned())))
    }
}

/// Reads a value of a form that is not text.
struct Binary;

impl Visitor<'_> for Binary {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a truth value, or the bytes of JSON")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_bool<E: serde::de::Error>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Yes(yes))
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        let text = std::str::from_utf8(bytes).map_err(E::custom)?;
        Ok(Value::Json(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Decoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Decoded;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("what a decoder says of a message")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Decoded, A::Error> {
                let mut decoded = Decoded::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "protocol" => decoded.protocol = Cow::Owned(map.next_value()?),
                        "version" => decoded.version = Some(map.next_value()?),
                        "packet" => decoded.packet = Some(Cow::Owned(map.next_value()?)),
                        "confidence" => {
                            let value: f64 = map.next_value()?;
                            let hundredths =
                                (0..=100).find(|hundredths| f64::from(*hundredths) >= value * 100.0 - 0.5);
                            let hundredths =
                                hundredths.ok_or_else(|| A::Error::custom("a confidence above 1"))?;
                            decoded.confidence = Confidence::percent(hundredths);
                        }
                        _ => decoded.more.push((Cow::Owned(key), map.next_value()?)),
                    }
                }
                Ok(decoded)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(decoded: &Decoded, expected: &str) {
        assert_eq!(decoded.to_json(), expected);
        assert_eq!(serde_json::to_string(decoded).unwrap(), expected, "both ways give the same bytes");
        assert_eq!(&serde_json::from_str::<Decoded>(expected).unwrap(), decoded);
    }

    #[test]
    fn written_and_read() {
        let mut decoded =
            Decoded { protocol: "json".into(), confidence: Confidence::CERTAIN, ..Decoded::default() };
        check(&decoded, r#"{"protocol":"json","confidence":1.0}"#);
        decoded.version = Some(5);
        decoded.confidence = Confidence::percent(99);
        decoded.packet = Some("event".into());
        decoded.with("event", Value::Text("a\"\u{1}".into()));
        decoded.with("ack", Value::Number(u64::MAX));
        decoded.with("left_out", None);
        decoded.with("probe", Value::Yes(true));
        decoded.with("args", Value::json(r#"[1.50, 1e999,{"a":1,"a":12345678901234567890123}]"#));
        check(
            &decoded,
            "{\"protocol\":\"json\",\"version\":5,\"confidence\":0.99,\"packet\":\"event\",\"event\":\"a\\\"\\u0001\",\
             \"ack\":18446744073709551615,\"probe\":true,\"args\":[1.50, 1e999,{\"a\":1,\"a\":12345678901234567890123}]}",
        );
    }

    #[test]
    fn every_confidence_is_read_as_it_was_written() {
        for hundredths in 0..=100 {
            let confidence = Confidence::percent(hundredths);
            let decoded = Decoded { confidence, ..Decoded::default() };
            assert_eq!(serde_json::from_str::<Decoded>(&decoded.to_json()).unwrap(), decoded);
            assert_eq!(serde_json::to_string(&decoded).unwrap(), decoded.to_json());
        }
    }

    #[test]
    fn a_row_stays_one_line() {
        let value = Value::json("[1,\r\n \"a b\\n\" ,\n{\"x\" :2}]");
        assert_eq!(value, Value::Json("[1,\"a b\\n\",{\"x\":2}]".into()));
    }
}
