//! Serves the page on 127.0.0.1 as a careful host would, and remembers every request: that nothing is asked for once the
//! page is there can only be seen from outside.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What the page may do, as a header: a policy in the page itself does not bind its workers.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A server that runs as long as the process does.
pub struct PageServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl PageServer {
    /// Serves the files of this folder on a free port.
    ///
    /// # Panics
    /// If there is none.
    pub fn start(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, seen) = (folder.clone(), seen.clone());
                // A browser that goes away is no failure of the test.
                std::thread::spawn(move || answer(stream, &folder, &seen));
            }
        });
        Self { address, requests }
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Every request so far: its method and its target.
    ///
    /// # Panics
    /// If a thread of the server did.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}

fn answer(stream: TcpStream, folder: &Path, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > "\r\n".len() {
        header.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method.is_empty() {
        // Browsers open connections that they may need later.
        return Ok(());
    }
    if let Ok(mut seen) = seen.lock() {
        seen.push(format!("{method} {target}"));
    }
    let (status, kind, body) = match file(folder, target) {
        Some((kind, body)) if method == "GET" => ("200 OK", kind, body),
        _ => ("404 Not Found", "text/plain", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = &stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

/// A file and its media type. Browsers run modules and stream wasm only where the type is right.
fn file(folder: &Path, target: &str) -> Option<(&'static str, Vec<u8>)> {
    let path = Path::new(match target.trim_start_matches('/') {
        "" => "index.html",
        path => path,
    });
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let kind = match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    };
    Some((kind, fs::read(folder.join(path)).ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn files_are_served_and_nothing_beside_them() {
        let server = PageServer::start(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let get = |target: &str| {
            let mut stream = TcpStream::connect(server.address).expect("the server");
            write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            answer
        };
        assert!(get("/lib.rs").starts_with("HTTP/1.1 200") && get("/lib.rs").contains("worker-src 'self'"));
        assert!(get("/../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(get("//etc/passwd").starts_with("HTTP/1.1 404"));
        assert_eq!(server.requests().len(), 4);
    }
}
