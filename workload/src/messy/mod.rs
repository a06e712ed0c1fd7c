//! `messy`: what TCP allows and what captures lose. Segments come late, twice, in other cuts, with other bytes, or not
//! at all; sequence numbers wrap; connections are reset, given up, opened again on the same ports, or lack their SYN.
//!
//! The truth holds only what is certain of every connection: the messages of a side before its first byte that the
//! capture does not have.

mod plan;
mod received;
mod talk;
mod way;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use plan::{Opening, Plan};

use crate::packet::{End, Segment, write_tcp};
use crate::scene::Scene;
use crate::truth::{Sent, Side};

/// Connections at once, at most.
const CONNECTIONS: u64 = 64;
/// About what a connection takes of the capture: a small capture has few connections.
const BYTES: u64 = 64 << 10;
/// Packets within which a stream without a SYN may be waiting for its start.
const OPENED: usize = 40;
/// Microseconds after which a connection that began has sent its request for sure.
const UPGRADE: u64 = 5000;

/// Writes it.
pub fn write(scene: &mut Scene<'_>) -> io::Result<()> {
    let places = (scene.size / BYTES / 4).clamp(2, CONNECTIONS) as usize;
    let mut stage = Stage::default();
    for place in 0..places {
        let ends = [scene.next_client(), scene.server(8080)];
        let began = scene.capture.now() + place as u64 * 700;
        stage.playing.push(None);
        stage.start(place, ends, Ports::New, began, scene);
    }
    while let Some(Reverse((at, place))) = stage.next.pop() {
        let Some(each) = stage.playing[place].as_mut() else { continue };
        each.write_next(scene)?;
        if let Some(event) = each.plan.events.get(each.at) {
            stage.next.push(Reverse((event.at, place)));
            continue;
        }
        let ends = each.ends;
        stage.playing[place] = None;
        if !scene.is_long_enough(0) {
            let (ends, ports) = match scene.random.one_in(3) {
                true => (ends, Ports::Again),
                false => ([scene.next_client(), scene.server(8080)], Ports::New),
            };
            let began = at + scene.random.within(100..=50_000) as u64;
            stage.start(place, ends, ports, began, scene);
        }
    }
    Ok(())
}

/// Whether a connection uses the addresses and ports of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ports {
    New,
    Again,
}

struct Playing {
    plan: Plan,
    ends: [End; 2],
    at: usize,
    identification: u16,
}

/// The connections that are there.
#[derive(Default)]
struct Stage {
    playing: Vec<Option<Playing>>,
    /// When each of them goes on.
    next: BinaryHeap<Reverse<(u64, usize)>>,
    /// When the latest one begins.
    latest: u64,
    /// When one may begin again.
    clear_from: u64,
}

impl Stage {
    fn start(&mut self, place: usize, ends: [End; 2], ports: Ports, began: u64, scene: &mut Scene<'_>) {
        // Only a SYN tells that ports are used again.
        let opening = match (ports, scene.random.below(20)) {
            (Ports::New, 0) => Opening::WithoutSyn,
            (Ports::New, 1) => Opening::WithoutSynAck,
            (Ports::New, 2) => Opening::WithoutEither,
            _ => Opening::Whole,
        };
        let mut began = began.max(self.clear_from);
        if opening == Opening::WithoutEither {
            // A reader may know of it only when it is sure of its start; no other one opens meanwhile.
            began = began.max(self.latest + UPGRADE);
        }
        let plan = Plan::new(opening, began, &mut scene.random);
        if opening == Opening::WithoutEither {
            self.clear_from = plan.events.get(OPENED).or(plan.events.last()).map_or(began, |event| event.at);
        }
        self.latest = self.latest.max(began);
        if let Some(event) = plan.events.first() {
            self.next.push(Reverse((event.at, place)));
        }
        self.playing[place] = Some(Playing { plan, ends, at: 0, identification: 0 });
    }
}

impl Playing {
    fn write_next(&mut self, scene: &mut Scene<'_>) -> io::Result<()> {
        let event = &self.plan.events[self.at];
        scene.capture.set_now(event.stamp);
        self.identification = self.identification.wrapping_add(1);
        let segment = Segment {
            from: self.ends[event.from.index()],
            to: self.ends[event.from.other().index()],
            sequence: event.sequence,
            acknowledgement: event.acknowledgement,
            flags: event.flags,
            identification: self.identification,
            payload: &event.payload,
        };
        write_tcp(&segment, &mut scene.capture)?;
        if self.at == self.plan.opens {
            let connection = scene.next_number();
            for message in &self.plan.certain {
                let (from, opcode, payload): (Side, _, _) = (message.from, message.opcode, &message.payload);
                scene.observer.sent(&Sent { connection, from, opcode, payload, compressed: None })?;
            }
        }
        self.at += 1;
        Ok(())
    }
}
