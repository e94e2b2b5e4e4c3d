// panva's oidc-provider as a strict authorization server for the tests, with sign-in and consent pages of its own.
// It shares no code with linkflow. PKCE S256 is required, refresh tokens rotate, reuse of one ends the grant.
//
// Environment: OIDC_PORT, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_REDIRECT_URIS (separated by spaces),
// OIDC_CLIENT_AUTH (client_secret_basic | client_secret_post), OIDC_ACCESS_SECONDS. Whoever signs in says which groups
// they are in, and is <user name>@northbank.example; both are told by the userinfo page, as the scopes ask.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const env = (name, fallback) => process.env[name] ?? fallback;
const port = Number(env("OIDC_PORT", "0"));
const issuer = `http://localhost:${port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const groups = new Map();
const about = (id) => ({
  sub: id,
  email: `${id}@northbank.example`,
  email_verified: true,
  name: `${id[0].toUpperCase()}${id.slice(1)} of Northbank`,
  groups: groups.get(id) ?? [],
});

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: env("OIDC_CLIENT_ID", "linkflow"),
      client_secret: env("OIDC_CLIENT_SECRET", randomBytes(24).toString("hex")),
      redirect_uris: env("OIDC_REDIRECT_URIS", "").split(" ").filter(Boolean),
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: env("OIDC_CLIENT_AUTH", "client_secret_basic"),
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  scopes: ["books.read", "offline_access"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  findAccount: async (_, id) => ({ accountId: id, claims: async () => about(id) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    AccessToken: Number(env("OIDC_ACCESS_SECONDS", "300")),
    AuthorizationCode: 60,
    Grant: 3600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
});

const escape = (text) =>
  String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const signIn = (uid) =>
  page("Sign in to Strict Books", `<form method="post" action="/interaction/${uid}/login">
<p><label>User name <input name="login" required autocomplete="username"></label></p>
<p><label>Groups <input name="groups"></label></p>
<p><button>Sign in</button></p></form>`);

const consent = (uid, { client, scopes }) =>
  page("Share with another service?", `<p>${escape(client)} asks for: ${scopes.map(escape).join(", ")}</p>
<form method="post" action="/interaction/${uid}/confirm"><button>Allow</button></form>
<form method="post" action="/interaction/${uid}/abort"><button>Cancel</button></form>`);

const show = (response, html) => {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  });
  response.end(html);
};

const form = async (request) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
};

const grantAll = async ({ grantId, params, session, prompt }) => {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(" "));
  grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
  return grant.save();
};

const interact = async (request, response, uid, action) => {
  const details = await provider.interactionDetails(request, response);
  if (details.uid !== uid) throw new Error("another interaction");
  const finish = (result) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: !result.error });
  if (request.method === "GET" && !action) {
    const asked = { client: details.params.client_id, scopes: String(details.params.scope ?? "").split(" ") };
    show(response, details.prompt.name === "login" ? signIn(uid) : consent(uid, asked));
  } else if (action === "login" && details.prompt.name === "login") {
    const sent = await form(request);
    const login = sent.get("login");
    groups.set(login, (sent.get("groups") ?? "").split(" ").filter(Boolean));
    if (login) await finish({ login: { accountId: login } });
    else show(response, signIn(uid));
  } else if (action === "confirm" && details.prompt.name === "consent") {
    await finish({ consent: { grantId: await grantAll(details) } });
  } else if (action === "abort") {
    await finish({ error: "access_denied", error_description: "the user said no" });
  } else {
    response.writeHead(405).end();
  }
};

const answer = provider.callback();
const server = createServer(async (request, response) => {
  const match = /^\/interaction\/([\w-]+)(?:\/(login|confirm|abort))?$/.exec(request.url.split("?")[0]);
  if (!match) return answer(request, response);
  try {
    await interact(request, response, match[1], match[2]);
  } catch (error) {
    response.writeHead(400, { "content-type": "text/html; charset=utf-8" });
    response.end(page("This sign-in has ended", `<p>${escape(error.message)}</p>`));
  }
});

provider.on("server_error", (_, error) => console.error("server_error", error.message));
server.listen(port, "127.0.0.1", () => console.log(`listening ${issuer}`));

// Ends with whoever started it, also when that one was killed.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 500).unref();
process.on("SIGTERM", () => process.exit(0));
