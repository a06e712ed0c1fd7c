//! Checks across connections: keys that are used again, and Accepts that belong to another request.

use std::collections::VecDeque;
use std::net::IpAddr;

use hashbrown::HashMap;

use crate::conversation::Opened;
use crate::diagnostic::{Cause, Code, Finding};
use crate::http::accept;
use crate::http::accept_cause::{self, Search};
use crate::limits::Limits;
use crate::stream::Side;

/// Longer keys are no keys, and would cost memory for nothing: a sound one has 24 characters.
const LONGEST_KEY: usize = 128;

/// The requests of a capture, the last ones only.
#[derive(Debug)]
pub struct Registry {
    by_key: HashMap<String, KeyUse>,
    /// By the Accept that answers it, the packet that completed the request.
    by_accept: HashMap<String, u64>,
    order: VecDeque<(String, String)>,
    wrong_accepts: u32,
    requests: usize,
    searches: u32,
}

#[derive(Debug)]
struct KeyUse {
    connection: u64,
    client: IpAddr,
    packet: u64,
    over: bool,
}

impl Registry {
    /// Nothing seen yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            by_key: HashMap::new(),
            by_accept: HashMap::new(),
            order: VecDeque::new(),
            wrong_accepts: 0,
            requests: limits.requests,
            searches: limits.accept_searches,
        }
    }

    /// A request has come, and its connection has this number: what its key says (RFC 6455 §4.1).
    pub fn request(&mut self, opened: &Opened<'_>, connection: u64) -> Option<Finding> {
        let key = opened.key.filter(|key| key.len() <= LONGEST_KEY)?;
        let client = opened.facts.ends[Side::Client.index()].0;
        let finding = self.by_key.get(key).filter(|earlier| earlier.packet < opened.origin.packet).map(|earlier| {
            let other = earlier.connection;
            if earlier.over && earlier.client == client {
                let text = format!("the same client used the key {key} in connection {other} already");
                Finding::new(Code::KeyReused, text)
            } else {
                let text = format!("the key {key} is that of connection {other} too; probably one is the other leg of a proxy");
                Finding::new(Code::KeySeenElsewhere, text)
            }
        });
        let answer = accept::expected(key);
        if self.order.len() >= self.requests.max(1)
            && let Some((key, answer)) = self.order.pop_front()
        {
            self.by_key.remove(&key);
            self.by_accept.remove(&answer);
        }
        self.by_accept.insert(answer.clone(), opened.origin.packet);
        let packet = opened.origin.packet;
        self.by_key.insert(key.to_owned(), KeyUse { connection, client, packet, over: false });
        self.order.push_back((key.to_owned(), answer));
        finding
    }

    /// A connection is over.
    pub fn closed(&mut self, key: &str, connection: u64) {
        if let Some(used) = self.by_key.get_mut(key)
            && used.connection == connection
        {
            used.over = true;
        }
    }

    /// Why an Accept is wrong. The search is bounded for the capture as a whole.
    pub fn cause(&mut self, key: &str, value: &str, packet: u64) -> Option<Cause> {
        self.wrong_accepts = self.wrong_accepts.saturating_add(1);
        let search = if self.wrong_accepts > self.searches { Search::Cheap } else { Search::Thorough };
        let is_expected_elsewhere =
            |value: &str| self.by_accept.get(value).is_some_and(|&asked| asked < packet);
        accept_cause::find(key, value, search, &is_expected_elsewhere)
    }
}
