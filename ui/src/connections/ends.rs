//! End points as a list has room for them.

/// `10.0.4.17:50412 → :8001`: the server's address goes without saying.
pub fn short(client: &str, server: &str) -> String {
    let port = server.rsplit_once(':').map_or(server, |(_, port)| port);
    format!("{} → :{port}", address(client))
}

/// Both in full.
pub fn whole(client: &str, server: &str) -> String {
    format!("{client} → {server}")
}

/// `[2001:db8::…:17]:50412`: of a long IPv6 address its network and its last group are left.
fn address(end: &str) -> String {
    const LONGEST: usize = 22;
    let Some((host, port)) = end.strip_prefix('[').and_then(|rest| rest.split_once("]:")) else {
        return end.to_owned();
    };
    if host.len() <= LONGEST {
        return end.to_owned();
    }
    let groups: Vec<&str> = host.split(':').collect();
    match groups.as_slice() {
        [first, second, .., last] => format!("[{first}:{second}:…:{last}]:{port}"),
        _ => end.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn end_points_are_shortened() {
        assert_eq!(short("10.0.4.17:50412", "10.0.4.1:8001"), "10.0.4.17:50412 → :8001");
        assert_eq!(short("[::1]:50412", "[::1]:443"), "[::1]:50412 → :443");
        assert_eq!(
            short("[2001:db8:85a3:1:2:8a2e:370:7334]:50412", "[2001:db8::1]:443"),
            "[2001:db8:…:7334]:50412 → :443"
        );
        assert_eq!(short("nonsense", "nothing"), "nonsense → :nothing");
        assert_eq!(whole("[::1]:1", "[::1]:2"), "[::1]:1 → [::1]:2");
    }
}
