//! Checks that a text message is UTF-8 (RFC 6455 §5.6, §8.1; RFC 3629) while it passes by, cut anywhere: a code point
//! may be split over two fragments. Keeps at most the three bytes of an unfinished code point.

/// Offset in the message of the first byte of the first sequence that is no UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidAt(pub u64);

/// Checks one message. Once it has said `Err`, it says the same for all that follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utf8Validator {
    /// Bytes up to here are whole code points.
    valid: u64,
    /// The unfinished code point's bytes; those from `pending_length` on are 0.
    pending: [u8; 4],
    /// `pending_length <= 3`.
    pending_length: u8,
    is_invalid: bool,
}

impl Utf8Validator {
    /// For one message.
    pub fn new() -> Self {
        Self::default()
    }

    /// The message's next bytes.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), InvalidAt> {
        while !self.is_invalid && self.pending_length > 0 {
            let Some((first, rest)) = bytes.split_first() else { return Ok(()) };
            self.complete(*first);
            bytes = rest;
        }
        if !self.is_invalid {
            self.validate(bytes);
        }
        self.result()
    }

    /// The message ends: an unfinished code point is no UTF-8.
    pub fn finish(self) -> Result<(), InvalidAt> {
        if self.pending_length > 0 { Err(InvalidAt(self.valid)) } else { self.result() }
    }

    fn result(&self) -> Result<(), InvalidAt> {
        if self.is_invalid { Err(InvalidAt(self.valid)) } else { Ok(()) }
    }

    /// One more byte for the unfinished code point.
    fn complete(&mut self, byte: u8) {
        let length = usize::from(self.pending_length) + 1;
        if let Some(slot) = self.pending.get_mut(length - 1) {
            *slot = byte;
        }
        match std::str::from_utf8(self.pending.get(..length).unwrap_or_default()) {
            Ok(_) => {
                self.valid += length as u64;
                (self.pending, self.pending_length) = ([0; 4], 0);
            }
            Err(error) if error.error_len().is_none() => self.pending_length += 1,
            Err(_) => self.is_invalid = true,
        }
    }

    fn validate(&mut self, bytes: &[u8]) {
        let Err(error) = simdutf8::compat::from_utf8(bytes) else {
            self.valid += bytes.len() as u64;
            return;
        };
        self.valid += error.valid_up_to() as u64;
        if error.error_len().is_some() {
            self.is_invalid = true;
            return;
        }
        let unfinished = bytes.get(error.valid_up_to()..).unwrap_or_default();
        for (slot, byte) in self.pending.iter_mut().zip(unfinished) {
            *slot = *byte;
            self.pending_length += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes that are mostly UTF-8, with code points of every length.
    fn nearly_text() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            6 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
            3 => "[a-z]{0,100}".prop_map(String::into_bytes),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ];
        proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    fn validate(parts: &[&[u8]]) -> Result<(), InvalidAt> {
        let mut validator = Utf8Validator::new();
        for part in parts {
            validator.push(part)?;
        }
        validator.finish()
    }

    #[test]
    fn says_where_the_first_wrong_sequence_begins() {
        assert_eq!(validate(&[b"ab", b"\xe2\x82", b"\xac"]), Ok(()));
        assert_eq!(validate(&[b"ab", b"\xe2", b"\x28"]), Err(InvalidAt(2)));
        assert_eq!(validate(&[b"ab\xe2\x82"]), Err(InvalidAt(2)));
        assert_eq!(validate(&[b"\xed\xa0\x80"]), Err(InvalidAt(0)), "a surrogate");
        assert_eq!(validate(&[b"\xc0\x80"]), Err(InvalidAt(0)), "overlong");
        assert_eq!(validate(&[b"", b""]), Ok(()));
    }

    #[test]
    fn goes_on_saying_it() {
        let mut validator = Utf8Validator::new();
        assert_eq!(validator.push(b"a\xff"), Err(InvalidAt(1)));
        assert_eq!(validator.push(b"fine"), Err(InvalidAt(1)));
        assert_eq!(validator.finish(), Err(InvalidAt(1)));
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(bytes in nearly_text(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let expected = std::str::from_utf8(&bytes).map(drop).map_err(|error| InvalidAt(error.valid_up_to() as u64));
            prop_assert_eq!(validate(&parts), expected);
        }
    }
}
