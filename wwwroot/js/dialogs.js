import { keyed, nameOf, singleKeys, visible } from "./keys.js";

// The two dialogs of the shell: the palette (Ctrl K) and the shortcuts (?). What they list is read off the page when they open.
const shown = key => key.split(" ").map(part => part.length === 1 ? part.toUpperCase() : part[0].toUpperCase() + part.slice(1)).join(" ");

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

document.addEventListener("click", event => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) open(document.getElementById(opener.dataset.dialog));
  // A click on the dialog itself, not on what is in it, is a click on the ground behind it.
  if (event.target.matches?.("dialog[data-light]")) event.target.close();
  const closer = event.target.closest?.("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  const other = event.target.closest?.("[data-clicks]");
  if (other) document.querySelector(other.dataset.clicks)?.click();
  if (event.target.closest?.("#palette [role=option]")) document.getElementById("palette").close();
});

function open(dialog) {
  if (!dialog || dialog.open) return;
  if (dialog.id === "shortcuts") fillShortcuts(dialog);
  dialog.showModal();
  if (dialog.id === "palette") startPalette(dialog);
}

function fillShortcuts(dialog) {
  const seen = new Map();
  for (const element of keyed()) if (!seen.has(element.dataset.key)) seen.set(element.dataset.key, [nameOf(element), element.closest("main") !== null]);
  const everywhere = [], here = [];
  for (const [key, [name, inMain]] of seen) (inMain ? here : everywhere).push([shown(key), name]);
  for (const element of document.querySelectorAll("[data-help]")) {
    if (visible(element)) here.push(...element.dataset.help.split(";").map(pair => /^\s*(\S+): (.*)$/.exec(pair).slice(1)));
  }
  const rows = pairs => pairs.map(([key, name]) => make("div", "shortcut", make("span", "", name), make("kbd", "", key)));
  const group = (title, pairs) => pairs.length === 0 ? [] : [make("h3", "lbl", title), ...rows(pairs)];
  dialog.querySelector("[data-shortcuts]").replaceChildren(...group("On this page", here), ...group("Everywhere", [...everywhere, ["Esc", "Close, leave, clear the selection"]]));
  const box = dialog.querySelector("[data-single-keys]");
  box.checked = singleKeys.on;
  box.onchange = () => { singleKeys.on = box.checked; };
}

function startPalette(dialog) {
  const input = dialog.querySelector("input");
  const here = dialog.querySelector("[data-palette-page]");
  const actions = [...document.querySelectorAll("main [data-key]")].filter(element => visible(element) && !element.matches("input"));
  here.replaceChildren(...actions.map(element => {
    const item = make("button", "menu-item", make("span", "el", nameOf(element)), make("kbd", "", shown(element.dataset.key)));
    item.type = "button";
    item.tabIndex = -1;
    item.setAttribute("role", "option");
    item.addEventListener("click", () => { dialog.close(); element.click(); });
    return item;
  }));
  here.closest("[data-palette-group]").hidden = actions.length === 0;
  input.value = "";
  filter(dialog, input);
  input.oninput = () => filter(dialog, input);
  input.onkeydown = event => walk(event, dialog);
  // Rows that arrive while it is open are filtered, too.
  const observer = new MutationObserver(() => filter(dialog, input));
  observer.observe(dialog.querySelector("[role=listbox]"), { childList: true, subtree: true });
  dialog.addEventListener("close", () => observer.disconnect(), { once: true });
}

const optionsOf = dialog => [...dialog.querySelectorAll("[role=option]")].filter(option => !option.hidden);

function filter(dialog, input) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const option of dialog.querySelectorAll("[role=option]")) {
    const text = option.textContent.toLowerCase();
    option.hidden = !words.every(word => text.includes(word));
  }
  for (const group of dialog.querySelectorAll("[data-palette-group]")) group.classList.toggle("none", !group.querySelector("[role=option]:not([hidden])"));
  const options = optionsOf(dialog);
  dialog.querySelector("[data-palette-none]").hidden = options.length > 0;
  const active = options.find(option => option.getAttribute("aria-selected") === "true") ?? options[0];
  choose(dialog, active);
}

let numbered = 0;

function choose(dialog, active) {
  for (const option of dialog.querySelectorAll("[role=option][aria-selected=true]")) if (option !== active) option.setAttribute("aria-selected", "false");
  const input = dialog.querySelector("input");
  if (!active) return input.removeAttribute("aria-activedescendant");
  active.id ||= `palette-${++numbered}`;
  active.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", active.id);
  active.scrollIntoView({ block: "nearest" });
}

function walk(event, dialog) {
  const options = optionsOf(dialog);
  const at = options.findIndex(option => option.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    options[at]?.click();
  } else if (to !== undefined && options.length > 0) {
    event.preventDefault();
    choose(dialog, options[Math.max(0, Math.min(options.length - 1, to))]);
  }
}
