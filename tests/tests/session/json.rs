//! The tree of a large JSON message, asked for page by page.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sockscope_core::session::api::{Answer, JsonPage, MessageName, Request, Span};
use sockscope_core::session::{Session, SessionOptions};
use sockscope_core::source::{Memory, Source, SourceError, Stamp};
use sockscope_tests::session::Asker;
use sockscope_tests::{Conversation, Frame, Head};

/// A file that counts the bytes that are read of it.
struct Counted {
    file: Memory,
    read: Arc<AtomicU64>,
}

impl Source for Counted {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        self.file.size()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let count = self.file.read_at(offset, buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn stamp(&mut self) -> Stamp {
        self.file.stamp()
    }
}

/// `[[0],[1],…]`
fn list(count: usize) -> String {
    let items: Vec<String> = (0..count).map(|item| format!("[{item}]")).collect();
    format!("[{}]", items.join(","))
}

fn name(message: u64) -> MessageName {
    MessageName { connection: 0, message }
}

fn children(asker: &mut Asker, message: u64, container: Option<u64>, start: u64) -> JsonPage {
    let rows = Span { start, length: 2 };
    match asker.one(Request::JsonChildren { message: name(message), container, rows }) {
        Answer::JsonChildren(page) => page,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_read_once_for_all_that_is_asked_of_its_tree() {
    const COUNT: usize = 50_000;
    let (long, short) = (list(COUNT), list(3));
    let conversation =
        Conversation::open().client(Frame::text(long.as_str())).server(Frame::text(short.as_str()));
    let read = Arc::new(AtomicU64::new(0));
    let file = Counted { file: Memory::of(&conversation.close().pcap()), read: read.clone() };
    let mut asker = Asker::new(Session::open(vec![Box::new(file)], SessionOptions::default()));
    asker.work_off();
    let read_since = |before: &mut u64| {
        let now = read.load(Ordering::Relaxed);
        now - std::mem::replace(before, now)
    };
    let mut before = read.load(Ordering::Relaxed);

    assert_eq!(children(&mut asker, 0, None, 0).count, 1);
    assert!(read_since(&mut before) >= long.len() as u64);
    // Far pages, other containers and back, places and lines: all from what was read.
    for start in [0, 30_000, COUNT as u64 - 2] {
        let page = children(&mut asker, 0, Some(0), start);
        assert_eq!(page.count, COUNT as u64);
        let node = &page.nodes[1];
        assert_eq!(long[node.start as usize..node.end as usize], format!("[{}]", start + 1));
        assert_eq!(children(&mut asker, 0, Some(node.start), 0).count, 1);
        let place = asker.one(Request::JsonPlace { message: name(0), offset: node.start + 1 });
        let Answer::JsonPlace(Some(place)) = place else { panic!("{place:?}") };
        assert_eq!(place.pointer, format!("/{}/0", start + 1));
    }
    let lines = asker.one(Request::JsonPretty { message: name(0), most: 100 });
    assert!(matches!(lines, Answer::JsonPretty(pretty) if pretty.cut));
    assert_eq!(read_since(&mut before), 0);

    // Another message is another tree, and the first one is read again.
    assert_eq!(children(&mut asker, 1, Some(0), 0).count, 3);
    assert_eq!(children(&mut asker, 0, Some(0), 0).count, COUNT as u64);
    assert!(read_since(&mut before) >= long.len() as u64);
}

#[test]
fn what_is_found_later_is_told_of_a_message_that_was_asked_about() {
    // Socket.IO: an event that asks for an acknowledgement, and the acknowledgement.
    let request = Head::request().start("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1");
    let conversation = Conversation::upgrade(&request);
    let conversation = conversation.client(Frame::text(r#"423["a",{"b":1}]"#)).server(Frame::text("433[]"));
    let capture = conversation.close().pcap();
    let mut asker = Asker::new(Session::pushed(SessionOptions::default()));
    let mut meanings = Vec::new();
    for byte in capture.chunks(1) {
        asker.session.push(byte);
        if let Ok(answers) = asker.ask(Request::Meaning { message: name(0) }) {
            meanings.extend(answers);
        }
    }
    let capture =
        Asker::opened(&capture, SessionOptions::default()).one(Request::Meaning { message: name(0) });
    assert!(meanings.len() > 1 && meanings.first() != meanings.last(), "the answer was not there at first");
    assert_eq!(meanings.last(), Some(&capture));
}
