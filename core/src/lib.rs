//! Sockscope's engine: from the bytes of a capture to every WebSocket message in it.
//!
//! The bytes go one way (`ARCHITECTURE.md`), and a module imports only those before it.
//! Nothing here touches a file system, a clock or a thread.

#![cfg_attr(test, allow(missing_docs))]

pub mod diagnostic;
pub mod limits;
pub mod order;
pub mod sanitise;
pub mod source;

pub mod filter;

pub mod capture;
pub mod packet;
pub mod stream;
pub mod tcp;

pub mod tls;

pub mod http;
pub mod websocket;

pub mod subprotocol;

pub mod conversation;
pub mod session;
