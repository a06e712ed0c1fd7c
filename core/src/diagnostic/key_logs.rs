//! How to get what `tls-no-secrets` asks for.

/// How programs are made to write their TLS secrets: who, and the line that does it.
pub const KEY_LOGS: [(&str, &str); 7] = [
    ("Chrome, Edge", "chromium --ssl-key-log-file=keys.log"),
    ("Firefox", "SSLKEYLOGFILE=keys.log firefox"),
    ("curl", "SSLKEYLOGFILE=keys.log curl https://example.com"),
    ("Node", "node --tls-keylog=keys.log app.js"),
    ("Python", "SSLKEYLOGFILE=keys.log python3 app.py"),
    ("Go", "tls.Config{KeyLogWriter: file}"),
    ("Java", "java -javaagent:extract-tls-secrets.jar=keys.log -jar app.jar"),
];
