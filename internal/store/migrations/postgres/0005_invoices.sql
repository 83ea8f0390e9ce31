-- +goose Up
-- Bills, what waits for one, and what is taken off.

-- token is the secret of the hosted page. cycle_key names the period of a subscription that the
-- invoice bills: none is billed twice.
create table invoices (
    account text collate "C" not null,
    livemode boolean not null,
    id text collate "C" not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text collate "C" not null,
    subscription text collate "C",
    status text collate "C" not null,
    collection_method text collate "C" not null,
    due_date bigint,
    number text collate "C",
    token text collate "C",
    finalize_at bigint,
    retry_at bigint,
    clock text collate "C" not null,
    cycle_key text collate "C",
    private json,
    doc json not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, subscription) references subscriptions (account, livemode, id),
    check (status in ('draft', 'open', 'paid', 'uncollectible', 'void')),
    check (cycle_key is null or subscription is not null)
);
create index invoices_created_idx on invoices (account, livemode, created, id);
create index invoices_customer_idx on invoices (account, livemode, customer, created, id);
create index invoices_subscription_idx on invoices (account, livemode, subscription, created, id);
create index invoices_status_idx on invoices (account, livemode, status, created, id);
create index invoices_due_date_idx on invoices (account, livemode, due_date, created, id);
create unique index invoices_number_key
    on invoices (account, livemode, number) where number is not null;
create unique index invoices_token_key
    on invoices (account, livemode, token) where token is not null;
create unique index invoices_cycle_key_key
    on invoices (account, livemode, subscription, cycle_key) where cycle_key is not null;
create index invoices_finalize_at_due on invoices (clock, finalize_at, id)
    where finalize_at is not null and not deleted;
create index invoices_retry_at_due on invoices (clock, retry_at, id)
    where retry_at is not null and not deleted;
create index invoices_token_idx on invoices (token) where token is not null;

-- Coupons applied to a customer, a subscription, an item or an invoice.
create table discounts (
    account text collate "C" not null,
    livemode boolean not null,
    id text collate "C" not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text collate "C",
    subscription text collate "C",
    invoice text collate "C",
    coupon text collate "C",
    private json,
    doc json not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, subscription) references subscriptions (account, livemode, id),
    foreign key (account, livemode, invoice) references invoices (account, livemode, id),
    foreign key (account, livemode, coupon) references coupons (account, livemode, id)
);
create index discounts_created_idx on discounts (account, livemode, created, id);
create index discounts_customer_idx on discounts (account, livemode, customer, created, id);
create index discounts_subscription_idx on discounts (account, livemode, subscription, created, id);
create index discounts_invoice_idx on discounts (account, livemode, invoice, created, id);
create index discounts_coupon_idx on discounts (account, livemode, coupon, created, id);

-- Sums that wait for the customer's next invoice, or went on one.
create table invoice_items (
    account text collate "C" not null,
    livemode boolean not null,
    id text collate "C" not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text collate "C" not null,
    invoice text collate "C",
    subscription text collate "C",
    pending boolean not null,
    private json,
    doc json not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, invoice) references invoices (account, livemode, id),
    foreign key (account, livemode, subscription) references subscriptions (account, livemode, id)
);
create index invoice_items_created_idx on invoice_items (account, livemode, created, id);
create index invoice_items_customer_idx on invoice_items (account, livemode, customer, created, id);
create index invoice_items_invoice_idx on invoice_items (account, livemode, invoice, created, id);
create index invoice_items_subscription_idx
    on invoice_items (account, livemode, subscription, created, id);
