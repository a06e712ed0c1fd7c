// Measures the page in a real browser, and wiregasm in the same one: what BENCHMARKS.md shows under "The page".
//
//   node page.mjs PAGE SMALL CAPTURE...
//
// PAGE is the folder that `cargo xtask page` wrote; SMALL is a capture that wiregasm can load within a minute, too. Run by
// `cargo xtask measure-page`, which makes the captures and has npm fetch what is imported here. CHROMIUM names the browser.

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");

const [folder, small, ...captures] = process.argv.slice(2);
const wiregasm = path.join(process.cwd(), "node_modules/@goodtools/wiregasm/dist");

/** The longest time that the window may block, in milliseconds. */
const BLOCKED = 50;
/** A frame that took longer than two of a display of 60 Hz was missed. */
const MISSED = 34;

const TYPES = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".wasm": "application/wasm",
};
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'";

/** Serves a folder; `policy` as any careful host would set it. */
async function serve(root, policy) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(request.url.split(/[?#]/)[0]).replace(/\/$/, "/index.html");
    if (name === "/blank.html") {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html>");
      return;
    }
    fs.readFile(path.join(root, name), (error, bytes) => {
      const type = { "content-type": TYPES[path.extname(name)] ?? "application/octet-stream" };
      response.writeHead(error ? 404 : 200, policy ? { ...type, "content-security-policy": policy } : type);
      response.end(error ? "" : bytes);
    });
  });
  await new Promise(listening => server.listen(0, "127.0.0.1", listening));
  return { base: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
  });
}

/** Whether the process was started by this one, however far up. */
function isOurs(pid) {
  for (let at = Number(pid); at > 1;) {
    if (at === process.pid) return true;
    // The name in parentheses may hold anything; behind it stand the state and the parent.
    at = Number(fs.readFileSync(`/proc/${at}/stat`, "utf8").replace(/^.*\) \S /s, "").split(" ")[0]);
  }
  return false;
}

/** The memory of the tab, in MB: that of the renderer process that takes the most, with its worker. What processes share is divided. */
function tabMemory() {
  let most = 0;
  for (const pid of fs.readdirSync("/proc").filter(name => /^\d+$/.test(name))) {
    try {
      if (!fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer") || !isOurs(pid)) continue;
      const share = /^Pss:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
      most = Math.max(most, Number(share?.[1] ?? 0) / 1000);
    } catch {
      // It has ended.
    }
  }
  return most;
}

/** Stands in the page before anything of it runs. */
function watch() {
  const seen = (window.seen = { blocked: [], frames: [], chosen: 0, rows: 0 });
  new PerformanceObserver(list => seen.blocked.push(...list.getEntries().map(entry => entry.duration)))
    .observe({ entryTypes: ["longtask"] });
  addEventListener("change", event => {
    if (event.target.type === "file") seen.chosen = performance.now();
  }, true);
  let last = performance.now();
  const frame = now => {
    seen.frames.push(now - last);
    last = now;
    if (seen.chosen && !seen.rows && document.querySelector(".message .cell")) seen.rows = now - seen.chosen;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // Resolves once the table shows the answer to what `act` asks for.
  window.shown = act => new Promise(resolve => {
    const table = document.querySelector("#messages-table");
    const rows = () => [...table.querySelectorAll("[data-row]")].map(row => row.dataset.connection + ":" + row.dataset.message).join();
    const before = rows();
    const begun = performance.now();
    act();
    const look = () => {
      if (rows() !== before && table.ariaBusy !== "true" && !table.querySelector(".unknown")) resolve(performance.now() - begun);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

const round = (number, digits = 0) => Number(number.toFixed(digits)).toLocaleString("en");

/** Longest block and missed frames since this was last asked. */
async function smoothness(page) {
  const { blocked, frames } = await page.evaluate(() => {
    const { blocked, frames } = window.seen;
    window.seen.blocked = [];
    window.seen.frames = [];
    return { blocked, frames };
  });
  const long = blocked.filter(time => time > BLOCKED);
  return {
    frames: frames.length,
    missed: frames.filter(time => time > MISSED).length,
    long: long.length,
    longest: Math.max(0, ...blocked),
    words: `${round(frames.length)} frames, ${frames.filter(time => time > MISSED).length} missed, ${long.length} blocks of more than ${BLOCKED} ms (longest ${round(Math.max(0, ...blocked))} ms)`,
  };
}

async function open(browser, base) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", error => console.error("the page:", error.message));
  await page.addInitScript(watch);
  await page.goto(base);
  await page.waitForSelector(".opening");
  return page;
}

/** Reads a capture; what it took, in milliseconds. */
async function read(page, capture) {
  let memory = 0;
  const sampling = setInterval(() => (memory = Math.max(memory, tabMemory())), 400);
  await page.evaluate(() => { window.seen.blocked = []; window.seen.frames = []; });
  await page.setInputFiles("input[type=file]", capture);
  const whole = await page.waitForFunction(() => {
    const status = document.querySelector(".status [role=status]")?.innerText ?? "";
    return / read in /.test(status) && performance.now() - window.seen.chosen;
  }, null, { timeout: 600_000 });
  const took = await whole.jsonValue();
  clearInterval(sampling);
  const rows = await page.evaluate(() => window.seen.rows);
  const messages = await page.evaluate(() => Number(document.querySelector("#messages-table").ariaRowCount) - 1);
  return { took, rows, messages, memory: Math.max(memory, tabMemory()), smooth: await smoothness(page) };
}

async function scroll(page) {
  const box = await (await page.$(".table .rows")).boundingBox();
  await page.mouse.move(box.x + 100, box.y + 200);
  await smoothness(page);
  for (let turn = 0; turn < 120; turn++) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(8);
  }
  const wheel = await smoothness(page);
  await page.evaluate(async () => {
    const rows = document.querySelector(".table .rows");
    for (let step = 0; step < 120; step++) {
      rows.scrollTop += rows.scrollHeight / 400;
      await new Promise(requestAnimationFrame);
    }
  });
  return { wheel, drag: await smoothness(page) };
}

/** Types a filter as somebody would who pastes it and presses Enter. */
function filter(page, text) {
  return page.evaluate(text => window.shown(() => {
    const field = document.querySelector(".filter-text input");
    field.focus();
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }), text);
}

async function clear(page) {
  await page.click("[aria-label='Clear the filter']");
  await page.waitForFunction(() => !document.querySelector(".filter-text input").value);
  await page.waitForTimeout(1500);
}

async function measure(browser, base, capture) {
  const page = await open(browser, base);
  const size = fs.statSync(capture).size / 1e6;
  const reading = await read(page, capture);
  const rows = [
    ["first rows", `${round(reading.rows)} ms`],
    ["the whole", `${round(reading.took / 1000, 2)} s, ${round(size / reading.took * 1000)} MB/s`],
    ["the window meanwhile", reading.smooth.words],
    ["memory of the tab, at most", `${round(reading.memory)} MB`],
  ];
  await page.waitForTimeout(1000);
  const { wheel, drag } = await scroll(page);
  rows.push(["scrolling by the wheel", wheel.words], ["scrolling by the bar, through a third", drag.words]);
  await page.evaluate(() => { document.querySelector(".table .rows").scrollTop = 0; });
  await page.waitForTimeout(1000);
  const sorted = await page.evaluate(() => window.shown(() => document.querySelector(".column.cell-size .column-head").click()));
  await page.waitForTimeout(3000);
  const filtered = await filter(page, "length > 100 and from == server");
  await page.waitForTimeout(2000);
  rows.push(["the first page of a new order", `${round(sorted)} ms`], ["the first page of a header filter", `${round(filtered)} ms`]);
  await clear(page);
  await smoothness(page);
  const begun = Date.now();
  // Nothing of a workload has it, so all payloads are searched.
  await page.evaluate(() => {
    const field = document.querySelector(".filter-text input");
    field.focus();
    field.value = 'text contains "nowhere to be found"';
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  });
  await page.waitForFunction(() => /^0 of/.test(document.querySelector(".filter-status")?.innerText ?? ""), null, { timeout: 600_000 });
  const searched = Date.now() - begun;
  rows.push(["a search through all payloads", `${round(searched / 1000, 2)} s, ${round(size / searched * 1000)} MB/s of the capture`]);
  rows.push(["the window meanwhile", (await smoothness(page)).words]);
  rows.push(["memory of the tab, after all that", `${round(tabMemory())} MB`]);
  await page.context().close();
  console.log(`\n### ${path.basename(capture)}: ${round(size)} MB, ${round(reading.messages)} messages\n`);
  console.log("| what | measured |\n| --- | --- |");
  rows.forEach(([what, measured]) => console.log(`| ${what} | ${measured} |`));
}

/** wiregasm's load of the same capture, without asking for a single frame; milliseconds. */
async function loadByWiregasm(browser, capture) {
  const server = await serve(wiregasm, null);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.base}blank.html`);
  await page.addScriptTag({ url: `${server.base}wiregasm.js` });
  await page.setContent("<input type=file>");
  await page.setInputFiles("input", capture);
  const took = await page.evaluate(async base => {
    const bytes = new Uint8Array(await document.querySelector("input").files[0].arrayBuffer());
    const engine = await window.loadWiregasm({ locateFile: name => base + name, printErr: () => {}, print: () => {} });
    engine.init();
    engine.FS.writeFile("/uploads/capture.pcap", bytes);
    const session = new engine.DissectSession("/uploads/capture.pcap");
    const begun = performance.now();
    const result = session.load();
    if (result.code !== 0) throw new Error(`load: ${result.code} ${result.error}`);
    return performance.now() - begun;
  }, server.base);
  await page.context().close();
  server.close();
  return took;
}

async function beside(browser, base) {
  const size = fs.statSync(small).size / 1e6;
  const ours = [];
  for (let turn = 0; turn < 5; turn++) {
    const page = await open(browser, base);
    ours.push((await read(page, small)).took);
    await page.context().close();
  }
  const took = ours.sort((a, b) => a - b)[2];
  console.log(`\n### ${path.basename(small)}: ${round(size)} MB, beside wiregasm\n`);
  console.log("| what | seconds | MB/s |\n| --- | ---: | ---: |");
  console.log(`| Sockscope, from the choice of the file until all is read and shown (median of 5) | ${round(took / 1000, 3)} | ${round(size / took * 1000)} |`);
  if (fs.existsSync(wiregasm)) {
    const theirs = await loadByWiregasm(browser, small);
    console.log(`| wiregasm, its load() alone | ${round(theirs / 1000, 2)} | ${round(size / theirs * 1000, 1)} |`);
    console.log(`\nThat is ${round(theirs / took, 1)} times as fast.`);
  }
}

/** What a visitor loads: everything but the samples, as a host would send it. */
function loaded() {
  const names = fs.readdirSync(folder).filter(name => fs.statSync(path.join(folder, name)).isFile());
  const packed = names.map(name => zlib.brotliCompressSync(fs.readFileSync(path.join(folder, name))).length);
  console.log(`The page is ${round(packed.reduce((sum, size) => sum + size, 0) / 1000)} kB to load (brotli, ${names.length} files).`);
}

const server = await serve(folder, POLICY);
const browser = await launch();
try {
  loaded();
  await beside(browser, server.base);
  for (const capture of captures) await measure(browser, server.base, capture);
} finally {
  await browser.close();
  server.close();
}
