//! A table of ratios. The contenders take turns, so that whatever else the machine does meets all of them.

use cpu_time::ThreadTime;
use sockscope_workload::Kind;

use super::contenders::Workload;

/// How often each of them runs.
const TURNS: usize = 9;

/// Measures all contenders on a capture and prints a table in Markdown.
pub fn print(kind: Kind, size: u64) {
    let workload = Workload::new(kind, size);
    let contenders = workload.contenders();
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for _ in 0..TURNS {
        for (contender, seconds) in contenders.iter().zip(&mut seconds) {
            let began = ThreadTime::now();
            (contender.run)();
            seconds.push(began.elapsed().as_secs_f64());
        }
    }
    seconds.iter_mut().for_each(|all| all.sort_by(f64::total_cmp));
    // What inflates has two baselines, one after the other.
    let baselines = contenders.iter().take_while(|contender| contender.name.starts_with("bare")).count();
    let baseline = |place: usize| -> f64 { seconds[..baselines].iter().map(|all| all[place]).sum() };
    let (fastest, middle) = (0, TURNS / 2);
    println!("\n{}, {} bytes, {TURNS} turns\n", kind.name(), workload.capture.len());
    println!("| what | ms | MB/s | times the baseline | by the fastest turns |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (contender, all) in contenders.iter().zip(&seconds) {
        println!(
            "| {} | {:.1} | {:.0} | {:.2} | {:.2} |",
            contender.name,
            all[middle] * 1e3,
            workload.capture.len() as f64 / 1e6 / all[middle],
            all[middle] / baseline(middle),
            all[fastest] / baseline(fastest)
        );
    }
}
