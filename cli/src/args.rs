//! Every flag, once: the parser, the help, the man page and the completions are all made from this file.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, parser::ValueSource};
use sockscope_core::diagnostic::Severity;
use sockscope_core::filter::Filter;
use sockscope_core::session::DecodeAs;

use crate::help;

/// See the WebSocket conversations in a packet capture
///
/// Sockscope reads pcap and pcapng files, plain or compressed with gzip or zstd, and shows the WebSocket connections in
/// them: which upgrades succeeded and which did not and why, every frame, and every message as its application saw it.
/// Without a command it shows an overview.
#[derive(Debug, Parser)]
#[command(name = "sockscope", version, max_term_width = 100, arg_required_else_help = true)]
#[command(subcommand_negates_reqs = true, disable_help_subcommand = true, subcommand_value_name = "COMMAND")]
#[command(override_usage = "sockscope [OPTIONS] CAPTURE...\n       sockscope COMMAND [OPTIONS] CAPTURE...")]
#[command(after_help = help::OVERVIEW, after_long_help = help::overview())]
#[command(mut_arg("payload", |arg| arg.hide(true)))]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub overview: RowArgs,
}

#[derive(Debug, Subcommand)]
#[command(max_term_width = 100)]
pub enum Command {
    /// One row a connection, failed upgrades too
    #[command(after_help = help::CONNECTIONS, after_long_help = help::connections())]
    #[command(mut_arg("payload", |arg| arg.hide(true)))]
    Connections(RowArgs),

    /// One row a message: fragments joined, unmasked, inflated; control frames too
    #[command(after_help = help::MESSAGES, after_long_help = help::messages())]
    Messages(RowArgs),

    /// One row a frame, as on the wire
    #[command(after_help = help::FRAMES, after_long_help = help::frames())]
    Frames(RowArgs),

    /// One row a diagnostic: what is wrong, why, and the fix
    ///
    /// The exit status is 1 where there is one at the severity of --fail-on, so that a build can stop at it.
    #[command(after_help = help::CHECK, after_long_help = help::check())]
    #[command(mut_arg("payload", |arg| arg.hide(true)))]
    Check(CheckArgs),

    /// One connection as a conversation, to read
    #[command(after_help = help::FOLLOW, after_long_help = help::follow())]
    #[command(mut_arg("connection", |arg| arg.required(true)))]
    Follow(FollowArgs),

    /// Every message's payload as a file
    ///
    /// An index.jsonl beside them has a row for each. Names are made of numbers and fixed words only
    /// (000-000012-client-text.json: connection 0, message 12); nothing is written outside the folder, and nothing is
    /// overwritten.
    #[command(after_help = help::EXTRACT, after_long_help = help::extract())]
    Extract(ExtractArgs),

    /// The capture with the secrets of its TLS connections in it, as one pcapng
    ///
    /// Whoever has the file can decrypt it, with Sockscope as with Wireshark, and needs no key log beside it. Only the
    /// secrets of connections that are in the capture are written.
    #[command(after_help = help::DECRYPT)]
    Decrypt(DecryptArgs),

    /// What a diagnostic means, what the RFC asks, usual causes, the fix
    #[command(after_help = help::EXPLAIN)]
    Explain(ExplainArgs),

    /// Print a completion script for a shell
    #[command(after_help = help::COMPLETIONS, after_long_help = help::completions())]
    Completions(CompletionsArgs),

    /// Print the manual page
    #[command(after_help = help::MAN)]
    Man(ManArgs),
}

/// What is read, and how.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// pcap or pcapng files, plain or compressed with gzip or zstd; - is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    pub captures: Vec<PathBuf>,

    /// Only this connection
    #[arg(short, long, value_name = "N", help_heading = "What is read")]
    pub connection: Option<u64>,

    /// Only rows for which this holds, such as 'from == client and text contains "order"'
    ///
    /// The fields stand below. Numbers do not change. A connection has the fields of its
    /// messages, and a diagnostic those of what it speaks of.
    #[arg(long, value_name = "EXPR", value_parser = parse_filter, help_heading = "What is read")]
    pub filter: Option<Filter>,

    /// The port of a server whose handshake is not in the capture [repeatable]
    ///
    /// HTTP is tried first, then frames from the first byte, then a search for a frame's start. Give it again for more
    /// servers. IPv6 addresses stand in brackets: [::1]:80.
    #[arg(long, value_name = "HOST:PORT|:PORT", value_parser = parse_decode_as, help_heading = "What is read")]
    pub decode_as: Vec<DecodeAs>,

    /// Read several captures as one, in the order of their first timestamps
    ///
    /// For the files that tcpdump -C or dumpcap -b rotated. Otherwise each capture is read by itself, and numbers start
    /// again.
    #[arg(long, help_heading = "What is read")]
    pub join: bool,

    #[command(flatten)]
    pub secrets: SecretArgs,

    /// Which TLS connections without secrets are listed behind the rows of connections
    ///
    /// Those that look like WebSockets are listed in the overview by themselves, and as objects {"tls_connection":…} in
    /// jsonl where this is given: http/1.1 alone was offered, or nothing, and both sides sent data.
    #[arg(long, value_name = "WHICH", help_heading = "What is read")]
    pub tls: Option<TlsWanted>,

    /// At most this many threads; the output is the same for every number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "What is read")]
    pub threads: Option<u16>,
}

/// What decrypts TLS.
#[derive(Debug, Args)]
pub struct SecretArgs {
    /// TLS secrets in the NSS key log format; none switches them off [repeatable]
    #[arg(long, value_name = "FILE", help_heading = "What is read")]
    pub keylog: Vec<PathBuf>,

    /// A server's RSA private key in PEM, for old captures with RSA key exchange [repeatable]
    ///
    /// It decrypts connections of TLS 1.2 and before whose cipher suite begins with TLS_RSA. With all others a private
    /// key cannot help: each connection has secrets of its own, which --keylog takes.
    #[arg(long, value_name = "FILE", help_heading = "What is read")]
    pub rsa_key: Vec<PathBuf>,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct ShowArgs {
    /// Colour on the terminal; NO_COLOR is honoured
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "How it is shown")]
    pub color: ColorWhen,

    /// No notes, no hints and no progress on standard error; errors still are
    #[arg(short, long, help_heading = "How it is shown")]
    pub quiet: bool,
}

/// The flags of every command that prints rows.
#[derive(Debug, Args)]
pub struct RowArgs {
    #[command(flatten)]
    pub read: ReadArgs,

    /// How rows are printed [default: table on a terminal, jsonl when piped]
    #[arg(long, value_name = "FORMAT", help_heading = "How it is shown")]
    pub format: Option<Format>,

    /// What a jsonl or csv row says of a payload
    #[arg(long, value_name = "HOW", default_value = "full", help_heading = "How it is shown")]
    pub payload: Payload,

    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub rows: RowArgs,

    /// From which severity on the exit status is 1
    #[arg(long, value_name = "SEVERITY", default_value = "error", help_heading = "How it is judged")]
    pub fail_on: FailOn,
}

#[derive(Debug, Args)]
pub struct FollowArgs {
    #[command(flatten)]
    pub read: ReadArgs,
    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Debug, Args)]
pub struct ExtractArgs {
    #[command(flatten)]
    pub read: ReadArgs,

    /// The folder to write into; it is made where there is none
    #[arg(short = 'o', long = "output", value_name = "DIR")]
    pub folder: PathBuf,

    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Debug, Args)]
pub struct DecryptArgs {
    /// A pcap or pcapng file, plain or compressed with gzip or zstd
    #[arg(value_name = "CAPTURE")]
    pub capture: PathBuf,

    /// The pcapng to write; it must not be there yet
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub output: PathBuf,

    #[command(flatten)]
    pub secrets: SecretArgs,

    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A diagnostic or a cause, such as accept-mismatch; without it, all are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,

    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell to complete in
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page is printed; without it, that of sockscope itself
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `--format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, to read
    Table,
    /// A JSON object a line
    Jsonl,
    /// Comma-separated values (RFC 4180), safe in a spreadsheet
    Csv,
}

/// `--payload`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Payload {
    /// All of it
    Full,
    /// Its first 200 bytes
    Preview,
    /// Its SHA-256
    Hash,
    /// Nothing
    None,
}

/// `--tls`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsWanted {
    /// Those that look like WebSockets
    Likely,
    /// All of them
    All,
    /// None
    None,
}

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal
    Auto,
    /// Also when piped
    Always,
    /// Never
    Never,
}

/// `--fail-on`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A MUST is broken, or bytes cannot be decoded
    Error,
    /// Also where a SHOULD is broken, or something is lost or suspicious
    Warning,
    /// Also where something is merely worth knowing
    Note,
    /// The exit status says nothing of diagnostics
    Never,
}

impl FailOn {
    /// Whether a diagnostic of that severity makes `check` fail.
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => severity >= Severity::Note,
            Self::Never => false,
        }
    }
}

impl Cli {
    /// Parses the arguments. Options may stand before the command too: `sockscope -c 0 messages FILE`.
    pub fn read(args: Vec<OsString>) -> Result<Self, clap::Error> {
        let (cli, misplaced) = Self::parse_once(&args)?;
        let Some(command) = misplaced else { return Ok(cli) };
        // The word that is the command may also stand before it as an option's value, so each place is tried.
        let mut result = Ok(cli);
        for at in (1..args.len()).filter(|&at| args[at] == command.as_str()) {
            let mut moved = args.clone();
            moved[1..=at].rotate_right(1);
            match Self::parse_once(&moved) {
                Ok((cli, None)) => return Ok(cli),
                Ok(_) => {}
                Err(error) => result = Err(error),
            }
        }
        result
    }

    /// The parsed arguments, and the command's name if options stand before it.
    fn parse_once(args: &[OsString]) -> Result<(Self, Option<String>), clap::Error> {
        let matches = Self::command().try_get_matches_from(args)?;
        let given = |id: &clap::Id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine);
        let options: Vec<&clap::Id> =
            matches.ids().filter(|id| matches.try_contains_id(id.as_str()).is_ok()).collect();
        let misplaced = options.into_iter().any(given);
        let command = matches.subcommand_name().filter(|_| misplaced).map(str::to_owned);
        let cli = <Self as clap::FromArgMatches>::from_arg_matches(&matches)?;
        Ok((cli, command))
    }
}

/// Reads an expression; where it is wrong, its place is shown under it.
fn parse_filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text).map_err(|error| {
        let drawing: Vec<String> = error.under(text).lines().map(|line| format!("  {line}")).collect();
        format!("{error}\n\n{}", drawing.join("\n"))
    })
}

/// Reads `:80`, `1.2.3.4:80` or `[::1]:80`.
fn parse_decode_as(text: &str) -> Result<DecodeAs, String> {
    const SHAPES: &str = "write :80, 192.0.2.1:80 or [::1]:80";
    let (host, port) =
        text.rsplit_once(':').ok_or_else(|| format!("a colon and a port are missing; {SHAPES}"))?;
    let port = match port.parse() {
        Ok(0) | Err(_) => return Err(format!("a port is a number from 1 to 65535; {SHAPES}")),
        Ok(port) => port,
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match (host, bracketed) {
        ("", _) => None,
        (_, Some(v6)) => {
            Some(IpAddr::V6(v6.parse().map_err(|_| format!("[{v6}] is no IPv6 address; {SHAPES}"))?))
        }
        (v4, None) => Some(IpAddr::V4(v4.parse().map_err(|_| {
            format!("{v4} is no IPv4 address (names are not looked up, IPv6 stands in brackets); {SHAPES}")
        })?)),
    };
    Ok(DecodeAs { host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::read(std::iter::once("sockscope").chain(line.split_whitespace()).map(OsString::from).collect())
    }

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_is_the_overview() {
        let cli = read("--quiet a.pcap --format csv b.pcap").unwrap();
        assert!(cli.command.is_none() && cli.overview.show.quiet);
        assert_eq!(cli.overview.read.captures, [PathBuf::from("a.pcap"), PathBuf::from("b.pcap")]);
        assert_eq!(cli.overview.format, Some(Format::Csv));
    }

    #[test]
    fn options_stand_anywhere() {
        for line in [
            "messages -c 3 a.pcap --payload hash",
            "messages a.pcap -c 3 --payload=hash",
            "-c 3 messages --payload hash a.pcap",
            "-c3 --payload hash messages a.pcap",
        ] {
            let Some(Command::Messages(args)) = read(line).unwrap().command else { panic!("{line}") };
            assert_eq!((args.read.connection, args.payload), (Some(3), Payload::Hash), "{line}");
            assert_eq!(args.read.captures, [PathBuf::from("a.pcap")], "{line}");
        }
        assert!(read("--payload hash explain accept-mismatch").is_err());
    }

    #[test]
    fn a_file_after_the_first_may_be_named_like_a_command() {
        let cli = read("a.pcap messages").unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.overview.read.captures.len(), 2);
    }

    #[test]
    fn usage_is_checked() {
        for line in [
            "",
            "messages",
            "follow a.pcap",
            "extract a.pcap",
            "--threads 0 a.pcap",
            "check --fail-on x a.pcap",
        ] {
            assert_eq!(read(line).unwrap_err().exit_code(), 2, "{line}");
        }
        assert!(read("check --fail-on warning -").is_ok());
        assert!(read("--keylog none --rsa-key a.pem a.pcap").is_ok());
        assert!(read("decrypt a.pcap").is_err());
    }

    #[test]
    fn reads_decode_as() {
        let read = |text| parse_decode_as(text).map(|at| (at.host.map(|host| host.to_string()), at.port));
        assert_eq!(read(":80"), Ok((None, 80)));
        assert_eq!(read("1.2.3.4:80"), Ok((Some("1.2.3.4".into()), 80)));
        assert_eq!(read("[::1]:80"), Ok((Some("::1".into()), 80)));
        for wrong in ["80", ":0", ":99999", "::1:80", "[1.2.3.4]:80", "example.com:80", ":", "[::1]"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_filter_is_shown_with_its_place() {
        let error = parse_filter("from == clint").unwrap_err();
        assert!(error.ends_with("\n\n  from == clint\n          ^^^^^"), "{error}");
        assert!(parse_filter("from == client").is_ok());
    }

    #[test]
    fn fail_on_means_from_here_on() {
        assert!(FailOn::Warning.includes(Severity::Error));
        assert!(!FailOn::Error.includes(Severity::Warning));
        assert!(!FailOn::Never.includes(Severity::Error));
    }
}
