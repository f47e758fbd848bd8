// A real OpenID Connect provider with invented people, for the tests of signing in.
//
// In: --redirect URL (where answers may go), and --lean for id tokens that say only who.
// Out: one line "ready http://127.0.0.1:PORT" when it answers, on a free port. It lives as long as its standard input is
// open, so that it never outlives the test that started it.

import { createServer } from "node:http";
import { parseArgs } from "node:util";

// The library warns on its console about the version of Node; what the test reads is only our own line.
console.warn = console.info = () => {};
const { default: Provider } = await import("oidc-provider");

const { values: given } = parseArgs({ options: { redirect: { type: "string" }, lean: { type: "boolean" } } });

// Whoever can sign in, by the name they type. `level` is what they sign in with.
const PEOPLE = {
  hanna: { name: "Hanna Handläggare", email: "Hanna@Exempelstad.example", email_verified: true, groups: ["kvartal-granskare"] },
  sam: { name: "Sam Samordnare", email: "sam@exempelstad.example", email_verified: true, groups: ["kvartal-leder", "alla"] },
  uno: { name: "Uno Utförare", email: "uno@solsidan.example", email_verified: true, groups: [] },
  falsk: { name: "Falsk Adress", email: "hanna@exempelstad.example", email_verified: false, groups: [] },
  svag: { name: "Svag Inloggning", email: "svag@exempelstad.example", email_verified: true, groups: [], level: "loa2" },
};

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "kvartal",
      client_secret: "bara-for-prov",
      redirect_uris: [given.redirect],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub", "acr"], email: ["email", "email_verified"], profile: ["name"], roller: ["groups"] },
  scopes: ["openid", "roller"],
  acrValues: ["loa2", "loa3"],
  // Lean as the standard wants it: the id token says only who, and the rest is asked for.
  conformIdTokenClaims: given.lean ?? false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["bara-for-prov"] },
  interactions: { url: (_, interaction) => `/inloggning/${interaction.uid}` },
  findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
  // Nobody is asked whether Kvartal may know their name: an employer's provider does not ask either.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email profile roller");
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();

// GET shows a form with one field, POST signs in whoever was named; "avbryt" goes back without signing in.
async function signIn(request, response) {
  if (request.method === "GET") {
    const page = `<!doctype html><html lang="sv"><title>Exempelstads inloggning</title><main><h1>Exempelstads inloggning</h1>
      <form method="post"><label>Namn <input name="namn" autocomplete="off"></label> <button>Logga in</button></form></main></html>`;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  const who = new URLSearchParams(body).get("namn");
  const result = PEOPLE[who]
    ? { login: { accountId: who, acr: PEOPLE[who].level ?? "loa3" } }
    : { error: "access_denied", error_description: "the person went back" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

server.on("request", (request, response) => {
  if (!request.url.startsWith("/inloggning/")) return answer(request, response);
  signIn(request, response).catch((fault) => response.writeHead(500).end(String(fault)));
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
process.stdout.write(`ready ${issuer}\n`);
