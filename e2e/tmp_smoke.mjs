import Stripe from 'stripe';
const u=new URL(process.argv[2]);
const s=new Stripe(process.argv[3],{host:u.hostname,port:u.port,protocol:'http'});
const p=await s.products.create({name:'Gold',default_price_data:{currency:'usd',unit_amount:2000,recurring:{interval:'month'}}});
const c=await s.customers.create({email:'a@b.test',payment_method:'pm_card_visa',invoice_settings:{default_payment_method:'pm_card_visa'},metadata:{a:'1'}});
const sub=await s.subscriptions.create({customer:c.id,items:[{price:p.default_price}],expand:['latest_invoice.payments']});
console.log(sub.status,sub.latest_invoice.status,sub.latest_invoice.payments.data[0].status);
let n=0; for(let i=0;i<23;i++) await s.customers.create({name:'c'+i});
for await (const x of s.customers.list({limit:10})) n++;
console.log('walked',n);
try{await s.customers.retrieve('cus_x')}catch(e){console.log(e.type,e.code,e.statusCode,e.requestId)}
try{const c2=await s.customers.create({payment_method:'pm_card_visa_chargeDeclined'});console.log(c2.id)}catch(e){console.log(e.type,e.code,e.decline_code)}
const c3=await s.customers.create({payment_method:'pm_card_chargeCustomerFail',invoice_settings:{default_payment_method:'pm_card_chargeCustomerFail'}});
try{const x=await s.subscriptions.create({customer:c3.id,items:[{price:p.default_price}],payment_behavior:'error_if_incomplete'});console.log(x.status)}catch(e){console.log(e.type,e.code,e.decline_code,e.statusCode)}
const k={idempotencyKey:'zz'};
const s1=await s.subscriptions.create({customer:c.id,items:[{price:p.default_price,quantity:2}]},k);
const s2=await s.subscriptions.create({customer:c.id,items:[{price:p.default_price,quantity:2}]},k);
console.log('same',s1.id===s2.id, s2.lastResponse.headers['idempotent-replayed']);
const si=await s.setupIntents.create({customer:c.id}); console.log(si.status,!!si.client_secret);
const pi=await s.paymentIntents.create({amount:500,currency:'usd',customer:c.id,payment_method:c.invoice_settings.default_payment_method,confirm:true,off_session:true}); console.log(pi.status);
const inv=await s.invoiceItems.create({customer:c.id,amount:300,currency:'usd'}); console.log(inv.amount);
const i2=await s.invoices.create({customer:c.id}); const f=await s.invoices.finalizeInvoice(i2.id); const paid=await s.invoices.pay(i2.id); console.log(f.status,paid.status,paid.number,(await s.customers.retrieve(c.id)).next_invoice_sequence);
const up=await s.subscriptions.update(sub.id,{cancel_at_period_end:true}); console.log(up.cancel_at_period_end);
const up2=await s.subscriptions.update(sub.id,{items:[{id:sub.items.data[0].id,quantity:5}],proration_behavior:'always_invoice',cancel_at_period_end:false}); console.log(up2.items.data[0].quantity);
const bp=await s.billingPortal.sessions.create({customer:c.id,return_url:'https://x.test'}); console.log(bp.url);
const ev=await s.events.list({limit:100}); console.log([...new Set(ev.data.map(e=>e.type))].join(' '));
await s.subscriptionItems.del(s1.items.data[0].id).catch(e=>console.log('itemdel',e.message));
await s.customers.del(c.id); 
const pv=await s.invoices.createPreview({customer:c3.id,subscription_details:{items:[{price:p.default_price}]}}); console.log(pv.amount_due, pv.object);
