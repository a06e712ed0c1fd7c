//! Takes the mask off a payload (RFC 6455 §5.3).

/// Writes `masked`, whose first byte is at `position` of its payload, to `plain` without its mask.
#[inline]
pub fn unmask<'p>(masked: &[u8], key: [u8; 4], position: u64, plain: &'p mut Vec<u8>) -> &'p [u8] {
    let mut key = key;
    key.rotate_left((position % 4) as usize);
    if plain.len() < masked.len() {
        plain.resize(masked.len(), 0);
    }
    let plain = plain.get_mut(..masked.len()).unwrap_or_default();
    // Eight bytes at a time, which the compiler turns into the widest registers that there are.
    let word = u64::from_ne_bytes([key[0], key[1], key[2], key[3], key[0], key[1], key[2], key[3]]);
    let ((words, rest), (plain_words, plain_rest)) = (masked.as_chunks::<8>(), plain.as_chunks_mut::<8>());
    for (plain, masked) in plain_words.iter_mut().zip(words) {
        *plain = (u64::from_ne_bytes(*masked) ^ word).to_ne_bytes();
    }
    for ((plain, masked), key) in plain_rest.iter_mut().zip(rest).zip(key.iter().cycle()) {
        *plain = masked ^ key;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmasks_from_any_position() {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        let plain: Vec<u8> = (0..100).collect();
        let masked: Vec<u8> = plain.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        let mut scratch = Vec::new();
        for from in 0..40 {
            for to in from..100 {
                let got = unmask(&masked[from..to], key, from as u64, &mut scratch);
                assert_eq!(got, &plain[from..to]);
            }
        }
    }
}
