// The HTML report in a real browser: readable by everyone, on paper and on a phone, with and without scripts.
//
// Goes in: $KVARTAL_REPORT, the page written for samples/2023-q4, and $CHROMIUM, the browser.
// Comes out: one test per promise the page makes. The page is opened from disk, as the nämndsekreterare opens it.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const report = process.env.KVARTAL_REPORT ?? "";
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
const WIDTHS = [1280, 400];
const SCHEMES = ["light", "dark"];
/** What the published report of 2023-Q4 says: reported, executed, closed, open. */
const KEY_FIGURES = ["88", "18", "13", "57"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

let browser;

before(async () => {
  assert.ok(existsSync(report), `KVARTAL_REPORT names no file: "${report}"`);
  assert.ok(existsSync(executablePath), `CHROMIUM names no browser: "${executablePath}"`);
  browser = await chromium.launch({
    executablePath,
    headless: true,
    // Each launch gets a new, empty profile. Nothing may call out, and root in a container has no sandbox.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
});

/** Opens the report and remembers everything it complained about or asked the network for. */
async function open({ width = 1280, colorScheme = "light", javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    javaScriptEnabled,
    locale: "sv-SE",
    offline: true,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asks the network for ${request.url()}`);
  });
  await page.goto(pathToFileURL(report).href, { waitUntil: "load" });
  // What is folded away is part of the page: every promise holds for it too.
  await page.locator("details:not([open])").evaluateAll((all) => all.forEach((it) => it.setAttribute("open", "")));
  return { page, complaints, close: () => context.close() };
}

/** Runs `body` with an open report and always closes it. */
async function withReport(options, body) {
  const opened = await open(options);
  try {
    await body(opened.page, opened.complaints);
  } finally {
    await opened.close();
  }
}

/** Those elements that can be scrolled sideways or downwards by themselves, marked so that they can be found again. */
function markScrollRegions(page) {
  return page.evaluate(() => {
    let count = 0;
    for (const element of document.querySelectorAll("body *")) {
      const style = getComputedStyle(element);
      const scrolls = (overflow, inner, outer) => /auto|scroll/.test(overflow) && inner > outer + 1;
      if (
        scrolls(style.overflowX, element.scrollWidth, element.clientWidth) ||
        scrolls(style.overflowY, element.scrollHeight, element.clientHeight)
      ) {
        element.setAttribute("data-scroll-region", String(count));
        count += 1;
      }
    }
    return count;
  });
}

/** Presses Tab until focus comes back to the document, and returns what was focused, in order. */
async function tabThrough(page) {
  const reached = [];
  for (let press = 0; press < 2000; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      if (element.hasAttribute("data-reached")) return null;
      element.setAttribute("data-reached", "");
      const style = getComputedStyle(element);
      return {
        what: element.outerHTML.slice(0, 120),
        region: element.closest("[data-scroll-region]")?.getAttribute("data-scroll-region") ?? null,
        named: Boolean(element.getAttribute("aria-label") || element.getAttribute("aria-labelledby") || element.textContent?.trim()),
        ring: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
      };
    });
    if (stop === null) break;
    reached.push(stop);
  }
  return reached;
}

describe("the page", () => {
  test("is Swedish, has a title and exactly one main heading", () =>
    withReport({}, async (page) => {
      assert.equal(await page.locator("html").getAttribute("lang"), "sv");
      assert.notEqual((await page.title()).trim(), "");
      assert.equal(await page.locator("h1").count(), 1);
      assert.equal(await page.locator("main").count(), 1);
      assert.equal(await page.evaluate(() => document.characterSet), "UTF-8");
      assert.equal(await page.evaluate(() => document.compatMode), "CSS1Compat", "a doctype is missing");
    }));

  test("shows no text that a broken template or a missing value leaves behind", () =>
    withReport({}, async (page) => {
      const text = await page.locator("body").innerText();
      const leaks = text.match(/\b(?:undefined|NaN|None|null)\b|\bSome\(|\{\{|\}\}|\{%|\uFFFD|Ã[¥¤¶…„–]/g);
      assert.deepEqual(leaks, null);
    }));

  test("has a header cell for every column of every table, and a caption or name for every table", () =>
    withReport({}, async (page) => {
      const faults = await page.evaluate(() =>
        [...document.querySelectorAll("table")].flatMap((table, at) => {
          const name = table.caption?.textContent?.trim() || table.getAttribute("aria-labelledby") || table.getAttribute("aria-label");
          const loose = [...table.querySelectorAll("th")].filter((it) => !it.hasAttribute("scope") && !it.hasAttribute("id"));
          return [
            ...(name ? [] : [`table ${at + 1} has neither caption nor name`]),
            ...(table.querySelector("th") ? [] : [`table ${at + 1} has no header cells`]),
            ...loose.map((it) => `table ${at + 1}: the header "${it.textContent.trim()}" has no scope`),
          ];
        }),
      );
      assert.deepEqual(faults, []);
      assert.ok((await page.locator("table").count()) > 0, "there is no table");
    }));

  test("links only to places that exist on it", () =>
    withReport({}, async (page) => {
      const dead = await page.evaluate(() =>
        [...document.querySelectorAll('a[href^="#"]')]
          .map((it) => decodeURIComponent(it.getAttribute("href").slice(1)))
          .filter((id) => id !== "" && !document.getElementById(id)),
      );
      assert.deepEqual(dead, []);
      const twice = await page.evaluate(() => {
        const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
        return ids.filter((id, at) => ids.indexOf(id) !== at);
      });
      assert.deepEqual(twice, [], "an id is used twice");
    }));

  test("works with scripts switched off", () =>
    withReport({ javaScriptEnabled: false }, async (page) => {
      for (const figure of KEY_FIGURES) {
        assert.ok(await shows(page, figure), `${figure} is not visible`);
      }
      assert.ok((await page.locator("table:visible").count()) > 0, "no table is visible");
    }));

  test("folds nothing away that a keyboard and a screen reader cannot unfold", () =>
    withReport({}, async (page) => {
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("details")].filter((it) => !it.querySelector(":scope > summary")?.textContent.trim()).length,
      );
      assert.equal(nameless, 0, "a folded part has no summary to open it with");
      for (const fold of await page.locator("details").all()) {
        const before = await fold.evaluate((it) => it.open);
        await fold.locator("> summary").press("Enter");
        assert.equal(await fold.evaluate((it) => it.open), !before, "Enter does not fold or unfold");
      }
    }));

  test("is dark for a reader who has asked for dark, and light otherwise", async () => {
    for (const colorScheme of SCHEMES) {
      await withReport({ colorScheme }, async (page) => {
        const brightness = await page.evaluate(() => {
          const [red, green, blue] = getComputedStyle(document.body).color.match(/[\d.]+/g).map(Number);
          return (red + green + blue) / 3;
        });
        // Measured on the text: the ground may be left to the browser, the contrast between them is axe's business.
        assert.equal(brightness > 128, colorScheme === "dark", `the text has brightness ${brightness} in ${colorScheme}`);
      });
    }
  });

  test("prints to PDF with nothing hidden behind a scroll bar", () =>
    withReport({}, async (page) => {
      const pdf = await page.pdf({ format: "A4", landscape: true });
      assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
      assert.ok(pdf.length > 10_000, `the PDF is only ${pdf.length} bytes`);
      // A4 on its side with margins of 1 cm, in CSS pixels.
      await page.setViewportSize({ width: 1047, height: 718 });
      await page.emulateMedia({ media: "print" });
      const clipped = await page.evaluate(() =>
        [...document.querySelectorAll("body *")]
          .filter((it) => {
            const style = getComputedStyle(it);
            return style.overflowX !== "visible" && it.clientWidth > 1 && it.scrollWidth > it.clientWidth + 1;
          })
          .map((it) => it.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(clipped, []);
    }));
});

/** Whether a figure stands alone and visible among the key figures: in no table, where it might be a line number. */
function shows(page, figure) {
  return page.evaluate(
    (wanted) =>
      [...document.querySelectorAll("main *")].some(
        (it) => it.children.length === 0 && it.textContent.trim() === wanted && !it.closest("table, details, svg") && it.checkVisibility(),
      ),
    figure,
  );
}

for (const width of WIDTHS) {
  for (const colorScheme of SCHEMES) {
    describe(`at ${width} px, ${colorScheme}`, () => {
      test("has no accessibility fault that axe can find", () =>
        withReport({ width, colorScheme }, async (page) => {
          const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
          const told = violations.map((it) => `${it.id}: ${it.help}\n  ${it.nodes.slice(0, 5).map((node) => `${node.target}  ${node.failureSummary ?? ""}`).join("\n  ")}`);
          assert.equal(told.length, 0, told.join("\n"));
        }));

      test("shows the key figures, complains of nothing and asks the network for nothing", () =>
        withReport({ width, colorScheme }, async (page, complaints) => {
          for (const figure of KEY_FIGURES) {
            assert.ok(await shows(page, figure), `${figure} is not visible`);
          }
          assert.deepEqual(complaints, []);
        }));

      test("never scrolls sideways as a whole", () =>
        withReport({ width, colorScheme }, async (page) => {
          const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
          assert.ok(inner <= outer, `the page is ${inner} px wide in a window of ${outer} px`);
        }));

      test("lets the keyboard reach every region that scrolls, and shows where the focus is", () =>
        withReport({ width, colorScheme }, async (page) => {
          const regions = await markScrollRegions(page);
          const reached = await tabThrough(page);
          const missed = [...Array(regions).keys()].filter((it) => !reached.some((stop) => stop.region === String(it)));
          const shown = await page.evaluate(
            (ids) => ids.map((id) => document.querySelector(`[data-scroll-region="${id}"]`).outerHTML.slice(0, 120)),
            missed,
          );
          assert.deepEqual(shown, [], "not reachable by keyboard");
          assert.deepEqual(reached.filter((it) => !it.named).map((it) => it.what), [], "focusable but without a name");
          assert.deepEqual(reached.filter((it) => !it.ring).map((it) => it.what), [], "no visible focus");
        }));
    });
  }
}
