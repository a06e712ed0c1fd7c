//! What a desktop program has beside its page: a menu and its keys, a title, a size and a zoom that stay. The keys are pressed on the
//! screen's own keyboard, so that they come by way of the menu.

use sockscope_browser_tests::sample;

use crate::Case;
use crate::desktop::{App, Desktop};

pub const CASES: &[Case] =
    &[("manners::keys_of_the_menu", keys_of_the_menu), ("manners::zoom_and_size_stay", zoom_and_size_stay)];

fn keys_of_the_menu(desktop: &Desktop) {
    let app = desktop.open(&[&sample("accept-without-guid")]);
    app.wait_for_capture();
    desktop.focus("capture.pcap — Sockscope");
    desktop.press("F1");
    app.wait("the list of keys", "one('dialog', 'Keyboard')");
    desktop.press("Escape");
    app.wait("no list", "!document.querySelector('[role=dialog]')");
    desktop.press("ctrl+e");
    app.wait("that it is followed", "/following/.test(document.body.innerText)");
    desktop.press("ctrl+e");
    app.wait("that it is not", "!/following/.test(document.body.innerText)");
    desktop.press("ctrl+w");
    app.wait("the empty window", "document.querySelector('.opening')");
    desktop.focus("Sockscope");
    // The latest of those that were open.
    desktop.press("alt+f");
    for key in ["Down", "Right", "Return"] {
        desktop.press(key);
    }
    app.wait_for_capture();
}

fn zoom_and_size_stay(desktop: &Desktop) {
    let app = desktop.open(&[]);
    desktop.focus("Sockscope");
    let before = width(&app);
    for _ in 0..3 {
        desktop.press("ctrl+equal");
    }
    app.wait("a larger page", &format!("innerWidth < {}", before * 0.8));
    desktop.resize("Sockscope", 1000, 640);
    app.wait("a smaller window", "innerWidth < 800");
    let smaller = width(&app);
    desktop.press("ctrl+q");
    app.wait_for_end();
    let app = desktop.open(&[]);
    app.wait("the same size and zoom", &format!("Math.abs(innerWidth - {smaller}) < 3"));
}

fn width(app: &App) -> f64 {
    app.script("return innerWidth", &[]).as_f64().expect("a number")
}
