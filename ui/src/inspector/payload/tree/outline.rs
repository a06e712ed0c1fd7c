//! The part of a JSON tree that was looked at: which containers are open and which of their children are known, as the
//! lines that stand below each other on the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sockscope_core::session::api::{JsonKind, JsonNode, JsonPage};

/// Levels that are open from the beginning.
const LEVELS: usize = 2;
/// Children of a container whose containers are open from the beginning too.
const FEW: u64 = 50;
/// Bytes of such a container.
const SHORT: u64 = 16 << 10;

/// A container: its offset, or `None` for the values that stand beside each other.
pub type Container = Option<u64>;

/// The children that are known of a container.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    depth: usize,
    nodes: Vec<Rc<JsonNode>>,
    count: u64,
    unfinished: Option<Rc<JsonNode>>,
    broken: Option<(u64, String)>,
}

/// What was looked at of a tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    known: BTreeMap<Container, Known>,
    open: BTreeSet<u64>,
}

/// A line on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Levels above it.
    pub depth: usize,
    /// What it shows.
    pub shown: Shown,
}

/// What a line shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A value, or the beginning of a container.
    Node {
        /// The value.
        node: Rc<JsonNode>,
        /// It is a container whose children stand below.
        is_open: bool,
        /// Its siblings in all.
        siblings: u64,
    },
    /// The end of an open container.
    End(JsonKind),
    /// More children can be asked for.
    More {
        /// Of which container.
        container: Container,
        /// How many are known.
        known: u64,
        /// How many there are.
        count: u64,
    },
    /// The children are awaited.
    Awaited,
    /// Here the text stops being JSON.
    Broken {
        /// Where in the payload.
        at: u64,
        /// Why.
        why: String,
    },
}

impl Shown {
    /// Somebody can stand on it.
    pub fn is_item(&self) -> bool {
        matches!(self, Self::Node { .. } | Self::More { .. })
    }
}

/// It holds other values.
pub fn is_container(node: &JsonNode) -> bool {
    matches!(node.kind, JsonKind::Object | JsonKind::Array)
}

impl Outline {
    /// A container is open.
    pub fn is_open(&self, offset: u64) -> bool {
        self.open.contains(&offset)
    }

    /// Opens a container, or closes it. Gives what must be asked for.
    pub fn toggle(&mut self, offset: u64) -> Option<Container> {
        if self.open.remove(&offset) {
            return None;
        }
        self.open.insert(offset);
        (!self.known.contains_key(&Some(offset))).then_some(Some(offset))
    }

    /// How many children of a container are known: where the next page begins.
    pub fn known(&self, container: Container) -> u64 {
        self.known.get(&container).map_or(0, |known| known.nodes.len() as u64)
    }

    /// Takes a page of children. Gives the containers that are open from the beginning and must be asked for.
    pub fn hold(&mut self, container: Container, start: u64, page: &JsonPage) -> Vec<Container> {
        let depth = container.map_or(0, |offset| self.depth_of(offset) + 1);
        let known = self.known.entry(container).or_default();
        if start != known.nodes.len() as u64 {
            return Vec::new();
        }
        known.depth = depth;
        known.count = page.count;
        known.broken = page.broken.clone();
        known.unfinished = page.unfinished.clone().map(Rc::new);
        known.nodes.extend(page.nodes.iter().cloned().map(Rc::new));
        if depth >= LEVELS || start > 0 || page.count > FEW {
            return Vec::new();
        }
        let nodes = page.nodes.iter().chain(&page.unfinished);
        let opened = nodes.filter(|node| {
            let is_short = depth == 0 || node.end - node.start <= SHORT;
            is_container(node) && !node.empty && is_short
        });
        let opened: Vec<Container> = opened.map(|node| Some(node.start)).collect();
        self.open.extend(opened.iter().flatten());
        opened
    }

    fn depth_of(&self, offset: u64) -> usize {
        let holds = |known: &&Known| {
            let mut nodes = known.nodes.iter().chain(&known.unfinished);
            nodes.any(|node| node.start == offset)
        };
        self.known.values().find(holds).map_or(0, |known| known.depth)
    }

    /// All lines, from the first to the last.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        self.below(None, 0, &mut lines);
        lines
    }

    fn below(&self, container: Container, depth: usize, lines: &mut Vec<Line>) {
        let Some(known) = self.known.get(&container) else {
            lines.push(Line { depth, shown: Shown::Awaited });
            return;
        };
        let siblings = known.count + u64::from(known.unfinished.is_some());
        for node in &known.nodes {
            self.node(node, siblings, depth, lines);
        }
        let count = known.nodes.len() as u64;
        if count < known.count {
            lines.push(Line { depth, shown: Shown::More { container, known: count, count: known.count } });
            return;
        }
        if let Some(node) = &known.unfinished {
            self.node(node, siblings, depth, lines);
        }
        // The innermost container tells it: those around it are broken at the same place.
        let is_told_below = known.unfinished.as_ref().is_some_and(|node| self.is_open(node.start));
        if let Some((at, why)) = known.broken.clone().filter(|_| !is_told_below) {
            lines.push(Line { depth, shown: Shown::Broken { at, why } });
        }
    }

    fn node(&self, node: &Rc<JsonNode>, siblings: u64, depth: usize, lines: &mut Vec<Line>) {
        let is_open = is_container(node) && !node.empty && self.is_open(node.start);
        lines.push(Line { depth, shown: Shown::Node { node: node.clone(), is_open, siblings } });
        if is_open {
            self.below(Some(node.start), depth + 1, lines);
            let is_broken = self.known.get(&Some(node.start)).is_some_and(|known| known.broken.is_some());
            if !is_broken {
                lines.push(Line { depth, shown: Shown::End(node.kind) });
            }
        }
    }
}

/// What a key does in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Stand on this line.
    To(usize),
    /// Open or close the container on this line.
    Toggle(usize),
    /// Do what the line is for.
    Act(usize),
}

/// What a key does, standing on a line.
pub fn key(lines: &[Line], at: usize, key: &str, page: usize) -> Option<Move> {
    let item = |at: &usize| lines.get(*at).is_some_and(|line| line.shown.is_item());
    let forth = |from: usize| (from..lines.len()).find(item);
    let back = |until: usize| (0..until.min(lines.len())).rev().find(item);
    let here = lines.get(at)?;
    let node = match &here.shown {
        Shown::Node { node, is_open, .. } => Some((node, *is_open)),
        _ => None,
    };
    let to = match key {
        "ArrowUp" => back(at),
        "ArrowDown" => forth(at + 1),
        "Home" => forth(0),
        "End" => back(lines.len()),
        "PageUp" => forth(at.saturating_sub(page)),
        "PageDown" => back(at.saturating_add(page).saturating_add(1)),
        "ArrowRight" => match node {
            Some((node, false)) if is_container(node) && !node.empty => return Some(Move::Toggle(at)),
            Some((_, true)) => forth(at + 1),
            _ => None,
        },
        "ArrowLeft" => match node {
            Some((_, true)) => return Some(Move::Toggle(at)),
            _ => (0..at).rev().find(|above| {
                lines.get(*above).is_some_and(|line| line.depth < here.depth && line.shown.is_item())
            }),
        },
        "Enter" | " " => return Some(Move::Act(at)),
        _ => return None,
    };
    to.map(Move::To)
}

#[cfg(test)]
mod tests;
