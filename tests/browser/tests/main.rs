//! The page in a real browser. All cases share one browser and run one after another; each begins with the page freshly
//! loaded, and fails also where the browser complained of something unseen. What a failing case left on the screen is kept
//! as a picture.
//!
//! `cargo xtask page && cargo test -p sockscope-browser-tests [PART OF A NAME]`

mod accessible;
mod components;
mod export;
mod filter;
mod hostile;
mod keyboard;
mod keys;
mod messages;
mod nothing;
mod opening;
mod quiet;
mod rows;
mod tabs;
mod transcripts;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Trial};
use sockscope_browser_tests::{Page, root, sample, samples};

/// A name, and what is done with the page.
type Case = (&'static str, fn(&Page));

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let page = Arc::new(Mutex::new(None));
    let cases = [
        opening::CASES,
        rows::CASES,
        nothing::CASES,
        filter::CASES,
        export::CASES,
        messages::CASES,
        keyboard::CASES,
        keys::CASES,
        tabs::CASES,
        hostile::CASES,
        quiet::CASES,
        transcripts::CASES,
        components::CASES,
        accessible::CASES,
    ];
    let trials = cases.concat().into_iter().map(|(name, case)| {
        let page = page.clone();
        Trial::test(name, move || {
            let mut page = page.lock().unwrap_or_else(PoisonError::into_inner);
            run(name, case, page.get_or_insert_with(|| Page::new(&root().join("target/page"))));
            Ok(())
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn run(name: &str, case: fn(&Page), page: &Page) {
    page.browser().console();
    page.look(1440, 900, "light");
    page.load();
    let ran = catch_unwind(AssertUnwindSafe(|| {
        case(page);
        assert_eq!(page.troubles(), Vec::<String>::new());
    }));
    if let Err(panic) = ran {
        let picture = temporary(&format!("{}.png", name.replace("::", "-")), &page.picture());
        eprintln!("picture: {}\nconsole: {:#?}", picture.display(), page.browser().console());
        resume_unwind(panic);
    }
    page.leave();
}

/// A file that a case made.
fn temporary(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = root().join("target/browser");
    let path = folder.join(name);
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes)).expect("the target folder");
    path
}
