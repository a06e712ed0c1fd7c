//! Bytes of a payload, read by pages as they are looked at. The pages that were seen last are kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, PayloadPart, Request, Span, Stage};
use yew::prelude::*;

use crate::engine::{Asking, Told, use_client};

/// Bytes of a page: one answer of a moment.
const PAGE: u64 = 64 << 10;
/// Pages that are kept.
const KEPT: usize = 64;

/// What is known of a payload's bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pages {
    /// Bytes in all, as soon as any were read.
    pub total: Option<u64>,
    /// Offset and length of what is lost; length 0 where it is not known how much.
    pub holes: Rc<[(u64, u64)]>,
    pages: BTreeMap<u64, Rc<[u8]>>,
}

/// A byte of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Byte {
    /// It was captured.
    Known(u8),
    /// It is lost.
    Lost,
    /// It is not read yet.
    Awaited,
}

impl Pages {
    /// The bytes to ask for, whole pages, so that all of `wanted` is known.
    pub fn missing(&self, wanted: Span) -> Option<Span> {
        let end = wanted.start.saturating_add(wanted.length).min(self.total.unwrap_or(u64::MAX));
        if self.total.is_some() && wanted.start >= end {
            return None;
        }
        let first = (wanted.start / PAGE..=end.saturating_sub(1) / PAGE)
            .find(|page| !self.pages.contains_key(page))?;
        let last =
            (first..=end.saturating_sub(1) / PAGE).rev().find(|page| !self.pages.contains_key(page))?;
        Some(Span { start: first * PAGE, length: (last + 1 - first) * PAGE })
    }

    /// Keeps what was read, and forgets the pages that are farthest from it.
    pub fn hold(&mut self, part: &PayloadPart) {
        self.total = Some(part.total);
        self.holes = merged(&self.holes, &part.holes);
        let first = part.start / PAGE;
        for (at, page) in (first..).zip(part.bytes.chunks(PAGE as usize)) {
            self.pages.insert(at, page.into());
        }
        while self.pages.len() > KEPT {
            let (low, high) = (self.pages.keys().next().copied(), self.pages.keys().next_back().copied());
            let (Some(low), Some(high)) = (low, high) else { break };
            self.pages.remove(if first.abs_diff(low) > first.abs_diff(high) { &low } else { &high });
        }
    }

    /// One byte.
    pub fn byte(&self, offset: u64) -> Byte {
        if self.holes.iter().any(|&(start, length)| (start..start.saturating_add(length)).contains(&offset)) {
            return Byte::Lost;
        }
        let page = self.pages.get(&(offset / PAGE));
        match page.and_then(|page| page.get((offset % PAGE) as usize)) {
            Some(byte) => Byte::Known(*byte),
            None => Byte::Awaited,
        }
    }

    /// Bytes in a row, as far as they are known from `start` on; zeros for what is lost.
    pub fn bytes(&self, start: u64, end: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = start;
        while at < end {
            let Some(page) = self.pages.get(&(at / PAGE)) else { break };
            let from = (at % PAGE) as usize;
            let until = page.len().min(from + usize::try_from(end - at).unwrap_or(usize::MAX));
            let Some(part) = page.get(from..until).filter(|part| !part.is_empty()) else { break };
            out.extend_from_slice(part);
            at += part.len() as u64;
        }
        out
    }
}

/// Before inflating, each part tells only the holes that it passed.
fn merged(known: &Rc<[(u64, u64)]>, more: &[(u64, u64)]) -> Rc<[(u64, u64)]> {
    if more.iter().all(|hole| known.contains(hole)) {
        return known.clone();
    }
    let mut all = known.to_vec();
    for hole in more {
        if let Err(place) = all.binary_search(hole) {
            all.insert(place, *hole);
        }
    }
    all.into()
}

/// The bytes of a payload, of which `wanted` are read now.
#[hook]
pub fn use_pages(message: MessageName, stage: Stage, wanted: Span) -> Rc<Pages> {
    let client = use_client();
    let known = use_state(|| ((message, stage), Rc::new(Pages::default())));
    let latest = use_mut_ref(|| ((message, stage), Rc::new(Pages::default())));
    let asking = use_mut_ref(|| None::<(Span, Asking)>);
    use_effect_with((client, message, stage, wanted, known.1.clone()), {
        let known = known.clone();
        move |(client, message, stage, wanted, _)| {
            let of = (*message, *stage);
            if latest.borrow().0 != of {
                *latest.borrow_mut() = (of, Rc::new(Pages::default()));
                asking.borrow_mut().take();
            }
            let missing = latest.borrow().1.missing(*wanted);
            let is_asked = |span: &Span| asking.borrow().as_ref().is_some_and(|(asked, _)| asked == span);
            if let Some(span) = missing.filter(|span| !is_asked(span)) {
                let told = {
                    let latest = latest.clone();
                    Callback::from(move |told| {
                        let Told::Answer { answer, .. } = told else { return };
                        let Answer::Payload(part) = &*answer else { return };
                        let mut latest = latest.borrow_mut();
                        if latest.0 == of {
                            Rc::make_mut(&mut latest.1).hold(part);
                            known.set(latest.clone());
                        }
                    })
                };
                let request = Request::Payload { message: *message, stage: *stage, bytes: span };
                let asked = client.ask(request, told);
                *asking.borrow_mut() = Some((span, asked));
            }
        }
    });
    if known.0 == (message, stage) { known.1.clone() } else { Rc::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(start: u64, length: usize) -> PayloadPart {
        PayloadPart {
            total: 10 * PAGE + 7,
            start,
            bytes: (0..length).map(|at| (at % 251) as u8).collect(),
            holes: vec![(5, 3), (70, 0)],
            is_text: false,
        }
    }

    #[test]
    fn whole_pages_are_asked_for_once() {
        let mut pages = Pages::default();
        let span = |start, length| Span { start, length };
        assert_eq!(pages.missing(span(10, 10)), Some(span(0, PAGE)));
        pages.hold(&part(0, PAGE as usize));
        assert_eq!(pages.missing(span(10, 10)), None);
        assert_eq!(pages.missing(span(PAGE - 1, 2)), Some(span(PAGE, PAGE)));
        assert_eq!(pages.missing(span(10 * PAGE, 100)), Some(span(10 * PAGE, PAGE)));
        pages.hold(&part(10 * PAGE, 7));
        assert_eq!(pages.missing(span(10 * PAGE, 100)), None);
        assert_eq!(pages.missing(span(11 * PAGE, 100)), None, "behind its end");
        assert_eq!(pages.missing(span(0, 11 * PAGE)), Some(span(PAGE, 9 * PAGE)));
    }

    #[test]
    fn bytes_go_on_over_the_edge_of_a_page() {
        let mut pages = Pages::default();
        pages.hold(&part(0, 2 * PAGE as usize));
        assert_eq!(pages.bytes(PAGE - 2, PAGE + 2), part(0, 2 * PAGE as usize).bytes[65534..65538]);
        assert_eq!(pages.bytes(2 * PAGE - 1, 2 * PAGE + 5).len(), 1, "as far as they are known");
        assert_eq!(
            (pages.byte(4), pages.byte(5), pages.byte(8)),
            (Byte::Known(4), Byte::Lost, Byte::Known(8))
        );
        assert_eq!((pages.byte(70), pages.byte(3 * PAGE)), (Byte::Known(70), Byte::Awaited));
    }

    #[test]
    fn no_more_pages_are_kept_than_are_needed() {
        let mut pages = Pages::default();
        for at in 0..200 {
            pages.hold(&part(at * PAGE, PAGE as usize));
        }
        assert_eq!(pages.pages.len(), KEPT);
        assert!(pages.pages.contains_key(&199));
    }
}
