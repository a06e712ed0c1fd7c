//! Writes `docs/diagnostics.md` from the engine's table of diagnostics. Adds no fact of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sockscope_core::diagnostic::{CHAPTERS, Cause, Chapter, Entry};

/// Writes the page.
pub fn write() -> anyhow::Result<()> {
    let path = path();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(&path, page()).with_context(|| format!("cannot write {}", path.display()))
}

/// Fails where the page is not what [`write`] would write.
pub fn check() -> anyhow::Result<()> {
    let path = path();
    let found = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    // A checkout may have changed the line ends.
    if found.replace("\r\n", "\n") != page() {
        bail!("docs/diagnostics.md is stale; `cargo xtask docs` writes it again");
    }
    Ok(())
}

/// Where the page stands: beside the workspace's members, wherever the command is called.
fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md")
}

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask docs` from core/src/diagnostic. Change the table there, not this page. -->

# Diagnostics

What `sockscope check` can say, and what it means. A diagnostic is a fact about the capture, never a failure of the
program: decoding goes on wherever bytes still make sense. `sockscope explain CODE` shows the same text in the terminal.

- **error**: a MUST of the standard is broken, or bytes cannot be decoded.
- **warning**: a SHOULD is broken, or something is lost or suspicious.
- **note**: worth knowing.

A check speaks only where it can know. Each diagnostic lists its grounds; where one of them does not hold, it is silent.
A severity that depends on what surrounds the finding is said in the text.
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Contents\n\n");
    for chapter in CHAPTERS {
        contents(&mut page, chapter);
    }
    for chapter in CHAPTERS {
        line(&mut page, format_args!("\n## {}\n\n{}", chapter.title, escaped(chapter.about)));
        for entry in chapter.entries {
            section(&mut page, entry);
        }
    }
    page
}

fn contents(page: &mut String, chapter: &Chapter) {
    let codes: Vec<String> = chapter.entries.iter().map(|entry| link(entry.code.name())).collect();
    line(page, format_args!("- [{}](#{})\\\n  {}", chapter.title, anchor(chapter.title), codes.join(" · ")));
}

fn section(page: &mut String, entry: &Entry) {
    line(page, format_args!("\n### {}\n", entry.code.name()));
    let rfc = if entry.rfc.is_empty() { String::new() } else { format!(" · {}", entry.rfc) };
    line(page, format_args!("**{}**{rfc}\n\n**{}**\n", entry.severity.name(), escaped(entry.title)));
    line(page, format_args!("{}\n", escaped(entry.explanation)));
    line(page, format_args!("*Why it usually happens.* {}\n", escaped(entry.usual_cause)));

    let causes: Vec<Cause> = Cause::of(entry.code).collect();
    if !causes.is_empty() {
        page.push_str("*Causes that are recognised, tried in this order:*\n\n");
        page.push_str("| cause | what the bytes say | what to do |\n| --- | --- | --- |\n");
        for cause in causes {
            let (sentence, fix) = (escaped(cause.sentence()), escaped(cause.fix()));
            line(page, format_args!("| `{}` | {sentence} | {fix} |", cause.name()));
        }
        page.push('\n');
    }

    line(page, format_args!("*What to do.* {}", escaped(entry.fix)));
    if !entry.grounds.is_empty() {
        page.push_str("\n*It keeps silent unless all of this holds:*\n\n");
    }
    for ground in entry.grounds {
        line(page, format_args!("- {}", escaped(ground.sentence())));
    }
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "{text}");
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", anchor(name))
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' '));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// Text in which nothing outside backticks means anything to Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for letter in text.chars() {
        code ^= letter == '`';
        let special = matches!(letter, '_' | '*' | '<' | '>' | '[' | ']') && !code;
        // A bar ends a table's cell even between backticks.
        if special || letter == '|' {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        check().unwrap();
    }

    #[test]
    fn the_contents_lead_to_headings() {
        let page = page();
        let anchors: Vec<String> = page
            .lines()
            .filter_map(|line| line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")))
            .map(anchor)
            .collect();
        let mut links = 0;
        for part in page.split("](#").skip(1) {
            let target = part.split(')').next().unwrap();
            assert_eq!(anchors.iter().filter(|anchor| *anchor == target).count(), 1, "{target}");
            links += 1;
        }
        let entries: usize = CHAPTERS.iter().map(|chapter| chapter.entries.len()).sum();
        assert_eq!(links, CHAPTERS.len() + entries);
    }

    #[test]
    fn an_anchor_is_made_as_github_makes_it() {
        assert_eq!(anchor("Closing, ping and pong"), "closing-ping-and-pong");
        assert_eq!(anchor("http-version-below-1.1"), "http-version-below-11");
    }

    #[test]
    fn only_what_stands_between_backticks_stays_as_it_is() {
        assert_eq!(escaped("server_window `a_b` <x>"), "server\\_window `a_b` \\<x\\>");
    }
}
