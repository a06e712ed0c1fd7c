//! What stands below the flags in every help text: examples to copy, the columns of CSV, the exit status.

use std::fmt::Write;

use sockscope_core::filter::FIELDS;
use sockscope_core::session::csv::columns;

pub const OVERVIEW: &str = "\
Examples:
  sockscope trading.pcapng                    what is in a capture
  sockscope messages trading.pcapng           every message
  sockscope follow -c 0 trading.pcapng        one connection, as a conversation
  sockscope check trading.pcapng              what is wrong, why, and the fix
  sockscope messages --filter 'from == client and text contains order' trading.pcapng
  tcpdump -i any -U -w - | sockscope messages -    live

--help says more than -h, here and for every command.";

const STATUS: &str = "\
Exit status, the first of these that applies:
  2  wrong usage, or a file that cannot be opened or is no capture (the others are still read)
  3  a capture is damaged or cut short; all that stands before the damage was printed
  1  check found something at the severity of --fail-on
  0  all is well";

pub fn overview() -> String {
    format!(
        "{OVERVIEW}\n\nPiped, or with --format jsonl, the overview is one object with the summary of each capture, then the \
         rows of connections.\n\n{}\n\n{STATUS}",
        filter()
    )
}

pub const CONNECTIONS: &str = "\
Examples:
  sockscope connections trading.pcapng
  sockscope connections *.pcap | jq 'select(.handshake.verdict == \"invalid\")'
  sockscope connections --filter 'path == /chat and not verdict == valid' trading.pcapng
  sockscope connections --format csv trading.pcapng > connections.csv";

pub fn connections() -> String {
    with_columns(CONNECTIONS, columns::names(columns::CONNECTION))
}

pub const MESSAGES: &str = "\
Examples:
  sockscope messages trading.pcapng
  sockscope messages -c 0 trading.pcapng | jq -r 'select(.from == \"server\").text'
  sockscope messages --filter 'from == server and length > 10k' trading.pcapng
  sockscope messages --payload hash a.pcap b.pcap
  tcpdump -i any -U -w - port 8001 | sockscope messages -
  sockscope messages --decode-as :9000 middle-of-a-conversation.pcap";

pub fn messages() -> String {
    with_columns(MESSAGES, columns::names(columns::MESSAGE))
}

pub const FRAMES: &str = "\
Examples:
  sockscope frames -c 0 trading.pcapng
  sockscope frames --payload none trading.pcapng | jq 'select(.rsv != 0)'
  sockscope frames --filter 'websocket.opcode == 1 and not fin' trading.pcapng";

pub fn frames() -> String {
    with_columns(FRAMES, columns::names(columns::FRAME))
}

pub const CHECK: &str = "\
Examples:
  sockscope check trading.pcapng
  sockscope check --fail-on warning recorded-in-ci.pcap
  sockscope check --filter 'severity >= warning and host == example.com' trading.pcapng
  sockscope check trading.pcapng | jq -r .code | sort | uniq -c
  sockscope explain accept-mismatch";

pub fn check() -> String {
    with_columns(CHECK, columns::names(columns::DIAGNOSTIC))
}

pub const FOLLOW: &str = "\
Examples:
  sockscope follow -c 0 trading.pcapng
  sockscope follow -c 0 --filter 'not opcode in {ping, pong}' trading.pcapng
  sockscope follow -c 0 --color always trading.pcapng | less -R
  sockscope follow -c 2 --join trading-*.pcap

For programs: sockscope messages -c N --format jsonl CAPTURE";

pub fn follow() -> String {
    format!("{FOLLOW}\n\n{}", filter())
}

pub const EXTRACT: &str = "\
Examples:
  sockscope extract -o payloads trading.pcapng
  sockscope extract -o payloads -c 3 trading.pcapng
  sockscope extract -o images --filter 'payload contains hex:89504e47' trading.pcapng";

pub fn extract() -> String {
    format!("{EXTRACT}\n\n{}", filter())
}

pub const DECRYPT: &str = "\
Examples:
  sockscope decrypt --keylog keys.log -o with-secrets.pcapng trading.pcapng
  sockscope decrypt --rsa-key server.pem -o with-secrets.pcapng old.pcap
  tshark -r with-secrets.pcapng -Y websocket";

pub const EXPLAIN: &str = "\
Examples:
  sockscope explain accept-mismatch
  sockscope explain no-guid
  sockscope explain                 lists all of them";

pub const COMPLETIONS: &str = "\
Example:
  sockscope completions bash > ~/.local/share/bash-completion/completions/sockscope";

pub fn completions() -> String {
    "\
Examples:
  bash        sockscope completions bash > ~/.local/share/bash-completion/completions/sockscope
  zsh         sockscope completions zsh > \"${fpath[1]}/_sockscope\"
  fish        sockscope completions fish > ~/.config/fish/completions/sockscope.fish
  PowerShell  sockscope completions powershell >> $PROFILE
  elvish      sockscope completions elvish >> ~/.config/elvish/rc.elv"
        .to_owned()
}

pub const MAN: &str = "\
Examples:
  sockscope man | man -l -
  sockscope man messages > sockscope-messages.1";

fn with_columns<'a>(examples: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let columns = names.join(", ");
    format!(
        "{examples}\n\nColumns of --format csv: {columns}\n\n\
         In a CSV cell, lists are joined by spaces (header lines by line feeds). A cell that a spreadsheet could take for a \
         formula has an apostrophe before it, and so has one that begins with an apostrophe: take the first one away. Control \
         characters but tab and line feed, and invisible ones, are shown by name; jsonl has them exactly.\n\n{}\n\n{STATUS}",
        filter()
    )
}

/// What `--filter` takes.
pub fn filter() -> String {
    let mut text = String::from(
        "Filters compare fields with == != < <= > >= contains matches, or with a list: in {a, b, 1..5}; they are joined by \
         and, or, not and parentheses. A bare word searches the text, a flag or an optional field alone asks whether it is \
         there. contains and bare words ignore case, matches takes a regular expression and does not. A comparison with a \
         field that a row lacks is false. Of a field with several values one is enough; != asks that all differ.\n\n\
         Fields, with their type and the rows that have them (a connection has those of its messages, a diagnostic those of \
         what it speaks of):\n",
    );
    for entry in FIELDS {
        let (name, kind, rows) = (entry.name, entry.kind.name(), entry.rows.words());
        let _ = writeln!(text, "  {name:<16} {kind:<13} {rows:<14} {}", entry.about);
    }
    let theirs = FIELDS.iter().filter(|entry| !entry.wireshark.is_empty());
    let theirs: Vec<String> =
        theirs.map(|entry| format!("{} ({})", entry.wireshark.join(", "), entry.name)).collect();
    let _ = write!(text, "\nWireshark's names are understood too: {}", theirs.join(", "));
    text
}
