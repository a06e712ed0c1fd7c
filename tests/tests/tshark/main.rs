//! tshark as a peer: what it and the engine say of every sample must agree, field by field, but for its known faults.
//!
//! Compared are, of each frame, the packet in which it completes, direction, FIN, reserved bits, opcode, masking key,
//! length and unmasked payload; of each message its payload, joined and inflated; of each upgrade target, key, status
//! and Accept. Samples that the engine cannot read yet (HTTP/2) are left out;
//! both are given the same secrets of TLS.
//!
//! A difference must stand in the list of `known.rs`, and the sample's truth must prove that tshark is the one that is
//! wrong. A row of the list that shows no more must go. The environment may name another folder of samples in
//! `SOCKSCOPE_SAMPLES`.

mod compare;
mod json;
mod known;
mod made;
mod ours;
mod peer;
mod proof;
mod sample;
mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use compare::{Difference, Key, What, differences};
use known::{Fault, KNOWN, MADE_FROM, OUT_OF_ORDER, VERSION};
use ours::Ours;
use peer::Order;
use proof::Case;
use sample::Sample;

#[test]
fn every_sample_agrees_with_tshark_but_for_its_known_faults() {
    let version = peer::version();
    let samples = sample::all();
    let mut complaints = Vec::new();
    for known in KNOWN {
        if !samples.iter().any(|sample| sample.name == known.sample && sample.is_readable()) {
            complaints.push(format!("{}: it is in the list, but not among the samples", known.sample));
        }
    }
    complaints.extend(of_each(&samples, |sample| {
        if sample.is_readable() { compare_one(sample, &samples, &version) } else { Vec::new() }
    }));
    assert!(complaints.is_empty(), "tshark {version}\n{}", complaints.join("\n"));
}

#[test]
fn what_comes_out_of_order_is_lost_by_default() {
    if peer::version() != VERSION {
        return;
    }
    let samples = sample::all();
    for &(name, stream, side) in OUT_OF_ORDER {
        let sample = samples.iter().find(|sample| sample.name == name).expect("it is among the samples");
        let ours = decode(sample);
        let lost = |order| {
            let peer = peer::read(sample, order, &ours.clients);
            let all = differences(&ours, &peer);
            let mut missing = all.iter().filter(|one| one.key.what == What::FrameMissing);
            missing.any(|one| (one.key.stream, one.key.side) == (stream, side))
        };
        assert!(lost(Order::Default), "{name}: {} shows no more", Fault::OutOfOrderByDefault.name());
        assert!(!lost(Order::Reassembled), "{name}");
    }
}

#[test]
fn the_document_has_every_fault_and_where_it_shows() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tshark.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let sections: BTreeMap<&str, &str> =
        text.split("\n## ").skip(1).filter_map(|section| section.split_once('\n')).collect();
    let out_of_order = OUT_OF_ORDER.iter().map(|&(name, ..)| (Fault::OutOfOrderByDefault.name(), name));
    let places: BTreeSet<(&str, &str)> =
        KNOWN.iter().map(|known| (known.fault.name(), known.sample)).chain(out_of_order).collect();
    for (fault, sample) in &places {
        let section = sections.get(fault).unwrap_or_else(|| panic!("there is no section {fault}"));
        assert!(section.contains(&format!("`{sample}`")), "{fault} does not name {sample}");
    }
    for heading in sections.keys() {
        assert!(places.iter().any(|(fault, _)| fault == heading), "{heading} is no fault that shows");
    }
    assert!(text.contains(&format!("tshark {VERSION}")));
}

fn decode(sample: &Sample) -> Ours {
    let bytes = std::fs::read(&sample.capture)
        .unwrap_or_else(|error| panic!("{}: {error}", sample.capture.display()));
    ours::read(&bytes, &sample.decode_as(), &sample.secrets())
}

/// What is to be said of a sample: differences that are not in the list or not proven, rows that show no more.
fn compare_one(sample: &Sample, samples: &[Sample], version: &str) -> Vec<String> {
    let ours = decode(sample);
    let peer = peer::read(sample, Order::Reassembled, &ours.clients);
    let found = differences(&ours, &peer);
    let whole = MADE_FROM.iter().find(|(part, _)| *part == sample.name);
    let whole = whole.and_then(|(_, whole)| samples.iter().find(|sample| sample.name == *whole));
    let case = Case { sample, whole, ours: &ours, differences: &found };
    let listed = listed(&sample.name);
    let (mut complaints, mut new) = (Vec::new(), Vec::new());
    for one in &found {
        let objection = proof::objection(one, &case);
        let name = &sample.name;
        match (listed.contains(&one.key), objection) {
            (true, None) => {}
            (true, Some(why)) => {
                complaints.push(format!("{name}: {one}\n    is listed, yet not proven: {why}"))
            }
            (false, why) => {
                let why =
                    why.map_or("tshark is wrong by the truth".to_owned(), |why| format!("not proven: {why}"));
                complaints.push(format!("{name}: {one}\n    {why}"));
                new.push(one);
            }
        }
    }
    if !new.is_empty() {
        complaints.push(format!("    known(Fault::…, {:?}, &[{}]),", sample.name, as_rows(&new)));
    }
    // Another version may have mended it.
    let shown: BTreeSet<Key> = found.iter().map(|one| one.key).collect();
    for key in listed.difference(&shown).filter(|_| version == VERSION) {
        complaints.push(format!("{}: {key:?} is listed, yet shows no more", sample.name));
    }
    complaints
}

/// The listed differences of a sample.
fn listed(sample: &str) -> BTreeSet<Key> {
    let rows = KNOWN.iter().filter(|known| known.sample == sample).flat_map(|known| known.differences);
    rows.flat_map(|&(stream, side, what, numbers)| {
        let numbers = numbers.iter().cloned().flatten();
        numbers.map(move |number| Key { stream, side, what, number })
    })
    .collect()
}

/// Differences as the list writes them.
fn as_rows(differences: &[&Difference]) -> String {
    let mut rows: BTreeMap<_, Vec<(u64, u64)>> = BTreeMap::new();
    for Key { stream, side, what, number } in differences.iter().map(|one| one.key) {
        let ranges = rows.entry((stream, side, what)).or_default();
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 >= number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let row = |((stream, side, what), ranges): (_, Vec<(u64, u64)>)| {
        let ranges: Vec<String> = ranges.iter().map(|(first, last)| format!("{first}..={last}")).collect();
        format!("({stream}, {side:?}, {what:?}, &[{}])", ranges.join(", "))
    };
    rows.into_iter().map(row).collect::<Vec<_>>().join(", ")
}

/// Does it with each, a few at a time, and keeps their order.
fn of_each<T: Sync>(list: &[T], act: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let (next, said) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(list.len()) {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    list.get(at).map(|item| (at, item))
                } {
                    let complaints = act(item);
                    said.lock().expect("no thread panics while it holds it").insert(at, complaints);
                }
            });
        }
    });
    said.into_inner().expect("no thread panics while it holds it").into_values().flatten().collect()
}
