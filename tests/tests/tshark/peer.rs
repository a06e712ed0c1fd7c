//! What tshark says of a capture: runs it and reads its JSON with the raw bytes of every field (`-T json -x`).
//!
//! Its preferences are set to what serves it best, and no user's own are read.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use sockscope_core::stream::Side;

use crate::json::Json;
use crate::sample::Sample;
use crate::seen::{Attempt, Direction, Frame, Header, Seen};

/// The program to run.
const PROGRAM: &str = "tshark";

/// Segments that come out of order: by default they lose the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Reassembled,
    Default,
}

/// The version, such as `4.0`.
pub fn version() -> String {
    let output = Command::new(PROGRAM).arg("--version").stderr(Stdio::null()).output().unwrap_or_else(|error| {
        panic!(
            "{PROGRAM} cannot be run ({error}): it comes with the package tshark (Debian, Ubuntu), wireshark-cli (Fedora, \
             Arch) or wireshark (Homebrew); as root, `cargo xtask test` installs it"
        )
    });
    let text = String::from_utf8_lossy(&output.stdout);
    // TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as …).
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let number = number.unwrap_or_else(|| panic!("no version in {text}"));
    number.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// Runs it over a capture. `clients` are the clients' addresses by stream, for the directions.
pub fn read(sample: &Sample, order: Order, clients: &BTreeMap<u64, String>) -> Seen {
    let mut seen = Seen::default();
    let mut requests = Vec::new();
    for packet in packets(sample, order) {
        let layers = packet.get("_source").and_then(|source| source.get("layers"));
        let layers = layers.expect("a packet has layers");
        let Some(place) = Place::of(layers) else { continue };
        handshake(layers, &place, &mut requests, &mut seen);
        frames(layers, &place, clients, &mut seen);
    }
    seen
}

fn packets(sample: &Sample, order: Order) -> Vec<Json> {
    let capture = &sample.capture;
    let mut command = Command::new(PROGRAM);
    command.args(["-n", "-T", "json", "-x", "-Y", "websocket or http"]);
    command.args(["-J", "frame ip ipv6 tcp http websocket data"]);
    let order = if order == Order::Reassembled { "TRUE" } else { "FALSE" };
    for (preference, value) in [
        ("tcp.reassemble_out_of_order", order),
        ("tcp.desegment_tcp_streams", "TRUE"),
        ("http.desegment_headers", "TRUE"),
        ("websocket.decompress", "TRUE"),
    ] {
        command.arg("-o").arg(format!("{preference}:{value}"));
    }
    let given = sample.secrets();
    if let Some(path) = given.key_log {
        command.arg("-o").arg(format!("tls.keylog_file:{}", path.display()));
    }
    if let Some(path) = given.rsa_key {
        command.arg("-o").arg(format!("uat:rsa_keys:\"{}\",\"\"", path.display()));
    }
    for port in sample.decode_as() {
        command.arg("-d").arg(format!("tcp.port=={port},websocket"));
    }
    let no_folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-preferences");
    command.env("WIRESHARK_CONFIG_DIR", no_folder).arg("-r").arg(capture);
    // Of a damaged capture it shows what stands before the damage, so its status says nothing.
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{PROGRAM}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!("{}: {error}\n{}", capture.display(), String::from_utf8_lossy(&output.stderr))
    })
}

/// Where a packet belongs.
struct Place {
    packet: u64,
    stream: u64,
    source: String,
    source_port: u16,
    destination_port: u16,
}

impl Place {
    fn of(layers: &Json) -> Option<Self> {
        let frame = layers.get("frame")?;
        // Tunnels repeat layers; the innermost is the last.
        let tcp = layers.last("tcp")?;
        let port = |key| tcp.get(key)?.text()?.parse().ok();
        let is_ip = |(name, _): &&(String, Json)| name == "ip" || name == "ipv6";
        let (name, ip) = layers.pairs().iter().rfind(is_ip)?;
        let source_port = port("tcp.srcport")?;
        let source = match name.as_str() {
            "ip" => format!("{}:{source_port}", ip.get("ip.src")?.text()?),
            _ => format!("[{}]:{source_port}", ip.get("ipv6.src")?.text()?),
        };
        Some(Self {
            packet: frame.get("frame.number")?.text()?.parse().ok()?,
            stream: tcp.get("tcp.stream")?.text()?.parse().ok()?,
            source,
            source_port,
            destination_port: port("tcp.dstport")?,
        })
    }

    fn direction(&self, clients: &BTreeMap<u64, String>) -> Direction {
        let from_client = match clients.get(&self.stream) {
            Some(client) => *client == self.source,
            // Of a stream that only tshark takes for one: servers have the lower port as a rule.
            None => self.source_port > self.destination_port,
        };
        Direction { stream: self.stream, side: if from_client { Side::Client } else { Side::Server } }
    }
}

/// Takes the upgrades: requests that ask for one, and what answers them. `requests` are the packets of those in `seen`.
fn handshake(layers: &Json, place: &Place, requests: &mut Vec<u64>, seen: &mut Seen) {
    for http in layers.all("http") {
        let value = |key: &str| http.find(key).and_then(Json::text).map(str::to_owned);
        let asks = value("http.upgrade")
            .is_some_and(|value| value.to_ascii_lowercase().contains("websocket"))
            || value("http.sec_websocket_key").is_some();
        if http.get("http.request").is_some() && asks {
            requests.push(place.packet);
            seen.attempts.push(Attempt {
                stream: place.stream,
                connection: None,
                target: value("http.request.uri"),
                key: value("http.sec_websocket_key"),
                status: None,
                accept: None,
                accept_ok: None,
                verdict: None,
            });
        }
        let answers = value("http.request_in").and_then(|packet| packet.parse::<u64>().ok());
        let status = value("http.response.code").and_then(|code| code.parse::<u16>().ok());
        let request = answers.and_then(|packet| requests.iter().rposition(|&request| request == packet));
        // 100 and 103 come before the answer.
        if let (Some(request), Some(status)) =
            (request, status.filter(|&status| status == 101 || status >= 200))
        {
            let attempt = &mut seen.attempts[request];
            attempt.status = Some(status);
            attempt.accept = value("http.sec_websocket_accept");
            attempt.accept_ok = accept_complaint(http).then_some(false);
        }
    }
}

/// Whether an expert remark says something of the Accept.
fn accept_complaint(json: &Json) -> bool {
    json.pairs().iter().any(|(key, value)| {
        let here = key == "_ws.expert.message" && value.text().is_some_and(|text| text.contains("Accept"));
        here || accept_complaint(value)
    })
}

/// Takes the frames. What a message becomes stands behind its last frame: text lines, data, or the frame says itself.
fn frames(layers: &Json, place: &Place, clients: &BTreeMap<u64, String>, seen: &mut Seen) {
    let list = seen.frames.entry(place.direction(clients)).or_default();
    let before = list.len();
    for (key, value) in layers.pairs() {
        match key.as_str() {
            "websocket" => list.push(frame(value, place.packet)),
            // Behind a frame it is that frame's message; before the first one it is of another layer.
            "data_raw" if list.len() > before => {
                if let Some(last) = list.last_mut().filter(|last| ends_data(&last.header)) {
                    last.message = value.raw();
                }
            }
            _ => {}
        }
    }
}

fn frame(json: &Json, packet: u64) -> Frame {
    let text = |key: &str| json.get(key).and_then(Json::text);
    let number = |key: &str| text(key).and_then(|text| text.parse::<u64>().ok());
    let rsv = text("websocket.rsv").and_then(|rsv| u8::from_str_radix(rsv.trim_start_matches("0x"), 16).ok());
    let length = number("websocket.payload_length_ext_64")
        .or_else(|| number("websocket.payload_length_ext_16"))
        .or_else(|| number("websocket.payload_length"));
    let header = Header {
        fin: text("websocket.fin") == Some("1"),
        rsv: rsv.expect("a frame has reserved bits"),
        opcode: number("websocket.opcode")
            .and_then(|code| code.try_into().ok())
            .expect("a frame has an opcode"),
        mask: text("websocket.masking_key").map(|mask| mask.replace(':', "")),
        length: length.expect("a frame has a length"),
    };
    let payload = json.get("websocket.payload_raw").and_then(Json::raw).unwrap_or_default();
    let shown = json.get("websocket.payload");
    let message = if header.opcode >= 8 || (header.fin && header.length == 0) {
        Some(payload.clone())
    } else {
        // Binary data stand behind the frame.
        let says = |key: &str| shown.and_then(|shown| shown.get(key)).and_then(Json::raw);
        says("websocket.payload.text_raw").or_else(|| says("websocket.payload.unknown_raw"))
    };
    Frame { header, packet, payload, message, whole: true, place: None }
}

/// Whether a data message ends with this frame.
fn ends_data(header: &Header) -> bool {
    header.fin && header.opcode < 8
}
