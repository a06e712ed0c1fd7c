//! The samples, and the truth about each.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sockscope_core::stream::Side;

use crate::made;

/// A capture with its truth.
pub struct Sample {
    pub name: String,
    pub capture: PathBuf,
    pub truth: Truth,
}

/// `expected.json`: only what is certain.
#[derive(Deserialize)]
pub struct Truth {
    capture: String,
    keylog: Option<String>,
    rsa_key: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
    pub connections: Option<Vec<Connection>>,
}

/// What a connection's truth says; a key that is absent is not known.
#[derive(Deserialize)]
pub struct Connection {
    pub target: Option<String>,
    pub verdict: Option<String>,
    pub accept_ok: Option<bool>,
    client_messages: Option<Vec<Facts>>,
    server_messages: Option<Vec<Facts>>,
    /// Messages that lie whole in the capture although what stands before them is lost.
    #[serde(default)]
    client_recoverable: Vec<Facts>,
    #[serde(default)]
    server_recoverable: Vec<Facts>,
    /// `false`: others may be shown too.
    #[serde(default = "yes")]
    pub exact: bool,
}

/// Files that decrypt a sample.
#[derive(Default)]
pub struct Given {
    pub key_log: Option<PathBuf>,
    pub rsa_key: Option<PathBuf>,
}

/// Opcode, length and SHA-256 of a message.
pub type Facts = (String, u64, String);

impl Truth {
    /// Of a capture with exactly these connections.
    pub fn of(connections: Vec<Connection>) -> Self {
        Self {
            capture: String::new(),
            keylog: None,
            rsa_key: None,
            needs: Vec::new(),
            connections: Some(connections),
        }
    }
}

impl Connection {
    /// A sound upgrade with exactly these messages.
    pub fn valid(target: &str, client: Vec<Facts>, server: Vec<Facts>) -> Self {
        Self {
            target: Some(target.to_owned()),
            verdict: Some("valid".to_owned()),
            accept_ok: Some(true),
            client_messages: Some(client),
            server_messages: Some(server),
            client_recoverable: Vec::new(),
            server_recoverable: Vec::new(),
            exact: true,
        }
    }

    /// All messages of a direction in order, if they are known.
    pub fn messages(&self, side: Side) -> Option<&[Facts]> {
        match side {
            Side::Client => self.client_messages.as_deref(),
            Side::Server => self.server_messages.as_deref(),
        }
    }

    /// Messages that may be shown beside these.
    pub fn recoverable(&self, side: Side) -> &[Facts] {
        match side {
            Side::Client => &self.client_recoverable,
            Side::Server => &self.server_recoverable,
        }
    }
}

fn yes() -> bool {
    true
}

/// What the engine cannot read yet; a sample that needs it is not compared.
const NOT_BUILT: &[&str] = &["http2"];

impl Sample {
    /// Whether the engine can read all that is in it.
    pub fn is_readable(&self) -> bool {
        !self.truth.needs.iter().any(|need| NOT_BUILT.contains(&need.as_str()))
    }

    /// The key log and the server's private key, where it has them.
    pub fn secrets(&self) -> Given {
        let beside = |file: &Option<String>| file.as_ref().map(|file| self.capture.with_file_name(file));
        Given { key_log: beside(&self.truth.keylog), rsa_key: beside(&self.truth.rsa_key) }
    }

    /// Ports of servers whose handshake is not in the capture.
    pub fn decode_as(&self) -> Vec<u16> {
        let ports = self.truth.needs.iter().filter_map(|need| need.strip_prefix("decode-as:"));
        ports.map(|port| port.trim_start_matches(':').parse().expect("decode-as names a port")).collect()
    }
}

/// All samples and what is made beside them, by name.
pub fn all() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let folder = std::env::var_os("SOCKSCOPE_SAMPLES").map_or(folder, PathBuf::from);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut samples: Vec<Sample> = entries.filter_map(|entry| sample(&entry.ok()?.path())).collect();
    assert!(!samples.is_empty(), "{} has no sample", folder.display());
    samples.extend(made::all());
    samples.sort_by(|a, b| a.name.cmp(&b.name));
    samples
}

fn sample(folder: &Path) -> Option<Sample> {
    let path = folder.join("expected.json");
    let text = std::fs::read_to_string(&path).ok()?;
    let truth: Truth =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = folder.file_name()?.to_str()?.to_owned();
    Some(Sample { name, capture: folder.join(&truth.capture), truth })
}
