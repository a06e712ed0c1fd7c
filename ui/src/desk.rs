//! All that is open: captures, one of which is looked at, key logs, and files of which it is not decided what becomes of them.

use std::rc::Rc;

use sockscope_core::session::api::MessageName;
use sockscope_core::session::api::transport::Opening as How;
use yew::prelude::*;

use crate::engine::Client;
use crate::opening::key_log::Counts;
use crate::opening::kind::Kind;
use crate::opening::{Arrived, Given, Mark, Sample, read};
use crate::place::fragment::{Fragment, Source};
use crate::place::{Change, Place, kept};
use crate::shell;

/// A capture that is open.
#[derive(Clone, PartialEq)]
pub struct Capture {
    /// Tells tabs apart; never used twice.
    pub id: u64,
    /// What it is read from.
    pub origin: Origin,
    /// Its engine.
    pub client: Client,
    /// Where somebody stands in it.
    pub place: Rc<Place>,
}

/// What a capture is read from.
#[derive(Clone, PartialEq)]
pub struct Origin {
    /// Its files, read one after the other.
    pub files: Rc<[Arrived]>,
    /// It is a sample.
    pub sample: Option<&'static Sample>,
    /// How it is read.
    pub how: How,
}

impl Origin {
    /// Its files' names.
    pub fn name(&self) -> AttrValue {
        let names: Vec<&str> = self.files.iter().map(|arrived| arrived.mark.name.as_str()).collect();
        names.join(" + ").into()
    }

    fn source(&self) -> Source {
        match self.sample {
            Some(sample) => Source::Sample(sample.name.to_owned()),
            None => Source::Files(self.files.iter().map(|arrived| arrived.mark.clone()).collect()),
        }
    }
}

impl Capture {
    /// The place in it, as an address says it.
    pub fn fragment(&self) -> Fragment {
        Fragment {
            source: self.origin.source(),
            decode_as: self.origin.how.decode_as.clone(),
            place: (*self.place).clone(),
        }
    }

    /// The same with this message selected.
    pub fn fragment_of(&self, message: MessageName) -> Fragment {
        let mut fragment = self.fragment();
        fragment.place.message = Some(message);
        fragment
    }
}

/// A key log that was given.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyLog {
    /// The file.
    pub given: Given,
    /// What it is known by.
    pub mark: Mark,
    /// Its secrets.
    pub secrets: Counts,
}

/// What lies over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Key logs.
    Secrets,
    /// Ports that are read as WebSocket.
    DecodeAs,
    /// The list of keys.
    Keys,
    /// What Sockscope is.
    About,
}

/// What is open.
#[derive(Clone, Default, PartialEq)]
pub struct Desk {
    /// Captures, as their tabs stand beside each other.
    pub captures: Vec<Capture>,
    /// The one that is looked at.
    pub active: Option<u64>,
    /// Key logs, in the order in which they came.
    pub key_logs: Vec<KeyLog>,
    /// Several files that came at once, until somebody says how they are opened.
    pub undecided: Rc<[Arrived]>,
    /// What an address asked for and is not there yet.
    pub expected: Option<Rc<Fragment>>,
    /// A file that came instead of the expected one.
    pub mistaken: Option<Rc<Arrived>>,
    /// What went wrong, in a sentence.
    pub problem: Option<AttrValue>,
    /// What lies over the window.
    pub over: Option<Over>,
    next: u64,
}

/// What happens to a desk.
pub enum Act {
    /// Files are chosen or dropped.
    Arrive(Vec<Arrived>),
    /// The undecided files are opened in tabs of their own.
    OpenEach,
    /// The undecided files are opened as one capture, in the order of their names.
    OpenJoined,
    /// The file that came instead of the expected one is opened all the same.
    OpenMistaken,
    /// Nothing is to be decided or expected any more.
    Dismiss,
    /// An address, or somebody, asks for a capture and a place in it.
    Expect(Fragment),
    /// A sample came, or the reason why it did not.
    Sample(&'static Sample, Result<Box<Arrived>, String>),
    /// A tab is chosen.
    Choose(u64),
    /// The tab that stands so many tabs away is chosen.
    Step(isize),
    /// The tab of that number is chosen, counted from 0.
    ChooseNth(usize),
    /// A tab is closed.
    Close(u64),
    /// The place in a capture changes.
    Move(u64, Change),
    /// A capture is read from its beginning by a new engine.
    Restart(u64),
    /// A capture is read anew, with a server's port as WebSocket, or no longer.
    DecodeAs(u64, u16, bool),
    /// The captures that are open are read as one, in the order of their names.
    JoinOpen,
    /// A capture's engine reads once more, since secrets came late.
    Pass(u64, u32),
    /// A capture's files, looked at again, are read from their beginning.
    Reload(u64, Vec<Arrived>),
    /// A capture is read anew, and on while somebody writes to it; or no longer.
    Follow(u64),
    /// Something is to be said, in a sentence.
    Tell(AttrValue),
    /// Something else lies over the window.
    Lay(Option<Over>),
}

/// Takes what happens.
pub type Dispatch = UseReducerDispatcher<Desk>;

impl Reducible for Desk {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut desk = (*self).clone();
        match act {
            Act::Arrive(files) => desk.arrive(files),
            Act::OpenEach => {
                for file in desk.undecided.clone().iter() {
                    desk.open_files(vec![file.clone()]);
                }
            }
            Act::OpenJoined => desk.open_joined(desk.undecided.clone().iter(), Vec::new()),
            Act::OpenMistaken => {
                if let Some(file) = desk.mistaken.take() {
                    desk.open_files(vec![(*file).clone()]);
                }
            }
            Act::Dismiss => desk.settle(),
            Act::Expect(fragment) => desk.expect(fragment),
            Act::Sample(sample, Ok(file)) => {
                let expected = desk.expected.take().unwrap_or_default();
                let how = How { decode_as: expected.decode_as.clone(), ..How::default() };
                desk.open(
                    Origin { files: Rc::new([*file]), sample: Some(sample), how },
                    expected.place.clone(),
                );
            }
            Act::Sample(_, Err(problem)) => {
                desk.expected = None;
                desk.problem = Some(problem.into());
            }
            Act::Choose(id) => desk.active = Some(id),
            Act::Step(by) => {
                let count = desk.captures.len() as isize;
                if let Some(at) = desk.place_of(desk.active) {
                    desk.choose((at as isize + by).rem_euclid(count.max(1)) as usize);
                }
            }
            Act::ChooseNth(place) => desk.choose(place),
            Act::Close(id) => {
                let at = desk.place_of(Some(id));
                desk.captures.retain(|capture| capture.id != id);
                if desk.active == Some(id) {
                    desk.active = None;
                    desk.choose(at.unwrap_or_default().min(desk.captures.len().saturating_sub(1)));
                }
            }
            Act::Move(id, change) => {
                if let Some(capture) = desk.capture_mut(id) {
                    change(Rc::make_mut(&mut capture.place));
                }
            }
            Act::Pass(id, pass) => {
                if let Some(capture) = desk.capture_mut(id) {
                    capture.client = capture.client.in_pass(pass);
                }
            }
            Act::Restart(id) => desk.read_again(id, |_| {}),
            Act::Reload(id, files) => desk.read_again(id, |origin| origin.files = files.into()),
            Act::Follow(id) => desk.read_again(id, |origin| origin.how.follow = !origin.how.follow),
            Act::DecodeAs(id, port, is_wanted) => desk.read_again(id, |origin| {
                let ports = &mut origin.how.decode_as;
                ports.retain(|known| *known != port);
                if is_wanted {
                    ports.push(port);
                }
            }),
            Act::JoinOpen if !desk.can_join() => {}
            Act::JoinOpen => {
                let captures = std::mem::take(&mut desk.captures);
                let files = captures.iter().flat_map(|capture| capture.origin.files.iter());
                let ports = captures.iter().flat_map(|capture| capture.origin.how.decode_as.iter().copied());
                desk.open_joined(files, ports.collect());
            }
            Act::Tell(problem) => desk.problem = Some(problem),
            Act::Lay(over) => desk.over = over,
        }
        Rc::new(desk)
    }
}

impl Desk {
    /// A desk on which nothing is open, but what an address asks for is expected.
    pub fn expecting(fragment: Fragment) -> Self {
        let mut desk = Self::default();
        desk.expect(fragment);
        desk
    }

    /// The capture that is looked at.
    pub fn capture(&self) -> Option<&Capture> {
        self.captures.iter().find(|capture| Some(capture.id) == self.active)
    }

    /// Whether the captures that are open can be read as one: all of their files by the page, or all by the shell.
    pub fn can_join(&self) -> bool {
        let files = || self.captures.iter().flat_map(|capture| capture.origin.files.iter());
        let by_shell = files().filter(|file| matches!(file.given, Given::Shell(_))).count();
        self.captures.len() > 1 && (by_shell == 0 || by_shell == files().count())
    }

    /// What the address says: the place that is looked at, else what is expected.
    pub fn fragment(&self) -> Fragment {
        match (self.capture(), &self.expected) {
            (Some(capture), _) => capture.fragment(),
            (None, Some(expected)) => (**expected).clone(),
            (None, None) => Fragment::default(),
        }
    }

    fn arrive(&mut self, files: Vec<Arrived>) {
        self.problem = None;
        let (key_logs, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.kind == Kind::KeyLog);
        let given: Vec<Given> = key_logs.iter().map(|log| log.given.clone()).collect();
        for Arrived { given, mark, secrets, .. } in key_logs {
            self.key_logs.retain(|known| !known.mark.is_same(&mark));
            self.key_logs.push(KeyLog { given, mark, secrets: secrets.unwrap_or_default() });
            if files.is_empty() {
                self.over = Some(Over::Secrets);
            }
        }
        self.captures.iter().for_each(|capture| capture.client.give(&given));
        if let Some(expected) = self.expected.clone()
            && let Source::Files(marks) = &expected.source
        {
            let found: Option<Vec<Arrived>> =
                marks.iter().map(|mark| files.iter().find(|file| file.mark.is_same(mark)).cloned()).collect();
            match (found, files.as_slice()) {
                (Some(found), _) => {
                    let how = How { decode_as: expected.decode_as.clone(), ..How::default() };
                    return self
                        .open(Origin { files: found.into(), sample: None, how }, expected.place.clone());
                }
                (None, [file]) => {
                    self.mistaken = Some(Rc::new(file.clone()));
                    return;
                }
                _ => {}
            }
        }
        match files.len() {
            0 => {}
            1 => self.open_files(files),
            _ => self.undecided = files.into(),
        }
    }

    fn expect(&mut self, fragment: Fragment) {
        let is_open = |capture: &&mut Capture| {
            capture.origin.source() == fragment.source && capture.origin.how.decode_as == fragment.decode_as
        };
        if let Some(capture) = self.captures.iter_mut().find(is_open) {
            capture.place = Rc::new(fragment.place);
            self.active = Some(capture.id);
            return;
        }
        self.settle();
        match &fragment.source {
            Source::None => {}
            Source::Sample(name) if Sample::named(name).is_none() => {
                self.problem = Some("The address asks for a sample that this page does not have.".into());
            }
            _ => self.expected = Some(Rc::new(fragment)),
        }
    }

    fn open_files(&mut self, files: Vec<Arrived>) {
        self.open_with(files, Vec::new());
    }

    /// Opens files as one capture where it was left, with these ports as WebSocket, too.
    fn open_with(&mut self, files: Vec<Arrived>, mut ports: Vec<u16>) {
        let mut origin = Origin { files: files.into(), sample: None, how: How::default() };
        let kept = if shell::is_there() { kept::of(&origin.source()) } else { None };
        let Fragment { decode_as, place, .. } = kept.unwrap_or_default();
        ports.extend(decode_as);
        for port in ports {
            if !origin.how.decode_as.contains(&port) {
                origin.how.decode_as.push(port);
            }
        }
        self.open(origin, place);
    }

    /// Opens files as one capture, in the order of their names; of the same file one only.
    fn open_joined<'a>(&mut self, all: impl Iterator<Item = &'a Arrived>, ports: Vec<u16>) {
        let mut files: Vec<Arrived> = Vec::new();
        for file in all {
            if !files.iter().any(|known| known.mark.is_same(&file.mark)) {
                let place = files.partition_point(|known| known.mark.name <= file.mark.name);
                files.insert(place, file.clone());
            }
        }
        self.open_with(files, ports);
    }

    /// Engines start here: an act is taken once, and the capture is there with it.
    fn open(&mut self, origin: Origin, place: Place) {
        let id = self.next;
        self.next += 1;
        let client = self.begin(&origin);
        self.captures.push(Capture { id, origin, client, place: Rc::new(place) });
        self.active = Some(id);
        self.settle();
    }

    /// Reads a capture from its beginning by a new engine, after a change of what it is read from.
    fn read_again(&mut self, id: u64, change: impl FnOnce(&mut Origin)) {
        let Some(at) = self.place_of(Some(id)) else { return };
        let Some(capture) = self.captures.get_mut(at) else { return };
        change(&mut capture.origin);
        let origin = capture.origin.clone();
        let client = self.begin(&origin);
        if let Some(capture) = self.captures.get_mut(at) {
            capture.client = client;
        }
    }

    /// Starts an engine that has all key logs.
    fn begin(&self, origin: &Origin) -> Client {
        let client = read(&origin.files, origin.how.clone());
        let key_logs: Vec<Given> = self.key_logs.iter().map(|log| log.given.clone()).collect();
        client.give(&key_logs);
        client
    }

    fn settle(&mut self) {
        self.undecided = Rc::default();
        self.expected = None;
        self.mistaken = None;
        self.problem = None;
    }

    fn choose(&mut self, place: usize) {
        if let Some(capture) = self.captures.get(place) {
            self.active = Some(capture.id);
        }
    }

    fn place_of(&self, id: Option<u64>) -> Option<usize> {
        self.captures.iter().position(|capture| Some(capture.id) == id)
    }

    fn capture_mut(&mut self, id: u64) -> Option<&mut Capture> {
        self.captures.iter_mut().find(|capture| capture.id == id)
    }
}

/// What is open, and the way to change it.
///
/// # Panics
/// Outside of the window.
#[hook]
pub fn use_desk() -> UseReducerHandle<Desk> {
    use_context::<UseReducerHandle<Desk>>().expect("a component of the window")
}

/// The capture that is looked at.
///
/// # Panics
/// Outside of a capture's workspace.
#[hook]
pub fn use_capture() -> Capture {
    use_context::<Capture>().expect("a component of a workspace")
}
