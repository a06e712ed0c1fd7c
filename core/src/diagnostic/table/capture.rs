//! What can be wrong with the capture itself and with the layers below HTTP.

use super::super::Ground::NoGapBefore;
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about the capture, TCP and TLS.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Capture, TCP, TLS",
    about: "What the capture lacks, and what happened below the WebSocket.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::CaptureDamaged,
        severity: Severity::Error,
        rfc: "",
        grounds: &[],
        title: "The capture file is damaged.",
        explanation: "At the byte given, the file does not hold what its format asks for, and the finding \
            says what was expected. All that stands before it was read. No standard for end points is \
            broken: this is about the file.",
        usual_cause: "A file changed by a text-mode transfer, two captures joined with `cat`, a disk that \
            was full, or a block longer than the limit of 64 MiB.",
        fix: "Copy the file again in binary mode or repair it with `pcapfix`; join captures with `mergecap` \
            or give Sockscope several files.",
    },
    Entry {
        code: Code::CaptureCutShort,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "The capture ends inside a record.",
        explanation: "The last record, or the compressed stream around it, is incomplete. All records before \
            it were read; one packet or more at the end is missing.",
        usual_cause: "A capture that was copied while it was being written, a capturing process that was \
            killed, or a disk that was full.",
        fix: "Stop the capture with Ctrl+C before copying it, or let tcpdump write each packet at once \
            (`-U`).",
    },
    Entry {
        code: Code::SnaplenCut,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "Packets are cut by the capture's snap length.",
        explanation: "The file holds fewer bytes of a packet than were on the wire. The missing bytes are \
            holes in the stream: messages in them are incomplete, and checks on their content are silent.",
        usual_cause: "A capture taken with a small snap length (`tcpdump -s 96`), or by a system that stores \
            headers only.",
        fix: "Capture whole packets: `tcpdump -s 0`, or dumpcap without `-s`.",
    },
    Entry {
        code: Code::TcpGap,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "Bytes of a TCP stream are not in the capture.",
        explanation: "Usually the receiver acknowledged these bytes, so they were sent and arrived, and only \
            the capture lost them; a hole is also given up where more than 4 MiB wait behind it \
            (`Limits.out_of_order`). Decoding takes up again at the next frame that can be found, and the \
            finding says where and how sure that is. Messages around the hole are incomplete, and checks \
            that would need the missing bytes are silent.",
        usual_cause: "A capturing machine that could not keep up, a switch's mirror port that drops packets, \
            asymmetric routing, or a capture filter that takes only some of the packets.",
        fix: "Capture closer to an end point, with a filter for this connection and a larger buffer \
            (`tcpdump -B 65536`).",
    },
    Entry {
        code: Code::TcpLateSegment,
        severity: Severity::Note,
        rfc: "",
        grounds: &[],
        title: "Data came after its gap had been given up.",
        explanation: "The bytes of a hole were found in the file after the hole had been counted as lost, so \
            they are not part of any message. Waiting is limited: to 64 packets or one second after the \
            acknowledgement, and to 4 MiB held behind the hole.",
        usual_cause: "A capture whose packets are far out of order, for example files joined without \
            sorting, or queues of several network interfaces.",
        fix: "Sort the capture by time with `reordercap` and read it again.",
    },
    Entry {
        code: Code::MidStream,
        severity: Severity::Note,
        rfc: "",
        grounds: &[],
        title: "The capture begins inside this connection.",
        explanation: "The TCP connection was open before the first packet, so its handshake was not \
            captured. Frames are found by their form, and the verdict says how sure that is. Offers, \
            extensions and the Accept are unknown.",
        usual_cause: "A capture that was started after the client connected; WebSockets stay open for long.",
        fix: "Start the capture first and then let the client connect again, for example by reloading the \
            page.",
    },
    Entry {
        code: Code::OneDirectional,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[],
        title: "Only one direction of this connection was captured.",
        explanation: "Acknowledgement numbers show that the other end point sent bytes, but none of its \
            packets is in the capture. Its messages are missing, and all checks that compare the two \
            directions are silent.",
        usual_cause: "A mirror port or tap that copies only one direction, asymmetric routing, or a capture \
            filter such as `src host`.",
        fix: "Capture both directions, for example with `host` instead of `src host` in the filter, or on an \
            end point itself.",
    },
    Entry {
        code: Code::TcpOverlapConflict,
        severity: Severity::Warning,
        rfc: "RFC 9293 §3.4",
        grounds: &[NoGapBefore],
        title: "Two copies of the same TCP bytes differ.",
        explanation: "A retransmission carries the same bytes as the first copy, since each sequence number \
            stands for one byte. Here they differ, and the finding says which copy was kept and why. End \
            points may have seen the other one: such copies are also a way to hide data from an inspector.",
        usual_cause: "A device on the way that changes or injects packets, a capture that mixes two places \
            or two connections with the same addresses, or an attack.",
        fix: "Compare both packets (TTL, checksum, interface), and capture at one place, best on the \
            receiver.",
    },
    Entry {
        code: Code::Tunnel,
        severity: Severity::Note,
        rfc: "",
        grounds: &[],
        title: "This connection was captured inside a tunnel.",
        explanation: "Its packets are wrapped in another protocol, such as GRE, VXLAN, Geneve, GTP-U or IP \
            in IP. The addresses shown are the inner ones; the tunnel's own number keeps equal inner \
            addresses apart.",
        usual_cause: "A capture in a data centre's or container's overlay network, in a mobile core network, \
            or of a mirror session that is sent through a tunnel.",
        fix: "Nothing to do.",
    },
    Entry {
        code: Code::TlsNoSecrets,
        severity: Severity::Note,
        rfc: "RFC 9850 §2",
        grounds: &[],
        title: "TLS connections cannot be read because their secrets are missing.",
        explanation: "Whether a TLS connection carries a WebSocket can be told only with its session \
            secrets, which are never in the traffic. They come from the client or server as an NSS key log, \
            or from inside a pcapng; for old connections with RSA key exchange the server's private key is \
            enough (`--rsa-key`). This is said once a capture, with the number of connections and what is \
            missing. How programs are made to write a key log while you capture: Chrome, Edge and Firefox take its \
            name from `SSLKEYLOGFILE` in their environment (all their windows must be closed first); so do \
            curl and Python (`ssl.create_default_context()`, which requests, aiohttp and websockets use; else \
            `context.keylog_filename`). Node takes `--tls-keylog=keys.log`, also by `NODE_OPTIONS`; Java an agent, \
            `-javaagent:extract-tls-secrets.jar=keys.log`; Go a field, `tls.Config{KeyLogWriter: file}`.",
        usual_cause: "A capture taken without a key log, a key log of another session, or a capture that \
            began after the TLS handshake.",
        fix: "Start the program so that it writes its secrets (browsers, curl and Python: `SSLKEYLOGFILE=keys.log`; \
            Node: `--tls-keylog=keys.log`; Java: `-javaagent:extract-tls-secrets.jar=keys.log`; Go: \
            `tls.Config.KeyLogWriter`), capture again, and give the file with `--keylog`.",
    },
    Entry {
        code: Code::TlsDecryptFailed,
        severity: Severity::Error,
        rfc: "RFC 8446 §5.2, RFC 5246 §6.2.3",
        grounds: &[NoGapBefore],
        title: "A TLS record cannot be decrypted with the secrets that belong to its connection.",
        explanation: "The key log has secrets for this connection's client random, but the record's \
            authentication fails. An end point would end the connection with bad_record_mac. It is said only \
            where no bytes are lost before the record, since the records are numbered and a lost one changes \
            all that follow.",
        usual_cause: "A key log that mixes sessions or was edited, bytes changed after capturing (an \
            anonymised or damaged capture), or a connection that an intermediary altered.",
        fix: "Record the key log and the capture together again, and do not change the capture.",
    },
];
