// Makes or reads a customer with Stripe's own client.
// usage: node customer.cjs <folder of the stripe package> <url> <key> create <email>
//        node customer.cjs <folder of the stripe package> <url> <key> read <id>
const [folder, url, key, verb, argument] = process.argv.slice(2);
const Stripe = require(folder);
const { hostname, port, protocol } = new URL(url);
const stripe = new Stripe(key, { host: hostname, port, protocol: protocol.slice(0, -1),
  telemetry: false, maxNetworkRetries: 0 });
const made = verb === 'create'
  ? stripe.customers.create({ email: argument })
  : stripe.customers.retrieve(argument);
made.then((c) => console.log(JSON.stringify({ id: c.id, email: c.email })), (err) => {
  console.error(err);
  process.exit(1);
});
