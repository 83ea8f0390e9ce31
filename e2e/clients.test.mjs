// Stripe's own Node client against a running Portico: the tour of an application that was written
// for Stripe, with nothing changed but the host.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Stripe from 'stripe';
import { startPortico, until } from './lib/portico.mjs';

let portico, stripe, price;

before(async () => {
  portico = await startPortico();
  stripe = client();
  const product = await stripe.products.create({
    name: 'Gold',
    default_price_data: { currency: 'usd', unit_amount: 2000, recurring: { interval: 'month' } },
  });
  price = product.default_price;
});

after(() => portico?.stop());

const client = (key = portico.key) => new Stripe(key,
  { host: portico.host, port: portico.port, protocol: 'http', maxNetworkRetries: 0 });

const payer = (card = 'pm_card_visa', more = {}) => stripe.customers.create({
  email: 'ada@example.com', payment_method: card,
  invoice_settings: { default_payment_method: card }, ...more,
});

/** What a call was refused with. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was refused');
}

test('customers: metadata merges, an empty string unsets', async () => {
  const ada = await stripe.customers.create({ name: 'Ada', metadata: { a: '1', b: '2' },
    address: { city: 'London', country: 'GB' } });
  const changed = await stripe.customers.update(ada.id,
    { metadata: { b: '', c: '3' }, address: { city: 'Paris' } });
  assert.deepEqual(changed.metadata, { a: '1', c: '3' });
  assert.deepEqual([changed.name, changed.address.city], ['Ada', 'Paris']);
  assert.equal((await stripe.customers.update(ada.id, { address: '' })).address, null);
  assert.deepEqual((await stripe.customers.update(ada.id, { metadata: '' })).metadata, {});
  assert.deepEqual(await stripe.customers.del(ada.id).then(({ deleted, id }) => [deleted, id]),
    [true, ada.id]);
  assert.equal((await stripe.customers.retrieve(ada.id)).deleted, true);
});

test('lists page by themselves, both ways', async () => {
  const made = [];
  for (let i = 0; i < 23; i++) {
    made.push((await stripe.customers.create({ email: 'walk@example.com' })).id);
  }
  const ids = async (list) => (await list.autoPagingToArray({ limit: 100 })).map((c) => c.id);
  const filter = { email: 'walk@example.com' };
  assert.deepEqual(await ids(stripe.customers.list({ ...filter, limit: 10 })),
    [...made].reverse());
  assert.deepEqual(await ids(stripe.customers.list({ ...filter, limit: 4,
    ending_before: made[0] })), made.slice(1));
  const page = await stripe.customers.list({ ...filter, limit: 23 });
  assert.equal(page.has_more, false);
  assert.equal(page.url, '/v1/customers');
});

test('a subscription: created, previewed, changed, ended', async () => {
  const ada = await payer();
  const sub = await stripe.subscriptions.create({ customer: ada.id, items: [{ price }],
    expand: ['latest_invoice.payments', 'items.data.price.product', 'default_payment_method',
      'customer'] });
  assert.equal(sub.status, 'active');
  assert.equal(sub.customer.email, 'ada@example.com');
  assert.equal(sub.items.data[0].price.product.name, 'Gold');
  const { payment_intent: intent } = sub.latest_invoice.payments.data[0].payment;
  assert.equal((await stripe.paymentIntents.retrieve(intent)).amount_received, 2000);

  const change = { items: [{ id: sub.items.data[0].id, quantity: 3 }],
    proration_behavior: 'always_invoice', proration_date: sub.items.data[0].current_period_start };
  const preview = await stripe.invoices.createPreview(
    { subscription: sub.id, subscription_details: change });
  assert.equal(preview.amount_due, 4000);
  const changed = await stripe.subscriptions.update(sub.id,
    { ...change, expand: ['latest_invoice'] });
  assert.equal(changed.latest_invoice.amount_paid, 4000);
  assert.equal(changed.latest_invoice.billing_reason, 'subscription_update');

  const lines = await stripe.invoices.listLineItems(changed.latest_invoice.id, { limit: 1 })
    .autoPagingToArray({ limit: 10 });
  assert.equal(lines.length, 2);
  assert.equal(lines.reduce((sum, line) => sum + line.amount, 0), 4000);

  const ending = await stripe.subscriptions.update(sub.id, { cancel_at_period_end: true });
  assert.equal(ending.cancel_at, ending.items.data[0].current_period_end);
  const mine = await stripe.subscriptions.list({ customer: ada.id, status: 'active' });
  assert.deepEqual(mine.data.map((s) => s.id), [sub.id]);
  const ended = await stripe.subscriptions.cancel(sub.id,
    { cancellation_details: { feedback: 'unused' } });
  assert.equal(ended.status, 'canceled');
  assert.equal(ended.cancellation_details.feedback, 'unused');
});

test('invoices: items, finalize, pay, void', async () => {
  const ada = await payer();
  const draft = async (amount) => {
    await stripe.invoiceItems.create({ customer: ada.id, amount, currency: 'usd' });
    return stripe.invoices.create({ customer: ada.id, auto_advance: false,
      pending_invoice_items_behavior: 'include' });
  };
  const one = await draft(700);
  assert.equal((await stripe.invoices.finalizeInvoice(one.id)).status, 'open');
  assert.equal((await stripe.invoices.pay(one.id)).status, 'paid');
  const two = await draft(300);
  await stripe.invoices.finalizeInvoice(two.id);
  assert.equal((await stripe.invoices.voidInvoice(two.id)).status, 'void');
  assert.equal((await stripe.invoices.del((await draft(200)).id)).deleted, true);
});

test('coupons, tax rates and prices with tiers', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 12.5, duration: 'once' });
  const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 21,
    inclusive: false });
  const tiered = await stripe.prices.create({ currency: 'usd', product_data: { name: 'Seats' },
    billing_scheme: 'tiered', tiers_mode: 'volume', recurring: { interval: 'year' },
    tiers: [{ up_to: 5, unit_amount: 1000 }, { up_to: 'inf', unit_amount_decimal: '799.5' }],
    expand: ['tiers'] });
  assert.equal(String(tiered.tiers[1].unit_amount_decimal), '799.5');
  const ada = await payer();
  const sub = await stripe.subscriptions.create({ customer: ada.id,
    items: [{ price: tiered.id, quantity: 10 }], discounts: [{ coupon: coupon.id }],
    default_tax_rates: [rate.id], expand: ['latest_invoice.total_discount_amounts.discount'] });
  const { latest_invoice: invoice } = sub;
  assert.equal(invoice.subtotal, 7995);
  assert.equal(invoice.total, 8465); // 7995 − 999 = 6996, plus 1469 of tax
  assert.equal(invoice.total_discount_amounts[0].discount.source.coupon, coupon.id);
});

test('cards: attach, set up, charge, refund', async () => {
  const ada = await stripe.customers.create();
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: ada.id });
  assert.equal(card.card.last4, '4242');
  const setup = await stripe.setupIntents.create({ customer: ada.id, confirm: true,
    payment_method: card.id, usage: 'off_session', return_url: 'https://example.com/' });
  assert.equal(setup.status, 'succeeded');
  const intent = await stripe.paymentIntents.create({ amount: 5000, currency: 'usd',
    customer: ada.id, payment_method: card.id, confirm: true, off_session: true });
  assert.equal(intent.status, 'succeeded');
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 2000 });
  assert.equal(refund.status, 'succeeded');
  const charge = await stripe.charges.retrieve(intent.latest_charge, { expand: ['refunds'] });
  assert.equal(charge.amount_refunded, 2000);
  assert.equal(charge.refunds.data[0].id, refund.id);
  assert.equal((await stripe.paymentMethods.detach(card.id)).customer, null);
});

test('errors have their classes and fields', async () => {
  const missing = await refusal(stripe.customers.retrieve('cus_none'));
  assert.ok(missing instanceof Stripe.errors.StripeInvalidRequestError);
  assert.deepEqual([missing.statusCode, missing.code, missing.param],
    [404, 'resource_missing', 'id']);
  assert.match(missing.requestId, /^req_/);
  assert.equal(missing.message, "No such customer: 'cus_none'");

  const unknown = await refusal(stripe.customers.create({ nmae: 'Ada' }));
  assert.deepEqual([unknown.code, unknown.param, unknown.message],
    ['parameter_unknown', 'nmae', 'Received unknown parameter: nmae']);
  const key = await refusal(client('sk_test_wrong_0000000').customers.list());
  assert.ok(key instanceof Stripe.errors.StripeAuthenticationError);

  const poor = await payer('pm_card_chargeCustomerFail');
  const declined = await refusal(stripe.subscriptions.create({ customer: poor.id,
    items: [{ price }], payment_behavior: 'error_if_incomplete' }));
  assert.ok(declined instanceof Stripe.errors.StripeCardError);
  assert.deepEqual([declined.statusCode, declined.code, declined.decline_code],
    [402, 'card_declined', 'generic_decline']);
  assert.equal((await stripe.subscriptions.list({ customer: poor.id })).data.length, 0);

  const declinedIntent = await refusal(stripe.paymentIntents.create({ amount: 500,
    currency: 'usd', payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    confirm: true, return_url: 'https://example.com/' }));
  assert.equal(declinedIntent.decline_code, 'insufficient_funds');
  assert.equal(declinedIntent.payment_intent.status, 'requires_payment_method');
});

test('a card that asks for authentication sends the customer to its bank', async () => {
  const ada = await payer('pm_card_threeDSecure2Required');
  const sub = await stripe.subscriptions.create({ customer: ada.id, items: [{ price }],
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'] });
  assert.equal(sub.status, 'incomplete');
  assert.match(sub.latest_invoice.confirmation_secret.client_secret, /^pi_\w+_secret_\w+$/);
  const { payment_intent: intent } = sub.latest_invoice.payments.data[0].payment;
  const waiting = await stripe.paymentIntents.confirm(intent,
    { payment_method: ada.invoice_settings.default_payment_method,
      return_url: 'https://example.com/back' });
  assert.equal(waiting.status, 'requires_action');
  assert.equal(waiting.next_action.type, 'redirect_to_url');
  assert.equal((await fetch(waiting.next_action.redirect_to_url.url)).status, 200);
});

test('the same idempotency key does the same thing once', async () => {
  const ada = await payer();
  const wish = { customer: ada.id, items: [{ price, quantity: 2 }] };
  const [one, two] = [await stripe.subscriptions.create(wish, { idempotencyKey: 'a wish' }),
    await stripe.subscriptions.create(wish, { idempotencyKey: 'a wish' })];
  assert.equal(one.id, two.id);
  assert.equal(two.lastResponse.headers['idempotent-replayed'], 'true');
  const other = await refusal(stripe.subscriptions.create({ customer: ada.id,
    items: [{ price, quantity: 3 }] }, { idempotencyKey: 'a wish' }));
  assert.ok(other instanceof Stripe.errors.StripeIdempotencyError);
});

test('webhooks arrive signed', async (t) => {
  const arrived = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    arrived.push({ body, signature: request.headers['stripe-signature'] });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  t.after(() => receiver.close());
  await stripe.rawRequest('POST', '/v1/portico/settings',
    { webhooks: { allowed_hosts: ['127.0.0.1'] } });
  const endpoint = await stripe.webhookEndpoints.create({ enabled_events: ['*'],
    url: `http://127.0.0.1:${receiver.address().port}/hook` });
  t.after(() => stripe.webhookEndpoints.del(endpoint.id));
  const ada = await payer('pm_card_visa', { name: 'Ada' });
  await stripe.subscriptions.create({ customer: ada.id, items: [{ price }] });
  const opened = () => arrived.map(({ body, signature }) =>
    stripe.webhooks.constructEvent(body, signature, endpoint.secret));
  await until(() => opened().some((event) => event.type === 'invoice.paid'));

  const events = opened();
  const paid = events.find((event) => event.type === 'invoice.paid');
  assert.equal(paid.data.object.customer, ada.id);
  assert.equal(paid.api_version, '2026-08-26.dahlia');
  const stored = await stripe.events.retrieve(paid.id);
  assert.deepEqual(stored.data, paid.data);
  assert.throws(() => stripe.webhooks.constructEvent(arrived[0].body, arrived[0].signature,
    'whsec_wrong'), Stripe.errors.StripeSignatureVerificationError);
  const header = stripe.webhooks.generateTestHeaderString(
    { payload: arrived[0].body, secret: endpoint.secret });
  assert.ok(stripe.webhooks.constructEvent(arrived[0].body, header, endpoint.secret));
});

test('a test clock lives through a year', async () => {
  const start = Date.UTC(2025, 0, 31) / 1000;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const ada = await payer('pm_card_visa', { test_clock: clock.id });
  const sub = await stripe.subscriptions.create({ customer: ada.id, items: [{ price }] });
  await stripe.testHelpers.testClocks.advance(clock.id,
    { frozen_time: Date.UTC(2026, 0, 31, 0, 30) / 1000 });
  await until(async () =>
    (await stripe.testHelpers.testClocks.retrieve(clock.id)).status === 'ready');
  const invoices = await stripe.invoices.list({ subscription: sub.id, limit: 5 })
    .autoPagingToArray({ limit: 100 });
  assert.equal(invoices.filter((i) => i.status === 'paid').length, 12);
  assert.equal(invoices[0].status, 'draft'); // the thirteenth becomes final in an hour
  assert.equal((await stripe.testHelpers.testClocks.del(clock.id)).deleted, true);
});

test('the portal opens, and has configurations', async () => {
  const ada = await payer();
  const configuration = await stripe.billingPortal.configurations.create({
    business_profile: { headline: 'Hello' }, features: { invoice_history: { enabled: true } } });
  const session = await stripe.billingPortal.sessions.create({ customer: ada.id,
    configuration: configuration.id, return_url: 'https://example.com/' });
  assert.ok(session.url.startsWith(`${portico.url}/p/session/`));
  assert.equal(session.configuration, configuration.id);
  const all = await stripe.billingPortal.configurations.list({ is_default: true });
  assert.equal(all.data.length, 1);
});

test('every list pages both ways, by one', async () => {
  const ada = await payer();
  const sub = await stripe.subscriptions.create({ customer: ada.id, items: [{ price }],
    add_invoice_items: [{ price_data: { currency: 'usd', product: (await stripe.products.create(
      { name: 'Set-up' })).id, unit_amount: 100 } }] });
  for (const amount of [100, 200]) {
    await stripe.paymentIntents.create({ amount, currency: 'usd', customer: ada.id, confirm: true,
      payment_method_data: { type: 'card', card: { token: 'tok_visa' } } });
    await stripe.customers.createBalanceTransaction(ada.id, { amount, currency: 'usd' });
    await stripe.invoiceItems.create({ customer: ada.id, amount, currency: 'usd' });
    await stripe.invoices.create({ customer: ada.id });
    await stripe.coupons.create({ percent_off: 10 });
    await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: false });
    await stripe.setupIntents.create({ customer: ada.id });
    await stripe.testHelpers.testClocks.create({ frozen_time: 1700000000 });
    await stripe.subscriptions.create({ customer: ada.id, trial_period_days: 3,
      items: [{ price }] });
    await stripe.paymentMethods.attach('pm_card_mastercard', { customer: ada.id });
  }
  for (const charge of (await stripe.charges.list({ customer: ada.id })).data) {
    await stripe.refunds.create({ charge: charge.id, amount: 50 });
  }
  const customer = ada.id;
  const lists = {
    balanceTransactions: (p) => stripe.customers.listBalanceTransactions(customer, p),
    charges: (p) => stripe.charges.list({ customer, ...p }),
    configurations: (p) => stripe.billingPortal.configurations.list(p),
    coupons: (p) => stripe.coupons.list(p),
    events: (p) => stripe.events.list({ type: 'invoice.created', ...p }),
    invoiceItems: (p) => stripe.invoiceItems.list({ customer, ...p }),
    invoices: (p) => stripe.invoices.list({ customer, ...p }),
    lines: (p) => stripe.invoices.listLineItems(sub.latest_invoice, p),
    paymentIntents: (p) => stripe.paymentIntents.list({ customer, ...p }),
    paymentMethods: (p) => stripe.customers.listPaymentMethods(customer, p),
    payments: (p) => stripe.invoicePayments.list(p),
    prices: (p) => stripe.prices.list(p),
    products: (p) => stripe.products.list(p),
    refunds: (p) => stripe.refunds.list(p),
    setupIntents: (p) => stripe.setupIntents.list({ customer, ...p }),
    subscriptions: (p) => stripe.subscriptions.list({ customer, ...p }),
    taxRates: (p) => stripe.taxRates.list(p),
    testClocks: (p) => stripe.testHelpers.testClocks.list(p),
  };
  for (const [name, list] of Object.entries(lists)) {
    const ids = (page) => page.map((noun) => noun.id);
    const all = ids((await list({ limit: 100 })).data);
    assert.ok(all.length > (['configurations', 'payments'].includes(name) ? 0 : 1), name);
    const walk = (p) => list(p).autoPagingToArray({ limit: 200 });
    assert.deepEqual(ids(await walk({ limit: 1 })), all, `${name} forwards`);
    assert.deepEqual(ids(await walk({ limit: 1, ending_before: all.at(-1) })),
      all.slice(0, -1).reverse(), `${name} backwards`);
    assert.equal((await refusal(list({ limit: 0 }))).param, 'limit', name);
    assert.equal((await refusal(list({ starting_after: 'none_1' }))).param, 'starting_after', name);
  }
});

test('everything that leads somewhere expands', async () => {
  const ada = await payer();
  const sub = await stripe.subscriptions.create({ customer: ada.id, items: [{ price }],
    default_payment_method: ada.invoice_settings.default_payment_method });
  const found = await stripe.subscriptions.retrieve(sub.id, { expand: ['customer',
    'customer.invoice_settings.default_payment_method', 'default_payment_method',
    'items.data.price.product', 'latest_invoice.customer', 'latest_invoice.confirmation_secret',
    'latest_invoice.payments', 'pending_setup_intent'] });
  assert.equal(found.customer.invoice_settings.default_payment_method.card.last4, '4242');
  assert.equal(found.latest_invoice.customer.id, ada.id);
  const { payments } = await stripe.invoices.retrieve(found.latest_invoice.id,
    { expand: ['payments.data.payment.payment_intent'] });
  const intent = payments.data[0].payment.payment_intent;
  const charge = await stripe.charges.retrieve(intent.latest_charge,
    { expand: ['customer', 'payment_intent.payment_method', 'refunds'] });
  assert.equal(charge.payment_intent.payment_method.customer, ada.id);
  assert.deepEqual(charge.refunds.data, []);
});
