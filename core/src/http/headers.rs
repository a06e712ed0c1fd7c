//! The header fields of one head, in order (RFC 9110 §5). One buffer holds all their text, so that a head of many
//! thousand fields costs little more than its bytes.

use std::fmt;

/// Header fields: name and value, in order, as sent but for the white space around the value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Names and values, one after the other.
    text: String,
    /// For each field the end of its name and the end of its value in `text`; the next name begins there.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// No field.
    pub fn new() -> Self {
        Self::default()
    }

    /// No field, with room for so many whose names and values have so many bytes.
    pub fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(fields) }
    }

    /// Adds a field behind the others.
    pub fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    /// Name and value of every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(name_end, end)| {
            let name = self.text.get(start..name_end).unwrap_or_default();
            let value = self.text.get(name_end..end).unwrap_or_default();
            start = end;
            (name, value)
        })
    }

    /// What they hold, in bytes of memory.
    pub fn held(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<(usize, usize)>()
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The values of all fields of that name; names are compared without case (RFC 9110 §5.1).
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The value of the first field of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether there is a field of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The elements of the comma-separated lists in all fields of that name (RFC 9110 §5.6.1); empty ones count for
    /// nothing. Not for lists with quoted strings.
    pub fn elements<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.get_all(name)
            .flat_map(|value| value.split(','))
            .map(|element| element.trim_matches([' ', '\t']))
            .filter(|element| !element.is_empty())
    }

    /// Whether one of those elements is the token, compared without case.
    pub fn has_token(&self, name: &str, token: &str) -> bool {
        self.elements(name).any(|element| element.eq_ignore_ascii_case(token))
    }

    /// The values of all fields of that name, as one list (RFC 9110 §5.3).
    pub fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.get_all(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Name and value of every field, in order, each in its own string: what a row shows.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        self.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::new();
        for (name, value) in fields {
            headers.push(name.as_ref(), value.as_ref());
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tokens_are_found_without_case() {
        let headers: Headers =
            [("Host", "a"), ("connection", "keep-alive ,, UPGRADE"), ("X", ""), ("CONNECTION", "\tx")]
                .into_iter()
                .collect();
        assert_eq!(headers.get("HOST"), Some("a"));
        assert_eq!(headers.get("x"), Some(""));
        assert!(!headers.contains("Hos"));
        assert_eq!(headers.elements("Connection").collect::<Vec<_>>(), ["keep-alive", "UPGRADE", "x"]);
        assert!(headers.has_token("Connection", "upgrade"));
        assert!(!headers.has_token("Connection", "keep"));
        assert_eq!((headers.len(), headers.iter().count()), (4, 4));
    }
}
