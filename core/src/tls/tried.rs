//! The keys that are tried where nothing says whose are needed. A connection tries those of all connections of a log, so
//! they are made once, when the first one with their cipher suite comes.

use std::sync::{PoisonError, RwLock};

use super::Version;
use super::cipher_suite::CipherSuite;
use super::key_log::{ClientRandom, Secret};
use super::key_schedule::tls13::TrafficSecret;
use super::protection::{Opener, lengths};

/// Connections whose keys are tried at most.
const MOST: usize = 1024;

/// Handshake traffic secrets of servers, and the keys that were made of them.
#[derive(Debug, Default)]
pub struct Tried {
    secrets: Vec<(ClientRandom, Secret)>,
    keys: RwLock<Vec<OfSuite>>,
}

/// Each key stands where its secret does.
#[derive(Debug)]
struct OfSuite {
    suite: u16,
    keys: Vec<Option<Opener>>,
}

impl Tried {
    /// One more secret, which the connection with this random did not have yet.
    pub fn add(&mut self, random: &ClientRandom, secret: &Secret) {
        // Those beyond are not kept; one more than is tried tells that there are.
        if self.secrets.len() <= MOST {
            self.secrets.push((*random, secret.clone()));
        }
    }

    /// A secret takes the place of an earlier one.
    pub fn change(&mut self, random: &ClientRandom, secret: &Secret) {
        let Some(at) = self.secrets.iter().position(|(known, _)| known == random) else { return };
        if let Some((_, known)) = self.secrets.get_mut(at) {
            *known = secret.clone();
        }
        for OfSuite { suite, keys } in self.keys.get_mut().unwrap_or_else(PoisonError::into_inner) {
            if let (Some(suite), Some(made)) = (CipherSuite::of(*suite), keys.get_mut(at)) {
                *made = opener(secret, suite);
            }
        }
    }

    /// How many are tried: of more than [`MOST`], none.
    pub fn count(&self) -> usize {
        self.tried().len()
    }

    fn tried(&self) -> &[(ClientRandom, Secret)] {
        if self.secrets.len() > MOST { &[] } else { &self.secrets }
    }

    /// The random beside which the secret stands whose keys open something.
    pub fn find(&self, suite: &CipherSuite, mut opens: impl FnMut(&Opener) -> bool) -> Option<ClientRandom> {
        let tried = self.tried();
        let known = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let is_known =
            |all: &[OfSuite]| all.iter().any(|of| of.suite == suite.id && of.keys.len() >= tried.len());
        let known = if is_known(&known) {
            known
        } else {
            drop(known);
            self.make(suite);
            self.keys.read().unwrap_or_else(PoisonError::into_inner)
        };
        let keys =
            known.iter().find(|of| of.suite == suite.id).map(|of| of.keys.as_slice()).unwrap_or_default();
        let opening = tried.iter().zip(keys).filter(|(_, opener)| opener.as_ref().is_some_and(&mut opens));
        // A hostile log may have one secret beside several randoms: which is taken is no matter of the log's order.
        opening.map(|((random, _), _)| *random).min()
    }

    /// Makes the keys of this suite that are not made yet.
    fn make(&self, suite: &CipherSuite) {
        let mut all = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|of| of.suite == suite.id).unwrap_or_else(|| {
            all.push(OfSuite { suite: suite.id, keys: Vec::new() });
            all.len() - 1
        });
        let Some(OfSuite { keys, .. }) = all.get_mut(place) else { return };
        for (_, secret) in self.tried().iter().skip(keys.len()) {
            keys.push(opener(secret, suite));
        }
    }
}

fn opener(secret: &Secret, suite: &CipherSuite) -> Option<Opener> {
    let secret = TrafficSecret::new(secret.clone(), suite)?;
    let keys = secret.keys(lengths(suite.bulk, Version::Tls13).key)?;
    Opener::tls13(suite, &keys)
}

#[cfg(test)]
mod tests {
    use aes_gcm::Aes128Gcm;
    use aes_gcm::aead::{AeadInOut, KeyInit};

    use super::*;
    use crate::tls::protection::Chain;

    fn secret(of: u8) -> Secret {
        Secret::of(&[of; 32]).unwrap()
    }

    /// How many keys are tried.
    fn tried(all: &Tried) -> usize {
        let suite = CipherSuite::of(0x1301).unwrap();
        let mut count = 0;
        all.find(suite, |_| {
            count += 1;
            false
        });
        count
    }

    #[test]
    fn keys_are_made_of_all_secrets_or_of_none() {
        let mut all = Tried::default();
        let random = |number: usize| {
            let mut random = [0; 32];
            random[..8].copy_from_slice(&number.to_le_bytes());
            random
        };
        for number in 0..MOST {
            all.add(&random(number), &secret(1));
            if number % 500 == 0 {
                assert_eq!(tried(&all), number + 1, "those that came later are made, too");
            }
        }
        assert_eq!((all.count(), tried(&all)), (MOST, MOST));
        all.add(&random(MOST), &secret(1));
        assert_eq!((all.count(), tried(&all)), (0, 0), "too many for every connection");
    }

    /// A record that the keys of this secret protect.
    fn record(of: u8) -> Vec<u8> {
        let suite = CipherSuite::of(0x1301).unwrap();
        let keys = TrafficSecret::new(secret(of), suite).unwrap().keys(16).unwrap();
        let nonce: [u8; 12] = keys.iv.as_slice().try_into().unwrap();
        let mut body = vec![8, 0, 0, 0, 22]; // An empty message, and the type of what it is.
        let aead = Aes128Gcm::new_from_slice(&keys.key).unwrap();
        let tag = aead.encrypt_inout_detached(&nonce.into(), &HEADER, body.as_mut_slice().into()).unwrap();
        body.extend(tag);
        body
    }

    const HEADER: [u8; 5] = [23, 3, 3, 0, 21];

    #[test]
    fn a_secret_that_is_replaced_gives_other_keys() {
        let suite = CipherSuite::of(0x1301).unwrap();
        let mut all = Tried::default();
        [1, 2].into_iter().for_each(|of| all.add(&[of; 32], &secret(of)));
        let find = |all: &Tried, of| {
            let record = record(of);
            all.find(suite, |opener| opener.open(0, Chain::First, &HEADER, &record, &mut Vec::new()).is_ok())
        };
        assert_eq!([1, 2, 3].map(|of| find(&all, of)), [Some([1; 32]), Some([2; 32]), None]);
        all.change(&[2; 32], &secret(3));
        assert_eq!([1, 2, 3].map(|of| find(&all, of)), [Some([1; 32]), None, Some([2; 32])]);
    }
}
