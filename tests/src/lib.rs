//! Builds captures in memory as a real stack would have recorded them, and breaks them on purpose.
//!
//! [`wire`] is one TCP connection, packet by packet; [`capture`] writes packets to a file; [`http`], [`frame`] and
//! [`deflate`] make the bytes that travel; [`conversation`] puts them together for the ordinary good case; [`decode`]
//! runs the engine over the result. Each is of use alone. It is a tool for tests, so wrong use panics.

pub mod capture;
pub mod conversation;
pub mod decode;
pub mod deflate;
pub mod frame;
pub mod fuzz;
pub mod http;
pub mod page_server;
pub mod reference;
pub mod session;
pub mod transcript;
pub mod wire;

pub use conversation::Conversation;
pub use frame::Frame;
pub use http::Head;
pub use sockscope_core::stream::Side;
pub use wire::Wire;
