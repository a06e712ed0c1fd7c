//! What the window may ask of the shell. Everything that comes in is checked: a window whose page went wrong can read only what
//! somebody opened, and write only where somebody chose.

use std::path::PathBuf;

use sockscope_core::session::api::binary;
use sockscope_core::session::api::shell::{Notice, OpenedFile, Recent};
use sockscope_core::session::api::transport::{FromEngine, Opening};
use tauri::ipc::{Channel, InvokeBody, InvokeResponseBody, Request, Response};
use tauri::{AppHandle, Manager, Runtime, State, command};
use tauri_plugin_dialog::{DialogExt, FilePath};

use crate::opened::{self, let_in};
use crate::recent::Recents;
use crate::saving::plain_name;
use crate::{Engines, Opened, Saving};

/// Bytes of a file that are given at once.
const PIECE: u64 = 8 << 20;

/// Listens to the shell from now on. A page that does is new: what an earlier one opened ends here.
#[command]
pub fn attend(notices: Channel<Notice>, opened: State<'_, Opened>, engines: State<'_, Engines>) {
    engines.close_all();
    opened.attend(notices);
}

/// Reads files as one capture; its events go through the channel, in their binary form.
///
/// # Errors
///
/// Nobody opened one of these files, or the system starts no thread.
#[command]
pub fn read(
    number: u64,
    files: Vec<u64>,
    opening: Opening,
    told: Channel<InvokeResponseBody>,
    opened: State<'_, Opened>,
    engines: State<'_, Engines>,
) -> Result<(), String> {
    let paths: Option<Vec<PathBuf>> = files.iter().map(|file| opened.path(*file)).collect();
    let paths = paths.filter(|paths| !paths.is_empty()).ok_or("no such file was opened")?;
    let tell = move |event: FromEngine| {
        // Our own types always have a binary form, and a window that is gone wants to know nothing.
        let Ok(bytes) = binary::encode(&event) else { return };
        let _ = told.send(InvokeResponseBody::Raw(bytes));
    };
    engines.open(number, paths, opening, tell).map_err(|error| error.to_string())
}

/// Hands requests to a capture's engine, in their binary form.
///
/// # Errors
///
/// They are not understood, or there is no such engine.
#[command]
pub fn ask(request: Request<'_>, engines: State<'_, Engines>) -> Result<(), String> {
    let (number, bytes) = numbered(&request)?;
    let asked = binary::decode(bytes).map_err(|error| error.to_string())?;
    if engines.ask(number, asked) { Ok(()) } else { Err("the engine has ended".to_owned()) }
}

/// Has a capture's engine use key logs, and what is written to them later.
///
/// # Errors
///
/// Nobody opened one of these files, or there is no such engine.
#[command]
pub fn use_key_logs(
    number: u64,
    files: Vec<u64>,
    opened: State<'_, Opened>,
    engines: State<'_, Engines>,
) -> Result<(), String> {
    let paths: Option<Vec<PathBuf>> = files.iter().map(|file| opened.path(*file)).collect();
    let paths = paths.ok_or("no such file was opened")?;
    if engines.use_key_logs(number, paths) { Ok(()) } else { Err("the engine has ended".to_owned()) }
}

/// Ends a capture's engine.
#[command]
pub fn close(number: u64, engines: State<'_, Engines>) {
    engines.close(number);
}

/// Bytes of a file.
///
/// # Errors
///
/// Nobody opened it, or it cannot be read.
#[command(async)]
pub fn bytes(number: u64, start: u64, length: u64, opened: State<'_, Opened>) -> Result<Response, String> {
    let path = opened.path(number).ok_or("no such file was opened")?;
    opened::bytes(&path, start, length.min(PIECE)).map(Response::new).map_err(|error| error.to_string())
}

/// A file as it is now.
///
/// # Errors
///
/// Nobody opened it, or it is gone.
#[command]
pub fn again(number: u64, opened: State<'_, Opened>) -> Result<OpenedFile, String> {
    let path = opened.path(number).ok_or("no such file was opened")?;
    match opened::describe(&path) {
        Ok((name, size)) => Ok(OpenedFile { number, name, size }),
        Err(error) => Err(format!(
            "{} cannot be read again: {error}. What was read of it stays.",
            path.file_name().unwrap_or_default().to_string_lossy()
        )),
    }
}

/// Shows the system's chooser. What is chosen is opened.
#[command]
pub fn choose<R: Runtime>(app: AppHandle<R>) {
    let dialog = app.dialog().file().set_title("Open captures or key logs");
    let dialog = dialog
        .add_filter(
            "Captures and key logs",
            &["pcap", "pcapng", "cap", "dmp", "ntar", "gz", "zst", "pcapz", "log", "keys", "txt"],
        )
        .add_filter("All files", &["*"]);
    dialog.pick_files(move |chosen| chose(&app, chosen));
}

/// The chooser's answer.
pub fn chose<R: Runtime>(app: &AppHandle<R>, chosen: Option<Vec<FilePath>>) {
    let paths = chosen.into_iter().flatten().filter_map(|path| path.into_path().ok());
    let_in(app, &paths.collect::<Vec<_>>());
}

/// Captures that were open lately, the latest first.
#[command]
pub fn recent(recents: State<'_, Recents>) -> Vec<Recent> {
    recents.rows()
}

/// Opens the one at this place.
#[command]
pub fn open_recent<R: Runtime>(place: usize, app: AppHandle<R>) {
    let path = app.state::<Recents>().path(place);
    let_in(&app, &Vec::from_iter(path));
}

/// Asks where a file is to be saved, proposing a name; `None`: nowhere.
///
/// # Errors
///
/// It cannot be written there.
#[command(async)]
pub fn save<R: Runtime>(name: String, app: AppHandle<R>) -> Result<Option<u64>, String> {
    let dialog = app.dialog().file().set_file_name(plain_name(&name));
    chose_place(&app, dialog.blocking_save_file())
}

/// The answer of the dialog that asks where.
///
/// # Errors
///
/// It cannot be written there.
pub fn chose_place<R: Runtime>(app: &AppHandle<R>, chosen: Option<FilePath>) -> Result<Option<u64>, String> {
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| error.to_string())?;
    let begun = app.state::<Saving>().begin(&path);
    begun.map(Some).map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The next bytes of a file that is being saved.
///
/// # Errors
///
/// They cannot be written.
#[command]
pub fn save_part(request: Request<'_>, saving: State<'_, Saving>) -> Result<(), String> {
    let (number, bytes) = numbered(&request)?;
    saving.write(number, bytes).map_err(|error| format!("it cannot be written: {error}"))
}

/// A file that is being saved is whole.
///
/// # Errors
///
/// It could not be kept.
#[command(async)]
pub fn save_end(number: u64, saving: State<'_, Saving>) -> Result<(), String> {
    saving.end(number).map_err(|error| format!("it cannot be written: {error}"))
}

/// A request's bytes, and the number that says what they are for.
fn numbered<'a>(request: &'a Request<'_>) -> Result<(u64, &'a [u8]), String> {
    let number = request.headers().get("number").and_then(|value| value.to_str().ok()?.parse().ok());
    match (number, request.body()) {
        (Some(number), InvokeBody::Raw(bytes)) => Ok((number, bytes)),
        _ => Err("bytes with a number are needed".to_owned()),
    }
}
