//! The shell's commands without a window (Tauri's mock runtime): what they give, and what they refuse.

use std::path::PathBuf;

use serde_json::{Value, json};
use sockscope_core::session::api::{Asked, Request, binary};
use sockscope_desktop::{Opened, commands, with_commands};
use tauri::http::HeaderMap;
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager, WebviewWindow, WebviewWindowBuilder};

/// The shell with one window, and a folder that goes with it.
struct Shell {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    folder: tempfile::TempDir,
}

impl Shell {
    fn start() -> Self {
        let app = with_commands(mock_builder()).build(mock_context(noop_assets())).expect("an app");
        let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build().expect("a window");
        Self { app, window, folder: tempfile::tempdir().expect("a folder") }
    }

    /// A file that somebody opens: its number.
    fn opened(&self, name: &str, bytes: &[u8]) -> u64 {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("the folder");
        self.app.state::<Opened>().add(&path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn call(&self, command: &str, arguments: Value) -> Result<InvokeResponseBody, Value> {
        self.send(command, InvokeBody::Json(arguments), HeaderMap::new())
    }

    /// Hands bytes over, with the number that says what they are for.
    fn hand(&self, command: &str, number: &str, bytes: &[u8]) -> Result<InvokeResponseBody, Value> {
        let mut headers = HeaderMap::new();
        headers.insert("number", number.parse().expect("a header"));
        self.send(command, InvokeBody::Raw(bytes.to_vec()), headers)
    }

    fn send(&self, command: &str, body: InvokeBody, headers: HeaderMap) -> Result<InvokeResponseBody, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().expect("a URL"),
            body,
            headers,
            invoke_key: INVOKE_KEY.to_string(),
        };
        get_ipc_response(&self.window, request)
    }
}

fn refused(answer: Result<InvokeResponseBody, Value>, words: &str) {
    let Err(Value::String(said)) = answer else { panic!("{answer:?}") };
    assert!(said.contains(words), "{said}");
}

#[test]
fn only_what_was_opened_is_read() {
    let shell = Shell::start();
    let number = shell.opened("a.pcap", b"0123456789");
    let part = shell.call("bytes", json!({ "number": number, "start": 3, "length": 4 })).expect("bytes");
    assert!(matches!(part, InvokeResponseBody::Raw(bytes) if bytes == b"3456"));
    let behind = shell.call("bytes", json!({ "number": number, "start": 99, "length": 4 })).expect("bytes");
    assert!(matches!(behind, InvokeResponseBody::Raw(bytes) if bytes.is_empty()));
    for number in [number + 1, u64::MAX] {
        refused(shell.call("bytes", json!({ "number": number, "start": 0, "length": 1 })), "no such file");
        refused(shell.call("again", json!({ "number": number })), "no such file");
        let opening = json!({ "decode_as": [], "follow": false });
        let told = "__CHANNEL__:7";
        let arguments = json!({ "number": 0, "files": [number], "opening": opening, "told": told });
        refused(shell.call("read", arguments), "no such file");
    }
    assert_eq!(shell.opened("a.pcap", b""), number, "a file keeps its number");
}

#[test]
fn a_file_that_is_gone_is_told() {
    let shell = Shell::start();
    let number = shell.opened("a.pcap", b"abc");
    let now = shell.call("again", json!({ "number": number })).expect("a file");
    let now: Value = now.deserialize().expect("JSON");
    assert_eq!(now, json!({ "number": number, "name": "a.pcap", "size": 3 }));
    std::fs::remove_file(shell.path("a.pcap")).expect("it was made");
    refused(shell.call("again", json!({ "number": number })), "a.pcap cannot be read again");
    refused(shell.call("bytes", json!({ "number": number, "start": 0, "length": 1 })), "No such file");
}

#[test]
fn requests_that_are_not_understood_are_refused() {
    let shell = Shell::start();
    let number = shell.opened("a.pcap", b"abc");
    let arguments = json!({ "number": 5, "files": [number], "told": "__CHANNEL__:7",
        "opening": { "decode_as": [], "follow": false } });
    shell.call("read", arguments).expect("an engine");
    let asked = binary::encode(&vec![Asked { id: 1, request: Request::Summary }]).expect("a request");
    shell.hand("ask", "5", &asked).expect("it is asked");
    refused(shell.hand("ask", "6", &asked), "has ended");
    refused(shell.hand("ask", "5", b"\xc1nonsense"), "do not understand each other");
    refused(shell.hand("ask", "five", &asked), "a number");
    refused(shell.call("ask", json!({})), "a number");
    shell.call("close", json!({ "number": 5 })).expect("it is closed");
    refused(shell.hand("ask", "5", &asked), "has ended");
}

#[test]
fn the_choosers_answer_is_let_in() {
    let shell = Shell::start();
    let chosen = shell.path("chosen.pcap");
    std::fs::write(&chosen, b"abc").expect("the folder");
    commands::chose(shell.app.handle(), Some(vec![chosen.clone().into(), shell.path("absent.pcap").into()]));
    assert_eq!(shell.app.state::<Opened>().path(0), Some(chosen));
    assert_eq!(shell.app.state::<Opened>().path(1), None, "it is not there");
    commands::chose(shell.app.handle(), None);
    let recent: Value = shell.call("recent", json!({})).expect("rows").deserialize().expect("JSON");
    assert_eq!(recent[0]["name"], "chosen.pcap");
}

#[test]
fn bytes_are_saved_where_somebody_chose() {
    let shell = Shell::start();
    let to = shell.path("payload.bin");
    let number = commands::chose_place(shell.app.handle(), Some(to.clone().into())).expect("a file");
    let number = number.expect("a number").to_string();
    shell.hand("save_part", &number, b"ab\0").expect("bytes");
    shell.hand("save_part", &number, b"cd").expect("bytes");
    refused(shell.hand("save_part", "77", b"ab"), "cannot be written");
    shell
        .call("save_end", json!({ "number": number.parse::<u64>().expect("a number") }))
        .expect("it is whole");
    assert_eq!(std::fs::read(to).expect("a file"), b"ab\0cd");
    assert_eq!(commands::chose_place(shell.app.handle(), None), Ok(None));
    let nowhere = commands::chose_place(shell.app.handle(), Some(shell.path("no/such/folder").into()));
    assert!(nowhere.is_err());
}
