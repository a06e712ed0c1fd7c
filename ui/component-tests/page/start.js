// Runs the test of components that the address names.
import init from "./components.js";
await init();
