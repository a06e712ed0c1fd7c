//! The real window, on a screen that nobody sees, driven by WebKit's own driver. Each case starts the program anew, with a home
//! of its own.
//!
//! It needs Xvfb and WebKitGTK, so on other systems than Linux nothing is driven.
//!
//! `cargo xtask page && cargo test -p sockscope-desktop [PART OF A NAME]`

mod desktop;
mod faults;
mod manners;
mod opening;
mod reading;
mod transcripts;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Trial};

use desktop::Desktop;

/// A name, and what is done on the desktop.
type Case = (&'static str, fn(&Desktop));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    if cfg!(not(target_os = "linux")) {
        return ExitCode::SUCCESS;
    }
    arguments.test_threads = Some(1);
    let desktop = Arc::new(Mutex::new(None));
    let cases = [opening::CASES, reading::CASES, faults::CASES, manners::CASES, transcripts::CASES];
    let trials = cases.concat().into_iter().map(|(name, case)| {
        let desktop = desktop.clone();
        Trial::test(name, move || {
            let mut desktop = desktop.lock().unwrap_or_else(PoisonError::into_inner);
            let desktop = desktop.get_or_insert_with(Desktop::start);
            desktop.tidy();
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| case(desktop))) {
                resume_unwind(panic);
            }
            Ok(())
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    // Ends what was started for it.
    drop(desktop);
    conclusion.exit_code()
}
