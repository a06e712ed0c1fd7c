//! The tests of components (`ui/component-tests`), which a browser runs: each is loaded by its name and says what came of it.

use sockscope_browser_tests::Page;
use sockscope_tests::page_server::PageServer;

use crate::{Case, root};

pub const CASES: &[Case] = &[("components::all", all)];

fn all(page: &Page) {
    let folder = root().join("target/components");
    assert!(
        folder.join("index.html").is_file(),
        "there are no tests of components in {}: run `cargo xtask page --components` first",
        folder.display()
    );
    let server = PageServer::start(folder);
    let outcome = |name: &str| {
        page.leave();
        page.visit(&format!("{}#{name}", server.url()));
        let outcome = page.wait(name, "document.body.dataset.outcome");
        outcome.as_str().unwrap_or_default().to_owned()
    };
    let names = outcome("");
    assert!(names.lines().count() >= 12, "{names}");
    let failed: Vec<String> = names
        .lines()
        .map(|name| format!("{name}: {}", outcome(name)))
        .filter(|line| !line.ends_with(": passed"))
        .collect();
    assert_eq!(failed, Vec::<String>::new());
}
