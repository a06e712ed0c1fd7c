//! Looks at the beginning of files that are chosen or dropped, before anything is done with them.

use super::given::Given;
use super::key_log::{Counting, Counts};
use super::kind::Kind;
use super::mark::{BEGINNING, Mark};
use crate::shell;

/// Bytes of a key log that are fetched at once: few enough that counting them is not felt.
const PIECE: u64 = 512 << 10;

/// A file that was chosen or dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// The file.
    pub given: Given,
    /// What it is known by when it comes again.
    pub mark: Mark,
    /// What it is.
    pub kind: Kind,
    /// Of a key log: its secrets.
    pub secrets: Option<Counts>,
}

/// Looks at a file's beginning, and through all of a key log.
pub async fn arrive(given: Given) -> Arrived {
    let (name, size) = (given.name(), given.size());
    let beginning = given.fetch(0, BEGINNING.min(size)).await;
    let kind = match &beginning {
        Some(bytes) => Kind::of(bytes, &name),
        None => Kind::Unread,
    };
    let mark = Mark::of(name, size, &beginning.unwrap_or_default());
    let mut secrets = if kind == Kind::KeyLog { Some(count(&given, size).await) } else { None };
    if let Some(counts) = secrets.as_mut().filter(|_| !shell::is_there()) {
        counts.without_keys();
    }
    let kind = match &secrets {
        Some(counts) if counts.secrets() == 0 => Kind::PRIVATE_KEY,
        _ => kind,
    };
    Arrived { given, mark, kind, secrets }
}

/// Looks at each of these files, in their order.
pub async fn arrive_each(files: Vec<Given>) -> Vec<Arrived> {
    let mut arrived = Vec::with_capacity(files.len());
    for file in files {
        arrived.push(arrive(file).await);
    }
    arrived
}

async fn count(given: &Given, size: u64) -> Counts {
    let mut counting = Counting::default();
    let mut at = 0;
    while at < size {
        let Some(bytes) = given.fetch(at, (at + PIECE).min(size)).await else { break };
        counting.push(&bytes);
        at += PIECE;
    }
    counting.finish()
}
