//! The syntax of `Sec-WebSocket-Extensions` (RFC 6455 §9.1). Reading never fails: an element that is wrong is left out
//! and named, the others are kept.

use std::borrow::Cow;

use super::lenient::is_token;
use super::sentence::quoted;

/// One element of the list: an extension with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// As sent.
    pub name: &'a str,
    /// Name and, if there is one, value of each parameter, in order; a quoted value without its quotes.
    pub parameters: Vec<(&'a str, Option<Cow<'a, str>>)>,
}

impl Extension<'_> {
    /// Whether it is `permessage-deflate`.
    pub fn is_deflate(&self) -> bool {
        self.name.eq_ignore_ascii_case("permessage-deflate")
    }
}

/// The extensions of one header value, and what is wrong with its first wrong element.
pub fn parse(value: &str) -> (Vec<Extension<'_>>, Option<String>) {
    let mut extensions = Vec::new();
    let mut fault = None;
    let mut reader = Reader(value);
    loop {
        reader.skip_space();
        // Empty elements count for nothing (RFC 2616 §2.1).
        if !reader.0.is_empty() && !reader.0.starts_with(',') {
            match reader.extension() {
                Ok(extension) => extensions.push(extension),
                Err(wrong) => {
                    fault.get_or_insert(wrong);
                    reader.skip_element();
                }
            }
        }
        if !reader.skip_byte(b',') {
            break;
        }
    }
    if extensions.is_empty() && fault.is_none() {
        fault = Some("it is empty".to_owned());
    }
    (extensions, fault)
}

/// The part of the value that is not read yet.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    /// An element up to its comma: `token *( ";" token [ "=" ( token | quoted-string ) ] )`.
    fn extension(&mut self) -> Result<Extension<'a>, String> {
        let name = self.token("an extension's name")?;
        let mut extension = Extension { name, parameters: Vec::new() };
        loop {
            self.skip_space();
            if self.0.is_empty() || self.0.starts_with(',') {
                return Ok(extension);
            }
            if !self.skip_byte(b';') {
                return Err(format!("{} where a “;” or “,” should be", self.next_character()));
            }
            self.skip_space();
            let parameter = self.token("a parameter's name")?;
            self.skip_space();
            let value = if self.skip_byte(b'=') {
                self.skip_space();
                Some(self.value(parameter)?)
            } else {
                None
            };
            extension.parameters.push((parameter, value));
        }
    }

    fn value(&mut self, parameter: &str) -> Result<Cow<'a, str>, String> {
        if !self.0.starts_with('"') {
            return self.token("a parameter's value").map(Cow::Borrowed);
        }
        let value =
            self.quoted_string().ok_or_else(|| format!("the quotes of {} do not end", quoted(parameter)))?;
        // What is in the quotes must be a token again (RFC 6455 §9.1).
        if value.is_empty() || !value.bytes().all(is_token) {
            return Err(format!("the quoted value {} of {} is no token", quoted(&value), quoted(parameter)));
        }
        Ok(value)
    }

    fn token(&mut self, what: &str) -> Result<&'a str, String> {
        let end = self.0.bytes().position(|byte| !is_token(byte)).unwrap_or(self.0.len());
        match self.0.split_at_checked(end) {
            Some((token, rest)) if !token.is_empty() => {
                self.0 = rest;
                Ok(token)
            }
            _ => Err(format!("{} where {what} should be", self.next_character())),
        }
    }

    /// `None`, and nothing read, where it does not end.
    fn quoted_string(&mut self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?;
        let mut unescaped = None::<String>;
        let mut characters = inside.char_indices();
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    self.0 = inside.get(place + 1..)?;
                    return Some(unescaped.map_or(Cow::Borrowed(inside.get(..place)?), Cow::Owned));
                }
                '\\' => {
                    let (_, escaped) = characters.next()?;
                    let so_far = inside.get(..place)?;
                    unescaped.get_or_insert_with(|| so_far.to_owned()).push(escaped);
                }
                _ => {
                    if let Some(unescaped) = &mut unescaped {
                        unescaped.push(character);
                    }
                }
            }
        }
        None
    }

    /// To the comma that ends a wrong element; one in quotes does not.
    fn skip_element(&mut self) {
        let end = self.0.find([',', '"']).unwrap_or(self.0.len());
        self.0 = self.0.get(end..).unwrap_or_default();
        if self.0.starts_with('"') {
            match self.quoted_string() {
                Some(_) => self.skip_to_comma(),
                None => self.0 = "",
            }
        }
    }

    fn skip_to_comma(&mut self) {
        let end = self.0.find(',').unwrap_or(self.0.len());
        self.0 = self.0.get(end..).unwrap_or_default();
    }

    fn skip_space(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn skip_byte(&mut self, byte: u8) -> bool {
        match self.0.strip_prefix(char::from(byte)) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn next_character(&self) -> String {
        self.0.chars().next().map_or_else(|| "the end".to_owned(), |character| format!("“{character}”"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expect: &str, fault: Option<&str>) {
        let (extensions, found) = parse(value);
        let read: Vec<_> = extensions
            .iter()
            .map(|extension| {
                let parameters = extension.parameters.iter().map(|(name, value)| match value {
                    Some(value) => format!(";{name}={value}"),
                    None => format!(";{name}"),
                });
                format!("{}{}", extension.name, parameters.collect::<String>())
            })
            .collect();
        assert_eq!((read.join(" | ").as_str(), found.as_deref()), (expect, fault), "{value}");
    }

    #[test]
    fn lists_as_they_should_be() {
        check(
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate;client_max_window_bits",
            None,
        );
        check("a;b=1;c , d", "a;b=1;c | d", None);
        check(" a ; b = \"1\" ,, d ,", "a;b=1 | d", None);
        check(r#"a; b="\1\0""#, "a;b=10", None);
    }

    #[test]
    fn wrong_elements_are_named_and_the_others_kept() {
        check("", "", Some("it is empty"));
        check(" , ,", "", Some("it is empty"));
        check("a;", "", Some("the end where a parameter's name should be"));
        check("a;;b, c", "c", Some("“;” where a parameter's name should be"));
        check("a; b=", "", Some("the end where a parameter's value should be"));
        check("a b, c", "c", Some("“b” where a “;” or “,” should be"));
        check("a; b=\"1,2\", c", "c", Some("the quoted value “1,2” of “b” is no token"));
        check("a; b=\"\", c", "c", Some("the quoted value “” of “b” is no token"));
        check("a; b=\"1", "", Some("the quotes of “b” do not end"));
        check("=, a; \"x,y\" z, d", "d", Some("“=” where an extension's name should be"));
        check("é, d", "d", Some("“é” where an extension's name should be"));
    }
}
