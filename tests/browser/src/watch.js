// Runs before anything else in every document: what goes wrong unseen is remembered, and the test that ran then fails.
window.troubles = [];
addEventListener("securitypolicyviolation", event =>
    window.troubles.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
addEventListener("error", event => window.troubles.push(`error: ${event.message}`));
addEventListener("unhandledrejection", event => window.troubles.push(`rejected: ${event.reason}`));
