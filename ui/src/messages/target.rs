//! Where somebody wants to go, as typed: `1204` a message, `2:17` a connection's message, `p2204` a packet.

use sockscope_core::session::api::{MessageName, Target};

/// What was typed. A message without a connection is one of `connection`.
pub fn parse(typed: &str, connection: u64) -> Option<Target> {
    let typed: String = typed.chars().filter(|letter| !matches!(letter, ',' | ' ' | '#')).collect();
    if let Some(packet) = typed.strip_prefix(['p', 'P']) {
        return packet.parse().ok().map(Target::Packet);
    }
    let (connection, message) = match typed.split_once(':') {
        Some((connection, message)) => (connection.parse().ok()?, message),
        None => (connection, typed.as_str()),
    };
    Some(Target::Message(MessageName { connection, message: message.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_messages_and_packets() {
        let message = |connection, message| Some(Target::Message(MessageName { connection, message }));
        assert_eq!(parse("1204", 3), message(3, 1204));
        assert_eq!(parse(" 1,204 ", 0), message(0, 1204));
        assert_eq!(parse("2:17", 0), message(2, 17));
        assert_eq!(parse("p2204", 0), Some(Target::Packet(2204)));
        for nonsense in ["", "p", "x", "2:", ":3", "-1", "1:2:3", "99999999999999999999999"] {
            assert_eq!(parse(nonsense, 0), None, "{nonsense}");
        }
    }
}
