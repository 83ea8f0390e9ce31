-- +goose Up
-- What is sold, what is taken off, what tax is added, and the clocks of tests.

-- Clocks that test objects live by. The wall decides when one is deleted.
create table test_clocks (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    status text not null,
    deletes_after bigint not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    check (status in ('ready', 'advancing', 'internal_failure'))
);
create index test_clocks_created_idx on test_clocks (account, livemode, created, id);
create index test_clocks_deletes_after_due on test_clocks (deletes_after, id)
    where deletes_after is not null and not deleted;

-- What is sold.
create table products (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    active boolean not null,
    private text,
    doc text not null,
    primary key (account, livemode, id)
);
create index products_created_idx on products (account, livemode, created, id);

-- For how much it is sold. A lookup key names one price at a time.
create table prices (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    product text not null,
    active boolean not null,
    currency text not null,
    type text not null,
    lookup_key text,
    interval text,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, product) references products (account, livemode, id),
    check (type in ('one_time', 'recurring'))
);
create index prices_created_idx on prices (account, livemode, created, id);
create index prices_product_idx on prices (account, livemode, product, created, id);
create unique index prices_lookup_key_key
    on prices (account, livemode, lookup_key) where lookup_key is not null and not deleted;

-- Percentages that are added to prices, or contained in them.
create table tax_rates (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    active boolean not null,
    inclusive boolean not null,
    private text,
    doc text not null,
    primary key (account, livemode, id)
);
create index tax_rates_created_idx on tax_rates (account, livemode, created, id);

-- What is taken off.
create table coupons (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    private text,
    doc text not null,
    primary key (account, livemode, id)
);
create index coupons_created_idx on coupons (account, livemode, created, id);
