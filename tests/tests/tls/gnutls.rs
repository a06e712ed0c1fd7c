//! GnuTLS, which still has 3DES: its server says again what its client says, and both plain streams must be that.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Instant;

use sockscope_core::stream::{Gap, Origin, Side, StreamChunk};
use sockscope_core::tls::{Connection, Out, Plain, Secrets};

use crate::openssl::{FOLDER, PATIENCE, Peer, fresh, name};
use crate::relay::{Front, Relay, Talk};

/// What is decrypted, by side.
#[derive(Default)]
struct Told([Vec<u8>; 2]);

impl Out for Told {
    fn plain(&mut self, plain: Plain<'_>, _: &Connection) {
        self.0[plain.chunk.side.index()].extend_from_slice(plain.chunk.bytes);
    }

    fn gap(&mut self, gap: Gap, _: &Connection) {
        panic!("nothing is lost: {gap:?}");
    }

    fn failed(&mut self, side: Side, _: Origin, text: String, _: &Connection) {
        panic!("{}: {text}", side.name());
    }
}

/// One connection; the answer is its key log too.
fn talk(priority: &str, lines: &[Vec<u8>]) -> (Talk, Vec<u8>) {
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let port = free.expect("a free port").port();
    let key_log: PathBuf = fresh("gnutls.log");
    let priority = format!(
        "NONE:{priority}:+SHA1:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:+CTYPE-X509:%VERIFY_ALLOW_SIGN_WITH_SHA1"
    );
    let start = |program: &str, arguments: &str| {
        let mut all: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        all.extend(["--priority".to_owned(), priority.clone()]);
        Peer::of(program, &all, &[("SSLKEYLOGFILE", &key_log)])
    };
    let (key, certificate) = (name(&FOLDER.join("rsa.key")), name(&FOLDER.join("rsa.pem")));
    let arguments = format!("--echo --crlf --port {port} --x509keyfile {key} --x509certfile {certificate}");
    let _server = start("gnutls-serv", &arguments);
    // It says that it listens only once it has more to say.
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "gnutls-serv does not listen");
        std::thread::yield_now();
    }
    let relay = Relay::to(port, Front::Nothing);
    let mut client =
        start("gnutls-cli", &format!("--no-ca-verification --disable-sni --port {} 127.0.0.1", relay.port));
    for line in lines {
        let echoed = relay.wait(0, "anything", |_| true).records(Side::Server, 23);
        client.write(line);
        relay.wait(0, "the echo", |talk| talk.records(Side::Server, 23) > echoed);
    }
    client.close();
    let talk = relay.wait(0, "the end", |talk| talk.ends.len() == 2);
    (talk, std::fs::read(key_log).expect("a key log"))
}

#[test]
fn triple_des() {
    let lines: Vec<Vec<u8>> = (1..30)
        .map(|length| [vec![b'0' + (length % 10) as u8; length * 7], b"\n".to_vec()].concat())
        .collect();
    for version in ["VERS-TLS1.2", "VERS-TLS1.1", "VERS-TLS1.0"] {
        for (exchange, suite) in
            [("RSA", "TLS_RSA_WITH"), ("DHE-RSA", "TLS_DHE_RSA_WITH"), ("ECDHE-RSA", "TLS_ECDHE_RSA_WITH")]
        {
            for order in ["", ":%NO_ETM"] {
                let priority = format!("+{version}:+3DES-CBC:+{exchange}{order}");
                let (talk, log) = talk(&priority, &lines);
                let secrets = Secrets::default();
                assert_eq!(secrets.read(&log), 1, "{priority}");
                let (mut connection, mut told, mut next) = (Connection::default(), Told::default(), [0; 2]);
                for (side, bytes) in &talk.pieces {
                    let offset = next[side.index()];
                    let origin = Origin { packet: 1, time: None };
                    let chunk =
                        StreamChunk { side: *side, offset, bytes, place: 0, origin, acknowledged: None };
                    connection.push(chunk, &secrets, &mut told);
                    next[side.index()] += bytes.len() as u64;
                }
                let said = lines.concat();
                assert_eq!(
                    connection.facts().cipher,
                    Some(format!("{suite}_3DES_EDE_CBC_SHA")),
                    "{priority}"
                );
                assert!(told.0 == [said.clone(), said], "{priority}");
            }
        }
    }
}
