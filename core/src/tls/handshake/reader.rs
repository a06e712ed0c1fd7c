//! Reads the vectors of TLS (RFC 8446 §3.4) from the front of some bytes.

/// The bytes that are not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next bytes, as many.
    pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// A vector whose length takes one byte.
    pub fn vector8(&mut self) -> Option<&'a [u8]> {
        let length = self.u8()?;
        self.take(usize::from(length))
    }

    /// A vector whose length takes two bytes.
    pub fn vector16(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// A vector whose length takes three bytes.
    pub fn vector24(&mut self) -> Option<&'a [u8]> {
        let [a, b, c] = self.array()?;
        self.take(usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?)
    }
}

/// The extensions that are left of a message, by their number.
pub fn extensions<'a>(mut rest: Reader<'a>) -> impl Iterator<Item = (u16, &'a [u8])> {
    let mut list = Reader(rest.vector16().unwrap_or_default());
    std::iter::from_fn(move || Some((list.u16()?, list.vector16()?)))
}
