// One thread through the whole house: an application made with Stripe's client, its customer in a
// real browser, its webhook receiver, and the process killed between any two phases of a payment.
// On both databases, the books must show one charge of 31.25, and the application must hear of it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import { launch, openPage } from './lib/browser.mjs';
import { freshDatabase } from './lib/postgres.mjs';
import { startPortico } from './lib/portico.mjs';

const run = promisify(execFile);
const april = Date.UTC(2025, 3, 1) / 1000;
const upgrade = Date.UTC(2025, 3, 17, 14, 37, 5) / 1000; // 29 → 99: −12.94 + 44.19 = 31.25

// What an upgrade that is billed at once tells, in this order.
const told = [
  'invoiceitem.created', 'invoiceitem.created', 'invoice.created', 'invoice.finalized',
  'payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'invoice.updated',
  'invoice.paid', 'invoice.payment_succeeded', 'invoice_payment.paid',
  'customer.subscription.updated',
];

/** A webhook receiver that believes only what is signed. */
async function receiver(stripe) {
  const events = [];
  const hook = { secret: '', events };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      events.push(stripe.webhooks.constructEvent(Buffer.concat(chunks),
        request.headers['stripe-signature'], hook.secret));
      response.end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
  hook.secret = endpoint.secret;
  hook.close = () => { server.closeAllConnections(); server.close(); };
  return hook;
}

/** Asks again until the answer is as wanted. */
async function until(what, ask, seconds = 120) {
  for (let i = 0; i < seconds * 10; i++) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await sleep(100);
  }
  return assert.fail(`${what}: waited ${seconds} s`);
}

/** A company with two plans and a customer on the cheaper one, at the instant of the upgrade. */
async function company(stripe) {
  const plan = (name, amount) => stripe.products.create({ name, default_price_data:
    { currency: 'usd', unit_amount: amount, recurring: { interval: 'month' } } });
  const [starter, business] = [await plan('Starter', 2900), await plan('Business', 9900)];
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: april });
  const ada = await stripe.customers.create({ name: 'Ada', email: 'ada@example.com',
    test_clock: clock.id, payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' } });
  const subscription = await stripe.subscriptions.create({ customer: ada.id,
    items: [{ price: starter.default_price }] });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: upgrade });
  await until('the clock', async () =>
    (await stripe.testHelpers.testClocks.retrieve(clock.id)).status === 'ready');
  return { ada, business, subscription };
}

/** Opens the portal and goes as far as the review of the dearer plan. */
async function review(page, url) {
  await page.goto(url);
  const open = page.getByRole('button', { name: 'Open' });
  if (await open.count()) await open.first().click(); // a typed address shows a button first
  await page.getByRole('link', { name: 'Change plan' }).first().click();
  await page.getByRole('radio', { name: /Business/ }).check();
  await page.getByRole('button', { name: /Review|Continue/ }).click();
  await page.getByRole('heading', { name: 'Review your change' }).waitFor();
  assert.match(await page.locator('main').innerText(), /31\.25/);
  return page.getByRole('button', { name: 'Pay $31.25 and switch' });
}

async function pdfText(url, folder) {
  const file = join(folder, 'invoice.pdf');
  await writeFile(file, Buffer.from(await (await fetch(url)).arrayBuffer()));
  return (await run('pdftotext', ['-layout', file, '-'])).stdout;
}

/** What was captured, newest first. */
const captured = async (stripe, customer) => (await stripe.charges.list({ customer, limit: 100 }))
  .data.filter((charge) => charge.captured).map((charge) => charge.amount);

async function thread(plan, crashAt) {
  const portico = await startPortico({ ...plan, tags: 'crashtest',
    args: ['--webhook-allow', '127.0.0.1', '--gateway-timeout', '2s'] });
  const stripe = new Stripe(portico.key, { host: portico.host, port: portico.port,
    protocol: 'http', maxNetworkRetries: 0 });
  const browser = await launch();
  const hook = await receiver(stripe);
  try {
    const { ada, business, subscription } = await company(stripe);
    const before = await until('quiet', async () => {
      const [last] = (await stripe.events.list({ limit: 1 })).data;
      return last.pending_webhooks === 0 && last;
    });
    const session = await stripe.billingPortal.sessions.create({ customer: ada.id,
      return_url: 'http://127.0.0.1:9/back' });
    if (crashAt) {
      await portico.end();
      await portico.start({ PORTICO_CRASH_AT: crashAt });
    }
    const { page, context } = await openPage(browser);
    const pay = await review(page, session.url);
    const second = await context.newPage(); // the same review in a second tab
    await second.goto(page.url());
    await pay.click({ noWaitAfter: true });
    if (crashAt) {
      assert.equal(await portico.died(), 'SIGKILL');
      await portico.start();
    }
    await until('the new plan', async () => (await stripe.subscriptions.retrieve(subscription.id))
      .items.data[0].price.id === business.default_price);
    // Pressed again, from the second tab: nothing more is charged.
    await second.getByRole('button', { name: 'Pay $31.25 and switch' }).click();
    await second.waitForLoadState();
    assert.deepEqual(await captured(stripe, ada.id), [3125, 2900]);
    await told31(stripe, hook, before);
    const paid = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(paid.status, 'active');
    assert.equal(paid.latest_invoice.total, 3125);
    assert.equal(paid.latest_invoice.status, 'paid');
    assert.match(await pdfText(paid.latest_invoice.invoice_pdf, portico.folder), /\$31\.25/);
    await portico.doctor(); // the bank's own books say the same
  } finally {
    hook.close();
    await browser.close();
    await portico.stop();
  }
}

/** Exactly the listed events came after `before`, each of them signed. */
async function told31(stripe, hook, before) {
  const log = await until('the events', async () => {
    const { data } = await stripe.events.list({ ending_before: before.id, limit: 100 });
    return data.every((event) => event.pending_webhooks === 0) && data.length && data;
  });
  const types = log.reverse().map((event) => event.type)
    .filter((type) => !type.startsWith('billing_portal.'));
  assert.deepEqual(types, told);
  const heard = new Set(hook.events.map((event) => event.id));
  assert.deepEqual(log.filter((event) => !heard.has(event.id)), []);
}

// Before anything was sent, after the bank has the money, and after everything is written but
// nothing is answered.
for (const crashAt of [null, 'subscription_update.begun', 'payment.called', 'payment.settled']) {
  const when = crashAt ? `killed at ${crashAt}` : 'undisturbed';
  test(`an upgrade on SQLite, ${when}`, () => thread({}, crashAt));
  test(`an upgrade on PostgreSQL, ${when}`, async () => {
    const database = await freshDatabase();
    try {
      await thread({ databaseURL: database.url }, crashAt);
    } finally {
      await database.drop();
    }
  });
}
