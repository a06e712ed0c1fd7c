//! What a window and the desktop shell around it say to each other beside requests and events. A window never names a path: it
//! knows files by numbers, which the shell gives to what somebody opened.

use serde::{Deserialize, Serialize};

/// A file that somebody opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedFile {
    /// What it is called by from now on.
    pub number: u64,
    /// Its name, without folders.
    pub name: String,
    /// Its bytes, when it was opened.
    pub size: u64,
}

/// A capture that was open lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Its name, without folders.
    pub name: String,
    /// The folder that it lies in.
    pub folder: String,
}

/// What a shell tells its window by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// Somebody opened files: chose them, dropped them, or named them to a program that was started.
    Opened(Vec<OpenedFile>),
    /// Somebody wants to go to the place that a link speaks of.
    Link(String),
    /// Files are held over the window, or no longer.
    Hovering(bool),
    /// Something was chosen in the menu.
    Chosen(Choice),
    /// The shell could not do something: a sentence.
    Problem(String),
}

/// What a window does when it is chosen in the shell's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Reads the capture from its beginning: it may have grown.
    Reload,
    /// Goes on to read while somebody writes to the capture, or no longer.
    Follow,
    /// Closes the capture.
    Close,
    /// Lists the keys.
    Keys,
    /// Says what Sockscope is.
    About,
}
