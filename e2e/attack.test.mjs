// Another site against the portal, in a real browser: markup in every name, the portal in a frame,
// forms sent from elsewhere, scripts put into its pages, what is left after signing out, and what
// other sites learn of it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import Stripe from 'stripe';

import { launch, openPage } from './lib/browser.mjs';
import { startPortico } from './lib/portico.mjs';

const markup = '<script>window.hit=1</script>"\'><img src=x onerror="window.hit=1">\u202e';

let portico;
let stripe;
let browser;
let evil; // another site

before(async () => {
  portico = await startPortico();
  stripe = new Stripe(portico.key,
    { host: portico.host, port: portico.port, protocol: 'http', maxNetworkRetries: 0 });
  browser = await launch();
  evil = await site();
});

after(async () => {
  await browser?.close();
  evil?.stop();
  await portico?.stop();
});

/** A site at another host name, whose pages the test writes; it keeps what it was asked for. */
async function site() {
  const pages = new Map();
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.setHeader('Content-Type', 'text/html');
    response.end(pages.get(request.url) ?? '<!doctype html><title>elsewhere</title>');
  });
  await new Promise((done) => server.listen(0, 'localhost', done));
  return {
    url: `http://localhost:${server.address().port}`, pages, requests,
    stop: () => server.close(),
  };
}

async function subscriber(texts = 'Ada') {
  const customer = await stripe.customers.create({
    name: texts, email: 'ada@example.com', payment_method: 'pm_card_visa',
    address: { line1: texts, city: texts, postal_code: texts, country: 'DE' },
    invoice_settings: { default_payment_method: 'pm_card_visa', footer: texts },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id, expand: ['latest_invoice'],
    items: [{ price: (await stripe.prices.create({ currency: 'usd', unit_amount: 2900,
      recurring: { interval: 'month' }, product_data: { name: texts } })).id }],
  });
  return { customer, subscription };
}

/** A browser whose customer is in the portal. */
async function inside(customer) {
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id, return_url: `${evil.url}/back`,
  });
  const opened = await openPage(browser);
  opened.page.setDefaultTimeout(20_000);
  await opened.page.goto(session.url);
  await opened.page.locator('main form button').click();
  await opened.page.waitForURL('**/p/home');
  return opened;
}

test('markup in names is text on every page', async () => {
  const { customer, subscription } = await subscriber(markup);
  const { page, context, complaints } = await inside(customer);
  const sub = `/p/subscriptions/${subscription.id}`;
  for (const path of ['/p/home', '/p/plan', '/p/details', '/p/invoices', '/p/payment-methods',
    `/p/invoices/${subscription.latest_invoice.id}`, `${sub}/plan`, `${sub}/cancel`,
    new URL(subscription.latest_invoice.hosted_invoice_url).pathname]) {
    await page.goto(portico.url + path);
    assert.equal(await page.evaluate(() => window.hit), undefined, path);
    assert.equal(await page.locator('img[src="x"], script:not([src])').count(), 0, path);
  }
  await context.close();
  assert.deepEqual(complaints, []);
});

test('scripts that get into a page do not run, and nothing loads from elsewhere', async () => {
  const { customer } = await subscriber();
  const { page, context, complaints } = await inside(customer);
  const before = evil.requests.length;
  await page.evaluate(async (other) => {
    const put = (name, attributes) => {
      const element = Object.assign(document.createElement(name), attributes);
      document.body.append(element);
      return element;
    };
    put('script', { textContent: 'window.hit = 1' });
    put('script', { src: `${other}/script.js` });
    put('img', { src: `${other}/pixel.png` });
    put('iframe', { src: `${other}/frame` });
    put('iframe', { srcdoc: '<script>parent.hit = 1</script>' });
    put('link', { rel: 'stylesheet', href: `${other}/style.css` });
    put('base', { href: `${other}/` });
    put('div', {}).innerHTML = '<img src=x onerror="window.hit = 1">';
    put('a', { href: 'javascript:window.hit = 1', id: 'trap', textContent: 'x' }).click();
    await fetch(`${other}/beacon`, { mode: 'no-cors' }).catch(() => {});
    navigator.sendBeacon(`${other}/beacon`);
    const form = put('form', { action: `${other}/form`, method: 'post' });
    form.submit();
    await new Promise((done) => { setTimeout(done, 500); });
  }, evil.url);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.match(page.url(), /\/p\/home$/);
  assert.deepEqual(evil.requests.slice(before).map((request) => request.url), []);
  assert.ok(complaints.some((text) => text.includes('Content Security Policy')));
  await context.close();
});

test('no page can be framed', async () => {
  const { customer, subscription } = await subscriber();
  const { page, context } = await inside(customer);
  const paths = ['/p/home', '/p/nothing', '/p/session/none',
    new URL(subscription.latest_invoice.hosted_invoice_url).pathname];
  evil.pages.set('/frames', paths.map((path, i) =>
    `<iframe name="f${i}" src="${portico.url}${path}"></iframe>`).join(''));
  await page.goto(`${evil.url}/frames`);
  for (const frame of page.frames().slice(1)) {
    const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
    assert.doesNotMatch(text, /Billing|billing|Invoice|expired/, frame.url());
  }
  await context.close();
});

test('forms of other sites do nothing', async () => {
  const { customer, subscription } = await subscriber();
  const { page, context } = await inside(customer);
  for (const [i, enctype] of ['application/x-www-form-urlencoded', 'text/plain',
    'multipart/form-data'].entries()) {
    evil.pages.set(`/form${i}`, `<form method="post" enctype="${enctype}"
      action="${portico.url}/p/subscriptions/${subscription.id}/cancel"><input name="when"
      value="now"></form><script>document.forms[0].submit()</script>`);
    await page.goto(`${evil.url}/form${i}`).catch(() => {}); // it navigates away at once
    await page.waitForURL(`${portico.url}/**`);
    await page.getByRole('heading').first().waitFor();
  }
  // A link is no form: whatever it leads to, nothing happens.
  for (const deed of ['cancel', 'undo', 'offer', 'reason', 'review']) {
    evil.pages.set('/link', `<a href="${portico.url}/p/subscriptions/${subscription.id}/${deed}">x`);
    await page.goto(`${evil.url}/link`);
    await page.locator('a').click();
    await page.waitForURL(`${portico.url}/**`);
  }
  const after = await stripe.subscriptions.retrieve(subscription.id);
  assert.equal(after.cancel_at, null);
  assert.equal(after.status, 'active');
  await page.goto(`${portico.url}/p/home`);
  await page.getByRole('heading', { name: 'Ada' }).first().waitFor(); // and the session goes on
  await context.close();
});

test('other sites do not learn where a customer came from', async () => {
  const { customer, subscription } = await subscriber();
  const { page, context } = await inside(customer);
  const before = evil.requests.length;
  await page.locator(`a[href^="${evil.url}/back"]:visible`).first().click();
  await page.waitForURL(`${evil.url}/back`);
  await page.goto(subscription.latest_invoice.hosted_invoice_url);
  await page.evaluate((other) => { location.href = `${other}/onward`; }, evil.url);
  await page.waitForURL(`${evil.url}/onward`);
  const seen = evil.requests.slice(before).filter((request) => request.url !== '/favicon.ico');
  assert.deepEqual(seen.map((request) => [request.url, request.headers.referer]),
    [['/back', undefined], ['/onward', undefined]]);
  assert.equal(await page.evaluate(() => window.opener), null);
  await context.close();
});

test('after signing out, nothing comes back', async () => {
  const { customer } = await subscriber('Countess Canary');
  const { page, context } = await inside(customer);
  await page.goto(`${portico.url}/p/details`);
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Countess Canary');
  await page.locator('form[action="/p/sign-out"] button:visible').click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  for (let i = 0; i < 3; i += 1) {
    await page.goBack().catch(() => {});
    assert.doesNotMatch(await page.content(), /Countess Canary/);
  }
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  await context.close();
});
