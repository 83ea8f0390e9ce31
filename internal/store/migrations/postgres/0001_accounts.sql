-- +goose Up
-- Companies, their settings, their keys, and what the database knows of itself.

-- The companies that bill. An id of an account is part of every other key.
create table accounts (
    id text collate "C" primary key,
    created bigint not null,
    doc json not null
);

-- What Stripe keeps in its dashboard, one row per mode.
create table settings (
    account text collate "C" not null,
    livemode boolean not null,
    doc json not null,
    primary key (account, livemode)
);

-- Keys of programs. Only the SHA-256 of a key is kept, and it is found by that alone.
create table api_keys (
    hash text collate "C" primary key,
    account text collate "C" not null,
    livemode boolean not null,
    kind text collate "C" not null,
    last4 text collate "C" not null,
    created bigint not null,
    expires_at bigint,
    check (kind in ('secret', 'publishable'))
);
create index api_keys_account_idx on api_keys (account, livemode, created);

-- Numbers without gaps: a transaction that fails gives its number back.
create table sequences (
    account text collate "C" not null,
    livemode boolean not null,
    name text collate "C" not null,
    n bigint not null,
    primary key (account, livemode, name)
);

-- Facts about the database itself: min_binary is the oldest program that may write to it.
create table meta (
    name text collate "C" primary key,
    value text collate "C" not null
);
insert into meta (name, value) values ('min_binary', '1');
