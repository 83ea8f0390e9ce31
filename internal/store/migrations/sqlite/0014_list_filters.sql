-- +goose Up
-- Products are listed by their page and by whether they are shipped, payment methods by whether
-- they may be shown again.
alter table products add column shippable boolean not null default false;
alter table products add column url text;
create index products_url_idx on products (account, livemode, url, created, id);
alter table payment_methods
    add column allow_redisplay text not null default 'unspecified';
update products set url = json_extract(doc, '$.url'),
    shippable = coalesce(json_extract(doc, '$.shippable'), false)
    where json_extract(doc, '$.url') is not null or json_extract(doc, '$.shippable');
update payment_methods set allow_redisplay = json_extract(doc, '$.allow_redisplay')
    where json_extract(doc, '$.allow_redisplay') <> 'unspecified';
