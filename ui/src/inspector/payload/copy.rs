//! Copies a payload, or a part of it, exactly as it was sent, and saves it as a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Array, Uint8Array};
use sockscope_core::session::api::{MessageName, Stage};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::reading::each_part;
use crate::download::{self, Saved};
use crate::engine::{Client, use_client};
use crate::{clipboard, words};

/// Bytes that are copied at most: a clipboard is no file.
const COPIED: u64 = 16 << 20;
/// Bytes that are saved at most: the browser holds them until the file is written.
const SAVED: u64 = 1 << 30;

/// In which form bytes are copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As text; what is no UTF-8 is replaced.
    Text,
    /// `de ad be ef`
    Hex,
    /// Base64.
    Base64,
}

impl Form {
    /// The bytes in this form.
    pub fn of(self, bytes: &[u8]) -> String {
        match self {
            Self::Text => String::from_utf8_lossy(bytes).into_owned(),
            Self::Base64 => STANDARD.encode(bytes),
            Self::Hex => {
                let mut out = String::with_capacity(bytes.len() * 3);
                for (at, byte) in bytes.iter().enumerate() {
                    if at > 0 {
                        out.push(' ');
                    }
                    out.extend(
                        [byte >> 4, byte & 15]
                            .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])),
                    );
                }
                out
            }
        }
    }
}

/// Copies a text, and tells that it was copied.
pub fn copy_text(text: String, what: String, tell: Callback<String>) {
    spawn_local(async move { tell.emit(written(text, what).await) });
}

/// Writes a text to the clipboard; what to say of it.
async fn written(text: String, what: String) -> String {
    match clipboard::write(&text).await {
        true => format!("Copied {what}"),
        false => "The browser does not let this page copy.".to_owned(),
    }
}

/// Copies a whole payload as the application saw it: its text, or its bytes in hexadecimal.
pub fn copy_whole(client: Client, message: MessageName, tell: Callback<String>) {
    spawn_local(async move {
        let mut bytes = Vec::new();
        let read = each_part(&client, message, Stage::Application, (0, COPIED), |part| {
            bytes.extend_from_slice(&part.bytes);
            true
        })
        .await;
        let form = if std::str::from_utf8(&bytes).is_ok() { Form::Text } else { Form::Hex };
        tell.emit(match read {
            Ok(()) => written(form.of(&bytes), words::counted(bytes.len() as u64, "byte")).await,
            Err(problem) => problem,
        });
    });
}

/// Copies bytes of a payload: the first one, the first one behind them, and the form.
#[hook]
pub fn use_copy(message: MessageName, stage: Stage, tell: Callback<String>) -> Callback<(u64, u64, Form)> {
    let client = use_client();
    Callback::from(move |(start, end, form): (u64, u64, Form)| {
        if end.saturating_sub(start) > COPIED {
            tell.emit(format!("More than {} is too much to copy: save it", words::size(COPIED)));
            return;
        }
        let (client, tell) = (client.clone(), tell.clone());
        spawn_local(async move {
            let mut bytes = Vec::new();
            let read = each_part(&client, message, stage, (start, end), |part| {
                bytes.extend_from_slice(&part.bytes);
                true
            });
            tell.emit(match read.await {
                Ok(()) => written(form.of(&bytes), words::counted(bytes.len() as u64, "byte")).await,
                Err(problem) => problem,
            });
        });
    })
}

/// Saves a payload as a file of this name.
pub fn save(client: Client, message: MessageName, stage: Stage, name: String, tell: Callback<String>) {
    spawn_local(async move {
        let parts = Array::new();
        let mut total = 0;
        let read = each_part(&client, message, stage, (0, SAVED), |part| {
            parts.push(&Uint8Array::from(part.bytes.as_slice()));
            total = part.total;
            tell.emit(format!("Reading {} of {}", words::size(part.start), words::size(part.total)));
            true
        });
        tell.emit(match read.await {
            Err(problem) => problem,
            Ok(()) => match download::save(&parts, &name).await {
                Err(problem) => problem,
                Ok(Saved::GivenUp) => String::new(),
                Ok(Saved::Saved) if total > SAVED => {
                    format!("Saved the first {} as {name}", words::size(SAVED))
                }
                Ok(Saved::Saved) => format!("Saved as {name}"),
            },
        });
    });
}

/// A name that no file system, and no shell, takes offence at: nothing of the capture is in it but numbers.
pub fn file_name(message: MessageName, stage: Stage, extension: &str) -> String {
    let MessageName { connection, message } = message;
    let stage = match stage {
        Stage::Wire => "-wire",
        Stage::Unmasked => "-unmasked",
        Stage::Application => "",
    };
    format!("capture-c{connection}-m{message}{stage}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_every_form() {
        let bytes = b"a\xff\x00b";
        assert_eq!(Form::Hex.of(bytes), "61 ff 00 62");
        assert_eq!(Form::Base64.of(bytes), "Yf8AYg==");
        assert_eq!(Form::Text.of(bytes), "a\u{fffd}\0b");
        assert_eq!(Form::Text.of("\u{202e}exact".as_bytes()), "\u{202e}exact", "nothing is made visible");
        assert_eq!(Form::Hex.of(b""), "");
    }

    #[test]
    fn a_file_is_named_by_numbers() {
        let message = MessageName { connection: 0, message: 12 };
        assert_eq!(file_name(message, Stage::Application, "json"), "capture-c0-m12.json");
        assert_eq!(file_name(message, Stage::Wire, "bin"), "capture-c0-m12-wire.bin");
    }
}
