// Stripe's command line, unchanged, through the Unix socket that it can be told to use. Its
// triggers are scenarios of ordinary API calls.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import { startPortico, until } from './lib/portico.mjs';

const binary = fileURLToPath(
  new URL('node_modules/@stripe/cli-linux-x64/bin/stripe', import.meta.url));
let portico, stripe;

before(async () => {
  portico = await startPortico();
  stripe = new Stripe(portico.key, { host: portico.host, port: portico.port, protocol: 'http' });
});

after(() => portico?.stop());

/** Runs the command line and gives what it prints. Its own settings stay in our folder. */
async function cli(...args) {
  const { stdout } = await promisify(execFile)(binary, ['--api-key', portico.key, ...args], {
    env: { PATH: process.env.PATH, HOME: portico.folder, STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      STRIPE_CLI_UNIX_SOCKET: portico.socket },
  });
  return stdout;
}

/** Before what it deletes, the command line says which account it is about to do it to. */
const json = async (...args) => JSON.parse((await cli(...args)).replace(/^[^{]*/, ''));

test('resources', async () => {
  const product = await json('products', 'create', '--name', 'Gold');
  const price = await json('prices', 'create', '-d', `product=${product.id}`,
    '-d', 'currency=usd', '-d', 'unit_amount=900', '-d', 'recurring[interval]=month');
  assert.equal(price.unit_amount, 900);
  const ada = await json('customers', 'create', '--email', 'ada@example.com',
    '-d', 'payment_method=pm_card_visa', '-d', 'metadata[a]=1',
    '-d', 'invoice_settings[default_payment_method]=pm_card_visa');
  const list = await json('customers', 'list', '--limit', '1');
  assert.equal(list.data[0].id, ada.id);
  const sub = await json('subscriptions', 'create', '--customer', ada.id,
    '-d', `items[][price]=${price.id}`, '-d', 'expand[]=latest_invoice');
  assert.equal(sub.latest_invoice.status, 'paid');
  assert.equal((await json('get', `/v1/subscriptions/${sub.id}`)).status, 'active');
  const ended = await json('subscriptions', 'cancel', sub.id, '--confirm');
  assert.equal(ended.status, 'canceled');
});

test('without the right key it is told so', async () => {
  const answer = await cli('get', '/v1/customers', '--api-key', 'sk_test_wrong_0000000')
    .catch((failure) => failure.stdout + failure.stderr);
  assert.match(answer, /Invalid API Key provided/);
});

test('events are sent again by hand', async () => {
  const got = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => { got.push(JSON.parse(body)); response.end(); });
  });
  await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
  try {
    await stripe.rawRequest('POST', '/v1/portico/settings',
      { webhooks: { allowed_hosts: ['127.0.0.1'] } });
    const endpoint = await stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:${receiver.address().port}/`, enabled_events: ['product.created'] });
    const product = await stripe.products.create({ name: 'Silver' });
    await until(() => got.length === 1);
    const id = got[0].id;
    assert.equal(got[0].data.object.id, product.id);
    const event = await json('events', 'resend', id, '--webhook-endpoint', endpoint.id);
    assert.equal(event.id, id);
    await until(() => got.length === 2);
    await json('events', 'resend', id); // to every endpoint that listens to it
    await until(() => got.length === 3);
    assert.deepEqual(got.map((e) => [e.id, e.data]), Array(3).fill([id, got[0].data]));
    await stripe.webhookEndpoints.del(endpoint.id);
  } finally {
    receiver.close();
  }
});

const triggers = [
  'customer.created', 'customer.deleted', 'customer.updated', 'price.created', 'product.deleted',
  'coupon.updated', 'tax_rate.updated', 'billing_portal.configuration.created',
  'billing_portal.session.created', 'customer.subscription.created',
  'customer.subscription.deleted', 'customer.subscription.paused',
  'customer.subscription.trial_will_end', 'customer.subscription.updated', 'invoice.created',
  'invoice.deleted', 'invoice.finalized', 'invoice.marked_uncollectible', 'invoice.paid',
  'invoice.payment_failed', 'invoice.payment_succeeded', 'invoice.sent', 'invoice.updated',
  'invoice.voided', 'invoiceitem.created', 'payment_intent.canceled', 'payment_intent.created',
  'payment_intent.payment_failed', 'payment_intent.requires_action', 'payment_intent.succeeded',
  'payment_method.attached', 'payment_method.detached', 'setup_intent.canceled',
  'setup_intent.created', 'setup_intent.setup_failed', 'setup_intent.succeeded', 'charge.captured',
  'charge.failed', 'charge.refunded', 'charge.succeeded', 'test_helpers.test_clock.created',
  'test_helpers.test_clock.advancing', 'test_helpers.test_clock.ready',
  'test_helpers.test_clock.deleted', 'customer.discount.created', 'customer.discount.updated',
  'customer.discount.deleted', 'payment_intent.amount_capturable_updated',
  'invoiceitem.deleted', 'coupon.created', 'coupon.deleted',
  'payment_method.updated', 'product.created', 'product.updated', 'price.updated',
  'setup_intent.requires_action', 'tax_rate.created', 'charge.refund.updated',
];

for (const type of triggers) {
  test(`trigger ${type}`, async () => {
    assert.match(await cli('trigger', type), /Trigger succeeded/);
    await until(async () => (await stripe.events.list({ type, limit: 1 })).data.length === 1);
  });
}
