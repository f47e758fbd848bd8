// The service as the browser tests meet it: a program of our own on an empty database, with a round made for today.
//
// Goes in: $KVARTAL_BIN, $CHROMIUM and, for PostgreSQL, $KVARTAL_TEST_POSTGRES. Comes out: addresses to open, letters to read,
// and the command line beside it. Guaranteed: nothing is shared between two services, nothing is left running or lying about.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const run = promisify(execFile);
const program = resolve(import.meta.dirname, process.env.KVARTAL_BIN || "../../target/debug/kvartal");
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
/** What axe looks for: WCAG to 2.2 AA, and what it recommends besides. */
export const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Longer than anything may take on a machine that is busy with other tests. */
export const PATIENCE = Number(process.env.KVARTAL_TEST_PATIENCE || 45_000);

// ---------------------------------------------------------------------------------------------------- the browser

export async function startBrowser() {
  assert.ok(existsSync(executablePath), `CHROMIUM names no browser: "${executablePath}"`);
  assert.ok(existsSync(program), `KVARTAL_BIN names no program: "${program}"`);
  return chromium.launch({
    executablePath,
    headless: true,
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
}

/** A person's own browser window. `complaints` holds what the pages said in the console or asked of other machines. */
export async function openWindow(browser, service, { width = 1280, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: service.url,
    viewport: { width, height: 900 },
    locale: "sv-SE",
    acceptDownloads: true,
    ...more,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // That a page was answered with 4xx is what some tests are about; the page itself is then looked at.
    const refused = message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !refused) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(service.url) && !/^(data|blob):/.test(address)) complaints.push(`asks for ${address}`);
  });
  return { page, complaints, close: () => context.close() };
}

/** What axe finds on the page as it stands, in one line each. */
export async function axe(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map((it) => `${it.id}: ${it.help} – ${it.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/** What hangs out over the right edge, unless it stands in something that can be scrolled. */
export function overflow(page) {
  return page.evaluate(() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return [];
    const scrolls = (it) => it && (/auto|scroll|hidden/.test(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
    const out = [...document.body.querySelectorAll("*")].filter(
      (it) => it.getBoundingClientRect().right > edge + 0.5 && !scrolls(it.parentElement),
    );
    return out.length ? out.slice(0, 5).map((it) => it.outerHTML.slice(0, 160)) : ["the page, though no element of it"];
  });
}

// ---------------------------------------------------------------------------------------------------- the program

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts the program and waits until it says that it answers. */
async function start(words, environment, folder) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KVARTAL_")));
  const child = spawn(program, words, { cwd: folder, env: { ...own, KVARTAL_LOG: "warn", ...environment } });
  const ended = new Promise((done) => child.on("close", done));
  let said = "";
  const address = new Promise((found, failed) => {
    const hear = (piece) => {
      said += piece;
      const address = said.match(/svarar på (http:\/\/[\d.:]+\d)/)?.[1];
      if (address) found(address);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then((code) => failed(new Error(`the service ended with ${code}:\n${said}`)));
  });
  const url = await address;
  return {
    url,
    said: () => said,
    stop: async () => {
      child.kill("SIGTERM");
      assert.equal(await ended, 0, `the service did not stop cleanly:\n${said}`);
    },
  };
}

/** `kvartal` on the command line. */
export async function kvartal(words, environment = {}) {
  try {
    return (await run(program, words, { env: { PATH: process.env.PATH, ...environment } })).stdout;
  } catch (error) {
    // Findings are an answer, not a failure.
    if (error.code === 1 && error.stdout) return error.stdout;
    throw new Error(`kvartal ${words.join(" ")}: ${error.stderr || error.message}`);
  }
}

/** The sample kommun's service. */
export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), "kvartal-demo-"));
  const letters = join(folder, "brev");
  await mkdir(letters);
  const service = await start(["demo", "--port", "0", "--out", folder], {}, folder);
  // Exempelstad lives in its own time, which begins when the program does.
  const since = Date.now();
  const clock = () => Date.UTC(2024, 0, 22, 8) + Date.now() - since;
  return { ...service, folder, clock, letters, stop: () => service.stop().finally(() => rm(folder, { recursive: true, force: true })) };
}

/** A service of our own on an empty database, with the round of `folder` loaded. */
export async function startService(kind) {
  const folder = await mkdtemp(join(tmpdir(), "kvartal-tjanst-"));
  const { database, drop } = kind === "postgres" ? await newPostgres() : { database: `sqlite:${join(folder, "kvartal.db")}` };
  const round = await makeRound(folder);
  await kvartal(["import", round.folder, "--databas", database]);
  const letters = join(folder, "brev");
  await mkdir(letters);
  const url = `http://127.0.0.1:${await freePort()}`;
  const service = await start(["serve", "--listen", url.slice("http://".length), "--databas", database], {
    KVARTAL_URL: url,
    KVARTAL_MAIL: `mapp:${letters}`,
    KVARTAL_MAIL_FROM: "Kvartal <kvartal@provstad.example.org>",
  }, folder);
  return {
    ...service,
    folder,
    database,
    round,
    letters,
    stop: async () => {
      await service.stop();
      await drop?.();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An empty database on the server that the tests have. */
async function newPostgres() {
  const server = process.env.KVARTAL_TEST_POSTGRES;
  assert.ok(server, "KVARTAL_TEST_POSTGRES names no server");
  const name = `browser_${randomBytes(6).toString("hex")}`;
  const psql = (command) => run("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", command, server]);
  await psql(`CREATE DATABASE ${name}`);
  const database = server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
  assert.ok(database.includes(name), `KVARTAL_TEST_POSTGRES is no address that names a database: ${server}`);
  return { database, drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

// ------------------------------------------------------------------------------------------------------ the round

const iso = (day) => day.toISOString().slice(0, 10);
/** Today as the service counts days. */
const today = () => new Date(`${new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Stockholm" }).format()}T00:00:00Z`);
const plus = (day, days) => new Date(day.getTime() + days * 86_400_000);

/** The quarter that ended last, `back` quarters earlier. */
function quarter(back = 0) {
  const now = today();
  const first = new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 - 3 * back, 1));
  const end = plus(first, -1);
  return { end, name: `${end.getUTCFullYear()}-Q${Math.floor(end.getUTCMonth() / 3) + 1}` };
}

export const KOLUMNER =
  "Löpnr;Kön;Beslutsdatum;Datum för avbrott;Lagrum;Typ av insats;Beslutet verkställt;Beslutet avslutat;Orsak till ej verkställt beslut";

/** Three utförare of Provstad: one with much to report, one with a case since last quarter, one with nothing. */
const UTFORARE = `
[[utforare]]
id = "granhaga"
namn = "Granhaga Assistans AB"
insatser = ["ledsagarservice"]
epost = ["rapport@granhaga.example.org"]

[[utforare]]
id = "sjovik"
namn = "Sjöviks Omsorg AB"
insatser = ["avlosarservice"]
epost = ["rapport@sjovik.example.org"]

[[utforare]]
id = "ekliden"
namn = "Eklidens Stöd AB"
insatser = ["kontaktperson"]
epost = ["rapport@ekliden.example.org"]
`;

const heading = (it, lastDay, reportDay) => `kvartal = "${it.name}"
kommun = "Provstad"
namnd = "Socialnämnden"
sista_dag = ${iso(lastDay)}
rapportdag = ${iso(reportDay)}
`;

/** Last quarter's report, made by the program itself, and this quarter's round beside it with five days left. */
async function makeRound(inside) {
  const [now, before] = [quarter(0), quarter(1)];
  /** A day counted from the quarter's end. */
  const day = (days) => iso(plus(now.end, days));
  const past = join(inside, "forra");
  await mkdir(past);
  const came = plus(before.end, 6);
  await writeFile(join(past, "sjovik.csv"), `${KOLUMNER}\n1;Kvinna;${day(-260)};;LSS;9§5 avlösarservice;;;Den enskilde tackat nej\n`);
  const filed = `[[inlamning]]\nutforare = "sjovik"\nfil = "sjovik.csv"\nmottagen = ${iso(came)}T10:00:00+02:00\n`;
  const nil = ["granhaga", "ekliden"].map(
    (it) => `[[inlamning]]\nutforare = "${it}"\ninget_att_rapportera = true\nmottagen = ${iso(came)}T10:00:00+02:00\n`,
  );
  await writeFile(join(past, "omgang.toml"), heading(before, plus(before.end, 10), plus(before.end, 31)) + UTFORARE + filed + nil.join("\n"));
  await kvartal(["report", past, "--out", past, "--format", "json"]);
  const folder = join(inside, "omgang");
  await mkdir(folder);
  const start = `${heading(now, plus(today(), 5), plus(today(), 25))}foregaende = "forra-rapporten.json"\n`;
  await writeFile(join(folder, "forra-rapporten.json"), await readFile(join(past, "report.json")));
  await writeFile(join(folder, "omgang.toml"), start + UTFORARE);
  return { folder, quarter: now.name, day, start: start + UTFORARE, due: iso(plus(today(), 7)) };
}

// --------------------------------------------------------------------------------------- letters and signing in

/** Waits for the `nr`th letter to somebody and gives its text. */
export async function letterTo(service, mail, subject) {
  return until(`a letter to ${mail} about ${subject}`, async () => {
    for (const name of await readdir(service.letters)) {
      if (!name.endsWith(".eml")) continue;
      const letter = await readFile(join(service.letters, name), "utf8");
      const [head] = letter.split(/\r?\n\r?\n/, 1);
      if (!head.includes(mail)) continue;
      const text = readable(letter);
      if (text.includes(subject)) return text;
    }
    return null;
  });
}

/** The parts of a letter as they are read. */
function readable(letter) {
  const parts = letter.split(/\r?\n--[^\r\n]+/);
  const text = parts.map((part) => {
    const body = part.replace(/^[\s\S]*?\r?\n\r?\n/, "");
    if (/quoted-printable/i.test(part)) {
      const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      return Buffer.from(bytes, "latin1").toString("utf8");
    }
    return /base64/i.test(part) ? Buffer.from(body, "base64").toString("utf8") : body;
  });
  return text.join("\n");
}

/** Asks again until there is an answer: for what happens outside the browser. */
export async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`there never was ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** The code that an app shows for a key (RFC 6238, SHA-1, 30 seconds, six figures). */
export function oneTimeCode(key, at = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...key.replace(/[\s-]/g, "").toUpperCase()].map((it) => letters.indexOf(it).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((it) => parseInt(it, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", secret).update(step).digest();
  const from = hash[19] & 15;
  return String((hash.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
