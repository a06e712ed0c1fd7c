//! Where somebody wants to go, as typed: `1204` a message, `2:17` a connection's message, `p2204` a packet, or a link.

use sockscope_core::session::api::{MessageName, Target};

use crate::place::fragment::Fragment;

/// What was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    /// A number.
    Target(Target),
    /// A link to a place.
    Link(Box<Fragment>),
}

/// What was typed. A message without a connection is one of `connection`.
pub fn parse(typed: &str, connection: u64) -> Option<Typed> {
    if let Some(fragment) = Fragment::of_link(typed) {
        return Some(Typed::Link(Box::new(fragment)));
    }
    number(typed, connection).map(Typed::Target)
}

fn number(typed: &str, connection: u64) -> Option<Target> {
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
        let message =
            |connection, message| Some(Typed::Target(Target::Message(MessageName { connection, message })));
        assert_eq!(parse("1204", 3), message(3, 1204));
        assert_eq!(parse(" 1,204 ", 0), message(0, 1204));
        assert_eq!(parse("2:17", 0), message(2, 17));
        assert_eq!(parse("p2204", 0), Some(Typed::Target(Target::Packet(2204))));
        for nonsense in ["", "p", "x", "2:", ":3", "-1", "1:2:3", "99999999999999999999999"] {
            assert_eq!(parse(nonsense, 0), None, "{nonsense}");
        }
    }

    #[test]
    fn a_link_is_a_place() {
        let link = "https://example.org/sockscope/#sample=long&message=0.12";
        let Some(Typed::Link(fragment)) = parse(link, 0) else { panic!("no link") };
        assert_eq!(fragment.place.message, Some(MessageName { connection: 0, message: 12 }));
    }
}
