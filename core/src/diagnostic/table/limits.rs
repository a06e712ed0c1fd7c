//! What is said when a bound of [`crate::limits::Limits`] is passed.

use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about Sockscope's own limits.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Limits",
    about: "Sockscope's own bounds on memory and work (the struct `Limits`), which hold against hostile \
        captures too. Passing one says nothing about the end points. The limits whose passing is told \
        elsewhere are those of `capture-damaged`, `tcp-gap` and `deflate-limit`.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::HttpHeadLimit,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "An HTTP head is longer than the limit.",
        explanation: "A request's or response's head may be 2 MiB long (`Limits.http_head`). This one had \
            not ended by then, so it was not read, and a WebSocket behind it may be missed. No standard sets \
            a limit, but most servers allow between 8 KiB and 64 KiB and answer 431.",
        usual_cause: "Bytes that begin like HTTP and are something else, an attack, or cookies that were \
            never cleared.",
        fix: "Make the head smaller; a program that uses the engine can raise `Limits.http_head`.",
    },
    Entry {
        code: Code::ConnectionsLimit,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "Too many TCP connections were open at once, and some were given up.",
        explanation: "At most 65,536 TCP connections are followed at once (`Limits.connections`). Beyond \
            that the least recently active one is given up: its row says that it is open, and what it sends \
            later counts as a connection taken up in the middle.",
        usual_cause: "A port scan or a SYN flood, a capture in which the ends of connections are missing, or \
            a very busy server.",
        fix: "Filter the capture before reading it, for example `tcpdump -r big.pcap -w small.pcap 'tcp port \
            443'`; a program that uses the engine can raise `Limits.connections`.",
    },
    Entry {
        code: Code::PayloadLimit,
        severity: Severity::Note,
        rfc: "",
        grounds: &[],
        title: "A message's payload is longer than what is kept of it.",
        explanation: "Of one message at most 64 MiB are held in memory (`Limits.payload`). The row says that \
            it is truncated and gives the true length.",
        usual_cause: "A file sent as one message, or a frame that announces a huge length.",
        fix: "Nothing to do where the beginning is enough; a program that uses the engine can raise \
            `Limits.payload`.",
    },
    Entry {
        code: Code::PendingLimit,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "One direction sent more than is held while the other had not decided what it is.",
        explanation: "What a client sends behind its request means frames or another HTTP request, and only \
            the answer tells. Until it is read, up to 4 MiB of a direction are held (`Limits.pending`). More \
            than that came, so part of it is lost to the analysis.",
        usual_cause: "An answer that is missing from the capture or stands much later in the file, or a \
            client that sends much without waiting.",
        fix: "Capture both directions and sort the file by time with `reordercap`; a program that uses the \
            engine can raise `Limits.pending`.",
    },
    Entry {
        code: Code::MemoryLimit,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "Too much was held for all connections together, and some were given up.",
        explanation: "Messages that are not complete, heads, segments behind a hole and bytes that wait for the \
            other side are held in memory, each within its own limit; all of them together may take 1 GiB \
            (`Limits.memory`). Beyond that the least recently active connections are given up, until an eighth \
            of it is free: what they had goes out as incomplete, their rows say that they are open, and what \
            they send later counts as a connection taken up in the middle.",
        usual_cause: "An attack, or very many connections with large messages under way at once.",
        fix: "Filter the capture before reading it, for example by address with `tcpdump -r big.pcap -w \
            small.pcap host ADDRESS`, or ask for less of the payloads; a program that uses the engine can raise \
            `Limits.memory`.",
    },
];
