use super::*;

fn bytes(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn opens_the_messages_of_rfc_9180() {
    // Appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
    let secret = bytes("fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc");
    let info = bytes("4f6465206f6e2061204772656369616e2055726e");
    let context = Context::with_info::<Sha256>(&secret, &[&info], [0x20, 1, 1]).unwrap();
    assert_eq!(context.nonce[..], bytes("56d890e5accaaf011cff4b7d"));
    let sealed = bytes(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9\
         6d8770ac83d07bea87e13c512a",
    );
    assert_eq!(context.open(0, b"Count-0", &sealed).unwrap(), b"Beauty is truth, truth beauty");
    let sealed = bytes(
        "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab25\
         1c03d0c22a56b8ca42c2063b84",
    );
    assert_eq!(context.open(1, b"Count-1", &sealed).unwrap(), b"Beauty is truth, truth beauty");
    assert!(context.open(2, b"Count-1", &sealed).is_none());
}
