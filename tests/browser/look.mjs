// What every page of the service must be, whoever looks at it and whatever state it is in.
//
// Goes in: a page in a browser, and the program's own tables of routes and of acts. Comes out: what is wrong with the page, in
// words. Guaranteed: a page is looked at as it stands, in both themes and on desk and phone, and left as it was.
// $KVARTAL_SHOTS=folder keeps a picture of every page in both themes and both widths, for somebody to look at.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import axe from "axe-core";

import { RULES, overflow } from "./service.mjs";

const SOURCE = resolve(import.meta.dirname, "../../src");
const shots = process.env.KVARTAL_SHOTS;

// ------------------------------------------------------------------------------------------------------ the tables

/** Every address that is read, with its act, as `src/http/` declares them. */
export function routes() {
  const found = [];
  for (const name of readdirSync(join(SOURCE, "http"), { recursive: true })) {
    if (!name.endsWith(".rs")) continue;
    const text = readFileSync(join(SOURCE, "http", name), "utf8");
    for (const [, path, act] of text.matchAll(/\bget\(\s*"(\/[^"]*)",\s*Act::(\w+)/g)) found.push({ path, act });
  }
  assert.ok(found.length > 50, "the routes of src/http/ are no longer declared as get(\"/…\", Act::…)");
  return found;
}

const ROLES = ["utforare", "handlaggare", "samordnare", "lasare", "administrator"];

/** Who may do an act, by the table in `src/access/role.rs`. */
export function allowed() {
  const text = readFileSync(join(SOURCE, "access/role.rs"), "utf8");
  const acts = new Map([["Public", ["ingen"]], ["SigningIn", ["ingen"]]]);
  for (const [, act, cells] of text.matchAll(/^ {4}(\w+): +((?:[xo] +){5}[xo]);/gm)) {
    acts.set(act, ROLES.filter((_, at) => cells.split(/ +/)[at] === "x"));
  }
  assert.ok(acts.size > 20, "the table of src/access/role.rs is no longer written with x and o");
  return acts;
}

// -------------------------------------------------------------------------------------------------------- one page

/** Words that no Swedish page has, outside of code: a message that was never translated, a value that was never shown. */
const ENGLISH = /\b(the|this|with|please|submit|cancel|loading|failed|invalid|required|undefined|NaN|null|None|Some)\b|\[object|\{\{|\}\}/;

const faultsOfMatter = (page) =>
  page.evaluate((english) => {
    const faults = [];
    const headings = document.querySelectorAll("h1");
    if (headings.length !== 1) faults.push(`${headings.length} headings of the first level`);
    if (!/^\S.* – Kvartal/.test(document.title)) faults.push(`the title is ”${document.title}”`);
    if (document.documentElement.lang !== "sv") faults.push("the page does not say that it is in Swedish");
    const body = document.body.cloneNode(true);
    body.querySelectorAll("code, pre, textarea, script").forEach((it) => it.remove());
    const word = new RegExp(english).exec(body.textContent);
    if (word) faults.push(`says ”${body.textContent.slice(Math.max(0, word.index - 40), word.index + 40).replace(/\s+/g, " ")}”`);
    return faults;
  }, ENGLISH.source);

/** Things to press that are smaller than WCAG 2.5.8 allows and do not stand in running text. */
const faultsOfTarget = (page) =>
  page.evaluate(() => {
    const small = [...document.querySelectorAll("button, summary, select, input:not([type=hidden])")].filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      return width > 2 && (width < 20 || height < 20) && it.checkVisibility();
    });
    return small.slice(0, 3).map((it) => `too small to press: ${it.outerHTML.slice(0, 120)}`);
  });

/** What can be otherwise in another theme or on a smaller window; everything else is in the page as it was sent. */
const OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"];

/** What axe finds, in one line each. Its own builder opens a window for every answer, which is slow for some hundred pages. */
async function faultsByAxe(page, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: RULES };
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] }), runOnly);
  return violations.map((it) => `${it.id}: ${it.help} – ${it.nodes.slice(0, 5).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 780 };

/** Ways to look: theme, window, and for a page just looked at otherwise the rules that can then answer otherwise. */
export const TWICE = [["light", DESK], ["dark", PHONE, OF_LOOKS]];
export const DARK_ON_A_DESK = [["dark", DESK]];
export const LIGHT_ON_A_PHONE = [["light", PHONE]];

/** Looks at a page. Fails with everything that is wrong. */
export async function look(page, name, ways = TWICE) {
  const faults = await faultsOfMatter(page);
  for (const [theme, size, rules] of ways) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(size);
    const where = `${theme}, ${size.width} px`;
    faults.push(...(await faultsByAxe(page, rules)).map((it) => `${where}: axe: ${it}`));
    faults.push(...(await overflow(page)).map((it) => `${where}: wider than the window: ${it}`));
    faults.push(...(await faultsOfTarget(page)).map((it) => `${where}: ${it}`));
  }
  if (shots) await picture(page, name);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESK);
  assert.deepEqual(faults, [], `${name} at ${page.url()}`);
}

async function picture(page, name) {
  const file = name.replace(/[^\p{L}\p{N}-]+/gu, "_");
  for (const [theme, size] of [["light", DESK], ["dark", DESK], ["light", PHONE], ["dark", PHONE]]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(size);
    await page.screenshot({ path: join(shots, `${file}-${size.width}-${theme}.png`), fullPage: true });
  }
}
