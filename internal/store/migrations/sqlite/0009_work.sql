-- +goose Up
-- Requests that must be done once, and work that has no noun.

-- The answers of requests that carried an idempotency key.
create table idempotency_keys (
    account text not null,
    livemode boolean not null,
    idempotency_key text not null,
    method text not null,
    path text not null,
    params_hash text not null,
    state text not null,
    status bigint not null,
    body text,
    subject text not null,
    created bigint not null,
    locked_until_ms bigint not null,
    primary key (account, livemode, idempotency_key),
    check (state in ('running', 'done'))
);
create index idempotency_keys_created_idx on idempotency_keys (created);

-- Mails, papers and exports to be made. A lease says which worker does one.
create table jobs (
    account text not null,
    livemode boolean not null,
    id text not null,
    kind text not null,
    args text not null,
    state text not null,
    run_at_ms bigint not null,
    tries bigint not null default 0,
    lease text not null default '',
    leased_until_ms bigint not null default 0,
    unique_key text,
    last_error text not null default '',
    primary key (account, livemode, id),
    check (state in ('ready', 'dead'))
);
create index jobs_due on jobs (run_at_ms, id) where state = 'ready';
create unique index jobs_unique_key_key on jobs (account, livemode, unique_key)
    where unique_key is not null and state = 'ready';

-- Notifications of gateways, kept before anything is done with them; each comes in once.
create table gateway_events (
    account text not null,
    livemode boolean not null,
    gateway text not null,
    event_id text not null,
    body text not null,
    received_ms bigint not null,
    done boolean not null default false,
    tries bigint not null default 0,
    primary key (account, livemode, gateway, event_id)
);
create index gateway_events_open on gateway_events (received_ms, event_id) where not done;

-- Messages as they were sent, for the mailbox page.
create table mails (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    customer text,
    recipient text not null,
    subject text not null,
    text_body text not null,
    html_body text not null,
    primary key (account, livemode, id)
);
create index mails_created_idx on mails (account, livemode, created, id);
