// The worker that the engine runs in. First it is sent the module, which was compiled for the page.
import init from "./sockscope.js";
onmessage = ({ data }) => init({ module_or_path: data });
