//! Cuts a stream of chunks into units (records, blocks, headers) and copies only a unit that straddles two chunks.

/// The beginning of a unit whose end has not come yet.
#[derive(Debug, Default)]
pub(super) struct Carry {
    /// Never longer than the unit is known to be.
    bytes: Vec<u8>,
    /// The unit in `bytes` was handed out, and its place is free.
    spent: bool,
}

impl Carry {
    /// Takes the next unit off `chunk`; `None`: all of `chunk` is kept, and the unit needs more.
    ///
    /// `need` tells from a unit's beginning how many bytes it has at least; the unit is complete when they are there.
    /// It is asked again when they are, since a header tells the length of what follows.
    #[inline]
    pub(super) fn next<'a, 'c: 'a, E>(
        &'a mut self,
        chunk: &mut &'c [u8],
        mut need: impl FnMut(&[u8]) -> Result<usize, E>,
    ) -> Result<Option<&'a [u8]>, E> {
        if self.spent {
            self.clear();
        }
        if self.bytes.is_empty() {
            let needed = need(chunk)?;
            if let Some((unit, rest)) = chunk.split_at_checked(needed) {
                *chunk = rest;
                return Ok(Some(unit));
            }
            self.bytes.extend_from_slice(chunk);
            *chunk = &[];
            return Ok(None);
        }
        self.resume(chunk, need)
    }

    /// As `next`, for a unit of which an earlier chunk had the beginning.
    #[cold]
    fn resume<'a, 'c: 'a, E>(
        &'a mut self,
        chunk: &mut &'c [u8],
        mut need: impl FnMut(&[u8]) -> Result<usize, E>,
    ) -> Result<Option<&'a [u8]>, E> {
        loop {
            let missing = need(&self.bytes)?.saturating_sub(self.bytes.len());
            if missing == 0 {
                self.spent = true;
                return Ok(Some(&self.bytes));
            }
            let (taken, rest) = chunk.split_at(missing.min(chunk.len()));
            if taken.is_empty() {
                return Ok(None);
            }
            self.bytes.extend_from_slice(taken);
            *chunk = rest;
        }
    }

    /// The bytes of an incomplete unit.
    pub(super) fn pending(&self) -> &[u8] {
        if self.spent { &[] } else { &self.bytes }
    }

    /// Forgets an incomplete unit.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.spent = false;
    }
}
