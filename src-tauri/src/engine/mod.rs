//! The engine on the desktop: each capture that is open has a thread, which works while there is something to do and sleeps
//! otherwise.

mod file;
mod spool;

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sockscope_core::session::api::Asked;
use sockscope_core::session::api::transport::{FromEngine, Opening};
use sockscope_core::session::{DecodeAs, EndOfFile, Paced, Session, SessionOptions, Work};

/// How long it works until it looks for requests again: about a frame of the display.
const TURN: Duration = Duration::from_millis(12);
/// How often a file that may grow is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// All engines, by the numbers that the window gave them.
#[derive(Default)]
pub struct Engines(Mutex<HashMap<u64, Sender<Vec<Asked>>>>);

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
        self.all().get(&number).is_some_and(|requests| requests.send(asked).is_ok())
    }

    /// Ends one.
    pub fn close(&self, number: u64) {
        self.all().remove(&number);
    }

    /// Ends all.
    pub fn close_all(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Sender<Vec<Asked>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works until nobody can ask any more.
fn run(files: &[PathBuf], opening: Opening, inbox: &Receiver<Vec<Asked>>, tell: &impl Fn(FromEngine)) {
    let decode_as = opening.decode_as.into_iter().map(|port| DecodeAs { host: None, port }).collect();
    let options = SessionOptions {
        decode_as,
        end: if opening.follow { EndOfFile::MayGrow } else { EndOfFile::Final },
        spool: Box::new(spool::make),
        ..SessionOptions::default()
    };
    let mut session = Session::open(files.iter().map(|path| file::open(path)).collect(), options);
    let begun = Instant::now();
    let mut paced = Paced::default();
    let mut work = Work::More;
    while let Some(asked) = next(inbox, work, opening.follow) {
        asked.into_iter().for_each(|asked| session.request(asked));
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

/// What is asked now, after a while if there is nothing else to do; `None`: nobody can ask any more.
fn next(inbox: &Receiver<Vec<Asked>>, work: Work, follows: bool) -> Option<Vec<Asked>> {
    match (work, follows) {
        (Work::More, _) => match inbox.try_recv() {
            Err(TryRecvError::Disconnected) => None,
            asked => Some(asked.unwrap_or_default()),
        },
        (Work::Idle, true) => match inbox.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Disconnected) => None,
            asked => Some(asked.unwrap_or_default()),
        },
        (Work::Idle, false) => inbox.recv().ok(),
    }
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the engine panicked").to_owned()
}
