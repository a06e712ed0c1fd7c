//! JSON as tshark writes it: an object's keys may repeat (two frames in a packet are two keys `websocket`), and their
//! order says what belongs together. Leaves out numbers, since tshark writes values as strings.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value.
#[derive(Debug)]
pub enum Json {
    Text(String),
    List(Vec<Json>),
    /// Keys in order, repeated ones too.
    Object(Vec<(String, Json)>),
    /// A number, a truth value or null.
    Other,
}

impl Json {
    /// The pairs of an object, in order.
    pub fn pairs(&self) -> &[(String, Json)] {
        match self {
            Self::Object(pairs) => pairs,
            _ => &[],
        }
    }

    /// The first value of that key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.all(key).next()
    }

    /// The last value of that key.
    pub fn last(&self, key: &str) -> Option<&Json> {
        self.all(key).next_back()
    }

    /// All values of that key.
    pub fn all<'a, 'k>(&'a self, key: &'k str) -> impl DoubleEndedIterator<Item = &'a Json> + use<'a, 'k> {
        self.pairs().iter().filter(move |(name, _)| name == key).map(|(_, value)| value)
    }

    /// The first value of that key, here or anywhere below.
    pub fn find(&self, key: &str) -> Option<&Json> {
        self.get(key).or_else(|| self.pairs().iter().find_map(|(_, value)| value.find(key)))
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes of a `…_raw` value: a list that begins with them in hexadecimal.
    pub fn raw(&self) -> Option<Vec<u8>> {
        let Self::List(list) = self else { return None };
        let text = list.first()?.text()?;
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect()
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = access.next_key::<String>()? {
            // The whole packet in hexadecimal is half of the output, and nobody asks for it.
            if key == "frame_raw" {
                access.next_value::<IgnoredAny>()?;
            } else {
                pairs.push((key, access.next_value()?));
            }
        }
        Ok(Json::Object(pairs))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }
}
