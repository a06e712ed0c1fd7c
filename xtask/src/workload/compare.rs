//! Measures the command line against tshark and against the bare walk, on `chat`, in one run: the commands take turns,
//! so that whatever else the machine does meets all of them, and the medians are compared.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use sockscope_workload::{Kind, Walk};

use super::{machine, write_file};

/// What tshark reads in 10 to 20 seconds.
pub const SIZE: u64 = 40_000_000;
/// How often each command runs.
pub const RUNS: usize = 5;
const SEED: u64 = 1;

const FIELDS: &str = "-Y websocket -T fields -e frame.number -e tcp.stream -e websocket.fin -e websocket.opcode \
                      -e websocket.payload_length -e websocket.payload";

/// Measures and prints a table in Markdown.
pub fn run(size: u64, runs: usize) -> anyhow::Result<()> {
    ensure!(runs > 0, "nothing is measured in 0 runs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--package", "sockscope"])
        .current_dir(&root)
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the command line does not build");
    let binary = root.join("target/release/sockscope");
    let folder = std::env::temp_dir().join(format!("sockscope-compare-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let capture = folder.join("chat.pcap");
    write_file(Kind::Chat, size, SEED, &capture)?;
    let contenders = contenders(&binary);
    let mut measured: Vec<Vec<Cost>> = vec![Vec::new(); contenders.len()];
    for turn in 0..runs {
        for (contender, costs) in contenders.iter().zip(&mut measured) {
            let cost = contender.measure(&capture)?;
            eprintln!("{} of {runs}: {:.3} s  {}", turn + 1, cost.elapsed, contender.name);
            costs.push(cost);
        }
    }
    let bytes = std::fs::metadata(&capture)?.len();
    std::fs::remove_dir_all(&folder)?;
    print(bytes, runs, &contenders, &measured);
    Ok(())
}

/// What one run took, in seconds.
#[derive(Clone, Copy, Debug)]
struct Cost {
    elapsed: f64,
    /// Of all processors together.
    processor: Option<f64>,
}

struct Contender {
    name: &'static str,
    /// Without the capture, which stands for `FILE`; `None`: the bare walk.
    command: Option<(PathBuf, Vec<String>)>,
}

fn contenders(sockscope: &Path) -> Vec<Contender> {
    let ours = |name: &'static str, options: &str| Contender {
        name,
        command: Some((sockscope.to_owned(), words(&format!("{options} FILE")))),
    };
    let tshark = |name: &'static str, options: &str| Contender {
        name,
        command: Some(("tshark".into(), words(&format!("-n {options} -r FILE {FIELDS}")))),
    };
    let mut all = vec![
        Contender { name: "bare walk", command: None },
        ours("connections", "connections --format jsonl --threads 1"),
        ours("messages, no payload", "messages --format jsonl --payload none --threads 1"),
        ours("messages, all payloads", "messages --format jsonl --threads 1"),
        ours("messages, no payload, all threads", "messages --format jsonl --payload none"),
        ours("messages, all payloads, all threads", "messages --format jsonl"),
    ];
    if machine::first_line("tshark", &["--version"]).is_some() {
        all.push(tshark("tshark, as it is", ""));
        all.push(tshark(
            "tshark, segments put in order",
            "-o tcp.desegment_tcp_streams:TRUE -o tcp.reassemble_out_of_order:TRUE",
        ));
    }
    all
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl Contender {
    fn measure(&self, capture: &Path) -> anyhow::Result<Cost> {
        let Some((program, arguments)) = &self.command else { return walk(capture) };
        let before = machine::children_seconds();
        let began = Instant::now();
        let status = Command::new(program)
            .args(
                arguments.iter().map(|word| if word == "FILE" { capture.as_os_str() } else { word.as_ref() }),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let elapsed = began.elapsed().as_secs_f64();
        if !status.success() {
            bail!("{} failed: {status}", self.name);
        }
        let processor = machine::children_seconds().zip(before).map(|(after, before)| after - before);
        Ok(Cost { elapsed, processor })
    }

    fn shown(&self) -> String {
        let Some((program, arguments)) = &self.command else {
            return "reads the file, walks headers, looks up, XORs".to_owned();
        };
        let program = program.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        format!("`{program} {}`", arguments.join(" "))
    }
}

/// Reads the file as the command line does, a MiB at a time.
fn walk(capture: &Path) -> anyhow::Result<Cost> {
    let began = Instant::now();
    let mut file = File::open(capture)?;
    let mut buffer = vec![0; 2 << 20];
    let (mut walk, mut have) = (Walk::default(), 0);
    loop {
        let length = file.read(&mut buffer[have..have + (1 << 20)])?;
        if length == 0 {
            break;
        }
        have += length;
        let walked = walk.push(&buffer[..have]);
        buffer.copy_within(walked..have, 0);
        have -= walked;
    }
    ensure!(have == 0 && walk.total().0 > 0, "the walk did not get to the end");
    Ok(Cost { elapsed: began.elapsed().as_secs_f64(), processor: None })
}

fn print(bytes: u64, runs: usize, contenders: &[Contender], measured: &[Vec<Cost>]) {
    let elapsed: Vec<f64> =
        measured.iter().map(|costs| median(costs.iter().map(|cost| cost.elapsed))).collect();
    let fastest_tshark = contenders
        .iter()
        .zip(&elapsed)
        .filter(|(contender, _)| contender.name.starts_with("tshark"))
        .map(|(_, elapsed)| *elapsed)
        .min_by(f64::total_cmp);
    println!("Chat, {bytes} bytes, seed {SEED}; medians of {runs} runs that took turns.\n");
    println!("- {}", machine::describe());
    for version in
        [machine::first_line("rustc", &["--version"]), machine::first_line("tshark", &["--version"])]
    {
        println!("- {}", version.unwrap_or_else(|| "no tshark".to_owned()));
    }
    println!(
        "\n| what | seconds | of the processor | MB/s | times the bare walk | times as fast as tshark | command |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
    for ((contender, seconds), costs) in contenders.iter().zip(&elapsed).zip(measured) {
        let processor: Option<Vec<f64>> = costs.iter().map(|cost| cost.processor).collect();
        println!(
            "| {} | {seconds:.3} | {} | {:.0} | {:.2} | {} | {} |",
            contender.name,
            processor.map_or(String::new(), |all| format!("{:.2}", median(all.into_iter()))),
            bytes as f64 / 1e6 / seconds,
            seconds / elapsed[0],
            fastest_tshark.map_or(String::new(), |tshark| format!("{:.1}", tshark / seconds)),
            contender.shown()
        );
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
