//! Programs and libraries that tests need from the system: installs those that are missing where it may (Debian and Ubuntu, as root),
//! otherwise names them and stops.

use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// A program or a library, and the package that brings it.
pub struct Package {
    /// What is looked for.
    pub what: What,
    /// The package of Debian and Ubuntu.
    pub debian: &'static str,
    /// What it is called on other systems.
    pub elsewhere: &'static str,
    /// Why it is needed.
    pub purpose: &'static str,
}

/// What is looked for.
pub enum What {
    /// A program on the path.
    Program(&'static str),
    /// A library that pkg-config knows by this name.
    Library(&'static str),
}

impl What {
    fn name(&self) -> &'static str {
        match self {
            Self::Program(name) | Self::Library(name) => name,
        }
    }

    fn is_there(&self) -> bool {
        match self {
            Self::Program(name) => is_on_path(name),
            Self::Library(name) => {
                let asked =
                    Command::new("pkg-config").args(["--exists", name]).stderr(Stdio::null()).status();
                asked.is_ok_and(|status| status.success())
            }
        }
    }
}

/// Makes sure that all of them are there.
pub fn ensure(packages: &[Package]) -> anyhow::Result<()> {
    let missing: Vec<&Package> = packages.iter().filter(|package| !package.what.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !(is_root() && is_on_path("apt-get")) {
        bail!("{}", named(&missing));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.debian).collect();
    eprintln!("── installing {}", names.join(" "));
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], names.as_slice()].concat())?;
    match missing.iter().find(|package| !package.what.is_there()) {
        Some(package) => {
            bail!("{} was installed, yet {} is not found", package.debian, package.what.name())
        }
        None => Ok(()),
    }
}

/// What is missing, and how to get it.
fn named(missing: &[&Package]) -> String {
    let names: Vec<&str> = missing.iter().map(|package| package.debian).collect();
    let mut text = String::from("programs or libraries are missing that the tests need:\n");
    for package in missing {
        text.push_str(&format!("  {}: {} ({})\n", package.what.name(), package.purpose, package.elsewhere));
    }
    text.push_str(&format!("On Debian and Ubuntu: sudo apt-get install {}", names.join(" ")));
    text
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .context("apt-get cannot be started")?;
    if !status.success() {
        bail!("`apt-get {}` failed: {status}", arguments.join(" "));
    }
    Ok(())
}

fn is_on_path(program: &str) -> bool {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Package = Package {
        what: What::Program("no-program-of-this-name"),
        debian: "no-package",
        elsewhere: "Homebrew: none",
        purpose: "this test wants it",
    };

    #[test]
    fn what_is_missing_is_named_with_the_way_to_get_it() {
        let text = named(&[&ABSENT]);
        for part in ["no-program-of-this-name: this test wants it", "apt-get install no-package", "Homebrew"]
        {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }

    #[test]
    fn nothing_is_done_where_nothing_is_missing() {
        assert!(!ABSENT.what.is_there());
        assert!(!What::Library("no-library-of-this-name").is_there());
        assert!(ensure(&[]).is_ok());
    }
}
