// Every letter as a mail program that draws pages shows it: contrast in light and in dark, a phone's width, a language.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { axe, openWindow, overflow, startBrowser, startDemo } from "./service.mjs";

describe("every letter", () => {
  let browser, service, window, letters;
  before(async () => {
    browser = await startBrowser();
    service = await startDemo();
    window = await openWindow(browser, service, { width: 360 });
    const { page } = window;
    await page.goto("/prova");
    await page.getByRole("button", { name: "Samira Lindgren" }).first().click();
    await page.waitForURL((it) => it.pathname !== "/prova");
    await page.goto("/kvartal/2023-Q4/paminnelser");
    const links = page.locator("main li a[href*='/paminnelser/']");
    letters = await links.evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
  });

  test("is among those that can be looked at", () => assert.ok(letters.length >= 21, letters.join(" ")));

  for (const colorScheme of ["light", "dark"]) {
    test(`can be read in ${colorScheme}, on a phone and on a desk`, async () => {
      const { page, complaints } = window;
      await page.emulateMedia({ colorScheme });
      for (const letter of letters) {
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 700 });
          await page.goto(`${letter}/brev`);
          // The ground is the browser's own, which the scan takes for white unless it is said.
          await page.evaluate(() => (document.documentElement.style.background = "Canvas"));
          const name = `${letter}, ${width}, ${colorScheme}`;
          // A letter is no page of a site: it has no landmarks, and its heading is the subject.
          const found = (await axe(page)).filter((it) => !/^(landmark-one-main|page-has-heading-one|region):/.test(it));
          assert.deepEqual(found, [], name);
          assert.deepEqual(await overflow(page), [], name);
          const seen = await page.evaluate(() => {
            const ground = getComputedStyle(document.documentElement).colorScheme;
            return { lang: document.documentElement.lang, ground, images: document.images.length };
          });
          assert.deepEqual(seen, { lang: "sv", ground: "light dark", images: 0 }, name);
        }
      }
      assert.deepEqual(complaints.splice(0), []);
    });
  }
});
