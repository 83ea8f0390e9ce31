-- +goose Up
-- Who is billed, and how they pay.

-- Who is billed. The prefix begins the numbers of the customer's invoices.
create table customers (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    email text,
    test_clock text,
    invoice_prefix text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, test_clock) references test_clocks (account, livemode, id)
);
create index customers_created_idx on customers (account, livemode, created, id);
create index customers_email_idx on customers (account, livemode, email, created, id);
create index customers_test_clock_idx on customers (account, livemode, test_clock, created, id);
create unique index customers_invoice_prefix_key
    on customers (account, livemode, invoice_prefix) where invoice_prefix is not null;

-- Stored ways to pay; detached ones have no customer. No column can hold a card number.
create table payment_methods (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text,
    type text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id)
);
create index payment_methods_created_idx on payment_methods (account, livemode, created, id);
create index payment_methods_customer_idx
    on payment_methods (account, livemode, customer, created, id);

-- Wishes to store a payment method.
create table setup_intents (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text,
    payment_method text,
    status text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, payment_method)
        references payment_methods (account, livemode, id),
    check (status in ('requires_payment_method', 'requires_confirmation', 'requires_action',
        'processing', 'succeeded', 'canceled'))
);
create index setup_intents_created_idx on setup_intents (account, livemode, created, id);
create index setup_intents_customer_idx on setup_intents (account, livemode, customer, created, id);
create index setup_intents_payment_method_idx
    on setup_intents (account, livemode, payment_method, created, id);
