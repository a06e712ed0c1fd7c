//! Chromium without a screen, and chromedriver, which drives it (W3C WebDriver, and the DevTools protocol beside it).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::ClientBuilder;
use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::{ParseError, Url};

use crate::Document;

/// How long something may take to be seen. Nothing waits that long unless it fails.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// No sandbox, since tests run as root in containers, and nothing that Chromium does on its own account.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// What carries commands to a driver.
pub fn connector() -> HttpConnector {
    HttpConnector::new()
}

/// What a driver's client runs in.
///
/// # Panics
/// If the system gives none.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Waits for something no longer than this; `None`: it takes longer.
pub async fn within<T>(limit: Duration, what: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, what).await.ok()
}

/// Lets a moment pass, for a driver that does not listen yet.
pub async fn moment() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// A browser with one window. It ends when it is dropped.
pub struct Browser {
    document: Document,
    driver: Child,
}

impl Browser {
    /// Starts it.
    ///
    /// # Panics
    /// If there is no chromedriver, or no Chromium.
    pub fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started (Debian: apt-get install chromium-driver)");
        let port = port(&mut driver);
        let runtime = runtime();
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": ARGUMENTS }));
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let connected = runtime.block_on(async {
            let url = format!("http://127.0.0.1:{port}");
            let client = ClientBuilder::new(connector()).capabilities(capabilities).connect(&url).await?;
            let timeouts = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(Duration::ZERO));
            client.update_timeouts(timeouts).await.expect("timeouts");
            Ok::<_, fantoccini::error::NewSessionError>(client)
        });
        match connected {
            Ok(client) => Self { document: Document::new(runtime, client), driver },
            Err(error) => {
                let _ = driver.kill();
                panic!("Chromium cannot be started: {error}")
            }
        }
    }

    /// What it shows.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// A command of the DevTools protocol.
    ///
    /// # Panics
    /// If it fails.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        let command = Chromium { path: "goog/cdp/execute", body };
        self.document.run(async |client| client.issue_cmd(command).await).expect("a command of DevTools")
    }

    /// What was written to the console since the last call, with the browser's own complaints.
    pub fn console(&self) -> Vec<String> {
        let command = Chromium { path: "se/log", body: json!({ "type": "browser" }) };
        let entries = self.document.run(async |client| client.issue_cmd(command).await).unwrap_or_default();
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                let word = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
                format!("{} {}", word("level"), word("message"))
            })
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.document.end();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver chose.
fn port(driver: &mut Child) -> u16 {
    let output = BufReader::new(driver.stdout.take().expect("a pipe"));
    let mut lines = output.lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    port.expect("chromedriver says on which port it listens")
}

/// A command that only Chromium's driver has.
#[derive(Debug)]
struct Chromium {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Chromium {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
