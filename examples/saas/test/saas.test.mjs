// Drives the app against a real server: sign-up, upgrade, portal, cancellation. PORTICO_BIN names
// a built binary; without it the test builds one.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { start } from '../app.mjs';

const key = 'sk_test_example_saas_0001';
const folder = mkdtempSync(join(tmpdir(), 'portico-saas-'));
let portico, app, cookie;

before(async () => {
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const bin = process.env.PORTICO_BIN ?? join(folder, 'portico');
  if (!process.env.PORTICO_BIN) execFileSync('go', ['build', '-o', bin, './cmd/portico'], { cwd });
  const [port, next] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  portico = spawn(bin, ['serve', '--data', join(folder, 'data'), '--listen', `127.0.0.1:${port}`,
    '--simulator-listen', `127.0.0.1:${next}`, '--secret-key', key, '--log-level', 'warn'],
  { stdio: ['ignore', 'ignore', 'inherit'] });
  await until(async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok, 'portico is up');
  app = await start({ key, portico: url, port: 0, path: join(folder, 'saas.json') });
});

after(async () => {
  await app?.close();
  if (portico) {
    const ended = new Promise((done) => portico.once('exit', done));
    portico.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('signing up grants the Free plan', async () => {
  const res = await post('/signup', 'email=ada%40example.com');
  assert.equal(res.status, 303);
  cookie = res.headers.get('set-cookie').split(';')[0];
  await until(async () => (await plan()) === 'free', 'the Free plan is granted');
  assert.equal((await get('/search')).status, 402);
});

test('the portal opens for the one who asks', async () => {
  const res = await post('/portal');
  assert.equal(res.status, 303);
  assert.match(res.headers.get('location'), /\/p\/session\/\w{20,}$/);
});

test('paying grants Pro', async () => {
  const { customer, subscription } = user();
  const { stripe } = app;
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer,
    { invoice_settings: { default_payment_method: card.id } });
  const { data: [pro] } = await stripe.prices.list({ lookup_keys: ['notes_pro_monthly'] });
  const { items } = await stripe.subscriptions.retrieve(subscription);
  await stripe.subscriptions.update(subscription,
    { items: [{ id: items.data[0].id, price: pro.id }], proration_behavior: 'always_invoice' });
  await until(async () => (await plan()) === 'pro', 'Pro is granted');
  assert.equal((await get('/search')).status, 200);
});

test('an event that Portico did not sign changes nothing', async () => {
  const event = JSON.stringify({ type: 'customer.subscription.deleted', created: 9e9,
    data: { object: { customer: user().customer, status: 'canceled', items: { data: [] } } } });
  const res = await fetch(`${app.url}/webhook`, { method: 'POST', body: event,
    headers: { 'stripe-signature': 't=1,v1=00' } });
  assert.equal(res.status, 400);
  assert.equal(await plan(), 'pro');
});

test('canceling revokes it', async () => {
  await app.stripe.subscriptions.cancel(user().subscription);
  await until(async () => (await plan()) === 'none', 'Pro is revoked');
  assert.equal((await get('/search')).status, 402);
});

const user = () => Object.values(app.store.users)[0];
const get = (path) => fetch(app.url + path, { headers: cookie ? { cookie } : {} });
const post = (path, body = '') => fetch(app.url + path, { method: 'POST', body,
  redirect: 'manual', headers: cookie ? { cookie } : {} });

async function plan() {
  return /id="plan">(\w+)</.exec(await (await get('/')).text())?.[1];
}

/** Waits for what arrives by webhook. */
async function until(holds, what) {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail(`waited too long: ${what}`);
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
