//! Looks through captures before they are decoded, where that may help: secrets may stand behind the packets that need
//! them, and those of a resumed session beside another connection. What comes through a pipe is read once only, so then it
//! is said what could have been decrypted.

use std::io;

use sockscope_core::capture::{CaptureEvent, CaptureReader, TLS_KEY_LOG};
use sockscope_core::session::{Options, Secrets, Survey};
use sockscope_core::tls::key_log::ClientRandom;
use sockscope_core::tls::{Session, Sessions};

use crate::input::{CHUNK, Input};
use crate::say::Say;
use crate::text::quantity::counted;

/// Adds what is found to the secrets, and goes back to the captures' first bytes. What cannot be read is said by whoever
/// reads it then.
pub fn look(inputs: &mut [Input], options: &Options) -> io::Result<()> {
    if !inputs.iter().all(Input::is_regular) {
        return Ok(());
    }
    if options.secrets.is_empty() {
        for input in inputs.iter_mut() {
            find_embedded(input, options)?;
        }
    }
    if !options.secrets.is_empty() {
        let mut survey = Survey::new(options);
        run(&mut survey, inputs)?;
        // No capture: then there is nothing to find.
        let _ = survey.finish();
    }
    Ok(())
}

/// Reads all of them through a survey.
pub fn run(survey: &mut Survey, inputs: &mut [Input]) -> io::Result<()> {
    for (at, input) in inputs.iter_mut().enumerate() {
        let mut good = at == 0 || survey.next_capture().is_ok();
        let mut block = Vec::new();
        while good {
            block.resize(CHUNK, 0);
            match input.read(&mut block) {
                Ok(length @ 1..) => {
                    block.truncate(length);
                    match survey.push_block(std::mem::take(&mut block)) {
                        Ok(spare) => block = spare.unwrap_or_default(),
                        Err(_) => good = false,
                    }
                }
                Ok(0) | Err(_) => break,
            }
        }
        input.rewind()?;
    }
    Ok(())
}

/// Secrets anywhere in a pcapng. A compressed one is not unpacked twice for that: its secrets hold from where they stand.
fn find_embedded(input: &mut Input, options: &Options) -> io::Result<()> {
    const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
    // Most captures are no pcapng: they are left after their first bytes.
    let mut magic = [0; PCAPNG.len()];
    let length = input.read(&mut magic)?;
    input.rewind()?;
    if magic.get(..length) != Some(&PCAPNG) {
        return Ok(());
    }
    let mut reader = CaptureReader::new(&options.limits);
    let mut embed = |event: CaptureEvent<'_>| {
        if let CaptureEvent::Secrets { kind: TLS_KEY_LOG, data } = event {
            options.secrets.embed(data);
        }
    };
    let mut block = vec![0; CHUNK];
    while let Ok(length @ 1..) = input.read(&mut block) {
        let bytes = block.get(..length).unwrap_or_default();
        if reader.push(bytes, &mut embed).is_err() {
            break;
        }
    }
    input.rewind()
}

/// Connections of a capture that is read once, which could not be decrypted when they came.
pub struct Missed {
    locked: Vec<ClientRandom>,
    sessions: Sessions,
    most: usize,
}

impl Missed {
    pub fn new(options: &Options) -> Self {
        let most = options.limits.tls_sessions;
        Self { locked: Vec::new(), sessions: Sessions::new(most), most }
    }

    pub fn locked(&mut self, random: ClientRandom) {
        if self.locked.len() < self.most {
            self.locked.push(random);
        }
    }

    pub fn session(&mut self, session: &Session) {
        self.sessions.push(session.clone());
    }

    /// Says how many there are secrets for by now.
    pub fn tell(&self, name: &str, secrets: &Secrets, say: &Say) {
        self.sessions.resolve(secrets);
        let count = self.locked.iter().filter(|random| secrets.has(random)).count() as u64;
        if count > 0 {
            say.note(&format!(
                "{name}: {} could be decrypted if this were a file: the secrets came behind the packets, or belong to a \
                 session that is resumed",
                counted(count, "TLS connection")
            ));
            say.hint("write the capture to a file first; only a file can be read twice");
        }
    }
}
