-- +goose Up
-- Products are listed by their page and by whether they are shipped, payment methods by whether
-- they may be shown again.
alter table products add column shippable boolean not null default false;
alter table products add column url text collate "C";
create index products_url_idx on products (account, livemode, url, created, id);
alter table payment_methods
    add column allow_redisplay text collate "C" not null default 'unspecified';
update products set url = doc->>'url',
    shippable = coalesce((doc->>'shippable')::boolean, false)
    where doc->>'url' is not null or (doc->>'shippable')::boolean;
update payment_methods set allow_redisplay = doc->>'allow_redisplay'
    where doc->>'allow_redisplay' <> 'unspecified';
