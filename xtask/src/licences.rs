//! The licences of all that is compiled into the window and the desktop app, as their authors ask for: a text beside the page,
//! which is shown only when somebody asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::root;
use crate::wasm_target::WASM;

/// What is given to people; what they depend on to be built or tested is not in it.
const GIVEN: [&str; 2] = ["sockscope-ui", "sockscope-desktop"];

/// One package: its name and version, its licence, and where it comes from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
    home: String,
}

/// All texts, each with the packages that it is the licence of.
pub fn text() -> anyhow::Result<String> {
    let metadata = metadata()?;
    let mut packages = BTreeSet::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in given(&metadata)? {
        let of = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let (name, version) = (of("name"), of("version"));
        let folder = Path::new(package["manifest_path"].as_str().unwrap_or_default()).parent();
        for text in folder.map(licence_files).unwrap_or_default() {
            texts.entry(text).or_default().push(format!("{name} {version}"));
        }
        packages.insert(Package { name, version, licence: of("license"), home: of("repository") });
    }
    ensure!(
        packages.len() > 100,
        "there are only {} packages: cargo metadata says something new",
        packages.len()
    );
    let mut all = String::from("Sockscope is made of these packages, with thanks to their authors.\n\n");
    for Package { name, version, licence, home } in &packages {
        all += &format!("{name} {version}  {licence}  {home}\n");
    }
    for (text, of) in texts {
        all += &format!("\n{}\n{}\n\n{}\n", "─".repeat(72), of.join(", "), text.trim_end());
    }
    Ok(all)
}

/// For this system and for the page: what other systems need is not fetched.
fn metadata() -> anyhow::Result<Value> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc cannot be started")?;
    let about = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", host, "--filter-platform", WASM])
        .current_dir(root())
        .output()
        .context("cargo cannot be started")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The packages of others that are compiled into what is given to people.
fn given(metadata: &Value) -> anyhow::Result<Vec<&Value>> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .context("packages")?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let needs: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|node| {
            let normal = |dependency: &&Value| {
                list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
            };
            let dependencies = list(&node["deps"]);
            let needed = dependencies.iter().filter(normal).filter_map(|needed| needed["pkg"].as_str());
            Some((node["id"].as_str()?.to_owned(), needed.map(str::to_owned).collect()))
        })
        .collect();
    let is_given = |package: &&Value| GIVEN.iter().any(|name| package["name"] == **name);
    let mut left: Vec<String> = packages
        .values()
        .filter(|package| is_given(package))
        .filter_map(|package| Some(package["id"].as_str()?.to_owned()))
        .collect();
    ensure!(left.len() == GIVEN.len(), "the packages {GIVEN:?} are not in the workspace");
    let mut seen = BTreeSet::new();
    while let Some(id) = left.pop() {
        left.extend(needs.get(&id).into_iter().flatten().filter(|needed| !seen.contains(*needed)).cloned());
        seen.insert(id);
    }
    // Our own have no source.
    Ok(seen
        .iter()
        .filter_map(|id| packages.get(id.as_str()).copied())
        .filter(|of| !of["source"].is_null())
        .collect())
}

/// The texts in a package's folder that are licences by their names.
fn licence_files(folder: &Path) -> Vec<String> {
    let begins = ["licen", "copying", "notice", "unlicen", "copyright"];
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            begins.iter().any(|begin| name.starts_with(begin))
        })
        .filter_map(|path| fs::read_to_string(path).ok())
        .map(|text| text.replace("\r\n", "\n").trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_to_people_is_named_and_what_builds_it_is_not() {
        let text = text().unwrap();
        let has = |name: &str| text.lines().any(|line| line.starts_with(&format!("{name} ")));
        for name in ["yew", "tauri", "aes", "regex-syntax", "etherparse", "pcap-parser"] {
            assert!(has(name), "{name}");
        }
        for name in ["proptest", "clap", "fantoccini", "sockscope-core"] {
            assert!(!has(name), "{name}");
        }
        assert!(text.contains("Permission is hereby granted"), "the texts themselves");
    }
}
