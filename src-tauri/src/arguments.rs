//! What the program was started with: captures and key logs to open.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What somebody wants who starts the program.
#[derive(Debug, PartialEq, Eq)]
pub enum Started {
    /// These files, by their whole paths, and the places that these links speak of.
    Open { files: Vec<PathBuf>, links: Vec<String> },
    /// To read this.
    Says(String),
    /// Something that it does not do; this says so.
    Wrong(String),
}

const USAGE: &str = "usage: sockscope-desktop [CAPTURE | KEY LOG | LINK]...\n\
    Opens captures in a window, and the place in one that a copied link (sockscope:#...) speaks of. `sockscope` is the same on the command line.\n";

/// Reads arguments; files are seen from this folder.
pub fn read(arguments: impl Iterator<Item = OsString>, folder: &Path) -> Started {
    let (mut files, mut links) = (Vec::new(), Vec::new());
    let mut only_files = false;
    for argument in arguments {
        match argument.to_str() {
            Some("--") if !only_files => only_files = true,
            Some("-h" | "--help") if !only_files => return Started::Says(USAGE.to_owned()),
            Some("-V" | "--version") if !only_files => {
                return Started::Says(
                    concat!("sockscope-desktop ", env!("CARGO_PKG_VERSION"), "\n").to_owned(),
                );
            }
            Some(option) if !only_files && option.starts_with('-') => {
                return Started::Wrong(format!("error: there is no option {option}\n{USAGE}"));
            }
            Some(link) if !only_files && link.starts_with("sockscope:") => links.push(link.to_owned()),
            _ => files.push(folder.join(argument)),
        }
    }
    Started::Open { files, links }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str]) -> Started {
        read(arguments.iter().map(OsString::from), Path::new("/home/ada"))
    }

    #[test]
    fn files_are_seen_from_the_folder_they_were_named_in() {
        let files = |paths: &[&str]| Started::Open {
            files: paths.iter().map(PathBuf::from).collect(),
            links: Vec::new(),
        };
        assert_eq!(check(&["a.pcap", "/tmp/b.pcap"]), files(&["/home/ada/a.pcap", "/tmp/b.pcap"]));
        assert_eq!(check(&["--", "-h"]), files(&["/home/ada/-h"]));
        assert_eq!(check(&["--", "sockscope:a"]), files(&["/home/ada/sockscope:a"]));
        assert_eq!(check(&[]), files(&[]));
    }

    #[test]
    fn a_link_is_no_file() {
        let link = "sockscope:#sample=long&message=0.12";
        let expected = Started::Open { files: vec!["/home/ada/a.pcap".into()], links: vec![link.into()] };
        assert_eq!(check(&["a.pcap", link]), expected);
    }

    #[test]
    fn what_is_no_file_is_answered() {
        assert_eq!(check(&["a", "--help"]), Started::Says(USAGE.to_owned()));
        assert!(matches!(check(&["-V"]), Started::Says(words) if words.starts_with("sockscope-desktop 0.")));
        assert!(matches!(check(&["--remote=9"]), Started::Wrong(words) if words.contains("--remote=9")));
    }
}
