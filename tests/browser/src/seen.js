// What a person sees, or hears from a screen reader: elements by their role and accessible name. It stands before every
// script that a test runs.
const NATIVE = {
    button: "button, input[type=button], summary",
    link: "a[href]",
    textbox: "textarea, input:not([type]), input[type=text], input[type=search]",
    searchbox: "input[type=search]",
    checkbox: "input[type=checkbox]",
    combobox: "select",
    region: "section[aria-label]",
    spinbutton: "input[type=number]",
    heading: "h1, h2, h3",
};

const nameOf = element => {
    const ids = element.getAttribute("aria-labelledby");
    const labelled = ids && ids.split(/\s+/).map(id => document.getElementById(id)?.textContent ?? "").join(" ");
    const label = element.labels?.[0]?.textContent;
    const name = labelled || element.getAttribute("aria-label") || label || element.textContent || element.title
        || element.placeholder || "";
    return name.trim().replace(/\s+/g, " ");
};

// All that are shown now, of this role, with this in their name.
const all = (role, name = "") => {
    const selector = [`[role="${role}"]`, ...(NATIVE[role] ? [NATIVE[role]] : [])].join(", ");
    return [...document.querySelectorAll(selector)].filter(element =>
        (element.getAttribute("role") ?? role) === role && element.checkVisibility({ visibilityProperty: true })
        && nameOf(element).includes(name));
};
const one = (role, name) => {
    const found = all(role, name);
    return found.find(element => nameOf(element) === name) ?? found[0];
};
const text = selector => document.querySelector(selector)?.innerText ?? "";

// Resolves once `condition` gives something, looking at every frame of the display.
const until = condition => new Promise((resolve, reject) => {
    const look = () => {
        try {
            const found = condition();
            found ? resolve(found) : requestAnimationFrame(look);
        } catch (error) {
            reject(error);
        }
    };
    look();
});

const fromBase64 = words => Uint8Array.from(atob(words), letter => letter.charCodeAt(0));
const toBase64 = bytes => {
    let letters = "";
    for (let start = 0; start < bytes.length; start += 0x8000) {
        letters += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
    }
    return btoa(letters);
};

const frame = () => new Promise(requestAnimationFrame);

// The line of a menu in whose words, or those of its title, all of these stand; whichever button opens the menu.
const lineOfMenu = async words => {
    const said = line => {
        let title = line;
        while (title && !title.matches(".menu-title")) title = title.previousElementSibling;
        return `${title?.textContent ?? ""} ${nameOf(line)}`;
    };
    const menu = () => document.querySelector("[role=menu]");
    for (const button of all("button").filter(button => button.getAttribute("aria-haspopup") === "menu")) {
        button.click();
        const lines = [...(await until(menu)).querySelectorAll("[role^=menuitem]")];
        const found = lines.find(line => words.every(word => said(line).includes(word)));
        if (found) return found;
        menu().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        await until(() => !menu());
    }
    throw new Error(`no menu has ${words}`);
};

// The cells of all rows of a list by their columns, as one scrolls through it from its beginning to its end.
const rowsOf = async pane => {
    const scroller = await until(() => document.querySelector(`.${pane} .rows`));
    const rows = new Map();
    const look = () => {
        const seen = [...scroller.querySelectorAll("[data-row]")];
        // A row that was not told yet is empty.
        if (!seen.length || seen.some(row => !row.innerText.trim())) return false;
        // After a scroll the rows that were seen before stay for a while.
        const first = Math.floor(scroller.scrollTop / seen[0].offsetHeight);
        if (Math.abs(Number(seen[0].dataset.row) - first) > 1) return false;
        // Nor is there anything in the place of one that is awaited.
        const end = element => element.getBoundingClientRect().bottom;
        const isLong = scroller.scrollHeight > scroller.clientHeight;
        if (isLong && end(seen.at(-1)) < end(scroller) - seen[0].offsetHeight) return false;
        for (const row of seen) {
            const cells = [...row.querySelectorAll("[data-column]")];
            const titles = [...row.querySelectorAll("[title]")].map(element => element.title);
            rows.set(row.dataset.row, {
                text: [row.innerText, ...titles].join("\n"),
                // Of one connection alone, a row does not say of which it is.
                cells: { connection: row.dataset.connection, ...Object.fromEntries(cells.map(cell => [cell.dataset.column, cell.innerText])) },
            });
        }
        return true;
    };
    scroller.scrollTop = 0;
    for (;;) {
        await frame();
        await frame();
        await until(look);
        const before = scroller.scrollTop;
        scroller.scrollTop += scroller.clientHeight / 2;
        if (scroller.scrollTop === before) return [...rows.values()];
    }
};
