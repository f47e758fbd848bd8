// Every page of the service, for each role that may open it and in the states it can be in: what look.mjs asks of a page.
//
// Goes in: the sample kommun's service, and the program's own tables of routes and acts. Comes out: one test per page, role and
// state. Proves: no page is forgotten; each is sound in both themes, on a desk and on a phone.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";

import { allowed, DARK_ON_A_DESK, LIGHT_ON_A_PHONE, look, routes } from "./look.mjs";
import { oneTimeCode, openWindow, startBrowser, startDemo, until } from "./service.mjs";

const SAMPLES = resolve(import.meta.dirname, "../../samples");
const PASSWORD = "korall tröskel mandel fyrbåk";
const MAIL = "vera.blom@exempelstad.example.org";

/** What is read but is no page, and why. */
const NO_PAGE = [
  [/^\/(healthz|readyz|metrics|robots\.txt)$/, "for machines"],
  [/^\/api\//, "for machines; the document of the API has its own test"],
  [/\.(css|js|svg)$/, "what the pages are made of"],
  [/^\/$|^\/logga-in\/(fortsatt|extern|oidc\/svar)$/, "only leads on to another page"],
  [/\/(rapport|handlingar|handlingar\/oppna-data)\/\{fil\}$|\/rapport\/version\/|\.(txt|xlsx|ics|docx)$|\/\{(steg|id)\}\/brev(\.eml)?$|\/(original|rattningskopia|mall)(\/\{nr\})?$/, "a file"],
];
/** The same for every role, and looked at as one of them. */
const SAME_FOR_ALL = ["/regler", "/byt-uppdrag", "/utkast", "/konto", "/konto/losenord", "/konto/reservkoder", "/konto/tvasteg"];

let browser, service;
/** Where things are: filings of this quarter and the last by utförare, versions, completions, links, codes. */
const at = { now: {}, past: {}, version: {}, ask: {} };

/** Sends the form that holds a button past the browser's own checks, and waits for the page that says what is wrong. */
async function refused(page, button, fill = {}) {
  await page.evaluate(() => [...document.forms].forEach((it) => (it.noValidate = true)));
  for (const [label, text] of Object.entries(fill)) await page.getByLabel(label, { exact: true }).first().fill(text);
  await page.getByRole("button", { name: button }).first().click();
  await page.locator("main .message.fel").first().waitFor();
}
/** Opens a page and sends one of its forms with nothing, or with what is wrong, in it. */
const wrong = (address, button, fill) => async (page) => {
  await page.goto(address());
  await refused(page, button, fill);
};

/** Opens the newest letter of a list. */
const letter = (address, link) => async (page) => {
  await page.goto(address());
  await page.locator(link).first().click();
  await page.locator("pre.letter").waitFor();
};

// ------------------------------------------------------------------------------------------- who sees what, in which state
// [address in the table of routes, state, how to come there: an address, or what to do on the page]

const NOBODY = [
  ["/prova", "", () => "/prova"],
  ["/hjalp", "", () => "/hjalp"],
  ["/tillganglighet", "", () => "/tillganglighet"],
  ["/om-breven", "", () => "/om-breven"],
  ["/logga-in", "", () => "/logga-in"],
  ["/logga-in", "a wrong password", wrong(() => "/logga-in", "Logga in", { "E-postadress": "okand@exempelstad.example.org", Lösenord: "fel" })],
  ["/glomt-losenord", "", () => "/glomt-losenord"],
  ["/glomt-losenord", "no address", wrong(() => "/glomt-losenord", "Skicka länken", { "E-postadress": "karin" })],
  ["/glomt-losenord", "sent", async (page) => {
    await page.goto("/glomt-losenord");
    await page.getByLabel("E-postadress").fill("okand@exempelstad.example.org");
    await page.getByRole("button", { name: "Skicka länken" }).click();
    await page.getByRole("heading", { name: "Titta i din e-post" }).waitFor();
  }],
  ["/valj-losenord/{nyckel}", "a link that is no good", () => "/valj-losenord/finns-inte"],
  ["/valj-losenord/{nyckel}", "the link of an invitation", () => at.link],
  ["/valj-losenord/{nyckel}", "two passwords that differ", wrong(() => at.link, "Spara lösenordet", { "Nytt lösenord": PASSWORD, "Samma lösenord igen": "något annat" })],
  ["/logga-in/tvasteg", "", async (page) => {
    await page.goto(at.link);
    await page.getByLabel("Nytt lösenord").fill(PASSWORD);
    await page.getByLabel("Samma lösenord igen").fill(PASSWORD);
    await page.getByRole("button", { name: "Spara lösenordet" }).click();
    await page.getByRole("heading", { name: "Sätt upp tvåstegsinloggning" }).waitFor();
  }],
  ["/logga-in/tvasteg", "a wrong code", (page) => refused(page, "Slå på", { "Kod, sex siffror": "12" })],
  ["/logga-in/tvasteg", "the recovery codes", async (page) => {
    await page.getByText("Jag kan inte läsa av bilden").click();
    const key = await page.getByRole("code").first().innerText();
    await page.getByLabel("Kod, sex siffror").fill(oneTimeCode(key, service.clock()));
    await page.getByRole("button", { name: "Slå på" }).click();
    await page.getByRole("heading", { name: "Spara dina reservkoder" }).waitFor();
    at.codes = (await page.getByRole("main").getByRole("code").allInnerTexts()).map((it) => it.trim());
  }],
  ["/logga-in/valj", "", async (page) => {
    await page.getByRole("link", { name: "Jag har sparat koderna" }).click();
    await page.waitForURL("**/logga-in/valj");
  }],
  // From here on the person is in: with a password, unlike the people of the sample.
  ["/konto", "with a password", async (page) => {
    await page.getByRole("button", { name: /Handläggare/ }).click();
    await page.goto("/konto");
  }],
  ["/byt-uppdrag", "", () => "/byt-uppdrag"],
  ["/konto/losenord", "", () => "/konto/losenord"],
  ["/konto/losenord", "a wrong password", wrong(() => "/konto/losenord", "Byt lösenord", { "Lösenordet du har nu": "fel", "Nytt lösenord": "ett helt nytt lösenord", "Samma lösenord igen": "ett helt nytt lösenord" })],
  ["/konto/reservkoder", "", () => "/konto/reservkoder"],
  ["/konto/reservkoder", "a wrong password", wrong(() => "/konto/reservkoder", "Skapa nya koder", { "Ditt lösenord": "fel" })],
  ["/konto/tvasteg", "", () => "/konto/tvasteg"],
  ["/konto/tvasteg", "a wrong code", wrong(() => "/konto/tvasteg", "Slå på", { "Kod, sex siffror": "1" })],
  ["/logga-in/kod", "", async (page) => {
    // What is typed when the session has ended is kept: see /utkast.
    await page.goto(`/granska/${at.now.Havtorns}/fraga`);
    await page.getByLabel("Vad behöver du veta?").fill("Vilket datum gäller för rad 4?");
    await page.getByLabel("Sista dag att svara").fill("2024-01-29");
    const other = await openWindow(browser, service);
    await signIn(other.page);
    await other.page.getByRole("link", { name: /reservkod/ }).or(other.page.getByText("Jag har inte min telefon")).first().click();
    await other.page.getByLabel("Reservkod").fill(at.codes[0]);
    await other.page.getByRole("button", { name: "Använd reservkoden" }).click();
    await other.page.getByRole("button", { name: /Handläggare/ }).click();
    await other.page.goto("/konto");
    await other.page.getByRole("button", { name: "Logga ut alla andra enheter" }).click();
    await other.page.getByText("Du är utloggad på alla andra enheter.").waitFor();
    await other.close();
    await page.getByRole("button", { name: "Begär komplettering" }).click();
    await page.waitForURL("**/prova");
    await signIn(page);
  }],
  ["/logga-in/kod", "a wrong code", (page) => refused(page, "Fortsätt", { "Kod, sex siffror": "000000" })],
  ["/logga-in/kod", "a wrong recovery code", async (page) => {
    await page.getByText("Jag har inte min telefon").click();
    await refused(page, "Använd reservkoden", { Reservkod: "fel" });
  }],
  ["/utkast", "", async (page) => {
    await page.getByLabel("Reservkod").fill(at.codes[1]);
    await page.getByRole("button", { name: "Använd reservkoden" }).click();
    await page.getByRole("button", { name: /Handläggare/ }).click();
    await page.waitForURL("**/utkast");
  }],
];

async function signIn(page, address = "/logga-in") {
  await page.goto(address);
  await page.getByLabel("E-postadress").fill(MAIL);
  await page.getByLabel("Lösenord").fill(PASSWORD);
  await page.getByRole("button", { name: "Logga in" }).click();
  await page.getByLabel("Kod, sex siffror").waitFor();
}

const version = (name) => () => `/version/${at.version[name]}`;
/** What everybody of the nämnd sees. What they may do there differs, and is in the lists after it. */
const NAMND = [
  ["/kvartal/{kvartal}", "", () => "/kvartal/2023-Q4"],
  ["/kvartal/{kvartal}/rapport", "", () => "/kvartal/2023-Q4/rapport"],
  ["/kvartal/{kvartal}/rapport/arenden", "", () => "/kvartal/2023-Q4/rapport/arenden?insats=ledsagarservice"],
  ["/kvartal/{kvartal}/rapport/siffra", "", () => "/kvartal/2023-Q4/rapport/siffra?vag=by_insats.ledsagarservice.open&visa=mottaget"],
  ["/kvartal/{kvartal}/underlag", "", () => "/kvartal/2023-Q4/underlag"],
  ["/kvartal/{kvartal}/handlingar", "", () => "/kvartal/2023-Q4/handlingar"],
  ["/kvartal/{kvartal}/handlingar/texter/{handling}", "", () => "/kvartal/2023-Q4/handlingar/texter/namndens-rapport"],
  ["/kvartal/{kvartal}/handlingar/uppgifter", "", () => "/kvartal/2023-Q4/handlingar/uppgifter"],
  ["/kvartal/{kvartal}/handlingar/atgarder", "", () => "/kvartal/2023-Q4/handlingar/atgarder"],
  ["/kvartal/{kvartal}/handlingar/ivo/skickat", "", () => "/kvartal/2023-Q4/handlingar/ivo/skickat"],
  ["/utforare", "", () => "/utforare"],
  ["/utforare/{nyckel}", "", () => "/utforare/almvik"],
  ["/granska/{filing}", "", () => `/granska/${at.now.Almvik}`],
  ["/granska/{filing}/tid", "reminded", () => `/granska/${at.now.Tallåsens}/tid`],
  ["/granska/{filing}/brev/{id}", "", letter(() => `/granska/${at.now.Almvik}/tid`, "ol.timeline a[href*='/brev/']")],
  ["/kvartal/{kvartal}/paminnelser", "", () => "/kvartal/2023-Q4/paminnelser"],
  ["/kvartal/{kvartal}/paminnelser/{steg}", "", () => "/kvartal/2023-Q4/paminnelser/paminnelse_2"],
  ["/betyg/{filing}", "sent, with a comment", () => `/betyg/${at.now.Almvik}`],
  ["/komplettering/{id}", "not answered", () => `/komplettering/${at.ask.open}`],
  ["/inlamning/{id}", "", () => `/inlamning/${at.now.Almvik}`],
  ["/version/{id}", "", version("Almvik")],
  ["/version/{id}/kvittens", "", () => `/version/${at.version.Almvik}/kvittens`],
];

/** The states in which all of the nämnd see the same. */
const STATES = [
  ["/regler", "", () => "/regler"],
  ["/kvartal/{kvartal}", "fixed", () => "/kvartal/2023-Q3"],
  ["/kvartal/{kvartal}", "before anything has come", () => "/kvartal/2024-Q1"],
  ["/kvartal/{kvartal}", "filtered to nothing", () => "/kvartal/2023-Q4?q=finnsinte"],
  ["/kvartal/{kvartal}/rapport", "all that came", () => "/kvartal/2023-Q4/rapport?visa=mottaget"],
  ["/kvartal/{kvartal}/rapport", "before anything has come", () => "/kvartal/2024-Q1/rapport"],
  ["/kvartal/{kvartal}/rapport/arenden", "none", () => "/kvartal/2024-Q1/rapport/arenden"],
  ["/kvartal/{kvartal}/rapport/siffra", "one case, cell for cell", () => "/kvartal/2023-Q3/rapport/siffra?vag=lines.1.days"],
  ["/kvartal/{kvartal}/rapport/siffra", "uppdrag", () => "/kvartal/2023-Q4/rapport/siffra?vag=quality%5Breported%3Dtrue%5D"],
  ["/kvartal/{kvartal}/rapport/siffra", "none asked for", () => "/kvartal/2023-Q4/rapport/siffra"],
  ["/kvartal/{kvartal}/rapport/siffra", "one that is not there", () => "/kvartal/2023-Q4/rapport/siffra?vag=totals.opne"],
  ["/kvartal/{kvartal}/underlag", "none", () => "/kvartal/2024-Q1/underlag"],
  ["/kvartal/{kvartal}/handlingar", "fixed", () => "/kvartal/2023-Q3/handlingar"],
  ["/kvartal/{kvartal}/handlingar", "before anything has come", () => "/kvartal/2024-Q1/handlingar"],
  ["/kvartal/{kvartal}/handlingar/texter/{handling}", "fixed and public", () => "/kvartal/2023-Q3/handlingar/texter/statistikrapport"],
  ["/kvartal/{kvartal}/handlingar/uppgifter", "fixed", () => "/kvartal/2023-Q3/handlingar/uppgifter"],
  ["/kvartal/{kvartal}/handlingar/atgarder", "fixed", () => "/kvartal/2023-Q3/handlingar/atgarder"],
  ["/kvartal/{kvartal}/handlingar/atgarder", "the quarter after", () => "/kvartal/2024-Q1/handlingar/atgarder"],
  ["/kvartal/{kvartal}/handlingar/ivo/skickat", "none", () => "/kvartal/2024-Q1/handlingar/ivo/skickat"],
  ["/granska/{filing}", "two versions", () => `/granska/${at.now.Exempelstads}`],
  ["/granska/{filing}", "nothing came", () => `/granska/${at.now.Tallåsens}`],
  ["/granska/{filing}", "nothing to report", () => `/granska/${at.now.Björkhaga}`],
  ["/granska/{filing}", "cannot be read", () => `/granska/${at.now.Konvojens}`],
  ["/granska/{filing}", "stopped", () => `/granska/${at.now.Nyponbackens}`],
  ["/granska/{filing}", "of a fixed quarter", () => `/granska/${at.past.Almvik}`],
  ["/granska/{filing}/tid", "of a fixed quarter", () => `/granska/${at.past.Almvik}/tid`],
  ["/betyg/{filing}", "", () => `/betyg/${at.now.Stenbackens}`],
  ["/betyg/{filing}", "of a fixed quarter", () => `/betyg/${at.past.Almvik}`],
  ["/komplettering/{id}", "answered", () => `/komplettering/${at.ask.answered}`],
  ["/komplettering/{id}", "closed", () => `/komplettering/${at.ask.closed}`],
  ["/version/{id}", "stopped", version("Nyponbackens")],
];

const ASKING = ["/granska/{filing}/fraga", "", () => `/granska/${at.now.Almvik}/fraga`];
const DECIDING = [
  ASKING,
  ["/granska/{filing}", "a row left out without a reason", async (page) => {
    await page.goto(`/granska/${at.now.Almvik}?visa=alla`);
    await page.getByRole("radio", { name: "Undanta" }).first().check();
    await refused(page, "Spara besluten");
  }],
  ["/granska/{filing}", "somebody was quicker", async (page) => {
    await page.goto(`/granska/${at.now.Almvik}?visa=alla`);
    await page.getByRole("radio", { name: "Medräkna" }).first().check();
    await page.locator("input[name^=sett-]").first().evaluate((it) => (it.value = "99"));
    await page.getByRole("button", { name: "Spara besluten" }).click();
    await page.locator("main .message").first().waitFor();
  }],
  ["/granska/{filing}/fraga", "nothing asked", wrong(() => `/granska/${at.now.Almvik}/fraga`, "Begär komplettering", { "Sista dag att svara": "31 juni" })],
  ["/granska/{filing}/tid", "no day", wrong(() => `/granska/${at.now.Tallåsens}/tid`, "Flytta sista dagen", { "Ny sista dag": "i morgon" })],
  ["/betyg/{filing}", "another grade without a reason", async (page) => {
    await page.goto(`/betyg/${at.now.Stenbackens}`);
    await page.getByRole("radio", { name: "OK rapportering", exact: true }).check();
    await refused(page, "Spara");
  }],
  ["/komplettering/{id}", "an empty message", async (page) => {
    await page.goto(`/komplettering/${at.ask.open}`);
    await refused(page, /^(Skriv|Skicka)/);
  }],
];

const MEASURING = ["/kvartal/{kvartal}/handlingar/atgarder", "nothing written", wrong(() => "/kvartal/2023-Q4/handlingar/atgarder", "Lägg till åtgärden")];
const REMARKED = ["/kvartal/{kvartal}/handlingar/texter/{handling}", "with remarks", () => "/kvartal/2023-Q4/handlingar/texter/tjansteskrivelse"];
const FIXED = ["/kvartal/{kvartal}/rapport", "fixed, with a correction", () => "/kvartal/2023-Q3/rapport"];
const LEADING = [
  FIXED,
  ["/kvartal/{kvartal}/handlingar/uppgifter", "a threshold that is too low", wrong(() => "/kvartal/2023-Q4/handlingar/uppgifter", "Spara tröskeln", { Tröskel: "1" })],
  ASKING,
  ["/handelser", "", () => "/handelser"],
  ["/drift", "", () => "/drift"],
  ["/post", "", () => "/post"],
  ["/post/{id}", "", letter(() => "/post", "tbody a[href^='/post/']")],
  ["/granska/{filing}/tid", "no reason to skip", wrong(() => `/granska/${at.now.Tallåsens}/tid`, "Pausa")],
  ["/kalender", "", () => "/kalender"],
  ["/kalender", "no day", wrong(() => "/kalender", "Lägg upp kvartalet", { Kvartal: "våren" })],
  ["/kalender", "counted from the meeting", async (page) => {
    await page.goto("/kalender");
    await page.getByLabel("Kvartal", { exact: true }).first().fill("2024-Q2");
    await page.getByLabel("Nämndens sammanträde").first().fill("2024-09-26");
    await page.getByRole("button", { name: "Räkna fram dagarna" }).first().click();
    await page.getByText("De är inte sparade än").waitFor();
  }],
  ["/regler/egna", "", () => "/regler/egna"],
  ["/regler/egna", "nothing chosen", wrong(() => "/regler/egna", "Gå vidare")],
  ["/regler/egna/fil", "", () => "/regler/egna/fil"],
  ["/regler/egna/fil", "a fault", wrong(() => "/regler/egna/fil", "Kontrollera", { "Filens namn": "egna/XX900-prov.toml", Regeln: 'id = "XX900"\nnar = "finns_inte > 3"\n' })],
  ["/utforare/ny", "", () => "/utforare/ny"],
  ["/utforare/ny", "no name", wrong(() => "/utforare/ny", "Spara", { "E-post, första kontakten": "ingen adress" })],
  ["/utforare/{nyckel}/andra", "", () => "/utforare/almvik/andra"],
  ["/utforare/{nyckel}/uppdrag", "", () => "/utforare/almvik/uppdrag"],
  ["/anvandare", "", () => "/anvandare"],
  ["/anvandare/ny", "", () => "/anvandare/ny"],
  ["/anvandare/{id}", "", () => at.user],
];

const ADMINISTRATION = [
  ["/anvandare", "", () => "/anvandare"],
  ["/anvandare/ny", "", () => "/anvandare/ny"],
  ["/anvandare/ny", "nothing filled in", wrong(() => "/anvandare/ny", "Skicka inbjudan")],
  ["/anvandare/{id}", "", () => at.user],
  ["/nycklar", "none", () => "/nycklar"],
  ["/nycklar", "nothing filled in", wrong(() => "/nycklar", "Skapa")],
  ["/nycklar", "a new one", async (page) => {
    await page.goto("/nycklar");
    await page.getByLabel("Vad den ska användas till").fill("Verksamhetssystemet");
    await page.getByRole("combobox").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Skapa" }).click();
    await page.getByText("Nyckeln är skapad").waitFor();
  }],
  ["/handelser", "", () => "/handelser"],
  ["/post", "", () => "/post"],
  ["/post/{id}", "", letter(() => "/post", "tbody a[href^='/post/']")],
  ["/drift", "", () => "/drift"],
  ["(ingen sida)", "what one may not open", () => "/kvartal/2023-Q4"],
  ["(ingen sida)", "what is not there", () => "/finns-inte"],
];

/** One utförare after the other: [who, what they see]. */
const UTFORARE = [
  ["Almvik", [
    ["/uppdrag", "to mend", () => "/uppdrag"],
    ["/tidigare", "", () => "/tidigare"],
    ["/inlamning/{id}", "graded", () => `/inlamning/${at.now.Almvik}`],
    ["/inlamning/{id}", "of a fixed quarter", () => `/inlamning/${at.past.Almvik}`],
    ["/inlamning/{id}/inget", "cases are open", () => `/inlamning/${at.now.Almvik}/inget`],
    ["/version/{id}", "to mend", version("Almvik")],
    ["/version/{id}", "notes", () => `/version/${at.version.Almvik}?visa=notis`],
    ["/version/{id}", "an empty answer", async (page) => {
      await page.goto(`/version/${at.version.Almvik}`);
      await refused(page, /^Svara/);
    }],
    ["/version/{id}/ratta", "", () => `/version/${at.version.Almvik}/ratta`],
    ["/version/{id}/kvittens", "", () => `/version/${at.version.Almvik}/kvittens`],
  ]],
  ["Tallåsens", [
    ["/uppdrag", "nothing handed in", () => "/uppdrag"],
    ["/uppdrag", "no file chosen", wrong(() => "/uppdrag", /^(Lämna in|Gå vidare)/)],
    ["/inlamning/{id}", "nothing handed in", () => `/inlamning/${at.now.Tallåsens}`],
    ["/inlamning/{id}", "no file chosen", wrong(() => `/inlamning/${at.now.Tallåsens}`, "Lämna in")],
    ["/inlamning/{id}/inget", "", () => `/inlamning/${at.now.Tallåsens}/inget`],
    ["/inlamning/{id}/inget", "not ticked", wrong(() => `/inlamning/${at.now.Tallåsens}/inget`, "Svara ”Inget att rapportera”")],
  ]],
  ["Lyktans", [
    ["/uppdrag", "files that wait", () => "/uppdrag"],
    ["/uppdrag/fordela", "", () => "/uppdrag/fordela"],
    ["/uppdrag/fordela", "nothing chosen", async (page) => {
      await page.goto("/uppdrag/fordela");
      for (const it of await page.getByRole("combobox").all()) await it.selectOption({ index: 0 });
      await refused(page, /^Lämna in/);
    }],
    ["/version/{id}", "nothing to report", version("Lyktans")],
  ]],
  ["Kärnhuset", [
    ["/uppdrag", "asked", () => "/uppdrag"],
    ["/inlamning/{id}", "asked", () => `/inlamning/${at.now.Kärnhuset}`],
    ["/komplettering/{id}", "asked", () => `/komplettering/${at.ask.open}`],
    ["/komplettering/{id}", "an empty answer", wrong(() => `/komplettering/${at.ask.open}`, "Skicka svaret")],
  ]],
  ["Konvojens", [["/version/{id}", "cannot be read", version("Konvojens")]]],
  ["Nyponbackens", [["/version/{id}", "stopped", version("Nyponbackens")]]],
];

/** Role, person, what they see, and how it is looked at when another role has seen the same: in the two ways it was not. */
const WALKS = [
  ["ingen", null, NOBODY],
  ["handlaggare", "Hanna Ek", [...NAMND, ...DECIDING, MEASURING, REMARKED]],
  ["handlaggare", "Jonas Berg", STATES],
  ["samordnare", "Samira Lindgren", LEADING],
  ["samordnare", "Samira Lindgren", NAMND, DARK_ON_A_DESK],
  ["lasare", "Rut Nyman", [...NAMND, ["/handelser", "", () => "/handelser"]], LIGHT_ON_A_PHONE],
  ["administrator", "Adam Sand", ADMINISTRATION],
  ...UTFORARE.map(([who, views]) => ["utforare", `Rapportör, ${who}`, views]),
];

// --------------------------------------------------------------------------------------------------------- the states

/** A window signed in as somebody of the sample. */
async function as(name) {
  const window = await openWindow(browser, service);
  await window.page.goto("/prova");
  await window.page.getByRole("button", { name }).first().click();
  await window.page.waitForURL((it) => it.pathname !== "/prova");
  return window;
}

/** A form sent without its page, to bring about a state; the address it leads to. */
async function send({ page }, address, fields, files) {
  const body = files ? { multipart: fields } : { form: fields };
  const answer = await page.request.post(address, body);
  assert.ok(answer.ok(), `${address} answered ${answer.status()}: ${(await answer.text()).match(/<main[\s\S]*?<\/main>/)?.[0].replace(/<[^>]+>/g, " ").slice(0, 500)}`);
  return { address: new URL(answer.url()).pathname, text: await answer.text() };
}
const sample = async (path, name = path.split("/").at(-1)) => ({ name, mimeType: "application/octet-stream", buffer: await readFile(join(SAMPLES, path)) });

async function makeStates() {
  const [hanna, samira, adam] = await Promise.all(["Hanna Ek", "Samira Lindgren", "Adam Sand"].map(as));
  const people = Object.fromEntries(await Promise.all(UTFORARE.map(async ([who]) => [who, await as(`Rapportör, ${who}`)])));
  const rows = async (kvartal) => {
    await hanna.page.goto(`/kvartal/${kvartal}`);
    const found = await hanna.page.locator("tbody a[href^='/granska/']").evaluateAll((all) => all.map((it) => [it.textContent.trim().split(/\s/)[0], it.getAttribute("href").split("/")[2]]));
    return Object.fromEntries(found.reverse());
  };
  at.past = await rows("2023-Q3");
  at.now = await rows("2023-Q4");
  const upload = (who, file) => send(people[who], `/inlamning/${at.now[who]}/fil`, { fil: file }, true);
  await upload("Konvojens", await sample("patologier/005-pdf/rapport.pdf"));
  await upload("Nyponbackens", await sample("patologier/020-fel-kvartal/rapport.xlsx"));
  // Two files in one field, which a form sent without its page cannot do.
  const { page } = people.Lyktans;
  await page.goto("/uppdrag");
  await page.locator("input[type=file]").setInputFiles([await sample("2023-q4/lyktan-assistans.ods"), await sample("2023-q4/vintergatan.xlsx")]);
  await page.getByRole("button", { name: "Gå vidare" }).click();
  await page.waitForURL("**/uppdrag/fordela");
  for (const who of ["Almvik", "Nyponbackens", "Konvojens", "Lyktans"]) {
    const text = await (await hanna.page.request.get(`/inlamning/${at.now[who]}`)).text();
    at.version[who] = text.match(/\/version\/([\w-]+)"/)[1];
  }
  const ask = async (who, text) => {
    const form = await (await hanna.page.request.get(`/granska/${at.now[who]}/fraga`)).text();
    const fields = { rad: "", version: form.match(/name="version" value="(\w*)"/)[1], text, senast: "2024-01-29", saknas: "" };
    const { text: after } = await send(hanna, `/granska/${at.now[who]}/fraga`, fields);
    const all = [...after.matchAll(/\/komplettering\/([\w-]+)/g)].map((it) => it[1]);
    return all.at(-1);
  };
  at.ask.closed = await ask("Kärnhuset", "Stämmer datumet på rad 3?");
  await send(hanna, `/komplettering/${at.ask.closed}/avsluta`, {});
  at.ask.answered = await ask("Kärnhuset", "Vilken insats gäller rad 4?");
  await send(people.Kärnhuset, `/komplettering/${at.ask.answered}/svara`, { text: "Rad 4 gäller ledsagarservice." });
  at.ask.open = await ask("Kärnhuset", "Vad har erbjudits i ärende 2?\nSkriv dag för erbjudandet.");
  await send(hanna, `/betyg/${at.now.Almvik}`, { betyg: "ok", skal: "Flera fel är kvar.", text: "Tack. Välj en orsak för varje öppet ärende.", gor: "skicka" });
  await send(people.Almvik, `/inlamning/${at.now.Almvik}/kommentar`, { text: "Vi har bytt system under kvartalet." });
  await send(samira, "/kalender", { kvartal: "2024-Q1", opens: "2024-04-01", last_day: "2024-04-10", report_day: "2024-04-30" });
  const papers = "/kvartal/2023-Q4/handlingar";
  await send(samira, `${papers}/uppgifter`, { sett: "0", diarienummer: "FN 2024/57", handlaggare: "Hanna Ek" });
  await send(hanna, `${papers}/atgarder`, { slag: "rekrytering", insats: "ledsagarservice", text: "Två nya ledsagare anställs.", utfall: "Båda har börjat." });
  await send(hanna, `${papers}/atgarder`, { slag: "samverkan", insats: "", text: "Samtal med grannkommunerna om gemensamma korttidsplatser." });
  await send(hanna, `${papers}/texter/tjansteskrivelse`, { avsnitt: "sammanfattning", sett: "0", text: "Avser läget den 31 januari 2023." });
  await send(samira, "/kvartal/2023-Q3/rapport/rattelse", { rattelse: "Ett ärende hos Almvik hade verkställts i september." });
  for (const roll of ["handlaggare", "lasare"]) await send(adam, "/anvandare/ny", { epost: MAIL, namn: "Vera Blom", roll, utforare: "" });
  at.link = await linkThatWorks();
  await adam.page.goto("/anvandare");
  at.user = await adam.page.locator("tbody a[href^='/anvandare/']").first().getAttribute("href");
  await Promise.all([hanna, samira, adam, ...Object.values(people)].map((it) => it.close()));
}

/** Each invitation has a link of its own, and only the newest works. */
const linkThatWorks = () =>
  until("an invitation whose link works", async () => {
    for (const name of await readdir(service.letters)) {
      const letter = await readFile(join(service.letters, name), "latin1");
      const link = letter.replace(/=\r?\n/g, "").match(/\/valj-losenord\/[\w-]+/)?.[0];
      if (link && letter.includes(MAIL) && (await (await fetch(service.url + link)).text()).includes("Nytt lösenord")) return link;
    }
    return null;
  });

describe("every page", { concurrency: 3 }, () => {
  before(async () => {
    browser = await startBrowser();
    service = await startDemo();
    await makeStates();
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
  });

  test("is in the lists above, for every role that may open it", () => {
    const acts = allowed();
    const walked = new Set(WALKS.flatMap(([role, , views]) => views.map(([path]) => `${role} ${path}`)));
    const missing = [];
    for (const { path, act } of routes()) {
      if (NO_PAGE.some(([pattern]) => pattern.test(path))) continue;
      if (SAME_FOR_ALL.includes(path)) {
        if (![...walked].some((it) => it.endsWith(` ${path}`))) missing.push(path);
      } else {
        missing.push(...acts.get(act).filter((role) => !walked.has(`${role} ${path}`)).map((role) => `${role} ${path}`));
      }
    }
    assert.deepEqual(missing, []);
  });

  for (const [role, person, views, ways] of WALKS) {
    test(person ? `${role}: ${person}` : "before signing in, and in the own account", async (t) => {
      const window = person ? await as(person) : await openWindow(browser, service);
      const { page, complaints } = window;
      const titles = new Map();
      for (const [path, state, how] of views) {
        const name = `${role} ${path}${state && `, ${state}`}`;
        await t.test(name, async () => {
          const address = await how(page);
          if (address) await page.goto(address);
          await look(page, name, ways);
          assert.deepEqual(complaints.splice(0), []);
          // A form that was refused and a link that leads elsewhere stand under another address.
          const here = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`).test(new URL(page.url()).pathname);
          const title = await page.title();
          if (here) assert.equal(titles.get(title) ?? path, path, `${name} has the title of another page: ${title}`);
          if (here) titles.set(title, path);
        });
      }
      await window.close();
    });
  }
});
