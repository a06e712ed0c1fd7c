//! A key log of any bytes: what is read of it and written again is the same.

use sockscope_core::tls::key_log::Label;
use sockscope_core::tls::{KeyLog, RsaKey};

const LABELS: [Label; 6] = [
    Label::Master,
    Label::ClientEarly,
    Label::ClientHandshake,
    Label::ServerHandshake,
    Label::ClientTraffic,
    Label::ServerTraffic,
];

pub fn run(data: &[u8]) {
    let mut log = KeyLog::default();
    assert_eq!(log.read(data), log.len());
    for random in data.split(|byte| *byte == b'\n').filter_map(random) {
        let mut written = Vec::new();
        log.write(&random, &mut written);
        let mut again = KeyLog::default();
        again.read(&written);
        assert_eq!(again.has(&random), log.has(&random));
        for label in LABELS {
            assert_eq!(again.get(&random, label), log.get(&random, label));
        }
    }
    // Read twice, nothing is new.
    let before = log.len();
    assert_eq!((log.read(data), log.len()), (0, before));
    // A private key is given in the same way.
    if let Err(error) = RsaKey::from_pem(&String::from_utf8_lossy(data)) {
        assert!(!error.to_string().is_empty());
    }
}

/// The random of a line, if it has one.
fn random(line: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split_ascii_whitespace().nth(1)?.as_bytes();
    let mut random = [0; 32];
    for (byte, pair) in random.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(random)
}
