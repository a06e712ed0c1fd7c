//! What the page weighs: all that a browser loads before a capture can be opened.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes that the page may have in all as a host sends it that compresses with brotli.
const MOST: usize = 900_000;

/// Says how big the files of this folder are, and fails where that is too much. The samples are loaded only if asked for.
pub fn check(folder: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    let mut all = Sizes::default();
    for file in files {
        let bytes = fs::read(&file)?;
        let sizes = Sizes { plain: bytes.len(), brotli: brotli(&bytes)?.len(), gzip: gzip(&bytes)?.len() };
        eprintln!("{}", sizes.line(&file.file_name().unwrap_or_default().to_string_lossy()));
        all.add(&sizes);
    }
    eprintln!("{}", all.line("the page"));
    if all.brotli > MOST {
        bail!("the page is too big: {} bytes with brotli, and {MOST} are allowed", all.brotli);
    }
    Ok(())
}

#[derive(Default)]
struct Sizes {
    plain: usize,
    brotli: usize,
    gzip: usize,
}

impl Sizes {
    fn add(&mut self, other: &Self) {
        self.plain += other.plain;
        self.brotli += other.brotli;
        self.gzip += other.gzip;
    }

    fn line(&self, name: &str) -> String {
        let Self { plain, brotli, gzip } = self;
        format!("   {name:20} {plain:>9} bytes, {brotli:>8} with brotli, {gzip:>8} with gzip")
    }
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // The best that it has, with the largest window that every browser takes.
    let settings =
        BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
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
        .take(MOST + 100_000)
        .collect();
        fs::write(folder.join("big.wasm"), noise).unwrap();
        assert!(check(&folder).unwrap_err().to_string().contains("too big"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
