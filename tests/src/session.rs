//! Holds a session as a shell does: asks, lets it work, and takes the answers.

use sockscope_core::session::api::{Answer, Asked, Event, Problem, Request, SessionState};
use sockscope_core::session::{Session, SessionOptions, Work};
use sockscope_core::source::Memory;

/// What the key log of that number is called in tests: the first one as in the samples.
pub fn key_log_name(number: usize) -> String {
    if number == 0 { "keys.log".to_owned() } else { format!("keys-{number}.log") }
}

/// A session and what it has told.
pub struct Asker {
    /// The session.
    pub session: Session,
    next: u64,
}

impl Asker {
    /// A session that has read this capture from a file.
    pub fn opened(capture: &[u8], options: SessionOptions) -> Self {
        Self::opened_with(capture, &[], options)
    }

    /// A session that was given these key logs, and then has read this capture from a file.
    pub fn opened_with(capture: &[u8], key_logs: &[Vec<u8>], options: SessionOptions) -> Self {
        let mut asker = Self::new(Session::open(vec![Box::new(Memory::of(capture))], options));
        asker.give(key_logs);
        asker.work_off();
        asker
    }

    /// A session that was given these key logs, and pushed this capture in pieces of that many bytes.
    pub fn pushed(capture: &[u8], piece: usize, key_logs: &[Vec<u8>], options: SessionOptions) -> Self {
        let mut asker = Self::new(Session::pushed(options));
        asker.give(key_logs);
        let session = &mut asker.session;
        for bytes in capture.chunks(piece.max(1)) {
            session.push(bytes);
        }
        session.push_end();
        asker.work_off();
        asker
    }

    /// Gives it key logs, as a shell does: cut anywhere.
    pub fn give(&mut self, key_logs: &[Vec<u8>]) {
        for (number, log) in key_logs.iter().enumerate() {
            let of = self.session.add_key_log(&key_log_name(number));
            log.chunks(1000).for_each(|piece| self.session.read_key_log(of, piece));
            self.session.end_key_log(of);
        }
        self.session.use_key_logs();
    }

    /// Any session.
    pub fn new(session: Session) -> Self {
        Self { session, next: 0 }
    }

    /// Lets it work until there is nothing to do; gives what it told.
    pub fn work_off(&mut self) -> Vec<Event> {
        let mut told = Vec::new();
        loop {
            let work = self.session.work();
            told.extend(self.session.events());
            if work == Work::Idle {
                return told;
            }
        }
    }

    /// Asks, and gives all answers.
    ///
    /// # Errors
    /// If the request is refused.
    pub fn ask(&mut self, request: Request) -> Result<Vec<Answer>, Problem> {
        self.next += 1;
        let id = self.next;
        self.session.request(Asked { id, request });
        let mut answers = Vec::new();
        for event in self.work_off() {
            match event {
                Event::Answer { id: of, answer, .. } if of == id => answers.push(answer),
                Event::Refused { id: of, problem } if of == id => return Err(problem),
                _ => {}
            }
        }
        Ok(answers)
    }

    /// Asks, and gives the last answer.
    ///
    /// # Panics
    /// If there is none.
    pub fn one(&mut self, request: Request) -> Answer {
        let answers = self.ask(request.clone()).unwrap_or_else(|problem| panic!("{request:?}: {problem:?}"));
        answers.into_iter().next_back().unwrap_or_else(|| panic!("no answer to {request:?}"))
    }

    /// Whether all was read.
    pub fn is_complete(&self) -> bool {
        self.session.progress().state == SessionState::Complete
    }
}
