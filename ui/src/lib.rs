//! The window: what a person sees of a session, in the browser and on the desktop.
//!
//! It knows the engine only by [`sockscope_core::session::api`]: it asks, and shows the answers. What a person chose is the
//! [`place::Place`]; everything on the screen follows from it and from what the engine answers.

pub mod app;
pub mod clipboard;
pub mod connections;
pub mod desk;
pub mod download;
pub mod engine;
pub mod filter;
pub mod findings;
pub mod focus;
pub mod grid;
mod hidden;
pub mod icon;
pub mod inspector;
pub mod keys;
pub mod menu;
pub mod messages;
pub mod moment;
pub mod opening;
pub mod panel;
mod pause;
pub mod place;
pub mod resized;
pub mod settings;
pub mod shell;
pub mod sign;
pub mod style;
pub mod timeline;
mod told;
pub mod words;
pub mod worker;
pub mod workspace;
