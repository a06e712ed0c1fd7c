//! Nothing leaves the machine: once the page is there, neither it nor its worker asks for anything.

use serde_json::Value;
use sockscope_browser_tests::Page;

use crate::{Case, sample};

pub const CASES: &[Case] = &[
    ("quiet::only_the_pages_own_files_are_loaded", only_the_pages_own_files_are_loaded),
    ("quiet::nothing_is_requested_after_load", nothing_is_requested_after_load),
    ("quiet::the_policy_binds_page_and_worker", the_policy_binds_page_and_worker),
];

/// All that the page consists of, but for its samples.
const OWN: [&str; 8] = [
    "GET /",
    "GET /start.js",
    "GET /sockscope.js",
    "GET /sockscope_bg.wasm",
    "GET /sockscope.css",
    "GET /icon.svg",
    "GET /worker.js",
    "GET /favicon.ico",
];

fn only_the_pages_own_files_are_loaded(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    let others: Vec<String> = page
        .requests()
        .into_iter()
        .filter(|request| !OWN.contains(&request.as_str()) && !request.starts_with("GET /samples/"))
        .collect();
    assert_eq!(others, Vec::<String>::new());
}

fn nothing_is_requested_after_load(page: &Page) {
    // The first worker was started with the page, and has its own files by now.
    page.open_file(&sample("accept-without-guid"));
    let loaded = page.requests();
    let own = page.script("return location.origin", &[]);
    page.click("tab", "Handshake");
    page.click("tab", "Frames");
    page.click("tab", "Diagnostics");
    page.click("tab", "Packets");
    page.wait("a message", "document.querySelector('.message')");
    page.script("document.querySelector('.message').click()", &[]);
    page.click("tab", "Payload");
    page.wait("a payload", "text('.inspector-view').length > 0");
    assert_eq!(page.requests(), loaded);
    let seen = page.script("return performance.getEntriesByType('resource').map(entry => entry.name)", &[]);
    let seen: Vec<&str> = seen.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let own = own.as_str().expect("an origin");
    assert!(!seen.is_empty() && seen.iter().all(|url| url.starts_with(own)), "{seen:?}");
}

fn the_policy_binds_page_and_worker(page: &Page) {
    // A host that would answer: its refusal is the policy's doing, not the network's.
    let elsewhere = sockscope_tests::page_server::PageServer::start(crate::root().join("target/page"));
    let reach = "try { await fetch(arguments[0]); return 'reached'; } catch { return 'refused'; }";
    assert_eq!(page.eventually("an answer", reach, &[elsewhere.url().into()]), "refused");
    let from_worker = "const worker = new Worker('./worker.js', { type: 'module' });
        worker.postMessage(await WebAssembly.compileStreaming(fetch('./sockscope_bg.wasm')));
        await new Promise(ready => worker.onmessage = ready);
        worker.terminate();
        return true;";
    assert_eq!(page.eventually("a worker", from_worker, &[]), true);
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    let inline = "const element = document.createElement('script');
        element.textContent = 'window.executed = true'; document.body.append(element);
        document.body.setAttribute('style', 'color: red');
        return [window.executed === undefined, document.body.style.color];";
    assert_eq!(page.script(inline, &[]), serde_json::json!([true, ""]));
    // These violations were meant. Each is told for the page's own policy and for the host's.
    let meant =
        "const found = () => [...new Set(window.troubles.map(trouble => trouble.split(' ')[1]))].sort();
        await until(() => found().length >= 3);
        const kinds = found();
        window.troubles.length = 0;
        return kinds;";
    let meant = page.eventually("violations", meant, &[]);
    assert_eq!(meant, serde_json::json!(["connect-src", "script-src-elem", "style-src-attr"]));
    page.browser().console();
}
