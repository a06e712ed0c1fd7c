//! Key logs for the worker's session. A file of the browser never changes, so each is read once, to its end.

use sockscope_core::session::Session;
use sockscope_core::source::Source;
use web_sys::File;

use super::file::BrowserFile;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Gives these key logs to a session. Of one that cannot be read any more, as much is used as came.
pub fn read(session: &mut Session, logs: impl Iterator<Item = (String, File)>) {
    let mut buffer = vec![0; PIECE];
    for (name, file) in logs {
        let log = session.add_key_log(&name);
        let mut file = BrowserFile::new(file);
        let mut at = 0;
        while let Ok(count @ 1..) = file.read_at(at, &mut buffer) {
            session.read_key_log(log, buffer.get(..count).unwrap_or_default());
            at += count as u64;
        }
        session.end_key_log(log);
    }
    buffer.fill(0);
    session.use_key_logs();
}
