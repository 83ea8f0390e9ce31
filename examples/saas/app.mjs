// A small app that sells a plan: sign up, look at your notes, manage your plan. See README.md.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as billing from './billing.mjs';

/** Users and the webhook secret, kept in one file. A real app has a database. */
function openStore(path) {
  const state = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { users: {} };
  return {
    ...state,
    save() {
      const { users, secret } = this;
      writeFileSync(path, JSON.stringify({ users, secret }), { mode: 0o600 });
    },
    byCustomer(id) {
      return Object.values(this.users).find((u) => u.customer === id);
    },
  };
}

export async function start({ key, portico, port = 4242, path = 'saas.json', host = '127.0.0.1' }) {
  const stripe = billing.connect({ key, url: portico });
  const store = openStore(path);
  const server = createServer((req, res) => {
    route(req, res).catch((err) => {
      console.error(err);
      page(res, 500, '<p>Something went wrong.</p>');
    });
  });
  await new Promise((ready) => server.listen(port, host, ready));
  const own = `http://${host}:${server.address().port}`;
  const prices = await billing.catalogue(stripe);
  store.secret = await billing.listen(stripe, `${own}/webhook`, store.secret);
  store.save();

  async function route(req, res) {
    const address = `${req.method} ${new URL(req.url, own).pathname}`;
    const user = store.users[cookie(req)];
    switch (address) {
      case 'GET /': return home(res, user);
      case 'POST /signup': return signUp(req, res);
      case 'POST /portal': return user ? toPortal(res, user) : redirect(res, '/');
      case 'GET /search': return search(res, user);
      case 'POST /webhook': return webhook(req, res);
      default: return page(res, 404, '<p>There is nothing here.</p>');
    }
  }

  async function signUp(req, res) {
    const email = new URLSearchParams(String(await body(req))).get('email') ?? '';
    if (!email.includes('@')) return page(res, 400, '<p>Please enter your email.</p>');
    const session = randomBytes(24).toString('base64url');
    const user = (store.users[session] = { email, plan: 'none', at: 0 });
    await billing.signUp(stripe, prices, user, () => store.save());
    res.setHeader('Set-Cookie', `session=${session}; HttpOnly; SameSite=Lax; Path=/`);
    redirect(res, '/');
  }

  async function toPortal(res, user) {
    redirect(res, await billing.portal(stripe, user.customer, `${own}/`));
  }

  /** Portico says here what a customer may use. Nothing else grants or revokes it. */
  async function webhook(req, res) {
    let event;
    try {
      event = stripe.webhooks.constructEvent(await body(req), req.headers['stripe-signature'],
        store.secret);
    } catch {
      return page(res, 400, '<p>This is not from Portico.</p>');
    }
    const grant = billing.access(event);
    const user = grant && store.byCustomer(grant.customer);
    // Events may arrive late or twice; one that is older than what we know changes nothing.
    if (user && grant.at >= user.at) {
      Object.assign(user, { plan: grant.plan, subscription: grant.subscription, at: grant.at });
      store.save();
    }
    res.writeHead(200).end();
  }

  return { url: own, stripe, store, close: () => new Promise((done) => server.close(done)) };
}

function home(res, user) {
  if (!user) {
    return page(res, 200, `<p>Sign up. It is free.</p>
      <form method="post" action="/signup">
        <label>Email <input type="email" name="email" required></label>
        <button>Sign up</button>
      </form>`);
  }
  page(res, 200, `<p>Signed in as ${escape(user.email)}.</p>
    <p>Your plan: <strong id="plan">${escape(user.plan)}</strong></p>
    <form method="post" action="/portal"><button>Manage plan</button></form>
    <p><a href="/search">Search your notes</a> (Pro)</p>`);
}

/** A feature that has to be paid for. */
function search(res, user) {
  if (user?.plan === 'pro') return page(res, 200, '<p>You have no notes to search yet.</p>');
  page(res, 402, '<p>Search is part of Pro.</p>');
}

function page(res, status, content) {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  res.end(`<!doctype html><html lang="en"><title>Notes</title><h1>Notes</h1>${content}</html>`);
}

function redirect(res, to) {
  res.writeHead(303, { Location: to }).end();
}

const escape = (s) => s.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const cookie = (req) => /(?:^|; )session=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];

/** The whole body as it was sent: the signature covers its bytes. */
async function body(req) {
  const parts = [];
  let size = 0;
  for await (const part of req) {
    if ((size += part.length) > 1 << 20) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { STRIPE_SECRET_KEY: key, PORTICO_URL = 'http://127.0.0.1:8420', PORT } = process.env;
  if (!key) {
    console.error('Set STRIPE_SECRET_KEY to the test key that portico printed.');
    process.exit(1);
  }
  const app = await start({ key, portico: PORTICO_URL, port: Number(PORT ?? 4242) });
  console.log(`Notes is open at ${app.url}`);
}
