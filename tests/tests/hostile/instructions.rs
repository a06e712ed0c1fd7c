//! Instructions, counted by callgrind: what else the machine does changes nothing in them, as it does in a time.
//!
//! A test runs itself again under valgrind, with a capture of a small count and with one of four times that, and only
//! the reading is counted.

use std::process::{Command, exit};
use std::thread;

/// Set in the run that is counted: how large the capture is to be.
const COUNT: &str = "SOCKSCOPE_HOSTILE_COUNT";
/// The counted capture is so many times smaller than the one whose memory is looked at: valgrind is slow.
const SMALLER: u32 = 80;
const TIMES: u32 = 4;
/// So many times as many instructions for each byte are allowed in the larger one. Work that grows with the square of
/// its input takes four times as many.
const MOST: f64 = 1.5;
/// So many for each byte are allowed, however few there are: what is hunted is also work that a few bytes ask for. A
/// frame of three bytes that breaks four rules, each told in a row of its own, takes 12,000 for each of its bytes.
const FOR_A_BYTE: u64 = 20_000;

/// The count, if this run is the one that is counted.
pub fn wanted() -> Option<u32> {
    std::env::var(COUNT).ok()?.parse().ok()
}

/// What is counted, and the end of the process.
pub fn counted<T>(read: impl FnOnce() -> T) -> ! {
    toggled_reading(read);
    exit(0)
}

/// Valgrind knows it by its name.
#[inline(never)]
fn toggled_reading<T>(read: impl FnOnce() -> T) {
    std::hint::black_box(read());
}

/// Checks how the instructions of this test grow with its capture, of which the length by count is told.
///
/// # Panics
/// If they grow faster than it does, or if there are more than any byte is worth.
pub fn check_growth(length: impl Fn(u32) -> usize, whole: u32) {
    if cfg!(not(target_os = "linux")) {
        eprintln!("no valgrind here: instructions are not counted");
        return;
    }
    let count = (whole / SMALLER).max(1);
    let [small, large] = [count, count * TIMES].map(|count| (run(count), length(count) as u64));
    let each = |(instructions, bytes): (u64, u64)| instructions as f64 / bytes as f64;
    let growth = each(large) / each(small);
    eprintln!("{} and {} instructions a byte: {growth:.2} times", small.0 / small.1, large.0 / large.1);
    assert!(growth <= MOST, "{growth:.2} times the instructions for each byte: {small:?}, {large:?}");
    assert!(large.0 <= FOR_A_BYTE * large.1, "{} instructions for each byte", large.0 / large.1);
}

/// Runs this test with a capture of this count.
fn run(count: u32) -> u64 {
    let current = thread::current();
    let test = current.name().expect("tests run in threads of their names");
    let told = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*toggled_reading*"])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(COUNT, count.to_string())
        .output()
        .expect("valgrind is installed");
    let told = String::from_utf8_lossy(&told.stderr);
    let instructions =
        told.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok()).unwrap_or(0);
    assert_ne!(instructions, 0, "callgrind counts none:\n{told}");
    instructions
}
