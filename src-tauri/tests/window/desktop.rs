//! A desktop of its own for the tests: a screen (Xvfb), a message bus, a home, and the program on it.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fantoccini::ClientBuilder;
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use serde_json::json;
use sockscope_browser_tests::{Document, PATIENCE, connector, moment, root, runtime, within};

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_sockscope-desktop");
/// Where Debian keeps the driver, beside the path.
const DRIVERS: [&str; 2] = ["WebKitWebDriver", "/usr/bin/WebKitWebDriver"];

/// How long a start may take, and how often it is tried.
const START: Duration = Duration::from_secs(30);
const TRIES: u32 = 3;

/// Screen, bus and home. They end when it is dropped.
pub struct Desktop {
    display: String,
    bus_address: String,
    /// Of the case at hand.
    folder: PathBuf,
    cases: usize,
    children: Vec<Child>,
}

impl Desktop {
    /// Starts it.
    ///
    /// # Panics
    /// If Xvfb or the bus is missing.
    pub fn start() -> Self {
        assert!(
            root().join("target/desktop-page/index.html").is_file(),
            "the program has no page in it: run `cargo xtask page`, and build it again"
        );
        let screen = ["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"];
        let (screen, number) = first_line("Xvfb", &screen);
        let (bus, bus_address) = first_line("dbus-daemon", &["--session", "--print-address", "--nofork"]);
        let folder = root().join("target/desktop-tests");
        let _ = std::fs::remove_dir_all(&folder);
        Self { display: format!(":{number}"), bus_address, folder, cases: 0, children: vec![screen, bus] }
    }

    /// Each case has a home of its own: what keeps the window's storage may write to the one of the case before for a while.
    pub fn tidy(&mut self) {
        self.cases += 1;
        self.folder = root().join(format!("target/desktop-tests/{}", self.cases));
        std::fs::create_dir_all(self.folder.join("home")).expect("the target folder");
    }

    /// A file that a case makes.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, bytes).expect("the target folder");
        path
    }

    /// Starts the program with these files, and waits until it shows something. The driver now and then waits for a program
    /// that never reports to it; then both are started again.
    ///
    /// # Panics
    /// If it cannot be started or driven.
    pub fn open(&self, files: &[&Path]) -> App {
        let app = (0..TRIES).find_map(|_| {
            let tried = self.try_to_open(files);
            if let Err(error) = &tried {
                eprintln!("the window cannot be driven: {error}");
            }
            tried.ok()
        });
        let app = app.expect("a window that can be driven");
        app.wait("the window", "document.querySelector('.opening, .workspace')");
        app
    }

    fn try_to_open(&self, files: &[&Path]) -> Result<App, String> {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let driver =
            DRIVERS.iter().find_map(|driver| self.command(driver).arg(format!("--port={port}")).spawn().ok());
        let mut driver = driver.expect("WebKitWebDriver can be started (Debian: webkit2gtk-driver)");
        let runtime = runtime();
        let mut capabilities = Capabilities::new();
        let files: Vec<&str> = files.iter().map(|file| file.to_str().expect("UTF-8")).collect();
        capabilities.insert("webkitgtk:browserOptions".into(), json!({ "binary": PROGRAM, "args": files }));
        let connecting = async {
            let url = format!("http://127.0.0.1:{port}");
            let began = Instant::now();
            let client = loop {
                match ClientBuilder::new(connector()).capabilities(capabilities.clone()).connect(&url).await {
                    Ok(client) => break client,
                    // It does not listen yet.
                    Err(_) if began.elapsed() < Duration::from_secs(20) => {
                        moment().await;
                    }
                    Err(error) => return Err(error.to_string()),
                }
            };
            let timeouts = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(Duration::ZERO));
            client.update_timeouts(timeouts).await.map_err(|error| error.to_string())?;
            Ok(client)
        };
        let connected = runtime.block_on(within(START, connecting));
        let programs = running(&self.folder);
        match connected.unwrap_or_else(|| Err("it does not answer".to_owned())) {
            Ok(client) => Ok(App { document: Document::new(runtime, client), driver, programs }),
            Err(error) => {
                programs.iter().for_each(|program| end(program));
                let _ = driver.kill();
                let _ = driver.wait();
                Err(error)
            }
        }
    }

    /// Starts the program beside the one that runs, and waits until it ends.
    pub fn start_again(&self, files: &[&Path]) -> Output {
        self.command(PROGRAM).args(files).output().expect("the program can be started")
    }

    /// Gives the keyboard to the window of this title, which it waits for: there is nobody else to do that.
    ///
    /// # Panics
    /// If there is no such window.
    pub fn focus(&self, title: &str) {
        let title = format!("^{title}$");
        self.input(&["search", "--sync", "--onlyvisible", "--name", &title, "windowfocus", "--sync"]);
    }

    /// Presses a key, as xdotool names it.
    ///
    /// # Panics
    /// If there is no such key.
    pub fn press(&self, key: &str) {
        self.input(&["key", key]);
    }

    /// Changes the size of the window of this title.
    ///
    /// # Panics
    /// If there is no such window.
    pub fn resize(&self, title: &str, width: u32, height: u32) {
        let (title, width, height) = (format!("^{title}$"), width.to_string(), height.to_string());
        self.input(&["search", "--onlyvisible", "--name", &title, "windowsize", "--sync", &width, &height]);
    }

    fn input(&self, arguments: &[&str]) {
        let status = self.command("xdotool").args(arguments).status();
        let status = status.expect("xdotool can be started (Debian: xdotool)");
        assert!(status.success(), "xdotool {arguments:?}: {status}");
    }

    fn command(&self, program: &str) -> Command {
        let home = self.folder.join("home");
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GTK_A11Y", "none")
            .env("NO_AT_BRIDGE", "1")
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("HOME", home)
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The program, and what its window shows. It ends when it is dropped.
pub struct App {
    document: Document,
    driver: Child,
    /// What the driver started: it may leave them behind, and the next start would hand its files to them.
    programs: Vec<String>,
}

impl Deref for App {
    type Target = Document;

    fn deref(&self) -> &Document {
        &self.document
    }
}

impl App {
    /// Waits until a capture is there and read.
    pub fn wait_for_capture(&self) {
        self.wait("a capture", "document.querySelector('.workspace')");
        self.wait_until_read();
    }

    /// Waits until the program has ended by itself.
    ///
    /// # Panics
    /// If it does not.
    pub fn wait_for_end(&self) {
        let began = Instant::now();
        while self.programs.iter().any(|program| runs(program)) {
            assert!(began.elapsed() < PATIENCE, "the program goes on");
            std::thread::yield_now();
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let picture = root().join("target/desktop-tests.png");
            let _ = std::fs::write(&picture, self.picture());
            eprintln!("picture: {}", picture.display());
        }
        self.document.end();
        self.programs.iter().for_each(|program| end(program));
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The processes that run the program in this home (proc(5)); the driver lets go of what it starts.
fn running(home: &Path) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let is_ours = |folder: &Path| {
        let environment = std::fs::read(folder.join("environ")).unwrap_or_default();
        std::fs::read_link(folder.join("exe")).is_ok_and(|program| program == Path::new(PROGRAM))
            && String::from_utf8_lossy(&environment).contains(&*home.to_string_lossy())
    };
    processes
        .filter(|process| is_ours(&process.path()))
        .map(|process| process.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Ends a process, and waits until it is gone.
fn end(process: &str) {
    let _ = Command::new("kill").args(["-KILL", process]).stderr(Stdio::null()).status();
    let began = Instant::now();
    while runs(process) && began.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
}

/// Whether a process goes on.
fn runs(process: &str) -> bool {
    let about = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    about.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

/// A program that goes on, and the first line that it writes.
fn first_line(program: &str, arguments: &[&str]) -> (Child, String) {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.unwrap_or_else(|error| panic!("{program} cannot be started: {error}"));
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("a pipe");
    BufReader::new(output).read_line(&mut line).expect("a line");
    assert!(!line.trim().is_empty(), "{program} says nothing");
    (child, line.trim().to_owned())
}
