//! Writes text like that of applications: chat messages, and feeds that compress well.

use std::fmt::Write as _;

use crate::random::Random;

const NAMES: &[&str] = &["nina", "omar", "yuki", "søren", "priya", "tomás", "lena", "abebe", "mei", "ivan"];
const ROOMS: &[&str] = &["general", "support", "random", "release-42", "lobby", "ops"];
const WORDS: &[&str] = &[
    "the",
    "build",
    "is",
    "green",
    "again",
    "can",
    "you",
    "look",
    "at",
    "this",
    "when",
    "there",
    "time",
    "I",
    "think",
    "we",
    "should",
    "ship",
    "it",
    "tomorrow",
    "naïve",
    "café",
    "server",
    "restarted",
    "thanks",
    "a",
    "lot",
    "nobody",
    "knows",
    "why",
    "👍",
    "deploy",
    "finished",
    "in",
    "minutes",
    "please",
    "review",
    "and",
];
const SYMBOLS: &[&str] =
    &["BTC-EUR", "ETH-EUR", "SOL-USD", "ADA-USD", "XMR-EUR", "DOT-USD", "LTC-EUR", "XRP-USD"];

/// A chat message, or something smaller, of at most `length` bytes, which is 20 or more, and not much less.
pub fn chat(random: &mut Random, length: usize, text: &mut String) {
    text.clear();
    let (name, number) = (*random.one_of(NAMES), random.below(1_000_000));
    // Writing to a String cannot fail.
    let _ = match length {
        ..30 => write!(text, r#"{{"ack":{number},"x":"#),
        30..90 => write!(text, r#"{{"t":"typing","n":{number},"x":"#),
        _ => write!(
            text,
            r#"{{"type":"message","id":{number},"room":"{}","user":"{name}","text":"#,
            random.one_of(ROOMS)
        ),
    };
    if text.len() + 4 > length {
        // Only the shortest ones: what is there closes with no room to spare.
        text.truncate(text.find(',').unwrap_or(0));
        text.push('}');
    } else {
        text.push('"');
        loop {
            let word = random.one_of(WORDS);
            if text.len() + word.len() + 3 > length {
                break;
            }
            text.push_str(word);
            text.push(' ');
        }
        text.push_str("\"}");
    }
    while text.len() < 20 {
        text.push(' ');
    }
}

/// What a client of a feed asks for.
pub fn request(random: &mut Random, number: usize, text: &mut String) {
    text.clear();
    let symbol = random.one_of(SYMBOLS);
    let method = random.one_of(&["subscribe", "unsubscribe", "order.place", "order.cancel", "ping"]);
    let (size, price) = (random.below(10_000), random.below(10_000_000));
    let _ = write!(
        text,
        r#"{{"jsonrpc":"2.0","id":{number},"method":"{method}","params":{{"channel":"trades","symbol":"{symbol}","size":"0.{size:04}","price":"{}.{:02}","tif":"gtc"}}}}"#,
        price / 100,
        price % 100
    );
}

/// What a feed sends: trades, a few of them at once, or a picture of the order book.
pub fn feed(random: &mut Random, sequence: usize, clock: u64, text: &mut String) {
    text.clear();
    let symbol = *random.one_of(SYMBOLS);
    let middle = 1_000_000 + random.below(50_000);
    let rows = random.skewed(1..=60);
    let (minute, second, millis) = (clock / 60_000 % 60, clock / 1000 % 60, clock % 1000);
    if random.one_in(3) {
        let _ = write!(text, r#"{{"channel":"book","symbol":"{symbol}","sequence":{sequence},"bids":["#);
        for row in 0..rows {
            let comma = if row == 0 { "" } else { "," };
            let (price, size) = (middle - row * 7, random.below(100_000));
            let _ = write!(
                text,
                r#"{comma}["{}.{:02}","{}.{:04}"]"#,
                price / 100,
                price % 100,
                size / 10_000,
                size % 10_000
            );
        }
    } else {
        let _ = write!(text, r#"{{"channel":"trades","symbol":"{symbol}","sequence":{sequence},"data":["#);
        for row in 0..rows {
            let comma = if row == 0 { "" } else { "," };
            let (price, size) = (middle + random.below(400), random.below(1_000_000));
            let side = random.one_of(&["buy", "sell"]);
            let _ = write!(
                text,
                r#"{comma}{{"id":{},"price":"{}.{:02}","size":"{}.{:04}","side":"{side}","time":"2026-01-05T08:{minute:02}:{second:02}.{millis:03}Z"}}"#,
                sequence * 64 + row,
                price / 100,
                price % 100,
                size / 10_000,
                size % 10_000
            );
        }
    }
    text.push_str("]}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_keeps_its_length() {
        let (mut random, mut text) = (Random::new(1), String::new());
        for _ in 0..10_000 {
            let length = random.within(20..=200);
            chat(&mut random, length, &mut text);
            assert!((20..=length).contains(&text.len()), "{text}");
            assert!(text.starts_with('{') && text.trim_end().ends_with('}'), "{text}");
        }
    }
}
