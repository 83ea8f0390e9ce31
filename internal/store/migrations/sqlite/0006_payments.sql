-- +goose Up
-- How money moves.

-- Wishes to collect one sum once. The invoice may come later than the intent, hence no foreign key.
create table payment_intents (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text,
    invoice text,
    status text not null,
    client_secret text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    check (status in ('requires_payment_method', 'requires_confirmation', 'requires_action',
        'processing', 'requires_capture', 'succeeded', 'canceled'))
);
create index payment_intents_created_idx on payment_intents (account, livemode, created, id);
create index payment_intents_customer_idx
    on payment_intents (account, livemode, customer, created, id);
create index payment_intents_invoice_idx
    on payment_intents (account, livemode, invoice, created, id);
create unique index payment_intents_client_secret_key
    on payment_intents (account, livemode, client_secret) where client_secret is not null;

-- Tries to move money, successful or not.
create table charges (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text,
    payment_intent text,
    invoice text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, payment_intent)
        references payment_intents (account, livemode, id)
);
create index charges_created_idx on charges (account, livemode, created, id);
create index charges_customer_idx on charges (account, livemode, customer, created, id);
create index charges_payment_intent_idx on charges (account, livemode, payment_intent, created, id);
create index charges_invoice_idx on charges (account, livemode, invoice, created, id);

-- Money given back.
create table refunds (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    charge text,
    payment_intent text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, charge) references charges (account, livemode, id),
    foreign key (account, livemode, payment_intent)
        references payment_intents (account, livemode, id)
);
create index refunds_created_idx on refunds (account, livemode, created, id);
create index refunds_charge_idx on refunds (account, livemode, charge, created, id);
create index refunds_payment_intent_idx on refunds (account, livemode, payment_intent, created, id);

-- Which payment goes to which invoice.
create table invoice_payments (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    invoice text not null,
    payment_intent text,
    status text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, invoice) references invoices (account, livemode, id),
    foreign key (account, livemode, payment_intent)
        references payment_intents (account, livemode, id),
    check (status in ('open', 'paid', 'canceled'))
);
create index invoice_payments_created_idx on invoice_payments (account, livemode, created, id);
create index invoice_payments_invoice_idx
    on invoice_payments (account, livemode, invoice, created, id);
create index invoice_payments_payment_intent_idx
    on invoice_payments (account, livemode, payment_intent, created, id);

-- The steps of customers' balances; never changed.
create table balance_transactions (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text not null,
    invoice text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, invoice) references invoices (account, livemode, id)
);
create index balance_transactions_created_idx
    on balance_transactions (account, livemode, created, id);
create index balance_transactions_customer_idx
    on balance_transactions (account, livemode, customer, created, id);
create index balance_transactions_invoice_idx
    on balance_transactions (account, livemode, invoice, created, id);

-- The ledger of tries to move money. While one is open, there is no other for the same invoice
-- or payment intent: this is what keeps a customer from being charged twice. What an attempt
-- names may be written only once it succeeds, hence no foreign keys.
create table attempts (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    op text not null,
    state text not null,
    invoice text not null,
    payment_intent text not null,
    setup_intent text not null,
    charge text not null,
    refund text not null,
    customer text not null,
    gateway text not null,
    gateway_ref text not null,
    idempotency_key text not null,
    inquire_at bigint,
    clock text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    check (op in ('charge', 'capture', 'void', 'refund', 'setup')),
    check (state in ('created', 'sent', 'unknown', 'action_required', 'pending', 'succeeded',
        'declined', 'canceled', 'not_executed', 'parked'))
);
create index attempts_created_idx on attempts (account, livemode, created, id);
create index attempts_invoice_idx on attempts (account, livemode, invoice, created, id);
create index attempts_payment_intent_idx
    on attempts (account, livemode, payment_intent, created, id);
create index attempts_setup_intent_idx on attempts (account, livemode, setup_intent, created, id);
create index attempts_state_idx on attempts (account, livemode, state, created, id);
create index attempts_gateway_ref_idx on attempts (account, livemode, gateway_ref, created, id);
create unique index attempts_invoice_key on attempts (account, livemode, invoice)
    where state in ('created', 'sent', 'unknown', 'action_required', 'pending')
    and invoice <> '';
create unique index attempts_payment_intent_key on attempts (account, livemode, payment_intent)
    where state in ('created', 'sent', 'unknown', 'action_required', 'pending')
    and payment_intent <> '';
create index attempts_inquire_at_due on attempts (clock, inquire_at, id)
    where inquire_at is not null and not deleted;
-- A gateway's notification names only the attempt.
create index attempts_id_idx on attempts (id);
