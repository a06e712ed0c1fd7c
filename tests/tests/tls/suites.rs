//! Every version and cipher suite that the stack offers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::held;
use crate::keep;
use crate::openssl::{Server, suites};
use crate::relay::Front;
use crate::speech::Speech;

/// One way to protect records.
struct Case {
    version: &'static str,
    /// As the row says it.
    version_name: &'static str,
    /// Its registered name, and OpenSSL's own.
    suite: (String, String),
    more: &'static str,
}

/// All that OpenSSL can do and what it leaves out by default. Suites of ARIA and Camellia are not decrypted; those with
/// DSS need another certificate, and differ from RSA in nothing that is read here. SRP asks for a file of users.
const LIST: &str = "ALL:COMPLEMENTOFALL:!ARIA:!CAMELLIA:!aDSS:!SRP:@SECLEVEL=0";

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |version, version_name, list: &str, mores: &[&'static str]| {
        for suite in suites(version, list) {
            for more in mores {
                cases.push(Case { version, version_name, suite: suite.clone(), more });
            }
        }
    };
    add("-tls1_2", "TLS 1.2", &format!("{LIST}:!kPSK:!kDHEPSK:!kECDHEPSK:!kRSAPSK"), &[""]);
    add("-tls1_2", "TLS 1.2", &format!("{LIST}:!eNULL:!AESGCM:!AESCCM:!CHACHA20:!PSK"), &["-no_etm"]);
    add("-tls1_1", "TLS 1.1", &format!("{LIST}:!PSK"), &["", "-no_etm"]);
    add("-tls1", "TLS 1.0", &format!("{LIST}:!PSK"), &["", "-no_etm"]);
    add("-tls1_2", "TLS 1.2", "PSK:!ARIA:!CAMELLIA:@SECLEVEL=0", &["-psk 1a2b3c4d"]);
    let suites = [
        "AES_128_GCM_SHA256",
        "AES_256_GCM_SHA384",
        "CHACHA20_POLY1305_SHA256",
        "AES_128_CCM_SHA256",
        "AES_128_CCM_8_SHA256",
    ];
    cases.extend(suites.map(|suite| {
        let suite = (format!("TLS_{suite}"), String::new());
        Case { version: "-tls1_3", version_name: "TLS 1.3", suite, more: "" }
    }));
    cases
}

fn run(case: &Case) -> Option<String> {
    let (registered, own) = &case.suite;
    let choice = match case.version_name {
        "TLS 1.3" => format!("-ciphersuites {registered}"),
        _ => format!("-cipher {own}:@SECLEVEL=0"),
    };
    let arguments = format!("{} {choice} {}", case.version, case.more);
    let speech = Speech::ordinary();
    let mut server = Server::start(&arguments, Front::Nothing);
    let talk = server.talk(&arguments, &speech, &[]);
    let (capture, log) = (talk.wire(0, 1_440).pcap(), server.secrets());
    keep(
        &format!("{}-{registered}{}", case.version_name, case.more.trim_end_matches(char::is_alphanumeric)),
        &capture,
        &log,
    );
    let decoded = held::read(&capture, &log);
    let wrong = held::complaint(&decoded, 0, &speech).or_else(|| {
        let row = held::tls(&decoded, 0);
        let said = [&row.version, &row.cipher, &row.sni].map(|text| text.as_deref().unwrap_or_default());
        (said != [case.version_name, registered, "server.example.com"]).then(|| format!("{row:?}"))
    });
    wrong.map(|wrong| format!("{} {registered} {}: {wrong}", case.version_name, case.more))
}

#[test]
fn all_versions_and_cipher_suites() {
    let cases = cases();
    let named = |part: &str| cases.iter().filter(|case| case.suite.0.contains(part)).count();
    for part in ["GCM_SHA384", "CHACHA20", "CCM_8", "CBC_SHA384", "DHE_RSA", "TLS_RSA", "ECDSA"] {
        assert!(named(part) > 0, "OpenSSL offers nothing with {part}");
    }
    let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    complaints.lock().expect("no thread panics while it holds it").extend(run(case));
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no thread panics while it holds it");
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}
