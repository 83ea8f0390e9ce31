-- +goose Up
-- What happened, and who must be told.

-- Where events are sent.
create table webhook_endpoints (
    account text not null,
    livemode boolean not null,
    id text not null,
    created bigint not null,
    rev bigint not null,
    deleted boolean not null,
    v bigint not null,
    status text not null,
    private text,
    doc text not null,
    primary key (account, livemode, id),
    check (status in ('enabled', 'disabled'))
);
create index webhook_endpoints_created_idx on webhook_endpoints (account, livemode, created, id);

-- What enabled endpoints listen to: a type, or '*'. Each event finds its deliveries here.
create table webhook_endpoint_events (
    account text not null,
    livemode boolean not null,
    type text not null,
    endpoint text not null,
    primary key (account, livemode, type, endpoint),
    foreign key (account, livemode, endpoint)
        references webhook_endpoints (account, livemode, id)
);

-- Snapshots of what changed. data holds the exact bytes that are sent. Rows are only added, and
-- pruned by age.
create table events (
    account text not null,
    livemode boolean not null,
    id text not null,
    type text not null,
    object_id text not null,
    created bigint not null,
    request_id text,
    idempotency_key text,
    api_version text not null,
    data text not null,
    primary key (account, livemode, id)
);
create index events_created_idx on events (account, livemode, created, id);
create index events_type_idx on events (account, livemode, type, created, id);
create index events_object_id_idx on events (account, livemode, object_id, created, id);

-- Events on their way to endpoints. A lease says which worker is sending one.
create table deliveries (
    account text not null,
    livemode boolean not null,
    event text not null,
    endpoint text not null,
    state text not null,
    tries bigint not null default 0,
    deliver_at_ms bigint not null,
    leased_until_ms bigint not null default 0,
    lease text not null default '',
    first_at_ms bigint not null default 0,
    last_status bigint not null default 0,
    last_error text not null default '',
    primary key (account, livemode, event, endpoint),
    check (state in ('pending', 'delivered', 'failed'))
);
create index deliveries_due on deliveries (deliver_at_ms, event) where state = 'pending';
create index deliveries_leased on deliveries (account, livemode, endpoint, leased_until_ms)
    where state = 'pending';
