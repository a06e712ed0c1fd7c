//! The stage of TLS: decrypts the streams of a connection and gives what is in them to a conversation of its own, so
//! that nothing above knows of it. Offsets that TCP tells are put over into those of the plain streams.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::diagnostic::{Code, Finding};
use crate::stream::{Gap, Origin, Side, StreamChunk};
use crate::tcp::{self, End, Ending, Stack};
use crate::tls::{self, Plain};

use super::event::{Locked, Saw};
use super::{Context, Conversation, Settings, Stage};

/// The stage of TLS.
#[derive(Debug, Default)]
pub struct Secure {
    connection: tls::Connection,
    inner: Inner,
}

/// The conversation within.
#[derive(Debug, Default)]
struct Inner {
    conversation: Conversation,
    /// What the handshake said, once there are plain bytes.
    tls: Option<Arc<tls::Facts>>,
    /// Failures, until something is decrypted that they belong to.
    failures: Vec<(Side, Finding, Origin)>,
}

/// Gives what comes out of the connection to the conversation within.
struct Into<'a, 'b, 'c> {
    inner: &'a mut Inner,
    facts: &'b tcp::Facts,
    cx: &'a mut Context<'c>,
}

impl Secure {
    /// Nothing has come of it.
    pub fn new(cx: &Context<'_>) -> Self {
        let connection = match cx.settings.traced {
            true => tls::Connection::traced(cx.layers),
            false => tls::Connection::default(),
        };
        Self { connection, inner: Inner::default() }
    }

    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.connection.held() + self.inner.conversation.held()
    }

    /// The next bytes of a side; `facts` are as the conversation around this one sees them.
    pub fn data(&mut self, chunk: StreamChunk<'_>, facts: &tcp::Facts, cx: &mut Context<'_>) {
        let settings = cx.settings;
        let Self { connection, inner } = self;
        connection.push(chunk, &settings.secrets, &mut Into { inner, facts, cx });
    }

    /// Missing bytes of a side.
    pub fn gap(&mut self, gap: Gap, facts: &tcp::Facts, cx: &mut Context<'_>) {
        let settings = cx.settings;
        let Self { connection, inner } = self;
        connection.gap(gap, &settings.secrets, &mut Into { inner, facts, cx });
    }

    /// The end of a side.
    pub fn end(&mut self, end: End, facts: &tcp::Facts, cx: &mut Context<'_>) {
        let Self { connection, inner } = self;
        connection.finish(end.side, &mut Into { inner, facts, cx });
        let acknowledged = end.acknowledged.map(|offset| connection.plain_offset(end.side.other(), offset));
        inner.give(connection, facts, cx, |within, facts, cx| {
            within.end(End { acknowledged, ..end }, facts, cx);
        });
    }

    /// Something that TCP found.
    pub fn found(
        &mut self,
        side: Side,
        finding: Finding,
        origin: Origin,
        facts: &tcp::Facts,
        cx: &mut Context<'_>,
    ) {
        self.inner.conversation.found(side, finding, origin, facts, cx);
    }

    /// Whether nothing more is to be had: it cannot be read, or is no WebSocket.
    pub fn is_over(&self, settings: &Settings) -> bool {
        (settings.handshakes_only && self.connection.is_negotiated())
            || self.connection.is_unreadable()
            || matches!(self.inner.conversation.stage, Stage::Nothing)
    }

    /// Nothing more will come.
    pub fn finish(&mut self, ending: Ending, facts: &tcp::Facts, cx: &mut Context<'_>) {
        let Self { connection, inner } = self;
        for side in Side::BOTH {
            connection.finish(side, &mut Into { inner, facts, cx });
        }
        inner.give(connection, facts, cx, |within, facts, cx| within.finish_within(ending, facts, cx));
        for (side, finding, origin) in std::mem::take(&mut inner.failures) {
            cx.report(side, origin, &finding);
        }
        if connection.is_without_secrets() {
            cx.sink.saw(Saw::Tls(connection.client_random()));
            let hello = connection.client_hello();
            cx.sink.saw(Saw::Locked(Box::new(Locked {
                ends: facts.ends.map(SocketAddr::from),
                first: facts.first,
                last: facts.last,
                facts: connection.facts().clone(),
                offered: hello.map(|hello| hello.alpn.clone()).unwrap_or_default(),
                encrypted_hello: hello.is_some_and(|hello| hello.encrypted),
                data: Side::BOTH.map(|side| connection.has_data(side)),
            })));
        } else if let Some(random) = connection.client_random().filter(|_| connection.lacks_secret()) {
            cx.sink.saw(Saw::SecretMissing(random));
        }
        if let Some(session) = connection.session() {
            cx.sink.saw(Saw::Session(Box::new(session)));
        }
    }
}

impl Inner {
    /// Calls the conversation within, with TCP's facts in terms of its streams.
    fn give(
        &mut self,
        connection: &tls::Connection,
        facts: &tcp::Facts,
        cx: &mut Context<'_>,
        call: impl FnOnce(&mut Conversation, &tcp::Facts, &mut Context<'_>),
    ) {
        let mut facts = facts.clone();
        for side in Side::BOTH {
            let acknowledged = &mut facts.acknowledged[side.index()];
            *acknowledged = connection.plain_offset(side, *acknowledged);
            facts.delivered[side.index()] = connection.plain_length(side);
        }
        let Context { sink, settings, scratch, layers, .. } = cx;
        let layers = *layers + 1;
        let mut cx = Context { sink: &mut **sink, settings, scratch, tls: self.tls.clone(), layers };
        for (side, finding, origin) in std::mem::take(&mut self.failures) {
            match self.tls {
                Some(_) => self.conversation.found(side, finding, origin, &facts, &mut cx),
                None => self.failures.push((side, finding, origin)),
            }
        }
        call(&mut self.conversation, &facts, &mut cx);
    }
}

impl tls::Out for Into<'_, '_, '_> {
    fn plain(&mut self, plain: Plain<'_>, connection: &tls::Connection) {
        if self.inner.tls.is_none() {
            self.inner.tls = Some(Arc::new(connection.facts().clone()));
            if let Some(random) = connection.client_random() {
                self.cx.sink.saw(Saw::Decrypted(random));
            }
        }
        if let Some(sealed) = plain.sealed {
            self.cx.sink.sealed(sealed);
        }
        self.inner.give(connection, self.facts, self.cx, |within, facts, cx| {
            within.data(plain.chunk, facts, cx);
        });
    }

    fn gap(&mut self, gap: Gap, connection: &tls::Connection) {
        self.inner.give(connection, self.facts, self.cx, |within, facts, cx| within.gap(gap, facts, cx));
    }

    fn failed(&mut self, side: Side, origin: Origin, text: String, _: &tls::Connection) {
        self.inner.failures.push((side, Finding::new(Code::TlsDecryptFailed, text), origin));
    }
}
