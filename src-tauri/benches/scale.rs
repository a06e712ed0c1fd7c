//! Opens captures as the desktop does, in an engine of its own, and asks what a window asks, while they are read and after:
//! `cargo bench -p sockscope-desktop --bench scale -- CAPTURE...`. It prints times and the most memory that was resident.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use sockscope_core::session::api::transport::{FromEngine, Opening};
use sockscope_core::session::api::{
    Answer, Asked, ConnectionKey, ConnectionOrder, Direction, Event, MessageKey, MessageName, MessageOrder,
    Progress, Request, SessionState, Span, Stage, Target,
};
use sockscope_desktop::Engines;

const ENGINE: u64 = 1;
/// Rows on a screen.
const ROWS: u64 = 100;
/// A breath between two rounds of questions.
const PAUSE: Duration = Duration::from_secs(2);

fn main() {
    let captures: Vec<PathBuf> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    if captures.is_empty() {
        println!("no capture was given: cargo bench -p sockscope-desktop --bench scale -- CAPTURE...");
    }
    for capture in captures {
        measure(&capture);
    }
}

/// An engine, as a window sees it.
struct Window {
    engines: Engines,
    told: Receiver<FromEngine>,
    asked: u64,
    progress: Progress,
    /// Bytes that the file has: what progress says must agree with that, and never go back.
    size: u64,
    begun: Instant,
    /// How often progress was told while it was read, and the longest time between two.
    tellings: (u32, Duration),
    told_last: Instant,
}

impl Window {
    fn open(path: &Path) -> Self {
        let (tell, told) = channel();
        let engines = Engines::default();
        let begun = Instant::now();
        engines
            .open(ENGINE, vec![path.to_owned()], Opening::default(), move |said| drop(tell.send(said)))
            .expect("a thread");
        let size = path.metadata().expect("a capture").len();
        let progress = Progress::default();
        Self {
            engines,
            told,
            asked: 0,
            progress,
            size,
            begun,
            tellings: (0, Duration::ZERO),
            told_last: begun,
        }
    }

    /// Takes what is told, for so long at most; `None`: nothing was.
    fn listen(&mut self, most: Duration) -> Option<Vec<Event>> {
        let events = match self.told.recv_timeout(most) {
            Ok(FromEngine::Events(events)) => events,
            Ok(FromEngine::Ready) => Vec::new(),
            Ok(FromEngine::Broken(words)) => panic!("{words}"),
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("the engine is gone"),
        };
        for event in &events {
            if let Event::Progress(progress) = event {
                self.take_progress(progress);
            }
        }
        Some(events)
    }

    fn take_progress(&mut self, progress: &Progress) {
        assert!(progress.read >= self.progress.read, "progress never goes back");
        assert_eq!(progress.size, Some(self.size), "what is to be read is known from the start");
        assert!(progress.read <= self.size);
        let reads = progress.state == SessionState::Reading;
        assert!(reads || progress.read == self.size, "all of it is read");
        if let Some(problem) = &progress.problem {
            println!("            said: {problem}");
        }
        if reads {
            let (count, longest) = self.tellings;
            self.tellings = (count + 1, longest.max(self.told_last.elapsed()));
        }
        self.told_last = Instant::now();
        self.progress = progress.clone();
    }

    fn is_reading(&self) -> bool {
        self.progress.state == SessionState::Reading
    }

    /// Asks, and waits for the first answer, or the last one.
    fn ask(&mut self, request: Request, wanted: Wanted) -> (Answer, Duration) {
        self.asked += 1;
        let (id, begun) = (self.asked, Instant::now());
        assert!(self.engines.ask(ENGINE, vec![Asked { id, request }]));
        loop {
            for event in self.listen(Duration::from_secs(600)).expect("an answer") {
                match event {
                    Event::Answer { id: of, last, answer }
                        if of == id && (last || wanted == Wanted::First) =>
                    {
                        return (answer, begun.elapsed());
                    }
                    Event::Refused { id: of, problem } if of == id => panic!("{}", problem.message),
                    _ => {}
                }
            }
        }
    }

    fn say(&mut self, what: &str, request: Request, wanted: Wanted) -> Answer {
        let (answer, time) = self.ask(request, wanted);
        println!("{:>10.1}  ms: {what}", time.as_secs_f64() * 1000.0);
        answer
    }

    /// A round of questions.
    fn ask_around(&mut self) {
        let Progress { read, messages, .. } = self.progress;
        println!("  at {:.1} GB, {messages} messages:", read as f64 / 1e9);
        let found = order(MessageKey::Found, Direction::Ascending);
        let middle = messages / 2;
        let page = self.say("a page of rows in the middle", list(found, "", middle), Wanted::First);
        self.say("the first page of a header filter", list(found, FILTER, 0), Wanted::First);
        let latest = order(MessageKey::Length, Direction::Descending);
        self.say("a page in the middle of an order", list(latest, "", middle), Wanted::First);
        self.say("another page of it", list(latest, "", messages / 3), Wanted::First);
        let (Answer::Messages(last), _) =
            self.ask(list(found, "", messages.saturating_sub(1)), Wanted::First)
        else {
            panic!("rows were asked for")
        };
        for (what, row) in [("the middle", page_row(&page)), ("the end", last.rows.first().map(name))] {
            let Some(message) = row else { continue };
            let target = Target::Message(message);
            let filter = String::new();
            let jump = Request::GoTo { target, connection: None, order: found, filter };
            self.say(&format!("a jump to a message at {what}"), jump, Wanted::Last);
            let bytes = Span { start: 0, length: 4096 };
            self.say(
                "its payload",
                Request::Payload { message, stage: Stage::Application, bytes },
                Wanted::Last,
            );
        }
        let jump = Request::GoTo {
            target: Target::Packet(self.progress.packets / 3),
            connection: None,
            order: found,
            filter: String::new(),
        };
        self.say("a jump to a packet", jump, Wanted::Last);
        let by = ConnectionOrder { key: ConnectionKey::Bytes, direction: Direction::Descending };
        let rows = Span { start: 0, length: ROWS };
        self.say(
            "connections by bytes",
            Request::Connections { rows, order: by, filter: String::new() },
            Wanted::Last,
        );
        let timeline = Request::Timeline { slices: 500, span: None, connection: None, filter: String::new() };
        self.say("a timeline", timeline, Wanted::Last);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    First,
    Last,
}

const FILTER: &str = "from == client and length > 150";

fn order(key: MessageKey, direction: Direction) -> MessageOrder {
    MessageOrder { key, direction }
}

fn list(order: MessageOrder, filter: &str, start: u64) -> Request {
    let rows = Span { start, length: ROWS };
    Request::Messages { connection: None, rows, order, filter: filter.to_owned() }
}

fn name(row: &sockscope_core::session::api::MessageRow) -> MessageName {
    MessageName { connection: row.connection, message: row.message }
}

fn page_row(answer: &Answer) -> Option<MessageName> {
    match answer {
        Answer::Messages(page) => page.rows.first().map(name),
        _ => None,
    }
}

fn measure(path: &Path) {
    let mut window = Window::open(path);
    println!("{}: {:.2} GB", path.display(), window.size as f64 / 1e9);
    let found = order(MessageKey::Found, Direction::Ascending);
    loop {
        let (answer, _) = window.ask(list(found, "", 0), Wanted::First);
        if page_row(&answer).is_some() || !window.is_reading() {
            break;
        }
    }
    println!("{:>10.1}  ms: the first rows", window.begun.elapsed().as_secs_f64() * 1000.0);
    // While it is read, somebody works with it, now and then.
    let mut rounds = 0;
    let mut asked_for = Duration::ZERO;
    while window.is_reading() {
        let due = window.size / 4 * (rounds + 1);
        if rounds < 3 && window.progress.read >= due {
            let begun = Instant::now();
            window.ask_around();
            asked_for += begun.elapsed();
            rounds += 1;
        }
        window.listen(PAUSE);
    }
    assert_eq!(window.progress.read, window.size, "all of it");
    let whole = window.begun.elapsed();
    let (tellings, longest) = window.tellings;
    println!(
        "{:>10.1}  s: all read, of which {:.1} s went by while questions waited",
        whole.as_secs_f64(),
        asked_for.as_secs_f64()
    );
    println!("{:>10.1}  MB/s", window.size as f64 / 1e6 / whole.as_secs_f64());
    println!("{tellings:>10}  times progress was told, at most {:.2} s apart", longest.as_secs_f64());
    println!("{:>10}  messages", window.progress.messages);
    println!("{:>10}  connections", window.progress.connections);
    memory("when all was read");
    window.ask_around();
    // Orders are sorted on while nobody asks.
    while window.listen(PAUSE).is_some() {}
    window.ask_around();
    window.say("all of a header filter counted", list(found, FILTER, 0), Wanted::Last);
    memory("at the end");
}

/// What this process had in memory at most, and has now.
fn memory(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or_default() / 1000.0
    };
    println!("{:>10.0}  MB resident at most, {:.0} MB {when}", of("VmHWM"), of("VmRSS"));
}
