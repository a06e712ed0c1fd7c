//! What every workload is written with: the capture, chance, addresses that nobody else has, and who wants to know.

use crate::capture::Capture;
use crate::packet::End;
use crate::random::Random;
use crate::truth::Observer;

/// A workload in the making.
pub struct Scene<'a> {
    /// Where packets go.
    pub capture: Capture<'a>,
    /// Chance.
    pub random: Random,
    /// Who is told of messages.
    pub observer: &'a mut dyn Observer,
    /// Bytes that the capture is to have, about.
    pub size: u64,
    connections: u64,
    clients: u32,
}

impl<'a> Scene<'a> {
    /// Nothing has happened yet.
    pub fn new(capture: Capture<'a>, random: Random, observer: &'a mut dyn Observer, size: u64) -> Self {
        Self { capture, random, observer, size, connections: 0, clients: 0 }
    }

    /// Whether the capture is as long as it is to be with `pending` bytes more.
    pub fn is_long_enough(&self, pending: u64) -> bool {
        self.capture.length() + pending >= self.size
    }

    /// The number of a WebSocket whose request is being sent.
    pub fn next_number(&mut self) -> u64 {
        self.connections += 1;
        self.connections - 1
    }

    /// A client that was not there before.
    pub fn next_client(&mut self) -> End {
        let number = self.clients;
        self.clients += 1;
        let [_, b, c, d] = (number + 1).to_be_bytes();
        End {
            address: [10, 16 + (b & 0x0f), c, d],
            port: 32_768 + (number.wrapping_mul(7919) % 28_000) as u16,
        }
    }

    /// One of a few servers.
    pub fn server(&mut self, port: u16) -> End {
        End { address: [10, 0, 0, self.random.within(1..=4) as u8], port }
    }
}
