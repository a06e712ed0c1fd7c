//! Secrets that are not in the log as such: those of a session that is resumed, and what a server's private key tells.

use sockscope_core::diagnostic::Code;
use sockscope_core::limits::Limits;
use sockscope_core::session::Secrets;
use sockscope_core::stream::Side;
use sockscope_core::tls::RsaKey;

use crate::events::{Connection, Recorded};
use crate::held;
use crate::openssl::{FOLDER, Server, fresh, name, output};
use crate::relay::Front;
use crate::speech::Speech;

/// Three connections; the later ones resume the first one's session.
fn resumed(arguments: &str) -> Recorded {
    let session = name(&fresh("session"));
    let first = format!("{arguments} -sess_out {session}");
    let later = format!("{arguments} -sess_in {session}");
    let connections: [Connection<'_>; 3] = [
        (&first, Speech::ordinary(), &["New, "]),
        (&later, Speech::numbered(1).goes_on(), &["Reused, "]),
        (&later, Speech::numbered(2).talk().close(), &["Reused, "]),
    ];
    Recorded::with(Server::start(arguments, Front::Nothing), &connections)
}

#[test]
fn resumption_by_the_first_handshakes_secrets() {
    for arguments in [
        "-tls1_2",
        "-tls1_2 -no_ticket",
        "-tls1_1 -cipher ALL:@SECLEVEL=0",
        "-tls1 -no_ticket -cipher ALL:@SECLEVEL=0",
    ] {
        let recorded = resumed(arguments);
        let capture = recorded.capture(1_440);
        let log = String::from_utf8(recorded.log.clone()).expect("text");
        let lines: Vec<&str> = log.lines().filter(|line| line.starts_with("CLIENT_RANDOM")).collect();
        assert_eq!(lines.len(), 3, "{log}");
        let secrets = || {
            let secrets = Secrets::default();
            secrets.read(lines[0].as_bytes());
            secrets
        };
        let before = held::read(&capture, lines[0].as_bytes());
        assert_eq!((before.connections.len(), before.summary.tls_without_secrets), (1, 2));
        let decoded = held::read_twice(&capture, &secrets(), Limits::default());
        for (number, speech) in (0..).zip(&recorded.speeches) {
            assert_eq!(held::complaint(&decoded, number, speech), None, "{arguments}, {number}");
        }
        let limits = Limits { tls_sessions: 1, ..Limits::default() };
        assert_eq!(held::read_twice(&capture, &secrets(), limits).connections.len(), 1);
    }
}

/// The server's key, as a file that was read.
fn key(file: &str) -> RsaKey {
    RsaKey::from_pem(&std::fs::read_to_string(FOLDER.join(file)).expect("the key")).expect("a key")
}

#[test]
fn the_servers_private_key() {
    let (certificate, client_key) = (name(&FOLDER.join("ecdsa.pem")), name(&FOLDER.join("ecdsa.key")));
    let with_certificate = format!("-tls1_2 -cipher AES256-GCM-SHA384 -cert {certificate} -key {client_key}");
    for (line, arguments, client) in [
        ("", "-tls1_2 -cipher AES128-GCM-SHA256", None),
        ("", "-tls1_2 -cipher AES256-GCM-SHA384", None),
        ("Options=-ExtendedMasterSecret", "-tls1_2 -cipher AES128-SHA256", None),
        ("", "-tls1_2 -cipher AES256-GCM-SHA384 -verify 1", Some(&*with_certificate)),
        ("", "-tls1_1 -cipher AES128-SHA:@SECLEVEL=0", None),
        ("", "-tls1 -cipher AES256-SHA:@SECLEVEL=0", None),
        ("Options=-ExtendedMasterSecret", "-tls1 -cipher AES256-SHA:@SECLEVEL=0", None),
    ] {
        let connections = [(client.unwrap_or(arguments), Speech::ordinary(), &[][..])];
        let recorded = Recorded::with(Server::configured(line, arguments, Front::Nothing), &connections);
        for size in [1_440, 100] {
            let secrets = Secrets::default();
            secrets.add_key(key("rsa.key"));
            let decoded = held::read_twice(&recorded.capture(size), &secrets, Limits::default());
            assert_eq!(held::complaint(&decoded, 0, &recorded.speeches[0]), None, "{line} {arguments}");
        }
        let decoded = held::read(&recorded.capture(1_440), premaster_line(&recorded).as_bytes());
        assert_eq!(held::complaint(&decoded, 0, &recorded.speeches[0]), None, "{line} {arguments}");
        assert_eq!(held::tls(&decoded, 0).secrets, ["RSA"]);
    }
}

/// The line that some programs write for a connection with RSA key exchange.
fn premaster_line(recorded: &Recorded) -> String {
    let client: Vec<u8> = recorded.talks[0]
        .pieces
        .iter()
        .filter(|(side, _)| *side == Side::Client)
        .flat_map(|(_, bytes)| bytes.iter().copied())
        .collect();
    // ClientKeyExchange: a message of 2 and 256 bytes.
    let begins = [0x10, 0, 1, 2, 1, 0];
    let at =
        client.windows(begins.len()).position(|window| window == begins).expect("its message") + begins.len();
    let encrypted = &client[at..at + 256];
    let premaster = key("rsa.key").open(encrypted).expect("it was encrypted to this key");
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("RSA {} {}\n", digits(&encrypted[..8]), digits(premaster.bytes()))
}

#[test]
fn keys_of_others_and_what_is_no_key() {
    let arguments = "-tls1_2 -cipher AES128-GCM-SHA256";
    let recorded = Recorded::with(
        Server::start(arguments, Front::Nothing),
        &[(arguments, Speech::open().talk().close(), &[])],
    );
    let other = fresh("other.key");
    output(&["genrsa", "-traditional", "-out", &name(&other), "2048"]);
    let text = std::fs::read_to_string(&other).expect("the key");
    assert!(text.contains("BEGIN RSA PRIVATE KEY"));
    let secrets = Secrets::default();
    secrets.add_key(RsaKey::from_pem(&text).expect("PKCS #1"));
    let decoded = held::read_twice(&recorded.capture(1_440), &secrets, Limits::default());
    assert!(decoded.connections.is_empty() && decoded.alarms().is_empty());
    assert_eq!(decoded.of(Code::TlsNoSecrets).len(), 1);
    // A key of others before it does not stand in its way.
    secrets.add_key(key("rsa.key"));
    let decoded = held::read_twice(&recorded.capture(1_440), &secrets, Limits::default());
    assert_eq!(held::complaint(&decoded, 0, &recorded.speeches[0]), None);
    let complaint =
        |text: &str| RsaKey::from_pem(text).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(complaint("").starts_with("no RSA private key"));
    assert!(
        complaint(&std::fs::read_to_string(FOLDER.join("ecdsa.key")).expect("a key")).starts_with("no RSA")
    );
    assert!(complaint("-----BEGIN ENCRYPTED PRIVATE KEY-----").contains("passphrase"));
}
