// The main work of each role done twice: with nothing but a keyboard, and in a browser that runs no script.
//
// Goes in: the sample kommun's service, one for each way. Comes out: one test per role and way. Proves: everything can be
// reached with Tab and pressed with Enter, Space and arrows, one always sees where one is, menus and questions close with
// Escape; and nothing needs the script.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { look } from "./look.mjs";
import { KOLUMNER, openWindow, startBrowser, startDemo } from "./service.mjs";

/** More steps than any page has between its start and the thing sought. */
const MOST_TABS = 250;

/** What Tallåsen hands in: a case without a cause, and one that was closed without a reason. */
const SHEET = {
  name: "tallasen.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(
    [KOLUMNER, "1;Kvinna;2023-06-05;;LSS;9§3 ledsagarservice;;;", "2;Man;2023-05-02;;LSS;9§3 ledsagarservice;;2023-11-14;", ""].join("\n"),
  ),
};

/** Where focus is, and whether one sees it. */
const focus = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    const style = getComputedStyle(it);
    const box = it.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { what: it.outerHTML.slice(0, 120), seen: inside && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, body: it === document.body };
  });

/** Hands that have only a keyboard. */
class Keyboard {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
  }

  /** Tab by Tab, from wherever one is. Every stop must be seen. */
  async reach(target) {
    await target.waitFor();
    for (let step = 0; step < MOST_TABS; step++) {
      // Looked up each time: a region that refreshes itself is put anew.
      if (await target.evaluate((it) => it === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
      const { what, seen, body } = await focus(this.page);
      // Past the last thing the browser itself has its turn.
      assert.ok(seen || body, `focus is not seen on ${what} at ${this.page.url()}`);
    }
    assert.fail(`Tab never comes to ${target} at ${this.page.url()}`);
  }

  async press(target, key = "Enter") {
    await this.reach(target);
    await this.page.keyboard.press(key);
  }

  async type(target, text) {
    await this.reach(target);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  tick(target) {
    return this.press(target, "Space");
  }

  /** Tab comes to one radio button of a group; the arrows choose among them. */
  async choose(group, name) {
    const wanted = group.getByRole("radio", { name, exact: true });
    const first = group.getByRole("radio", { checked: true });
    await this.reach((await first.count()) ? first : group.getByRole("radio").first());
    for (let step = 0; step < 10 && !(await wanted.isChecked()); step++) await this.page.keyboard.press("ArrowDown");
    assert.ok(await wanted.isChecked(), `the arrows never come to ${name}`);
  }

  async select(list, label) {
    await this.reach(list);
    await this.page.keyboard.type(label.slice(0, 12));
    assert.equal(await list.evaluate((it) => it.selectedOptions[0].label), label);
  }

  async file(input, file) {
    await this.reach(input);
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.page.keyboard.press("Space")]);
    await chooser.setFiles(file);
  }

  /** A question that is first closed with Escape, which leads back to its button, and then answered. */
  async sure(button) {
    await this.press(button);
    await this.page.getByRole("dialog").waitFor();
    await this.page.keyboard.press("Escape");
    await this.page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await button.evaluate((it) => it === document.activeElement), "Escape does not lead back to the button");
    await this.page.keyboard.press("Enter");
    await this.press(this.page.getByRole("dialog").getByRole("button").first());
  }

  async menu(name) {
    const summary = this.page.locator("details.menu > summary").filter({ hasText: name });
    await this.press(summary);
    await this.page.getByRole("link", { name: "Ditt konto" }).waitFor();
    await this.page.keyboard.press("Tab");
    await this.page.keyboard.press("Escape");
    await this.page.getByRole("link", { name: "Ditt konto" }).waitFor({ state: "hidden" });
    assert.ok(await summary.evaluate((it) => it === document.activeElement), "Escape does not lead back to the menu");
  }

  async sound(name) {
    assert.equal(await this.page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count(), 0, "an order of its own for Tab");
    await look(this.page, name);
  }
}

/** Hands with a pointer, in a browser that runs no script. */
class WithoutScript {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
  }
  press = (target) => target.click();
  type = (target, text) => target.fill(text);
  tick = (target) => target.check();
  choose = (group, name) => group.getByRole("radio", { name, exact: true }).check();
  select = (list, label) => list.selectOption({ label });
  file = (input, file) => input.setInputFiles(file);
  sure = (button) => button.click();
  async menu(name) {
    const summary = this.page.locator("details.menu > summary").filter({ hasText: name });
    await summary.click();
    await this.page.getByRole("link", { name: "Ditt konto" }).waitFor();
    await summary.click();
  }
  sound() {}
}

for (const [way, Hands, settings] of [
  ["with the keyboard alone", Keyboard, {}],
  ["without script", WithoutScript, { javaScriptEnabled: false }],
]) {
  describe(way, { concurrency: 2 }, () => {
    let browser, service;
    before(async () => {
      browser = await startBrowser();
      service = await startDemo();
    });
    after(async () => {
      await browser?.close();
      await service?.stop();
    });

    /** One person's work, from the first page on. */
    const work = (title, name, body) =>
      test(title, async () => {
        const { page, complaints, close } = await openWindow(browser, service, settings);
        const hands = new Hands(page);
        await page.goto("/prova");
        await hands.press(page.getByRole("button", { name }).first());
        const main = page.getByRole("main");
        const link = (name) => main.getByRole("link", { name }).first();
        const button = (name) => main.getByRole("button", { name }).first();
        await body({ page, hands, main, link, button });
        assert.deepEqual(complaints, []);
        await close();
      });

    work("an utförare says that there is nothing, hands in a file after all, mends it and answers a question", "Rapportör, Tallåsens", async ({ page, hands, main, link, button }) => {
      await hands.press(link(/^Inget att rapportera/));
      await hands.tick(main.getByRole("checkbox"));
      await hands.press(button("Svara ”Inget att rapportera”"));
      await main.getByRole("heading", { level: 1, name: "Kvittens" }).waitFor();
      await hands.press(page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link").first());
      await hands.press(link(/^Lämna in fil/));
      await hands.file(page.getByLabel("Filen med kvartalets beslut"), SHEET);
      await hands.press(button("Lämna in"));
      await main.getByRole("heading", { name: "Anmärkningar", exact: true }).waitFor();
      await hands.sound("utforare /version/{id}, put in place of the form");
      await hands.press(link("Rätta här"));
      await hands.select(main.getByRole("combobox", { name: "Orsak till ej verkställt beslut, rad 2" }), "Den enskilde tackat nej");
      await hands.press(button(/^Lämna in som version/));
      await main.getByText(/^Vad som har ändrats sedan version/).waitFor();
      await hands.type(main.getByLabel("Ditt svar").first(), "Personen flyttade till en annan kommun.");
      await hands.press(button(/^Svara\s*, rad/));
      await page.getByText("Svaret är sparat.").waitFor();
      await hands.press(link(/^Kvittens/));
      await main.getByRole("heading", { name: "Kvittens" }).waitFor();
    });

    work("a handläggare finds an utförare, leaves out a row, asks, grades and sends", "Hanna Ek", async ({ page, hands, main, link, button }) => {
      await main.getByRole("heading", { name: "Kvartal 4 2023" }).waitFor();
      await hands.menu("Hanna Ek");
      await hands.type(main.getByLabel("Sök utförare"), "almvik");
      if (settings.javaScriptEnabled === false) await hands.press(button("Visa"));
      await main.getByText(/^(Visar 1 av 22 rader|1 rader?)$/).waitFor();
      await hands.press(link("Almvik Omvårdnad AB"));
      await main.getByRole("heading", { level: 1, name: "Almvik Omvårdnad AB" }).waitFor();
      const row = main.getByRole("region", { name: /^Rad 4 / });
      await hands.choose(row, "Undanta");
      await hands.type(row.getByLabel("Skäl eller fråga"), "Beslutet hör till en annan kommun.");
      await hands.press(button("Spara besluten"));
      await page.getByText("1 rad är avgjord.").waitFor();
      await hands.press(link("Begär komplettering"));
      await hands.type(main.getByLabel("Vad behöver du veta?"), "Vilken dag gäller på rad 4?");
      await hands.type(main.getByLabel("Sista dag att svara"), "2024-01-29");
      await hands.press(button("Begär komplettering"));
      await main.getByText("Vilken dag gäller på rad 4?").first().waitFor();
      await hands.press(page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link", { name: "Översikt" }));
      await hands.press(link("Almvik Omvårdnad AB"));
      await hands.press(link("Betyg och återkoppling"));
      await hands.choose(main.getByRole("group", { name: "Betyg" }), "Bristande rapportering");
      await hands.type(main.getByLabel("Skäl", { exact: true }), "Flera datum går inte att läsa.");
      await hands.press(button("Spara och skicka återkopplingen"));
      await page.getByRole("status").first().waitFor();
      await main.getByText("Flera datum går inte att läsa.").first().waitFor();
    });

    work("a samordnare unlocks a fixed quarter and fixes it again", "Samira Lindgren", async ({ page, hands, main, button }) => {
      await main.getByRole("heading", { name: "Kvartal 4 2023" }).waitFor();
      await page.goto("/kvartal/2023-Q3/rapport");
      await hands.press(main.locator("summary").filter({ hasText: "Lås upp rapporten" }));
      await hands.type(main.getByLabel("Varför låses rapporten upp?"), "Ett ärende hade räknats dubbelt.");
      await hands.press(button("Lås upp"));
      await button(/^Fastställ kvartal/).waitFor();
      await hands.sound("samordnare /kvartal/{kvartal}/rapport, unlocked");
      await hands.sure(button(/^Fastställ kvartal/));
      await main.getByRole("heading", { name: "Fastställd", exact: true }).waitFor();
    });
  });
}
