// Everything this app knows about billing. It is written against Stripe's own client; only the
// address of the server is Portico's.
import Stripe from 'stripe';

/** The client, pointed at Portico. */
export function connect({ key, url }) {
  const { protocol, hostname, port } = new URL(url);
  return new Stripe(key, {
    protocol: protocol.slice(0, -1),
    host: hostname,
    port: port || (protocol === 'https:' ? 443 : 80),
    telemetry: false,
  });
}

/** What the app sells. Each price has a lookup key, so the app never needs to know an id. */
const plans = [
  { key: 'free', name: 'Free', amount: 0, features: ['10 notes'] },
  { key: 'pro', name: 'Pro', amount: 1900, features: ['Unlimited notes', 'Search', 'Export'] },
];

/** Makes the catalogue where it is missing, and answers the price of each plan. */
export async function catalogue(stripe) {
  const lookup_keys = plans.map((p) => `notes_${p.key}_monthly`);
  const known = await stripe.prices.list({ lookup_keys });
  const prices = Object.fromEntries(known.data.map((p) => [p.lookup_key, p.id]));
  for (const [i, plan] of plans.entries()) {
    if (prices[lookup_keys[i]]) continue;
    const product = await stripe.products.create({
      name: plan.name,
      marketing_features: plan.features.map((name) => ({ name })),
      metadata: { plan: plan.key },
    });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: plan.amount,
      recurring: { interval: 'month' },
      lookup_key: lookup_keys[i],
      metadata: { plan: plan.key },
    });
    prices[price.lookup_key] = price.id;
  }
  return prices;
}

/** Makes sure that Portico sends events to this app, and answers the secret that signs them. */
export async function listen(stripe, url, secret) {
  const endpoints = await stripe.webhookEndpoints.list({ limit: 100 });
  const mine = endpoints.data.filter((e) => e.url === url);
  if (secret && mine.length > 0) return secret;
  // A secret is shown once. If it was lost, a new endpoint takes the old one's place.
  for (const old of mine) await stripe.webhookEndpoints.del(old.id);
  await allow(stripe, new URL(url).hostname);
  const made = await stripe.webhookEndpoints.create({
    url,
    enabled_events: ['customer.subscription.created', 'customer.subscription.updated',
      'customer.subscription.deleted'],
  });
  return made.secret;
}

/** Portico sends nothing to private addresses, such as this machine, unless it is told to. */
async function allow(stripe, hostname) {
  const settings = await stripe.rawRequest('GET', '/v1/portico/settings');
  const hosts = settings.webhooks.allowed_hosts;
  if (hosts.includes(hostname)) return;
  await stripe.rawRequest('POST', '/v1/portico/settings',
    { webhooks: { allowed_hosts: [...hosts, hostname] } });
}

/** A new customer on the Free plan. */
export async function signUp(stripe, prices, user, saved) {
  const customer = await stripe.customers.create({ email: user.email });
  user.customer = customer.id;
  saved(); // before the events arrive that name the customer
  await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: prices.notes_free_monthly }],
  });
}

/** The address of the customer's portal, for one visit. */
export async function portal(stripe, customer, return_url) {
  const session = await stripe.billingPortal.sessions.create({ customer, return_url });
  return session.url;
}

/**
 * What an event says about access: whose, and which plan they may use from now on. A customer
 * who is past due keeps the plan while the payment is tried again.
 */
export function access(event) {
  if (!event.type.startsWith('customer.subscription.')) return null;
  const subscription = event.data.object;
  const good = ['active', 'trialing', 'past_due'].includes(subscription.status);
  return {
    customer: subscription.customer,
    plan: good ? subscription.items.data[0].price.metadata.plan : 'none',
    subscription: subscription.id,
    at: event.created,
  };
}
