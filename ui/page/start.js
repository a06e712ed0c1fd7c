// The page. What it does is in ui/src; the worker runs the same module.
import init from "./sockscope.js";
await init();
