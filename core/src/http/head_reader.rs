//! Collects the bytes of one HTTP head, from its first byte to the empty line behind it (RFC 9112 §2.1, §2.2). It
//! does not look into them.

use std::borrow::Cow;

use memchr::memchr_iter;

/// What became of the bytes pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadProgress<'a> {
    /// All bytes were taken; the head goes on.
    NeedMore,
    /// The head is there. The reader is ready for the next one.
    Complete {
        /// The head with the empty line behind it, without empty lines before it. Borrowed where all of it lay in
        /// the bytes pushed.
        head: Cow<'a, [u8]>,
        /// How many of the bytes pushed belong to it; the others follow it.
        consumed: usize,
    },
    /// The head is longer than the limit. The reader takes nothing more.
    TooLong,
}

/// Reads one head after the other. Time is linear in the bytes pushed, however they are cut.
#[derive(Debug)]
pub struct HeadReader {
    /// The longest head.
    limit: usize,
    /// The head so far, without empty lines before it.
    buffer: Vec<u8>,
    /// Where the search for the end goes on. `0 <= searched <= buffer.len()`.
    searched: usize,
    /// A head was longer than the limit.
    too_long: bool,
}

impl HeadReader {
    /// A reader of heads of at most `limit` bytes, the empty line included.
    pub fn new(limit: usize) -> Self {
        Self { limit, buffer: Vec::new(), searched: 0, too_long: false }
    }

    /// Takes the next bytes, up to the end of the head.
    pub fn push<'a>(&mut self, bytes: &'a [u8]) -> HeadProgress<'a> {
        if self.too_long {
            return HeadProgress::TooLong;
        }
        if self.buffer.is_empty() {
            return self.begin(bytes);
        }
        let held = self.buffer.len();
        // More than the limit is never looked at, so it need not be copied.
        let taken = bytes.len().min(self.limit.saturating_sub(held).saturating_add(1));
        self.buffer.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        match find_end(&self.buffer, self.searched) {
            Search::Found(end) if end <= self.limit => {
                self.buffer.truncate(end);
                self.searched = 0;
                let head = std::mem::take(&mut self.buffer);
                HeadProgress::Complete { head: Cow::Owned(head), consumed: end.saturating_sub(held) }
            }
            Search::GoOnAt(next) if self.buffer.len() <= self.limit => {
                self.searched = next;
                HeadProgress::NeedMore
            }
            _ => self.give_up(),
        }
    }

    /// How many bytes of an unfinished head are held.
    pub fn held(&self) -> usize {
        self.buffer.len()
    }

    /// The unfinished head so far.
    pub fn partial(&self) -> &[u8] {
        &self.buffer
    }

    /// The first bytes of a head. Empty lines before it are skipped (RFC 9112 §2.2).
    fn begin<'a>(&mut self, bytes: &'a [u8]) -> HeadProgress<'a> {
        let skipped = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let head = bytes.get(skipped..).unwrap_or_default();
        match find_end(head, 0) {
            Search::Found(end) if end <= self.limit => HeadProgress::Complete {
                head: Cow::Borrowed(head.get(..end).unwrap_or_default()),
                consumed: skipped.saturating_add(end),
            },
            Search::GoOnAt(next) if head.len() <= self.limit => {
                self.buffer.extend_from_slice(head);
                self.searched = next;
                HeadProgress::NeedMore
            }
            _ => self.give_up(),
        }
    }

    fn give_up<'a>(&mut self) -> HeadProgress<'a> {
        self.too_long = true;
        self.buffer = Vec::new();
        HeadProgress::TooLong
    }
}

enum Search {
    /// The head ends before this place.
    Found(usize),
    /// No end yet; what stands before this place need not be searched again.
    GoOnAt(usize),
}

/// Searches for an empty line from `from` on. A line ends with CRLF or, as recipients may accept, with a bare LF
/// (RFC 9112 §2.2); both may be mixed.
fn find_end(bytes: &[u8], from: usize) -> Search {
    let rest = bytes.get(from..).unwrap_or_default();
    for line_feed in memchr_iter(b'\n', rest) {
        let behind = rest.get(line_feed..).unwrap_or_default();
        match behind {
            [_, b'\n', ..] => return Search::Found(from + line_feed + 2),
            [_, b'\r', b'\n', ..] => return Search::Found(from + line_feed + 3),
            [_] | [_, b'\r'] => return Search::GoOnAt(from + line_feed),
            _ => {}
        }
    }
    Search::GoOnAt(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes `input` in pieces of `size` and returns the heads, or `None` for one that is too long.
    fn read(limit: usize, input: &[u8], size: usize) -> (Vec<Option<String>>, usize) {
        let mut reader = HeadReader::new(limit);
        let mut heads = Vec::new();
        for mut piece in input.chunks(size) {
            while !piece.is_empty() {
                match reader.push(piece) {
                    HeadProgress::NeedMore => break,
                    HeadProgress::Complete { head, consumed } => {
                        heads.push(Some(String::from_utf8(head.into_owned()).unwrap()));
                        piece = &piece[consumed..];
                    }
                    HeadProgress::TooLong => {
                        heads.push(None);
                        return (heads, 0);
                    }
                }
            }
        }
        (heads, reader.held())
    }

    /// The heads that come of the input, however it is cut (`None` for one that is too long), and what is left.
    #[track_caller]
    fn check(input: &[u8], limit: usize, heads: &[Option<&str>], held: usize) {
        let heads: Vec<_> = heads.iter().map(|head| head.map(str::to_owned)).collect();
        for size in 1..=input.len() {
            assert_eq!(read(limit, input, size), (heads.clone(), held), "{} by {size}", input.escape_ascii());
        }
    }

    #[test]
    fn every_cut_gives_the_same_heads() {
        let get = "GET / HTTP/1.1\r\nA: b\r\n\r\n";
        check(get.as_bytes(), 100, &[Some(get)], 0);
        let ends = [Some("A\r\n\r\n"), Some("B\n\n"), Some("C\n\r\n"), Some("D\r\n\n")];
        check(b"A\r\n\r\nB\n\nC\n\r\nD\r\n\nrest", 100, &ends, 4);
        check(b"\r\n\r\n\nA\r\n\r\n\r\n", 5, &[Some("A\r\n\r\n")], 0);
        // A line of white space is no empty line, and neither is CR CR LF.
        check(b"A\r\n \r\n\r\r\nB\n\n", 100, &[Some("A\r\n \r\n\r\r\nB\n\n")], 0);
        check(b"A: 5\r\n\r\n", 8, &[Some("A: 5\r\n\r\n")], 0);
        check(b"A: 56\r\n\r\n", 8, &[None], 0);
        check(b"A: 56789", 8, &[], 8);
        check(b"A: 567890", 8, &[None], 0);
    }

    #[test]
    fn a_head_in_one_piece_is_not_copied() {
        let mut reader = HeadReader::new(100);
        let HeadProgress::Complete { head: Cow::Borrowed(head), consumed: 7 } =
            reader.push(b"\r\nA\r\n\r\nrest")
        else {
            panic!("the head is borrowed");
        };
        assert_eq!(head, b"A\r\n\r\n");
    }

    #[test]
    fn two_megabytes_byte_by_byte_take_no_time() {
        let input = [
            b"GET / HTTP/1.1\r\nCookie: ".as_slice(),
            &vec![b'\r'; 1 << 20],
            &b"a:b\r\n".repeat(100_000),
            b"\r\n",
        ]
        .concat();
        let (heads, _) = read(2 << 20, &input, 1);
        assert_eq!(heads.len(), 1);
    }
}
