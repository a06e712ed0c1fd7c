//! OpenSSL's own client and server (`openssl s_client`, `openssl s_server`) as the two ends of a TLS connection: what is
//! written to the one's standard input comes out of the other's standard output.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use sockscope_tests::Side;

use crate::relay::{Front, Relay, Talk};
use crate::speech::{Speech, Step};

/// What is awaited for so long never comes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program to run.
const PROGRAM: &str = "openssl";

/// Where certificates, sessions and key logs lie.
pub static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tls");
    std::fs::create_dir_all(&folder).expect("a folder");
    certificate(&folder, "rsa", &["-newkey", "rsa:2048"]);
    certificate(&folder, "ecdsa", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    folder
});

/// Makes a key and a certificate of its own.
fn certificate(folder: &Path, name: &str, key: &[&str]) {
    let (key_file, file) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.pem")));
    let mut command = Command::new(PROGRAM);
    command.args(["req", "-x509", "-nodes", "-days", "3650", "-subj", "/O=Sockscope/CN=server.example.com"]);
    command.args(key).arg("-keyout").arg(key_file).arg("-out").arg(file);
    let output = command.output().unwrap_or_else(|error| missing(PROGRAM, &error));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What the program prints.
pub fn output(arguments: &[&str]) -> Vec<u8> {
    let output =
        Command::new(PROGRAM).args(arguments).output().unwrap_or_else(|error| missing(PROGRAM, &error));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn missing(program: &str, error: &std::io::Error) -> ! {
    panic!("{program} cannot be run ({error}); as root, `cargo xtask test` installs it")
}

/// The cipher suites that it offers for this list, by their registered names.
pub fn suites(version: &str, list: &str) -> Vec<(String, String)> {
    let output = Command::new(PROGRAM)
        .args(["ciphers", "-stdname", "-s", version, list])
        .output()
        .unwrap_or_else(|error| missing(PROGRAM, &error));
    let text = String::from_utf8(output.stdout).expect("names");
    // TLS_RSA_WITH_AES_128_CCM - AES128-CCM TLSv1.2 Kx=RSA …
    let names = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.nth(1)?.to_owned()))
    });
    names.collect()
}

/// A name in the folder that nothing else has.
pub fn fresh(kind: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let path = FOLDER.join(format!("{}-{kind}", NEXT.fetch_add(1, Ordering::Relaxed)));
    if path.exists() {
        std::fs::remove_file(&path).expect("it is a file");
    }
    path
}

/// One end.
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    /// Its standard output.
    heard: Arc<Heard>,
    /// Its standard error.
    complained: Arc<Heard>,
}

/// What came out of it.
#[derive(Default)]
struct Heard {
    bytes: Mutex<Vec<u8>>,
    changed: Condvar,
}

impl Peer {
    fn start(arguments: &[String], configuration: &Path) -> Self {
        // Not the system's own: what an administrator forbids (old versions, short keys) is what is tested here.
        Self::of(PROGRAM, arguments, &[("OPENSSL_CONF", configuration)])
    }

    /// A program with these arguments and this environment.
    pub fn of(program: &str, arguments: &[String], environment: &[(&str, &Path)]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("SSLKEYLOGFILE").envs(environment.iter().copied());
        let mut child = command.spawn().unwrap_or_else(|error| missing(program, &error));
        let heard = hear(child.stdout.take().expect("it is piped"));
        let complained = hear(child.stderr.take().expect("it is piped"));
        Self { input: child.stdin.take(), child, heard, complained }
    }

    /// Whether it has said these bytes, from there on of its standard output.
    fn has_said(&self, from: usize, bytes: &[u8]) -> bool {
        let said = |heard: &Heard, from: usize| {
            let heard = heard.bytes.lock().expect("no thread panics");
            heard[from..].windows(bytes.len()).any(|window| window == bytes)
        };
        said(&self.heard, from) || said(&self.complained, 0)
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("it is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("it listens");
    }

    /// Nothing more is written to it.
    pub fn close(&mut self) {
        self.input = None;
    }

    /// How much it has said.
    fn said(&self) -> usize {
        self.heard.bytes.lock().expect("no thread panics").len()
    }

    /// Waits until it has said these bytes behind `from`; the answer is the place behind them.
    fn wait(&self, from: usize, bytes: &[u8]) -> usize {
        let place = |heard: &[u8]| {
            heard[from..].windows(bytes.len()).position(|window| window == bytes).map(|at| from + at)
        };
        let heard = self.heard.bytes.lock().expect("no thread panics");
        let (heard, late) = self
            .heard
            .changed
            .wait_timeout_while(heard, PATIENCE, |heard| place(heard).is_none())
            .expect("no thread panics");
        let text = heard.escape_ascii().to_string();
        assert!(!late.timed_out(), "{} never came\n{text}", bytes[..bytes.len().min(80)].escape_ascii());
        place(&heard).expect("it came") + bytes.len()
    }

    /// What it said there, up to the end of the line.
    fn line(&self, from: usize) -> String {
        let end = self.wait(from, b"\n");
        let heard = self.heard.bytes.lock().expect("no thread panics");
        String::from_utf8_lossy(&heard[from..end]).trim_end().to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Most have ended by themselves.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it says wherever a record has come in part or a key was changed, in the middle of what it received too.
const ASIDES: [&[u8]; 2] = [b"Read BLOCK\n", b"SSL_do_handshake -> 1\n"];

/// Listens in a thread of its own.
fn hear(mut output: impl Read + Send + 'static) -> Arc<Heard> {
    let heard = Arc::new(Heard::default());
    let shared = Arc::clone(&heard);
    thread::spawn(move || {
        let mut room = [0; 4096];
        while let Ok(length @ 1..) = output.read(&mut room) {
            let mut bytes = heard.bytes.lock().unwrap_or_else(|failed| failed.into_inner());
            let from = bytes.len().saturating_sub(32);
            bytes.extend_from_slice(&room[..length]);
            for aside in ASIDES {
                while let Some(at) = bytes[from..].windows(aside.len()).position(|window| window == aside) {
                    bytes.drain(from + at..from + at + aside.len());
                }
            }
            drop(bytes);
            heard.changed.notify_all();
        }
    });
    shared
}

/// A server, a relay in front of it, and a key log.
pub struct Server {
    peer: Peer,
    relay: Relay,
    pub key_log: PathBuf,
    talks: usize,
}

impl Server {
    /// With these arguments beside those that each needs.
    pub fn start(arguments: &str, front: Front) -> Self {
        Self::configured("", arguments, front)
    }

    /// With a line of configuration for what no argument says (SSL_CONF_cmd(3)).
    pub fn configured(line: &str, arguments: &str, front: Front) -> Self {
        let configuration = fresh("openssl.cnf");
        let text = format!("openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\n{line}\n");
        std::fs::write(&configuration, text).expect("the folder can be written");
        let key_log = fresh("keys.log");
        let mut all = words("s_server -accept 127.0.0.1:0");
        if !arguments.contains("-cert") {
            let files = [
                FOLDER.join("rsa.pem"),
                FOLDER.join("rsa.key"),
                FOLDER.join("ecdsa.pem"),
                FOLDER.join("ecdsa.key"),
            ];
            let flags = ["-cert", "-key", "-dcert", "-dkey"];
            all.extend(flags.iter().zip(files).flat_map(|(flag, file)| [(*flag).to_owned(), name(&file)]));
        }
        all.extend(["-keylogfile".to_owned(), name(&key_log)]);
        all.extend(words(arguments));
        let peer = Peer::start(&all, &configuration);
        // ACCEPT 127.0.0.1:40255
        let at = peer.wait(0, b"ACCEPT 127.0.0.1:");
        let port = peer.line(at).parse().expect("a port");
        Self { peer, relay: Relay::to(port, front), key_log, talks: 0 }
    }

    /// A client with these arguments connects; then both say what the speech has them say. OpenSSL itself must say what is
    /// in `proofs`, on either side, so that what is to be tested has happened.
    pub fn talk(&mut self, arguments: &str, speech: &Speech, proofs: &[&str]) -> Talk {
        let number = self.talks;
        self.talks += 1;
        let from = self.peer.said();
        let target = if arguments.contains("-proxy") { "-proxy" } else { "-connect" };
        let arguments = arguments.replace("-proxy", "-connect server.example.com:443");
        let mut all = words(&format!("s_client {target} 127.0.0.1:{}", self.relay.port));
        if !arguments.contains("-noservername") {
            all.extend(words("-servername server.example.com"));
        }
        all.extend(words(&arguments));
        let mut client = Peer::start(&all, Path::new("/dev/null"));
        let mut passed = [0, from];
        for step in &speech.steps {
            match step {
                Step::Say(side, bytes) => {
                    let (speaker, listener) = self.ends(&mut client, *side);
                    speaker.write(bytes);
                    let at = side.other().index();
                    passed[at] = listener.wait(passed[at], bytes);
                }
                Step::Already(bytes) => {
                    self.peer.wait(passed[1], bytes);
                }
                Step::Command(side, letter) => {
                    let now = self.relay.wait(number, "anything", |_| true);
                    let (speaker, _) = self.ends(&mut client, *side);
                    speaker.write(&[*letter, b'\n']);
                    let renews = letter.eq_ignore_ascii_case(&b'r');
                    self.relay.wait(number, "what was commanded", |talk| {
                        // A second handshake is over when both have changed their keys.
                        let changed = |side| talk.records(side, 20) > now.records(side, 20);
                        if renews {
                            Side::BOTH.into_iter().all(changed)
                        } else {
                            talk.length(*side) > now.length(*side)
                        }
                    });
                }
            }
        }
        for proof in proofs {
            let proof = proof.as_bytes();
            let said = client.has_said(0, proof) || self.peer.has_said(from, proof);
            assert!(said, "{arguments}: no {}", proof.escape_ascii());
        }
        client.close();
        self.relay.wait(number, "the end", |talk| talk.ends.len() == 2)
    }

    fn ends<'a>(&'a mut self, client: &'a mut Peer, speaker: Side) -> (&'a mut Peer, &'a Peer) {
        match speaker {
            Side::Client => (client, &self.peer),
            Side::Server => (&mut self.peer, client),
        }
    }

    /// All secrets so far.
    pub fn secrets(&self) -> Vec<u8> {
        std::fs::read(&self.key_log).unwrap_or_default()
    }
}

/// A file's name as an argument.
pub fn name(path: &Path) -> String {
    path.to_str().expect("the folder's name is UTF-8").to_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
