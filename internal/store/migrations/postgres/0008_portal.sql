-- +goose Up
-- What customers may do by themselves.

-- What the portal lets customers do.
create table portal_configurations (
    account text collate "C" not null,
    livemode boolean not null,
    id text collate "C" not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    active boolean not null,
    is_default boolean not null,
    private json,
    doc json not null,
    primary key (account, livemode, id)
);
create index portal_configurations_created_idx
    on portal_configurations (account, livemode, created, id);

-- Ways into the portal. Of the tokens only the SHA-256 is kept.
create table portal_sessions (
    account text collate "C" not null,
    livemode boolean not null,
    id text collate "C" not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    customer text collate "C" not null,
    link_hash text collate "C",
    cookie_hash text collate "C",
    private json,
    doc json not null,
    primary key (account, livemode, id),
    foreign key (account, livemode, customer) references customers (account, livemode, id)
);
create index portal_sessions_created_idx on portal_sessions (account, livemode, created, id);
create index portal_sessions_customer_idx
    on portal_sessions (account, livemode, customer, created, id);
create unique index portal_sessions_link_hash_key
    on portal_sessions (account, livemode, link_hash) where link_hash is not null;
create unique index portal_sessions_cookie_hash_key
    on portal_sessions (account, livemode, cookie_hash) where cookie_hash is not null;
create index portal_sessions_link_hash_idx on portal_sessions (link_hash);
create index portal_sessions_cookie_hash_idx on portal_sessions (cookie_hash);
