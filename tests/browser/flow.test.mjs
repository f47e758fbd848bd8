// A whole quarter as new people live it, in a real browser: from the first invitation to the fixed report.
//
// Goes in: an empty database, SQLite and then PostgreSQL. Comes out: one test per step, in order, each by what is seen on
// the page. Proves: nobody needs more than the letter and the pages, and the figures are those of `kvartal report`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { KOLUMNER, kvartal, letterTo, oneTimeCode, openWindow, startBrowser, startService } from "./service.mjs";
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

    step("what can be chosen is mended in the browser, and becomes the second version", async () => {
      const { page } = people.granhaga;
      await page.getByRole("link", { name: "Rätta här" }).click();
      await page.getByRole("combobox", { name: "Orsak till ej verkställt beslut, rad 3" }).selectOption({ label: "Den enskilde tackat nej" });
      await page.getByRole("combobox", { name: "Orsak till ej verkställt beslut, rad 4" }).selectOption({ label: "Annat skäl" });
      await page.getByRole("checkbox", { name: /^Ta bort raden\s*, .*5/i }).check();
      await page.getByRole("button", { name: "Lämna in som version 2" }).click();
      await page.getByRole("heading", { name: "Cell C6" }).first().waitFor();
      await page.getByText("Vad som har ändrats sedan version 1").waitFor();
    });

    step("what must be mended in the file is mended in the correction copy, and the receipt is of that file", async () => {
      const { page } = people.granhaga;
      const { name, bytes } = await saved(page, () => page.getByRole("link", { name: "Hämta rättningskopian" }).click());
      assert.match(name, /\.xlsx$/);
      const year = service.round.day(-200).slice(0, 4);
      const mended = change(bytes, "C6", `${year}-02-31`, service.round.day(-200));
      await page.getByRole("link", { name: "Lämna in en ny version" }).click();
      await page.getByLabel("Filen med kvartalets beslut").setInputFiles({ ...file(name, ""), buffer: mended });
      await page.getByRole("button", { name: "Lämna in" }).click();
      await page.getByText("Inga fel är kvar.").waitFor();
      await page.getByRole("link", { name: "Kvittens för version 3" }).click();
      const hash = createHash("sha256").update(mended).digest("hex");
      await page.getByRole("heading", { name: "Kvittens" }).waitFor();
      const shown = (await page.getByRole("main").innerText()).replace(/\s/g, "");
      assert.ok(shown.includes(hash), "the receipt does not show the check sum of the file");
      const receipt = await saved(page, () => page.getByRole("link", { name: "Hämta kvittensen som fil" }).click());
      assert.ok(receipt.bytes.toString("utf8").includes(hash));
    });

    step("a question is answered in place, and an empty answer is refused where it stands", async () => {
      const { page } = people.granhaga;
      await page.getByRole("link", { name: "Läs svaret" }).click();
      const question = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "Cell H8" }) });
      const answer = question.getByRole("button", { name: /^Svara\s*, rad 8$/ });
      await answer.click();
      await page.getByRole("alert").getByText(SUMMARY).waitFor();
      await question.getByLabel("Ditt svar").fill("Beslutet upphörde när personen flyttade.");
      await answer.click();
      await page.getByText("Svaret är sparat.").waitFor();
      await page.getByRole("heading", { name: "Alla frågor är besvarade" }).waitFor();
    });

    step("who has a case since last quarter cannot answer that there is nothing, and gets the list", async () => {
      const page = await invite("sjovik", "Siv Lund", "siv@sjovik.example.org", "Utförare", "Sjöviks Omsorg AB");
      await page.getByRole("link", { name: "Inget att rapportera" }).click();
      await page.getByRole("heading", { name: "Det går inte att svara så än" }).waitFor();
      await page.getByText(service.round.day(-260)).waitFor();
      assert.equal(await page.getByRole("checkbox").count(), 0);
      await page.getByRole("link", { name: "Tillbaka" }).click();
      await page.getByRole("link", { name: "Lämna in fil" }).click();
      const sheet = `${KOLUMNER}\n1;Kvinna;${service.round.day(-260)};;LSS;9§5 avlösarservice;${service.round.day(-30)};;\n`;
      await page.getByLabel("Filen med kvartalets beslut").setInputFiles(file("sjovik.csv", sheet));
      await page.getByRole("button", { name: "Lämna in" }).click();
      await page.getByRole("heading", { name: "Ingenting att anmärka på" }).waitFor();
    });

    step("who has nothing says so, and gets a receipt", async () => {
      const page = await invite("ekliden", "Eva Ros", "eva@ekliden.example.org", "Utförare", "Eklidens Stöd AB");
      await page.getByRole("link", { name: "Inget att rapportera" }).click();
      const answer = page.getByRole("button", { name: "Svara ”Inget att rapportera”" });
      await answer.click();
      await page.getByRole("alert").getByText(SUMMARY).waitFor();
      await page.getByRole("checkbox", { name: "Jag, Eva Ros, har kontrollerat" }).check();
      await answer.click();
      await page.getByRole("main").getByRole("link", { name: /Kvittens|Läs svaret/ }).first().click();
      await page.getByText("Inget att rapportera").first().waitFor();
    });

    /** Opens the review of an utförare from the board. */
    async function review(name) {
      const { page } = people.handlaggare;
      await page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link", { name: "Översikt" }).click();
      await page.getByRole("link", { name }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      return page;
    }

    step("a handläggare sees who has answered, and leaves out a row with a reason", async () => {
      await invite("handlaggare", "Hanna Ek", "hanna@provstad.example.org", "Handläggare");
      await people.handlaggare.page.getByRole("row", { name: /Granhaga.*Ska granskas/s }).waitFor();
      await people.handlaggare.page.getByRole("row", { name: /Ekliden.*Ska granskas/s }).waitFor();
      const page = await review("Granhaga Assistans AB");
      await page.getByText("Beslutet upphörde när personen flyttade.").first().waitFor();
      await page.getByRole("link", { name: "Visa alla 6 rader" }).click();
      const row = page.getByRole("region", { name: /^Rad 2 / });
      await row.getByRole("radio", { name: "Undanta" }).check();
      await row.getByLabel("Skäl eller fråga").fill("Beslutet hör till en annan kommun.");
      await page.getByRole("button", { name: "Spara besluten" }).click();
      await page.getByText("1 rad är avgjord.").waitFor();
    });

    step("a completion is asked for, answered by the utförare and closed", async () => {
      const page = await review("Granhaga Assistans AB");
      await page.getByRole("link", { name: "Begär komplettering" }).click();
      await page.getByLabel("Vad behöver du veta?").fill("Vad har erbjudits i ärende 3?");
      await page.getByLabel("Sista dag att svara").fill(service.round.due);
      await page.getByRole("button", { name: "Begär komplettering" }).click();
      await page.getByText("Vad har erbjudits i ärende 3?").first().waitFor();

      const asked = await letterTo(service, "rapport@granhaga.example.org", "behöver en komplettering");
      assert.ok(!asked.includes("erbjudits"), "the letter tells what only those who sign in may read");
      const utforare = people.granhaga.page;
      await utforare.goto(asked.match(/http:\/\/[\d.:]+\/komplettering\/[\w-]+/)[0]);
      await utforare.getByText("Vad har erbjudits i ärende 3?").first().waitFor();
      await utforare.goto("/");
      await utforare.getByText("svara senast").waitFor();
      await utforare.getByRole("listitem").filter({ hasText: "Ledsagarservice" }).getByRole("link", { name: /erbjudits|omplettering/ }).first().click();
      await utforare.getByLabel("Ert svar").fill("Vi erbjöd plats den 3 maj. Den enskilde tackade nej.");
      await utforare.getByRole("button", { name: "Skicka svaret" }).click();
      await utforare.getByText("Vi erbjöd plats den 3 maj.").first().waitFor();

      await page.reload();
      await page.getByText("Vi erbjöd plats den 3 maj.").first().waitFor();
      await page.getByRole("button", { name: "Avsluta kompletteringen" }).click();
      await page.getByText("Kompletteringen är avslutad.").waitFor();
    });

    step("each answer is accepted, and the report has them", async () => {
      for (const [name, version] of [["Granhaga Assistans AB", 3], ["Sjöviks Omsorg AB", 1], ["Eklidens Stöd AB", 1]]) {
        const page = await review(name);
        await page.getByRole("button", { name: `Godkänn version ${version}` }).click();
        await page.getByText("Svaret är godkänt.").waitFor();
      }
    });

    step("a handläggare sets another grade with its reason, and sends the feedback", async () => {
      const page = await review("Granhaga Assistans AB");
      await page.getByRole("link", { name: "Betyg och återkoppling" }).click();
      await page.getByRole("radio", { name: "OK rapportering", exact: true }).check();
      await page.getByRole("button", { name: "Spara", exact: true }).click();
      await page.getByRole("alert").getByText(SUMMARY).waitFor();
      assert.ok(await page.getByRole("radio", { name: "OK rapportering", exact: true }).isChecked(), "the choice was lost");
      await page.getByLabel("Skäl").fill("Felen rättades samma dag.");
      await page.getByLabel("Återkoppling till utföraren").fill("Tack för snabb rättning. Välj en orsak för varje öppet ärende.");
      await page.getByRole("button", { name: "Spara och skicka återkopplingen" }).click();
      await page.getByRole("status").first().waitFor();
      const sent = await letterTo(service, "rapport@granhaga.example.org", "har lämnat återkoppling");
      const utforare = people.granhaga.page;
      await utforare.goto(sent.match(/http:\/\/[\d.:]+\/inlamning\/[\w-]+/)[0]);
      await utforare.getByText("Tack för snabb rättning.").waitFor();
      await utforare.getByText("Felen rättades samma dag.").first().waitFor();
    });

    step("the samordnare fixes the quarter, and its figures are those of kvartal report on the same files", async () => {
      const page = await invite("samordnare", "Samira Lindgren", "samira@provstad.example.org", "Samordnare");
      await page.getByRole("navigation", { name: "Huvudmeny" }).getByRole("link", { name: "Rapport" }).click();
      await page.getByRole("button", { name: /^Fastställ kvartal/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: /^Fastställ kvartal/ }).click();
      await page.getByRole("heading", { name: "Fastställd" }).waitFor();
      const { bytes } = await saved(page, () => page.getByRole("link", { name: "JSON" }).click());
      const fixed = JSON.parse(bytes.toString("utf8"));
      const again = await sameByCommandLine();
      const figures = (it) => ({
        totals: it.totals,
        causes: it.causes,
        by_insats: it.by_insats,
        reconciliation: it.reconciliation,
        quality: it.quality.map(({ utforare, grade, text, marks, suggested_grade: suggested, late, reminders }) => ({ utforare, grade, text, marks, suggested, late, reminders })),
        excluded: it.excluded.map((row) => [row.row, row.reason]),
      });
      assert.deepEqual(figures(fixed), figures(again));
      // Granhaga: 6 rows of which one is left out. Sjövik: 1. And nothing is open there any more.
      assert.equal(fixed.totals.reported, 6);
      assert.equal(fixed.totals.executed, 2);
      assert.equal(fixed.totals.closed, 1);
      assert.equal(fixed.totals.open, 3);
    });

    /** The files that came in, put in a round folder as one did before there was a service. */
    async function sameByCommandLine() {
      const out = join(service.folder, "export");
      await kvartal(["export", "--out", out, "--databas", service.database]);
      const list = JSON.parse(await readFile(join(out, "lista.json"), "utf8"));
      const folder = join(service.folder, "samma");
      await mkdir(folder);
      await writeFile(join(folder, "forra-rapporten.json"), await readFile(join(service.round.folder, "forra-rapporten.json")));
      let round = service.round.start;
      const sent = list.filter((it) => it.utforare && it.mottagen);
      assert.equal(sent.length, 4);
      const key = (it) => service.round.start.match(new RegExp(`id = "(\\w+)"\nnamn = "${it.utforare}"`))?.[1] ?? it.utforare;
      for (const it of sent) {
        await writeFile(join(folder, it.namn), await readFile(join(out, it.fil)));
        round += `\n[[inlamning]]\nutforare = ${JSON.stringify(key(it))}\nfil = ${JSON.stringify(it.namn)}\nmottagen = ${it.mottagen}\n`;
      }
      const now = new Date().toISOString();
      const last = sent.filter((it) => key(it) === "granhaga").at(-1).namn;
      round += `
[[inlamning]]
utforare = "ekliden"
inget_att_rapportera = true
mottagen = ${now}

[[granskning]]
utforare = "granhaga"
fil = ${JSON.stringify(last)}
rad = 2
beslut = "undanta"
skal = "Beslutet hör till en annan kommun."

[[komplettering]]
utforare = "granhaga"
begard = ${now.slice(0, 10)}
besvarad = ${now.slice(0, 10)}
senast = ${service.round.due}
text = "Vad har erbjudits i ärende 3?"

[[betyg]]
utforare = "granhaga"
betyg = "ok"
skal = "Felen rättades samma dag."
`;
      await writeFile(join(folder, "omgang.toml"), round);
      await kvartal(["report", folder, "--out", folder, "--format", "json"]);
      return JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    }

    step("no page asked another machine, and none complained in the console", () => {
      assert.deepEqual(windows.flatMap((it) => it.complaints), []);
    });
  });
}
