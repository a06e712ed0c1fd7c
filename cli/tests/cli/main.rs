//! The built program from end to end: what it prints, what it says, and with which status it ends.

mod capture;
mod decoded;
mod exit_status;
mod explain;
mod extract;
mod filter;
mod input;
mod live;
mod rows;
mod run;
mod terminal;
mod tls;
