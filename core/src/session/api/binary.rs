//! Requests and events as bytes, for whatever carries them between a window and its session: CBOR (RFC 8949) with the
//! names of keys, since rows leave keys out that do not apply. Bytes stay bytes, and times are numbers.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What could not be read: the two sides are not of one version.
#[derive(Debug, thiserror::Error)]
#[error("the window and its engine do not understand each other: {0}")]
pub struct NotUnderstood(String);

/// As bytes.
///
/// # Errors
///
/// None for the types of [`api`](super).
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, NotUnderstood> {
    minicbor_serde::to_vec(value).map_err(|error| NotUnderstood(error.to_string()))
}

/// From bytes.
///
/// # Errors
///
/// They are not of that type.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NotUnderstood> {
    minicbor_serde::from_slice(bytes).map_err(|error| NotUnderstood(error.to_string()))
}
