// The worker that the engine runs in.
import init from "./sockscope.js";
await init();
