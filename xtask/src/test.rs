//! `cargo xtask test`: the one test command, of the README and of CI. Each step is a row of [`STEPS`], each program from
//! outside a row of [`PACKAGES`]; the first step that fails ends it.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::packages::{self, Package, What};
use crate::wasm_target::{self, WASM};
use crate::{docs, page, root};

/// What the steps need beside the Rust toolchain.
const PACKAGES: &[Package] = &[
    Package {
        what: What::Program("tshark"),
        debian: "tshark",
        elsewhere: "Fedora and Arch: wireshark-cli, Homebrew: wireshark",
        purpose: "frames and messages are compared with it",
    },
    Package {
        what: What::Program("openssl"),
        debian: "openssl",
        elsewhere: "Fedora, Arch and Homebrew: openssl",
        purpose: "its TLS client and server speak, and what they said must be decrypted",
    },
    Package {
        what: What::Program("gnutls-serv"),
        debian: "gnutls-bin",
        elsewhere: "Fedora: gnutls-utils, Arch and Homebrew: gnutls",
        purpose: "the same with the cipher suites that OpenSSL has no more",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("valgrind"),
        debian: "valgrind",
        elsewhere: "Fedora and Arch: valgrind",
        purpose: "callgrind, a part of it, counts what hostile captures take",
    },
    Package {
        what: What::Program("chromium"),
        debian: "chromium",
        elsewhere: "Fedora, Arch and Homebrew: chromium",
        purpose: "the page is tested in it",
    },
    Package {
        what: What::Program("chromedriver"),
        debian: "chromium-driver",
        elsewhere: "Fedora and Homebrew: chromedriver, Arch: chromium",
        purpose: "it drives the browser",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("pkg-config"),
        debian: "pkg-config",
        elsewhere: "Fedora, Arch and Homebrew: pkgconf",
        purpose: "the desktop app finds its libraries by it",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Library("webkit2gtk-4.1"),
        debian: "libwebkit2gtk-4.1-dev",
        elsewhere: "Fedora: webkit2gtk4.1-devel, Arch: webkit2gtk-4.1",
        purpose: "the desktop app shows its window with it",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("WebKitWebDriver"),
        debian: "webkit2gtk-driver",
        elsewhere: "Fedora: webkit2gtk4.1, Arch: webkit2gtk-4.1",
        purpose: "it drives the desktop's window",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("Xvfb"),
        debian: "xvfb",
        elsewhere: "Fedora: xorg-x11-server-Xvfb, Arch: xorg-server-xvfb",
        purpose: "the desktop's window stands on a screen that nobody sees",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("dbus-daemon"),
        debian: "dbus-daemon",
        elsewhere: "Fedora: dbus-daemon, Arch: dbus",
        purpose: "a second start finds the first one by it",
    },
    #[cfg(target_os = "linux")]
    Package {
        what: What::Program("xdotool"),
        debian: "xdotool",
        elsewhere: "Fedora and Arch: xdotool",
        purpose: "it presses the keys of the desktop's menu",
    },
];

/// One thing that must hold.
enum Step {
    /// `cargo` with these arguments succeeds.
    Cargo(&'static [&'static str]),
    /// This function of xtask does; the words say which command it is.
    Here(&'static str, fn() -> anyhow::Result<()>),
}

/// In this order: what fails fast comes first.
const STEPS: &[Step] = &[
    Step::Cargo(&["fmt", "--check"]),
    Step::Here("xtask docs --check", docs::check),
    Step::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    // The window and its engine as the browser runs them.
    Step::Cargo(&[
        "clippy",
        "-p",
        "sockscope-core",
        "-p",
        "sockscope-ui",
        "--target",
        WASM,
        "--features",
        "sockscope-ui/fake",
        "--",
        "-D",
        "warnings",
    ]),
    // What the browser's tests open, and the desktop app has in it.
    Step::Here("xtask page", page::build),
    Step::Here("xtask page --components", page::build_components),
    Step::Cargo(&["test", "--workspace"]),
];

/// Runs all steps.
pub fn run() -> anyhow::Result<()> {
    packages::ensure(PACKAGES)?;
    wasm_target::ensure()?;
    let start = Instant::now();
    for step in STEPS {
        eprintln!("── cargo {}", step.words());
        step.run().with_context(|| format!("`cargo {}` failed", step.words()))?;
    }
    eprintln!("── all {} steps passed in {} s", STEPS.len(), start.elapsed().as_secs());
    Ok(())
}

impl Step {
    fn words(&self) -> String {
        match self {
            Self::Cargo(arguments) => arguments.join(" "),
            Self::Here(words, _) => (*words).to_owned(),
        }
    }

    fn run(&self) -> anyhow::Result<()> {
        match self {
            Self::Cargo(arguments) => cargo(arguments),
            Self::Here(_, run) => run(),
        }
    }
}

/// Runs cargo at the root; what it prints is seen as it is.
fn cargo(arguments: &[&str]) -> anyhow::Result<()> {
    // The cargo that runs this: the toolchain was chosen already.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .current_dir(root())
        .status()
        .context("cargo cannot be started")?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(())
}
