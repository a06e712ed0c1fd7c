//! The page, and what somebody does with it.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::Locator;
use serde_json::{Value, json};
use sockscope_tests::page_server::PageServer;

use crate::browser::PATIENCE;
use crate::{Browser, Document};

/// What every document runs first.
const WATCH: &str = include_str!("watch.js");

/// The page in a browser.
pub struct Page {
    browser: Browser,
    server: PageServer,
}

impl Deref for Page {
    type Target = Document;

    fn deref(&self) -> &Document {
        self.browser.document()
    }
}

impl Page {
    /// Serves the page in this folder to a new browser.
    ///
    /// # Panics
    /// If there is no page, or no browser.
    pub fn new(folder: &Path) -> Self {
        assert!(
            folder.join("index.html").is_file(),
            "there is no page in {}: run `cargo xtask page` first",
            folder.display()
        );
        let browser = Browser::start();
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        // Writing is what the page asks for, reading what the tests do.
        let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
        browser.devtools("Browser.grantPermissions", json!({ "permissions": permissions }));
        Self { browser, server: PageServer::start(folder.to_owned()) }
    }

    /// The browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Every request that reached the server.
    pub fn requests(&self) -> Vec<String> {
        self.server.requests()
    }

    /// Loads the page as if it had never been here.
    pub fn load(&self) {
        self.leave();
        let origin = self.server.url();
        self.browser.devtools(
            "Storage.clearDataForOrigin",
            json!({ "origin": origin.trim_end_matches('/'), "storageTypes": "all" }),
        );
        self.go_to("");
        self.wait("the empty window", "document.querySelector('.opening')");
    }

    /// Leaves the page, and ends all that runs in it.
    pub fn leave(&self) {
        self.run(async |client| client.goto("about:blank").await).expect("an empty page");
    }

    /// Goes to an address of the page's host.
    pub fn go_to(&self, path: &str) {
        self.visit(&format!("{}{path}", self.server.url()));
    }

    /// Goes to any address.
    pub fn visit(&self, url: &str) {
        self.run(async |client| client.goto(url).await).expect("a page");
    }

    /// Loads what is shown again.
    pub fn reload(&self) {
        self.run(async |client| client.refresh().await).expect("the page again");
    }

    /// Chooses files in the system's dialog, so to speak.
    pub fn open_files(&self, paths: &[PathBuf]) {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.canonicalize().expect("a file").to_string_lossy().into_owned())
            .collect();
        let keys = paths.join("\n");
        self.run(async |client| {
            let input = client.find(Locator::Css("input[type=file]")).await.expect("a chooser of files");
            input.send_keys(&keys).await.expect("files to choose");
        });
    }

    /// Chooses one file, and waits until it is read.
    pub fn open_file(&self, path: &Path) {
        self.open_files(&[path.to_owned()]);
        self.wait("a capture", "document.querySelector('.workspace')");
        self.wait_until_read();
    }

    /// Drops files on the window: each has a name, and bytes.
    pub fn drop_files(&self, files: &[(&str, &[u8])]) {
        let files: Vec<Value> =
            files.iter().map(|(name, bytes)| json!([name, STANDARD.encode(bytes)])).collect();
        self.script(
            "const transfer = new DataTransfer();
             for (const [name, bytes] of arguments[0]) transfer.items.add(new File([fromBase64(bytes)], name));
             for (const kind of ['dragenter', 'dragover', 'drop']) {
                 document.body.dispatchEvent(new DragEvent(kind,
                     { bubbles: true, cancelable: true, dataTransfer: transfer }));
             }",
            &[json!(files)],
        );
    }

    /// What the page saves as a file of this name while `act` goes on.
    ///
    /// The browser writes beside the name, makes an empty file of that name, and puts what it wrote in its place: the file
    /// is whole once it is alone.
    pub fn saved(&self, folder: &Path, name: &str, act: impl FnOnce()) -> Vec<u8> {
        let path = folder.join(name);
        // Of two files of one name, the browser gives the second another one.
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).expect("a folder for downloads");
        self.browser.devtools(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": folder.canonicalize().expect("a folder") }),
        );
        act();
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if files_of(folder) == [path.as_path()] {
                return std::fs::read(&path).expect("a file that was saved");
            }
            self.eventually("the next frame", "await frame();", &[]);
        }
        panic!("waited in vain for {}", path.display())
    }

    /// Sets the size of what is seen, and the theme that the system asks for.
    pub fn look(&self, width: u32, height: u32, theme: &str) {
        self.browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
        let feature = json!({ "name": "prefers-color-scheme", "value": theme });
        self.browser.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
        // From one look to the other colours pass through some that are neither's.
        self.wait(
            "the end of what moves",
            "document.getAnimations().every(moving => moving.playState === 'finished')",
        );
    }

    /// What went wrong unseen since the page was loaded: broken policies, errors of scripts, complaints of the browser.
    pub fn troubles(&self) -> Vec<String> {
        let troubles = self.script("return window.troubles ?? []", &[]);
        let troubles = troubles.as_array().cloned().unwrap_or_default();
        let told = troubles.iter().filter_map(|trouble| Some(trouble.as_str()?.to_owned()));
        told.chain(self.browser.console().into_iter().filter(|line| line.starts_with("SEVERE"))).collect()
    }
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    files.filter_map(|file| Some(file.ok()?.path())).collect()
}
