//! Says what a figure was measured on.

use std::fs;
use std::process::Command;
use std::thread;

/// The machine in one line: processor, cores, system.
pub fn describe() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.to_owned())
    });
    let cores = thread::available_parallelism().map_or("?".to_owned(), |number| number.to_string());
    format!(
        "{}, {cores} cores, {} {}",
        processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        std::env::consts::OS,
        first_line("uname", &["-r"]).unwrap_or_default()
    )
}

/// The first line that a command prints.
pub fn first_line(command: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}

/// Processor time that children of this process have used, in seconds; `None` where the system does not tell.
pub fn children_seconds() -> Option<f64> {
    // proc(5): the fields behind the command's name, of which the 14th and 15th are ticks of 10 ms.
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let ticks = |field: Option<&str>| field?.parse::<u32>().ok().map(f64::from);
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(13);
    Some((ticks(fields.next())? + ticks(fields.next())?) / 100.0)
}
