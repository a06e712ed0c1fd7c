//! What happens in a TLS connection beside data: other keys, resumption, early data, certificates, second handshakes.

use sockscope_core::diagnostic::Code;
use sockscope_core::limits::Limits;
use sockscope_core::stream::Side::{Client, Server as TheServer};
use sockscope_tests::wire::pcap_of;

use crate::openssl::{FOLDER, Server, fresh, name};
use crate::relay::{Front, Talk};
use crate::speech::{Speech, request};
use crate::{held, keep};

/// One connection: the client's arguments, what is said, and what OpenSSL must say of it.
pub type Connection<'a> = (&'a str, Speech, &'a [&'a str]);

/// Connections with one server, one after the other.
pub struct Recorded {
    pub talks: Vec<Talk>,
    pub log: Vec<u8>,
    pub speeches: Vec<Speech>,
}

impl Recorded {
    pub fn with(mut server: Server, connections: &[Connection<'_>]) -> Self {
        let talks = connections
            .iter()
            .map(|(arguments, speech, proofs)| server.talk(arguments, speech, proofs))
            .collect();
        let speeches = connections.iter().map(|(_, speech, _)| speech.clone()).collect();
        Self { talks, log: server.secrets(), speeches }
    }

    /// The capture, with segments of that size at most.
    pub fn capture(&self, segment_size: usize) -> Vec<u8> {
        let wires: Vec<_> = (0..).zip(&self.talks).map(|(at, talk)| talk.wire(at, segment_size)).collect();
        pcap_of(&wires.iter().collect::<Vec<_>>())
    }

    /// All of it is decrypted.
    pub fn check(&self, what: &str) -> held::Decoded {
        keep(what, &self.capture(1_440), &self.log);
        let decoded = held::read(&self.capture(1_440), &self.log);
        for (number, speech) in (0..).zip(&self.speeches) {
            if let Some(complaint) = held::complaint(&decoded, number, speech) {
                panic!("{what}, connection {number}: {complaint}");
            }
        }
        decoded
    }
}

/// One connection; both ends have the same arguments.
fn check_one(what: &str, arguments: &str, speech: Speech, proofs: &[&str]) -> Recorded {
    check(what, arguments, &[(arguments, speech, proofs)])
}

fn check(what: &str, server: &str, connections: &[Connection<'_>]) -> Recorded {
    let recorded = Recorded::with(Server::start(server, Front::Nothing), connections);
    recorded.check(what);
    recorded
}

#[test]
fn key_updates_of_both_sides() {
    let mut speech = Speech::open().talk();
    for (side, letter) in
        [(Client, b'k'), (TheServer, b'k'), (Client, b'K'), (TheServer, b'K'), (Client, b'k'), (Client, b'k')]
    {
        speech = speech.command(side, letter).talk();
    }
    check_one("key updates", "-tls1_3", speech.close(), &["KEYUPDATE"]);
    let speech = Speech::open().talk().command(Client, b'K').talk().command(TheServer, b'K').talk_at_length();
    let arguments = "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256";
    check_one("key updates with ChaCha20", arguments, speech.close(), &["KEYUPDATE"]);
}

#[test]
fn renegotiation() {
    for (suite, version) in [
        ("ECDHE-RSA-AES128-GCM-SHA256", "-tls1_2"),
        ("AES256-SHA256", "-tls1_2"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "-tls1_2"),
        ("AES128-SHA", "-tls1_2 -no_etm"),
        ("AES128-SHA", "-tls1_1"),
        ("AES128-SHA", "-tls1"),
    ] {
        let client = format!("{version} -cipher {suite}:@SECLEVEL=0");
        let speech = Speech::open()
            .talk()
            .command(Client, b'R')
            .talk()
            .command(TheServer, b'r')
            .talk()
            .talk_at_length();
        let connections = [(client.as_str(), speech.close(), &["RENEGOTIATING"][..])];
        check(
            &format!("renegotiation {suite} {version}"),
            &format!("{client} -client_renegotiation"),
            &connections,
        );
    }
}

#[test]
fn resumption() {
    for (what, arguments, proof) in [
        ("ticket 1.2", "-tls1_2", "Reused, TLSv1.2"),
        ("ticket 1.2 cbc", "-tls1_2 -cipher AES128-SHA256", "Reused, TLSv1.2"),
        ("session id 1.2", "-tls1_2 -no_ticket", "Reused, TLSv1.2"),
        ("session id 1.0", "-tls1 -no_ticket -cipher ALL:@SECLEVEL=0", "Reused, TLSv1"),
        ("psk 1.3", "-tls1_3", "Reused, TLSv1.3"),
        ("psk 1.3 alone", "-tls1_3 -allow_no_dhe_kex", "Reused, TLSv1.3"),
    ] {
        let session = name(&fresh("session"));
        let first = format!("{arguments} -sess_out {session}");
        let later = format!("{arguments} -sess_in {session}");
        let connections = [
            (first.as_str(), Speech::ordinary(), &["New, "][..]),
            (later.as_str(), Speech::numbered(1).goes_on(), &[proof]),
            (later.as_str(), Speech::numbered(2).talk().close(), &["session"]),
        ];
        let recorded = Recorded::with(Server::start(arguments, Front::Nothing), &connections);
        recorded.check(&format!("resumption {what}"));
    }
}

#[test]
fn early_data() {
    let (session, file) = (name(&fresh("session")), fresh("early"));
    std::fs::write(&file, request(1).bytes()).expect("the folder can be written");
    let first = format!("-tls1_3 -sess_out {session}");
    let early = format!("-tls1_3 -sess_in {session} -early_data {}", name(&file));
    // A ticket serves for early data once.
    let recorded = Recorded::with(
        Server::start("-tls1_3 -early_data", Front::Nothing),
        &[
            (&first, Speech::ordinary(), &[]),
            (&early, Speech::early(1).goes_on(), &["Early data was accepted"]),
            (&early, Speech::numbered(2).goes_on(), &["Early data was rejected"]),
        ],
    );
    let decoded = recorded.check("early data");
    let used = |connection| held::tls(&decoded, connection).secrets.join(" ").contains("CLIENT_EARLY");
    assert!(used(1) && !used(2));
    // The server wants another group: early data is refused by its second hello.
    let session = name(&fresh("session"));
    let first = format!("-tls1_3 -groups P-384 -sess_out {session}");
    let early = format!("-tls1_3 -groups X25519:P-384 -sess_in {session} -early_data {}", name(&file));
    let connections: [Connection<'_>; 2] = [
        (&first, Speech::ordinary(), &[]),
        (&early, Speech::numbered(2).goes_on(), &["Early data was rejected"]),
    ];
    Recorded::with(Server::start("-tls1_3 -early_data -groups P-384", Front::Nothing), &connections)
        .check("early data and a second hello");
}

#[test]
fn hello_retry_request() {
    let client = "-tls1_3 -groups X25519:P-384";
    let recorded = check(
        "hello retry request",
        "-tls1_3 -groups P-384",
        &[(client, Speech::ordinary(), &["New, TLSv1.3"])],
    );
    // RFC 8446 §4.1.3
    let asked = |bytes: &[u8]| bytes.windows(4).any(|window| window == [0xcf, 0x21, 0xad, 0x74]);
    assert!(recorded.talks[0].pieces.iter().any(|(_, bytes)| asked(bytes)));
}

#[test]
fn client_certificates() {
    let (file, key) = (name(&FOLDER.join("ecdsa.pem")), name(&FOLDER.join("ecdsa.key")));
    for version in ["-tls1_3", "-tls1_2", "-tls1_1 -cipher ALL:@SECLEVEL=0"] {
        let client = format!("{version} -cert {file} -key {key}");
        let connections = [(client.as_str(), Speech::ordinary(), &["Client certificate"][..])];
        check(&format!("client certificate {version}"), &format!("{version} -verify 1"), &connections);
    }
}

#[test]
fn without_extended_master_secret() {
    let server = Server::configured("Options=-ExtendedMasterSecret", "-tls1_2", Front::Nothing);
    let connections: [Connection<'_>; 1] = [("-tls1_2", Speech::ordinary(), &["Extended master secret: no"])];
    Recorded::with(server, &connections).check("no extended master secret");
}

#[test]
fn through_a_proxy() {
    for version in ["-tls1_3", "-tls1_2"] {
        let client = format!("{version} -proxy");
        let connections: [Connection<'_>; 1] = [(&client, Speech::ordinary(), &[])];
        Recorded::with(Server::start(version, Front::Proxy), &connections)
            .check(&format!("connect {version}"));
    }
}

#[test]
fn layers_within_each_other() {
    let inner = Recorded::with(
        Server::start("-tls1_3", Front::Nothing),
        &[("-tls1_3", Speech::open().talk().close(), &[])],
    );
    let mut around = Speech::default();
    for (side, bytes) in &inner.talks[0].pieces {
        around = around.bytes(*side, bytes.clone());
    }
    let outer = Recorded::with(Server::start("-tls1_2", Front::Nothing), &[("-tls1_2", around, &[])]);
    let log = [&inner.log[..], &outer.log].concat();
    let read = |layers| {
        let limits = Limits { tls_layers: layers, ..Limits::default() };
        held::read_within(&outer.capture(1_440), &log, limits)
    };
    let decoded = read(Limits::default().tls_layers);
    assert_eq!(held::complaint(&decoded, 0, &inner.speeches[0]), None);
    let decoded = read(1);
    assert!(decoded.connections.is_empty() && decoded.summary.tls_without_secrets == 1);
    assert!(!decoded.of(Code::TlsNoSecrets).is_empty());
}

#[test]
fn records_are_cut_anyhow() {
    for arguments in [
        "-tls1_3 -record_padding 700",
        "-tls1_3 -max_send_frag 512",
        "-tls1_2 -max_send_frag 512 -cipher AES128-SHA256",
        "-tls1 -max_send_frag 600 -cipher AES128-SHA:@SECLEVEL=0",
    ] {
        let recorded = check_one(&format!("cut {arguments}"), arguments, Speech::ordinary(), &[]);
        for size in [1, 3, 6, 509] {
            let decoded = held::read(&recorded.capture(size), &recorded.log);
            let complaint = held::complaint(&decoded, 0, &recorded.speeches[0]);
            assert_eq!(complaint, None, "{arguments}, segments of {size}");
        }
    }
}

#[test]
fn what_the_handshake_says() {
    let recorded = check_one("alpn", "-tls1_3 -alpn http/1.1", Speech::ordinary(), &[]);
    let decoded = held::read(&recorded.capture(1_440), &recorded.log);
    let row = held::tls(&decoded, 0);
    assert_eq!(row.alpn.as_deref(), Some("http/1.1"));
    assert!(
        row.certificate_subject.as_deref().is_some_and(|subject| subject.contains("CN=server.example.com"))
    );
    assert!(row.certificate_expires.is_some());
    assert_eq!(row.secrets.len(), 4);
}
