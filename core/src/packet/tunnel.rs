//! Names the tunnel that a packet came through: its kind and its id.

use std::fmt;

/// How one packet is carried inside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TunnelKind {
    /// VXLAN (RFC 7348); the id is the VXLAN network identifier.
    Vxlan,
    /// Geneve (RFC 8926); the id is the virtual network identifier.
    Geneve,
    /// GTP-U (3GPP TS 29.281); the id is the tunnel endpoint identifier, another one in each direction.
    GtpU,
    /// GRE without a key (RFC 2784); no id.
    Gre,
    /// GRE with a key (RFC 2890), which is the id.
    GreKey,
    /// Enhanced GRE of PPTP (RFC 2637 §4.1); the id is the call, another one in each direction.
    Pptp,
    /// A mirrored port, ERSPAN (draft-foschiano-erspan); the id is the session.
    Erspan,
    /// IPv4 or IPv6 in IPv4 or IPv6 (RFC 2003, RFC 2473, RFC 4213); no id.
    IpInIp,
}

/// A tunnel: its kind and its id as on the wire. Printed as `VXLAN VNI 42`, `GRE key 7`, `IP in IP`.
///
/// Inside tunnels nested in each other it is the innermost one that has an id, and otherwise the innermost one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tunnel {
    kind: TunnelKind,
    id: u32,
}

impl Tunnel {
    pub(super) const IP_IN_IP: Self = Self { kind: TunnelKind::IpInIp, id: 0 };

    /// The tunnel of that kind and id.
    pub fn new(kind: TunnelKind, id: u32) -> Self {
        Self { kind, id }
    }

    /// How it carries packets.
    pub fn kind(self) -> TunnelKind {
        self.kind
    }

    /// The id as on the wire; 0 for a kind without ids.
    pub fn id(self) -> u32 {
        self.id
    }

    /// What [`Flow::tunnel`](super::Flow::tunnel) holds: the kind in the upper half, the id in the lower, never 0.
    ///
    /// The id is left out where each direction has its own, chosen by the receiver (TS 29.281 §4.3, RFC 2637 §4.1):
    /// with it, the two directions of a connection would be two connections.
    pub fn key(self) -> u64 {
        let id = if self.kind.id_per_direction() { 0 } else { self.id };
        u64::from(self.kind.number()) << 32 | u64::from(id)
    }

    /// The tunnel that [`Tunnel::key`] made this of, to print it; `None` for 0.
    pub fn from_key(key: u64) -> Option<Self> {
        let id = u32::try_from(key & u64::from(u32::MAX)).ok()?;
        let kind = TunnelKind::ALL.into_iter().find(|kind| u64::from(kind.number()) == key >> 32)?;
        Some(Self { kind, id })
    }
}

impl TunnelKind {
    const ALL: [Self; 8] = [
        Self::Vxlan,
        Self::Geneve,
        Self::GtpU,
        Self::Gre,
        Self::GreKey,
        Self::Pptp,
        Self::Erspan,
        Self::IpInIp,
    ];

    /// Whether the two directions of one tunnel have different ids.
    pub fn id_per_direction(self) -> bool {
        matches!(self, Self::GtpU | Self::Pptp)
    }

    fn has_id(self) -> bool {
        !matches!(self, Self::Gre | Self::IpInIp)
    }

    fn number(self) -> u32 {
        match self {
            Self::Vxlan => 1,
            Self::Geneve => 2,
            Self::GtpU => 3,
            Self::Gre => 4,
            Self::GreKey => 5,
            Self::Pptp => 6,
            Self::Erspan => 7,
            Self::IpInIp => 8,
        }
    }
}

impl fmt::Display for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match self.kind {
            TunnelKind::Vxlan => write!(f, "VXLAN VNI {id}"),
            TunnelKind::Geneve => write!(f, "Geneve VNI {id}"),
            // From a key the id is not known: 0 is the TEID of signalling, and no call.
            TunnelKind::GtpU if id == 0 => f.write_str("GTP-U"),
            TunnelKind::GtpU => write!(f, "GTP-U TEID {id:#010x}"),
            TunnelKind::Gre => f.write_str("GRE"),
            TunnelKind::GreKey => write!(f, "GRE key {id}"),
            TunnelKind::Pptp if id == 0 => f.write_str("PPTP"),
            TunnelKind::Pptp => write!(f, "PPTP call {id}"),
            TunnelKind::Erspan => write!(f, "ERSPAN session {id}"),
            TunnelKind::IpInIp => f.write_str("IP in IP"),
        }
    }
}

/// Which of two tunnels names the way of a packet: the inner one, unless only the outer one has an id.
pub(super) fn nested(outer: Option<Tunnel>, inner: Tunnel) -> Tunnel {
    match outer {
        Some(outer) if outer.kind.has_id() && !inner.kind.has_id() => outer,
        _ => inner,
    }
}
