//! What the page weighs: all that a browser loads before a capture can be opened.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes that the page may have when it is compressed as the plainest host does it (`gzip -9`). 900 kB is the aim; until it is
/// reached, this keeps the page from growing.
const MOST: u64 = 1_450_000;

/// Says how big the page in this folder is, and fails where that is too much. The samples are loaded only if asked for.
pub fn check(folder: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let (mut raw, mut packed) = (0, 0);
    for file in files {
        let bytes = fs::read(&file)?;
        let (size, gzip) = (bytes.len() as u64, gzip(&bytes)?);
        (raw, packed) = (raw + size, packed + gzip);
        eprintln!("{}", line(&file.file_name().unwrap_or_default().to_string_lossy(), size, gzip));
    }
    eprintln!("{}", line("the page", raw, packed));
    if packed > MOST {
        bail!("the page is too big: {packed} bytes with gzip -9, and {MOST} are allowed");
    }
    Ok(())
}

fn line(name: &str, raw: u64, gzip: u64) -> String {
    format!("   {name:20} {raw:>9} bytes, {gzip:>8} with gzip -9")
}

fn gzip(bytes: &[u8]) -> std::io::Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_too_big_is_refused() {
        let folder = std::env::temp_dir().join(format!("sockscope-size-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("small.js"), "let a = 1;").unwrap();
        assert!(check(&folder).is_ok());
        // Noise, which cannot be compressed.
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        })
        .take(MOST as usize + 100_000)
        .collect();
        fs::write(folder.join("big.wasm"), noise).unwrap();
        assert!(check(&folder).unwrap_err().to_string().contains("too big"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
