//! What one capture may cost: every bound on memory and work, with defaults that hold under attack.

/// Bounds on memory and work. Passing one is a diagnostic, never a silent loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one pcap record or pcapng block (`capture-damaged`).
    pub block: usize,
    /// How many times as long as the file what it decompresses to may be, beyond 64 MiB (`capture-damaged`). Captures of
    /// nothing but zeros reach some thousands.
    pub expansion: u64,
    /// Bytes held behind a hole in one direction of a TCP connection (`tcp-gap`).
    pub out_of_order: usize,
    /// Bytes of the capture kept behind the packet at hand, so that what was delivered is compared with later copies.
    pub compared: usize,
    /// Bytes of one direction that are doubted and held back until a better copy comes.
    pub doubted: usize,
    /// Bytes of one HTTP head (`http-head-limit`).
    pub http_head: usize,
    /// Bytes of one direction held while the other direction decides what they are (`pending-limit`).
    pub pending: usize,
    /// Bytes of one inflated message (`deflate-limit`).
    pub inflated: u64,
    /// Bytes of one message's payload held in memory (`payload-limit`, `"truncated":true`).
    pub payload: usize,
    /// Packets listed of one frame; of more, these and the last one.
    pub packets: usize,
    /// TCP connections open at once (`connections-limit`).
    pub connections: usize,
    /// Bytes held for all open connections together (`memory-limit`).
    pub memory: usize,
    /// Layers of TLS within each other that are read: a proxy that is spoken to over TLS takes two. What is within more of
    /// them is counted like TLS without secrets.
    pub tls_layers: usize,
    /// Sessions of TLS kept to find the secrets of connections that resume them; those of more are not found.
    pub tls_sessions: usize,
    /// IP datagrams with missing fragments held at once.
    pub datagrams: usize,
    /// Wrong `Sec-WebSocket-Accept` values whose cause is searched for at length.
    pub accept_searches: u32,
    /// Requests kept for checks across connections.
    pub requests: usize,
    /// Bytes of a capture kept in memory because they cannot be read again.
    pub spool: u64,
    /// Bytes of an index that are held in memory, where more can be spilled to a file: what messages, their extents and the
    /// windows of compressed ones take, and an eighth of it for the order of each list of messages that is shown.
    pub index: usize,
    /// Diagnostics kept by an index; of more, only how many there are of each code.
    pub diagnostics: usize,
    /// Diagnostics that wait for what they speak of before a filter is asked; the oldest one of more is judged without.
    pub waiting_diagnostics: usize,
    /// Pings and Pongs remembered for diagnostics that come later; to a filter an older one is as if it were lost.
    pub remembered_pings: usize,
    /// Bytes of a sub-protocol's data that a row repeats under `decoded` (else its length: `"args_length"`).
    pub decoded_data: usize,
    /// Questions of one side of a connection that wait for an answer; of a forgotten one the answer does not say what
    /// it answers (no `"answers"`).
    pub unanswered: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block: 64 << 20,
            expansion: 10_000,
            out_of_order: 4 << 20,
            compared: 16 << 20,
            doubted: 64 << 10,
            http_head: 2 << 20,
            pending: 4 << 20,
            inflated: 256 << 20,
            payload: 64 << 20,
            packets: 65_536,
            connections: 65_536,
            memory: 1 << 30,
            tls_layers: 4,
            tls_sessions: 65_536,
            datagrams: 1024,
            accept_searches: 10_000,
            requests: 65_536,
            spool: 256 << 20,
            index: 256 << 20,
            diagnostics: 200_000,
            waiting_diagnostics: 4096,
            remembered_pings: 65_536,
            decoded_data: 64 << 10,
            unanswered: 128,
        }
    }
}
