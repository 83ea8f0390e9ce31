// The customer's tour of the portal, in a real browser, against a running Portico that Stripe's own
// client has set up: open the link, upgrade with proration and 3D Secure, add a card, cancel with
// a reason, take it back, download the invoice. On a phone and on a desk, with and without
// JavaScript. Then what goes wrong: a card that is refused on the way, an invoice that is owed, a
// session that ends in the middle of a form. And the same pages in Spanish and Italian. axe looks
// at every page.
//
//   SCREENSHOTS=1 node --test portal.test.mjs    also takes pictures
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import Stripe from 'stripe';

import { overflow, violations } from './lib/axe.mjs';
import { launch, openPage, twinOf } from './lib/browser.mjs';
import { startPortico } from './lib/portico.mjs';
import { screenshot } from './lib/screenshot.mjs';

const challenged = '4000 0027 6000 3184'; // asks for 3D Secure at every payment

let portico;
let stripe;
let browser;
let prices;

before(async () => {
  portico = await startPortico();
  stripe = new Stripe(portico.key,
    { host: portico.host, port: portico.port, protocol: 'http', maxNetworkRetries: 0 });
  browser = await launch();
  prices = {
    starter: await price('Starter', 2900, 'month', ['1 harbour', 'Bookings and invoices']),
    business: await price('Business', 9900, 'month', ['3 harbours', 'Weather alerts']),
    yearly: await price('Business by the year', 99000, 'year', ['3 harbours', 'Weather alerts']),
  };
});

after(async () => {
  await browser?.close();
  await portico?.stop();
});

async function price(name, amount, interval, features) {
  const product = await stripe.products.create({
    name,
    description: `${name} for a harbour with a crew.`,
    marketing_features: features.map((feature) => ({ name: feature })),
    default_price_data: { currency: 'usd', unit_amount: amount, recurring: { interval } },
  });
  return product.default_price;
}

/** A customer on Starter since 1 April 2025, whose clock shows 17 April, 14:37:05. */
async function ada() {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1743465600 });
  const customer = await stripe.customers.create({
    name: 'Ada Lovelace', email: 'ada@example.com', test_clock: clock.id,
    payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' },
    address: { line1: '1 Dock Street', city: 'Kiel', postal_code: '24103', country: 'DE' },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id, items: [{ price: prices.starter }],
  });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: 1744900625 });
  for (let tries = 0; tries < 200; tries += 1) {
    const { status } = await stripe.testHelpers.testClocks.retrieve(clock.id);
    if (status === 'ready') return { customer, subscription };
    await sleep(50);
  }
  return assert.fail('the clock did not arrive');
}

/**
 * Looks at a page as it stands: nothing for axe, nothing beyond the window, and a picture. axe is a
 * script, so a page without scripts is looked at through its twin.
 */
function looker(page, look, found) {
  return async (name) => {
    const seen = look.javaScriptEnabled === false ? await twinOf(page) : page;
    for (const violation of await violations(seen)) found.push(`${name}: ${violation}`);
    const beyond = await overflow(seen);
    if (seen !== page) await seen.context().close();
    if (beyond > 0) found.push(`${name}: ${beyond} px beyond the window`);
    await screenshot(page, `portal-${name}-${look.name}`);
  };
}

const click = (page, role, name) => page.getByRole(role, { name }).first().click();

async function addCard(page, number) {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry date').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await click(page, 'button', 'Save card');
}

const looks = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 900 },
  { name: 'phone-plain', width: 390, height: 844, javaScriptEnabled: false },
  { name: 'desk-plain', width: 1280, height: 900, javaScriptEnabled: false },
];

/**
 * What answers 401 or 402 by design, and a link that becomes a download, are errors to the
 * browser's console; a full-page picture tries to add a style of its own.
 */
const expected = process.env.SCREENSHOTS
  ? /status of 40[12]|ERR_ABORTED|Applying inline style/ : /status of 40[12]|ERR_ABORTED/;

describe('a customer', () => {
  for (const look of looks) {
    it(`finds their way (${look.name})`, { timeout: 240_000 }, async () => {
      const { name, ...how } = look;
      const { customer, subscription } = await ada();
      const session = await stripe.billingPortal.sessions.create({
        customer: customer.id, return_url: `${portico.url}/healthz`,
      });
      const { page, context, complaints } = await openPage(browser, how);
      page.setDefaultTimeout(10_000);
      const found = [];
      const at = looker(page, look, found);

      await page.goto(session.url); // a typed address does not use the link up
      await at('01-link');
      await click(page, 'button', 'Open billing page');
      await page.getByRole('heading', { name: 'Starter' }).waitFor();
      await at('02-home');

      await page.goto(`${portico.url}/p/payment-methods`);
      await at('03-cards');
      await click(page, 'link', 'Add a card');
      await page.getByRole('button', { name: 'Continue' }).waitFor();
      await at('04-add-card');
      await click(page, 'button', 'Continue'); // the page after it leads on by itself
      await addCard(page, challenged);
      await click(page, 'button', 'Complete authentication'); // which leads back by itself
      await page.getByText('was added and is now your default').waitFor();
      await at('06-card-added');

      await page.goto(`${portico.url}/p/home`);
      await click(page, 'link', 'Change plan');
      await page.getByRole('heading', { name: 'Choose a plan' }).waitFor();
      await at('07-plans');
      await page.getByRole('radio', { name: /^Business/ }).check();
      await click(page, 'button', 'Continue');
      await page.getByRole('heading', { name: 'Review your change' }).waitFor();
      await page.getByText('$31.25').first().waitFor();
      await at('08-review');
      await click(page, 'button', 'Pay $31.25 and switch');
      await page.getByRole('heading', { name: /Your bank wants to confirm/ }).waitFor();
      await at('09-bank');
      await click(page, 'link', 'Continue to your bank');
      await click(page, 'button', 'Fail authentication');
      await page.getByText('Nothing was charged').first().waitFor();
      await at('10-refused');
      assert.equal((await stripe.subscriptions.retrieve(subscription.id)).items.data[0].price.id,
        prices.starter);
      await click(page, 'button', 'Pay $31.25 and switch');
      await click(page, 'link', 'Continue to your bank');
      await click(page, 'button', 'Complete authentication');
      await page.getByText('You are now on Business').first().waitFor();
      await at('11-upgraded');
      assert.equal((await stripe.subscriptions.retrieve(subscription.id)).items.data[0].price.id,
        prices.business);

      await click(page, 'link', 'Cancel subscription');
      await page.getByRole('heading', { name: 'Cancel Business?' }).waitFor();
      await at('12-cancel');
      await click(page, 'button', 'Cancel subscription');
      await page.getByRole('heading', { name: 'Why did you cancel?' }).waitFor();
      await at('13-reason');
      await page.getByLabel('It costs too much').check();
      await page.getByLabel('Anything to add?').fill('The boat is sold.');
      await click(page, 'button', 'Send');
      await page.getByText('Thank you').waitFor();
      await at('14-canceled');
      const canceled = await stripe.subscriptions.retrieve(subscription.id);
      assert.equal(canceled.cancellation_details.feedback, 'too_expensive');
      await click(page, 'button', 'Keep subscription');
      await page.getByText('You keep Business').first().waitFor();
      await at('15-kept');

      await page.goto(`${portico.url}/p/details`);
      await at('16-details');
      await page.getByLabel('Name', { exact: true }).fill('Ada King');
      await click(page, 'button', 'Save details');
      await page.getByText('Your details are saved').waitFor();

      await page.goto(`${portico.url}/p/invoices`);
      await at('17-invoices');
      await page.locator('a.invoice-link').first().click();
      await page.getByRole('heading', { name: /^Invoice / }).waitFor();
      await at('18-invoice');
      const downloading = page.waitForEvent('download');
      await click(page, 'link', 'Download PDF');
      const file = await downloading;
      assert.match(file.suggestedFilename(), /^invoice-[A-Z0-9-]+\.pdf$/);
      assert.equal((await readFile(await file.path())).subarray(0, 5).toString(), '%PDF-');

      const invoices = await stripe.invoices.list({ customer: customer.id, status: 'paid' });
      await page.goto(invoices.data[0].hosted_invoice_url);
      await at('19-hosted');

      await page.goto(`${portico.url}/p/home`);
      await page.locator('form[action="/p/sign-out"] button:visible').click();
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      await at('20-signed-out');
      await page.goto(`${portico.url}/p/home`);
      await page.getByRole('heading', { name: 'This link has expired' }).waitFor();

      await context.close();
      assert.deepEqual(found, []);
      assert.deepEqual(complaints.filter((complaint) => !expected.test(complaint)), []);
    });
  }
});

/** A visit of a customer, that ends with nothing found and nothing complained about. */
async function visit({ customer, look = looks[0], session = {}, more = {} }, walk) {
  const { name, ...how } = look;
  const { url } = await stripe.billingPortal.sessions.create({
    customer, return_url: `${portico.url}/healthz`, ...session,
  });
  const { page, context, complaints } = await openPage(browser, { ...how, ...more });
  page.setDefaultTimeout(10_000);
  const found = [];
  await page.goto(url);
  await page.locator('main form button').click();
  await walk(page, looker(page, look, found));
  await context.close();
  assert.deepEqual(found, []);
  assert.deepEqual(complaints.filter((complaint) => !expected.test(complaint)), []);
}

/** A customer who pays with a card that is saved without a question and refused at each charge. */
async function owing() {
  const customer = await stripe.customers.create({
    name: 'Bea', email: 'bea@example.com', payment_method: 'pm_card_chargeCustomerFail',
    invoice_settings: { default_payment_method: 'pm_card_chargeCustomerFail' },
  });
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.starter }] });
  return customer.id;
}

describe('when something is in the way', () => {
  for (const look of [looks[0], looks[3]]) {
    it(`an invoice is paid with another card (${look.name})`, { timeout: 120_000 }, async () => {
      await visit({ customer: await owing(), look }, async (page, at) => {
        await page.getByText('The first payment of $29.00 is still open').waitFor();
        await at('30-owing');
        await click(page, 'link', 'Pay $29.00');
        await page.getByRole('heading', { name: /^Pay invoice/ }).waitFor();
        await at('31-pay');
        await click(page, 'button', 'Pay $29.00');
        await page.getByText('Nothing was charged').first().waitFor();
        await at('32-pay-declined');
        await page.getByLabel('Use a new card').check();
        await click(page, 'button', 'Pay $29.00');
        await addCard(page, '4242 4242 4242 4242');
        await page.getByText('was added and is now your default').waitFor();
        await at('33-pay-new-card');
        await click(page, 'button', 'Pay $29.00');
        await page.getByText('Paid. Thank you.').waitFor();
        await at('34-paid');
        await page.goto(`${portico.url}/p/home`);
        await page.getByText('Active').first().waitFor();
      });
    });

    it(`a refused upgrade is paid with another card (${look.name})`, { timeout: 120_000 },
      async () => {
        const { customer, subscription } = await ada();
        await stripe.paymentMethods.attach('pm_card_chargeCustomerFail',
          { customer: customer.id });
        const { data: [refused] } = await stripe.paymentMethods.list({ customer: customer.id });
        await stripe.customers.update(customer.id,
          { invoice_settings: { default_payment_method: refused.id } });
        await visit({ customer: customer.id, look }, async (page, at) => {
          await click(page, 'link', 'Change plan');
          await page.getByRole('radio', { name: /^Business/ }).check();
          await click(page, 'button', 'One more');
          await page.getByText('Total $198.00 per month').waitFor();
          await click(page, 'button', 'Continue');
          await click(page, 'button', /^Pay \$.* and switch/);
          await page.getByText('Nothing was charged').first().waitFor();
          await at('40-declined');
          await click(page, 'link', 'Use another card');
          await page.getByRole('heading', { name: 'Choose a card' }).waitFor();
          await at('41-choose-card');
          await page.getByRole('radio', { name: /4242/ }).check();
          await click(page, 'button', 'Continue');
          await page.getByRole('heading', { name: 'Review your change' }).waitFor();
          await page.getByText('2 × Business').first().waitFor();
          await page.getByText('Visa ending 4242').waitFor();
          await click(page, 'button', /^Pay \$.* and switch/);
          await page.getByText('You are now on 2 × Business').waitFor();
        });
        const { items } = await stripe.subscriptions.retrieve(subscription.id);
        assert.equal(items.data[0].quantity, 2);
      });
  }

  it('a form outlives its session', { timeout: 120_000 }, async () => {
    const { customer } = await ada();
    const link = await stripe.billingPortal.sessions.create({ customer: customer.id });
    await visit({ customer: customer.id }, async (page, at) => {
      await page.goto(`${portico.url}/p/details`);
      await page.getByLabel('Name', { exact: true }).fill('Ada, Countess of Lovelace');
      await page.request.post(`${portico.url}/p/sign-out`,
        { headers: { origin: portico.url }, maxRedirects: 0 });
      await click(page, 'button', 'Save details');
      await page.getByRole('heading', { name: 'Not sent yet' }).waitFor();
      await at('50-form-kept');
      const tab = await page.context().newPage();
      await tab.goto(link.url);
      await click(tab, 'button', 'Open billing page');
      await tab.getByRole('heading', { name: 'Starter' }).waitFor();
      await click(page, 'button', 'Send again');
      await page.getByText('Your details are saved').waitFor();
    });
    const { name } = await stripe.customers.retrieve(customer.id);
    assert.equal(name, 'Ada, Countess of Lovelace');
  });

  for (const look of [looks[0], looks[2]]) {
    it(`a flow leads back to where it came from (${look.name})`, { timeout: 120_000 }, async () => {
      const { customer } = await ada();
      const session = { flow_data: { type: 'payment_method_update', after_completion: {
        type: 'redirect', redirect: { return_url: 'https://northwind.example/account' } } } };
      await visit({ customer: customer.id, look, session }, async (page, at) => {
        await page.route('https://northwind.example/**', (route) => route.fulfill({
          contentType: 'text/html', body: '<link rel="icon" href="data:,"><h1>Account</h1>',
        }));
        await page.getByRole('heading', { name: 'Add a card' }).waitFor();
        await at('60-flow');
        await click(page, 'button', 'Continue');
        await addCard(page, '5555 5555 5555 4444');
        await page.getByText('You are being taken back').waitFor();
        await at('61-flow-done');
        await page.getByRole('heading', { name: 'Account' }).waitFor();
      });
    });
  }
});

describe('in another language', () => {
  for (const [locale, words] of [
    ['es', { change: 'Cambiar de plan', go: 'Continuar', review: 'Revisa el cambio',
      cancel: 'Cancelar la suscripción' }],
    ['it', { change: 'Cambia piano', go: 'Continua', review: 'Controlla il cambio',
      cancel: 'Annulla abbonamento' }],
  ]) {
    it(`a customer finds their way (${locale})`, { timeout: 120_000 }, async () => {
      const { customer } = await ada();
      await visit({ customer: customer.id, session: { locale } }, async (page, at) => {
        await page.getByRole('heading', { name: 'Starter' }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), locale);
        await at(`70-home-${locale}`);
        await click(page, 'link', words.change);
        await page.getByRole('radio', { name: /^Business/ }).check();
        await at(`71-plans-${locale}`);
        await click(page, 'button', words.go);
        await page.getByRole('heading', { name: words.review }).waitFor();
        await page.getByText(/31,25\sUS\$|31,25\sUSD|31,25\s\$/).first().waitFor();
        await at(`72-review-${locale}`);
        for (const place of ['plan', 'payment-methods', 'payment-methods/add', 'details',
          'invoices']) {
          await page.goto(`${portico.url}/p/${place}`);
          await at(`73-${place.replace('/', '-')}-${locale}`);
        }
        await page.goto(`${portico.url}/p/home`);
        await click(page, 'link', words.cancel);
        await page.locator('main form button').waitFor();
        await at(`74-cancel-${locale}`);
        await page.locator('main form button').click();
        await page.getByRole('radio').first().waitFor();
        await at(`75-reason-${locale}`);
      });
    });
  }
});
