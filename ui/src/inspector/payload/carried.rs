//! What carried a message: its frames, their bytes, and the packets.

use sockscope_core::session::api::{Answer, FrameView, MessageName, PacketView, Page, Request, Span};
use yew::prelude::*;

use crate::engine::use_answer;
use crate::place::{Tab, use_place};
use crate::words;

/// Packets that are looked at for copies, and of which the first are named.
const PACKETS: u64 = 200;
/// Packets that are named.
const NAMED: usize = 4;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// Its first frames.
    pub frames: Page<FrameView>,
}

/// The line.
#[component]
pub fn Carried(props: &Props) -> Html {
    let placed = use_place();
    let request = Request::Packets { message: props.message, rows: Span { start: 0, length: PACKETS } };
    let answered = use_answer(Some(request.clone()), 0);
    let packets = match answered.answer.as_deref() {
        Some(Answer::Packets(page)) if answered.to.as_deref() == Some(&request) => Some(page.clone()),
        _ => None,
    };
    let link = |tab: Tab, text: String| {
        let placed = placed.clone();
        let onclick = Callback::from(move |_: MouseEvent| placed.set(move |place| place.tab = tab));
        html! { <button class="link" {onclick} title={format!("Show the {}", tab.name().to_lowercase())}>{text}</button> }
    };
    html! {
        <footer class="payload-carried" aria-label="Carried by">
            <span class="dim">{"Carried by"}</span>
            {link(Tab::Frames, frames(&props.frames))}
            if let Some(packets) = packets {
                {link(Tab::Packets, named(&packets))}
                if let Some(copies) = copies(&packets) {
                    <span class="warn">{format!("({copies})")}</span>
                }
            }
        </footer>
    }
}

/// `frame 1,391 (512 B)`, `17 frames (1.2 MB)`
fn frames(page: &Page<FrameView>) -> String {
    match page.rows.first() {
        Some(frame) if page.total == 1 => {
            let length = frame.row.length + u64::from(frame.row.header_length);
            format!(
                "frame {} ({} at stream byte {})",
                words::count(frame.row.frame),
                words::size(length),
                words::count(frame.stream_offset)
            )
        }
        _ => words::counted(page.total, "frame"),
    }
}

/// `packet 7`, `packets 7, 8, 9`, `packets 7, 8, 9, 10 … of 31`
fn named(page: &Page<PacketView>) -> String {
    let numbers: Vec<String> = page.rows.iter().take(NAMED).map(|row| words::count(row.packet)).collect();
    let name = if page.total == 1 { "packet" } else { "packets" };
    let more = if page.total > NAMED as u64 {
        format!(" … {} in all", words::count(page.total))
    } else {
        String::new()
    };
    format!("{name} {}{more}", numbers.join(", "))
}

/// `8 retransmitted`
fn copies(page: &Page<PacketView>) -> Option<String> {
    let copies: Vec<String> =
        page.rows.iter().filter(|row| row.retransmitted).map(|row| words::count(row.packet)).collect();
    match copies.len() {
        0 => None,
        1..=NAMED => Some(format!("{} retransmitted", copies.join(", "))),
        many => Some(format!("{many} retransmitted")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(total: u64, packets: &[(u64, bool)]) -> Page<PacketView> {
        let row = |&(packet, retransmitted): &(u64, bool)| PacketView {
            packet,
            time: None,
            sequence: 0,
            acknowledgement: None,
            length: 1,
            stream_offset: 0,
            taken: 1,
            retransmitted,
        };
        Page { total, counted: true, start: 0, rows: packets.iter().map(row).collect() }
    }

    #[test]
    fn packets_are_named() {
        let two = page(2, &[(2204, false), (2205, true)]);
        assert_eq!(named(&two), "packets 2,204, 2,205");
        assert_eq!(copies(&two).unwrap(), "2,205 retransmitted");
        assert_eq!(named(&page(1, &[(7, false)])), "packet 7");
        let many: Vec<(u64, bool)> = (1..=31).map(|packet| (packet, packet > 20)).collect();
        assert_eq!(named(&page(31, &many)), "packets 1, 2, 3, 4 … 31 in all");
        assert_eq!(copies(&page(31, &many)).unwrap(), "11 retransmitted");
        assert_eq!(copies(&page(1, &[(7, false)])), None);
    }
}
