//! The engine on the desktop: each capture that is open has a thread, which works while there is something to do and sleeps
//! otherwise.

mod file;
mod key_logs;
mod spool;

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sockscope_core::session::api::Asked;
use sockscope_core::session::api::transport::{FromEngine, Opening};
use sockscope_core::session::{DecodeAs, EndOfFile, Paced, Session, SessionOptions, Work};

use key_logs::KeyLogs;

/// How long it works until it looks for requests again: about a frame of the display.
const TURN: Duration = Duration::from_millis(12);
/// How often a file that may grow is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// What an engine is told to do.
enum Said {
    /// To answer these.
    Asked(Vec<Asked>),
    /// To use these key logs, and what is written to them later.
    KeyLogs(Vec<PathBuf>),
}

/// All engines, by the numbers that the window gave them.
#[derive(Default)]
pub struct Engines(Mutex<HashMap<u64, Sender<Said>>>);

impl Engines {
    /// Starts one that reads these files as one capture; what it tells goes to `tell`.
    ///
    /// # Errors
    ///
    /// The system starts no thread.
    pub fn open(
        &self,
        number: u64,
        files: Vec<PathBuf>,
        opening: Opening,
        tell: impl Fn(FromEngine) + Send + 'static,
    ) -> std::io::Result<()> {
        let (requests, inbox) = channel();
        thread::Builder::new().name(format!("engine {number}")).spawn(move || {
            tell(FromEngine::Ready);
            // A fault in one capture must not take the others with it.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(&files, opening, &inbox, &tell))) {
                tell(FromEngine::Broken(words(&*panic)));
            }
        })?;
        // One of the same number ends here, since nobody can ask it any more.
        self.all().insert(number, requests);
        Ok(())
    }

    /// Hands requests over; `false`: there is no such engine, or it broke down.
    pub fn ask(&self, number: u64, asked: Vec<Asked>) -> bool {
        self.say(number, Said::Asked(asked))
    }

    /// Gives key logs; `false`: there is no such engine, or it broke down.
    pub fn use_key_logs(&self, number: u64, files: Vec<PathBuf>) -> bool {
        self.say(number, Said::KeyLogs(files))
    }

    fn say(&self, number: u64, said: Said) -> bool {
        self.all().get(&number).is_some_and(|requests| requests.send(said).is_ok())
    }

    /// Ends one.
    pub fn close(&self, number: u64) {
        self.all().remove(&number);
    }

    /// Ends all.
    pub fn close_all(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Sender<Said>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works until nobody can ask any more.
fn run(files: &[PathBuf], opening: Opening, inbox: &Receiver<Said>, tell: &impl Fn(FromEngine)) {
    let decode_as = opening.decode_as.into_iter().map(|port| DecodeAs { host: None, port }).collect();
    let options = SessionOptions {
        decode_as,
        end: if opening.follow { EndOfFile::MayGrow } else { EndOfFile::Final },
        spool: Box::new(spool::make),
        spill: Some(Arc::new(|| spool::make(0))),
        threads: thread::available_parallelism().map_or(1, usize::from),
        ..SessionOptions::default()
    };
    let mut session = Session::open(files.iter().map(|path| file::open(path)).collect(), options);
    let begun = Instant::now();
    let mut paced = Paced::default();
    let mut work = Work::More;
    let mut key_logs = KeyLogs::default();
    while let Some(said) = next(inbox, work, opening.follow || !key_logs.is_empty()) {
        match said {
            Said::Asked(asked) => asked.into_iter().for_each(|asked| session.request(asked)),
            Said::KeyLogs(paths) => key_logs.add(&mut session, paths),
        }
        if work == Work::Idle {
            key_logs.look(&mut session);
        }
        let turn = Instant::now();
        work = loop {
            let work = session.work();
            if work == Work::Idle || turn.elapsed() >= TURN {
                break work;
            }
        };
        let now = begun.elapsed().as_secs_f64() * 1000.0;
        let events = paced.pass(now, session.events(), work == Work::Idle);
        if !events.is_empty() {
            tell(FromEngine::Events(events));
        }
    }
}

/// What is said now, after a while if there is nothing else to do; `None`: nobody can say anything any more.
fn next(inbox: &Receiver<Said>, work: Work, follows: bool) -> Option<Said> {
    let nothing = || Said::Asked(Vec::new());
    match (work, follows) {
        (Work::More, _) => match inbox.try_recv() {
            Err(TryRecvError::Disconnected) => None,
            said => Some(said.unwrap_or_else(|_| nothing())),
        },
        (Work::Idle, true) => match inbox.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Disconnected) => None,
            said => Some(said.unwrap_or_else(|_| nothing())),
        },
        (Work::Idle, false) => inbox.recv().ok(),
    }
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the engine panicked").to_owned()
}
