-- +goose Up
-- Agreements to bill.

-- next_at is when the engine looks at the subscription next; clock is its test clock, or empty
-- for the wall's.
create table subscriptions (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text not null,
    status text not null,
    collection_method text not null,
    test_clock text,
    period_start bigint not null,
    period_end bigint not null,
    next_at bigint,
    clock text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id),
    foreign key (account, livemode, test_clock) references test_clocks (account, livemode, id),
    check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due',
        'canceled', 'unpaid', 'paused'))
);
create index subscriptions_created_idx on subscriptions (account, livemode, created, id);
create index subscriptions_customer_idx on subscriptions (account, livemode, customer, created, id);
create index subscriptions_status_idx on subscriptions (account, livemode, status, created, id);
create index subscriptions_test_clock_idx
    on subscriptions (account, livemode, test_clock, created, id);
create index subscriptions_next_at_due on subscriptions (clock, next_at, id)
    where next_at is not null and not deleted;

-- The items of subscriptions, to find them by id and by price. Removed ones are remembered.
create table subscription_items (
    account text not null,
    livemode boolean not null,
    id text not null,
    subscription text not null,
    price text not null,
    product text not null,
    removed boolean not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, subscription)
        references subscriptions (account, livemode, id),
    foreign key (account, livemode, price) references prices (account, livemode, id)
);
create index subscription_items_subscription_idx
    on subscription_items (account, livemode, subscription);
create index subscription_items_price_idx on subscription_items (account, livemode, price);
