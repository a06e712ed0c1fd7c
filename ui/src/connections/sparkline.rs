//! When a connection sent messages: the client's above the line, the server's below.

use yew::prelude::*;

/// Slices of a line.
pub const SLICES: u32 = 72;
/// Height of either half.
const HALF: f64 = 8.0;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Messages in each slice, the client's first.
    pub messages: Vec<[u64; 2]>,
}

/// A line of bars.
#[component]
pub fn Sparkline(props: &Props) -> Html {
    let [client, server] = [0, 1].map(|side| path(&props.messages, side));
    html! {
        <svg class="sparkline" viewBox={format!("0 0 {} {}", SLICES * 3, HALF * 2.0 + 1.0)} preserveAspectRatio="none" aria-hidden="true">
            <path class="sparkline-client" d={client} />
            <path class="sparkline-server" d={server} />
        </svg>
    }
}

/// The bars of one side. Heights grow with the root of the count, so that few messages are seen beside many.
fn path(messages: &[[u64; 2]], side: usize) -> String {
    let most = messages.iter().flatten().copied().max().unwrap_or_default().max(1) as f64;
    let mut path = String::new();
    for (place, counts) in messages.iter().enumerate() {
        let count = counts.get(side).copied().unwrap_or_default();
        if count == 0 {
            continue;
        }
        let height = ((count as f64 / most).sqrt() * HALF).max(1.5);
        let (x, from) = (place * 3, HALF + 0.5);
        let to = if side == 0 { from - height } else { from + height };
        path.push_str(&format!("M{x} {from}V{to:.1}h2V{from}z"));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_above_and_hang_below() {
        let messages = [[4, 0], [0, 1], [0, 0]];
        assert_eq!(path(&messages, 0), "M0 8.5V0.5h2V8.5z");
        assert_eq!(path(&messages, 1), "M3 8.5V12.5h2V8.5z");
        assert_eq!(path(&[], 0), "");
    }
}
