use super::*;

/// Takes all, and wants none.
struct Nothing;

impl Out for Nothing {
    fn plain(&mut self, _: Plain<'_>, _: &Connection) {}
    fn gap(&mut self, _: Gap, _: &Connection) {}
    fn failed(&mut self, _: Side, _: Origin, _: String, _: &Connection) {}
}

/// A record with one handshake message.
fn message(kind: Kind, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, 3, 0, length + 4, kind.0, 0, 0, length], body].concat()
}

fn client_hello(random: u8) -> Vec<u8> {
    message(Kind::CLIENT_HELLO, &[&[3, 3], &[random; 32][..], &[0, 0, 2, 0x13, 0x01, 1, 0, 0, 0]].concat())
}

fn server_hello() -> Vec<u8> {
    let tls13 = [0, 6, 0, 43, 0, 2, 3, 4];
    message(Kind::SERVER_HELLO, &[&[3, 3], &[7; 32][..], &[0, 0x13, 0x01, 0], &tls13].concat())
}

const CHANGE_CIPHER_SPEC: [u8; 6] = [20, 3, 3, 0, 1, 1];

#[test]
fn what_waits_twice_is_not_lost() {
    let mut connection = Connection::default();
    let mut offsets = [0; 2];
    let mut push = |side: Side, bytes: &[u8]| {
        let offset = &mut offsets[side.index()];
        let origin = Origin { packet: 1, time: None };
        let chunk = StreamChunk { side, offset: *offset, bytes, place: *offset, origin, acknowledged: None };
        connection.push(chunk, &Secrets::default(), &mut Nothing);
        *offset += bytes.len() as u64;
        connection.client_random().map(|random| random[0])
    };
    push(Side::Client, &client_hello(1));
    // Which keys follow is not known before the server has answered.
    push(Side::Client, &CHANGE_CIPHER_SPEC);
    push(Side::Client, &[&client_hello(2)[..], &CHANGE_CIPHER_SPEC].concat());
    assert_eq!(push(Side::Client, &client_hello(3)), Some(1));
    assert_eq!(push(Side::Server, &server_hello()), Some(2), "the second one waits for another answer");
    assert_eq!(push(Side::Server, &server_hello()), Some(3));
}
